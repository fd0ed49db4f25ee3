"""Links of the pages lead somewhere, the command lines in them are understood, and the modules that they name exist."""

from __future__ import annotations

import importlib.util
import re
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from clutch.base.errors import UsageError
from clutch.cli.command import Arguments
from clutch.cli.flags import FOLDER, JSON
from clutch.cli.main import find_verb, load_command
from clutch.cli.parse import parse_arguments, parse_front
from clutch.cli.setting_flags import ALL_EVERYWHERE
from clutch.cli.table import ALIASES, COMMANDS, heads

ROOT = Path(__file__).resolve().parents[3]
DOCS = ROOT / "docs"
PAGES = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", *DOCS.rglob("*.md")])
FOR_USERS = [page for page in PAGES if not page.is_relative_to(DOCS / "internals")]
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_SPAN = re.compile(r"`(clutch(?: [^`]*)?)`")
_MODULE = re.compile(r"`((?:[a-z_]+/)+[a-z_]+\.py)`")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
_TEMPLATES = frozenset({"…", "...", "COMMAND"})


def _load_floors() -> ModuleType:
    spec = importlib.util.spec_from_file_location("floors_of_docs", Path(__file__).with_name("floors.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


_floors = _load_floors()


def _name(page: Path) -> str:
    return str(page.relative_to(ROOT))


def _anchor(heading: str) -> str:
    """What a heading is called in links: lower case, spaces as `-`, no other punctuation."""
    return re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_relative_links_lead_somewhere(page: Path) -> None:
    for target in _LINK.findall(page.read_text(encoding="utf-8")):
        if "://" in target or target.startswith("mailto:"):
            continue
        path, _, anchor = target.partition("#")
        place = (page.parent / path).resolve() if path else page
        assert place.exists(), f"{_name(page)} names {target}"
        if anchor and place.suffix == ".md":
            headings = _HEADING.findall(place.read_text(encoding="utf-8"))
            assert anchor in [_anchor(one) for one in headings], f"{_name(page)} names {target}"


def _command_lines(page: Path) -> Iterator[str]:
    """Every `clutch ...` of the running text and of indented blocks, comments and prompts taken off."""
    text = page.read_text(encoding="utf-8")
    yield from _SPAN.findall(text)
    for line in text.splitlines():
        if line.startswith("    ") and (bare := line.strip().removeprefix("$ ")).startswith("clutch "):
            yield bare


def _parse(words: list[str]) -> Arguments | None:
    front = parse_front(words, (FOLDER, JSON, *ALL_EVERYWHERE))
    if not front.rest:
        return None
    verb, rest = find_verb(front.rest)
    if verb in heads():
        return None
    command = load_command(verb)
    flags = (*((JSON,) if command.has_json else ()), *ALL_EVERYWHERE)
    return parse_arguments(verb, command, flags, rest, front.given)


def _complaint(words: list[str]) -> str:
    """The code of the error that these words are answered with, empty when they are understood."""
    try:
        _parse(words)
    except UsageError as error:
        return error.code
    return ""


@pytest.mark.parametrize("page", FOR_USERS, ids=_name)
def test_command_lines_are_understood(page: Path) -> None:
    for line in _command_lines(page):
        words = shlex.split(line.replace("\\|", "|"), comments=True)[1:]
        if _TEMPLATES & set(words[:1]) or words[:1] == ["VERB"]:
            continue
        assert _complaint(words) in ("", "missing-argument"), f"{_name(page)}: `{line}`"


def test_the_guide_shows_every_command() -> None:
    shown = set()
    for line in _command_lines(DOCS / "guide.md"):
        rest = parse_front(shlex.split(line, comments=True)[1:], (FOLDER, JSON, *ALL_EVERYWHERE)).rest
        if rest:
            shown.add(find_verb(rest)[0])
    assert {verb for verb, *_ in COMMANDS} <= shown


def test_words_of_other_tools_are_those_of_the_program() -> None:
    """A page that says of a word that it works as it is must be right."""
    text = (DOCS / "coming-from" / "words.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([a-z -]+)` \| `clutch ([a-z -]+)`", text, re.MULTILINE)
    assert dict(rows) == ALIASES


@pytest.mark.parametrize("page", sorted((DOCS / "internals").rglob("*.md")), ids=_name)
def test_modules_named_in_internals_exist(page: Path) -> None:
    for path in _MODULE.findall(page.read_text(encoding="utf-8")):
        places = (ROOT / path, ROOT / "src" / "clutch" / path, ROOT / "src" / "clutch" / page.stem / path)
        assert any(place.exists() for place in places), f"{_name(page)} names {path}"


@pytest.mark.parametrize("floor", _floors.FLOORS)
def test_the_page_of_a_floor_names_its_modules(floor: str) -> None:
    page = (_floors.PAGES / f"{floor}.md").read_text(encoding="utf-8")
    assert _floors.put_table(page, floor) == page, "run `python tests/scenario/docs/floors.py`"


def test_every_floor_has_its_page() -> None:
    folders = {path.parent.name for path in (ROOT / "src" / "clutch").glob("*/__init__.py")}
    assert folders == set(_floors.FLOORS)


def test_every_page_is_reachable_from_the_readme() -> None:
    seen: set[Path] = set()
    open_pages = [ROOT / "README.md"]
    while open_pages:
        page = open_pages.pop()
        if page in seen or page.suffix != ".md":
            continue
        seen.add(page)
        targets = [target.partition("#")[0] for target in _LINK.findall(page.read_text(encoding="utf-8"))]
        open_pages += [(page.parent / target).resolve() for target in targets if target and "://" not in target]
    tracked = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "docs/*.md"], cwd=ROOT, capture_output=True, text=True
    ).stdout.split()
    assert sorted(_name(ROOT / path) for path in tracked if (ROOT / path).resolve() not in seen) == []
