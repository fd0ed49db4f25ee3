"""The commands of README and guide do what is written, in the order in which they stand, by the real program.

They run against an index on loopback, which has the packages that they name.
"""

from __future__ import annotations

import os
import re
import shlex
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[3]
README = ROOT / "README.md"
GUIDE = ROOT / "docs" / "guide.md"

_TIME = re.compile(r"\b\d+(\.\d+)? (ms|s)\b")
_NUMBER_OF_PACKAGES = re.compile(r"\d+ packages?")
_LIBRARY = '[project]\nname = "{name}"\nversion = "1.0"\n\n[build-system]\nrequires = ["flit_core>=3.11,<4"]\n'
_BACKEND = 'build-backend = "flit_core.buildapi"\n'
_STALE = 3


def tour(text: str) -> list[tuple[str, list[str]]]:
    """Each `$ command` of the README's tour with the lines that it is said to print."""
    section = text.split("## One minute\n")[1].split("\n## ")[0]
    steps: list[tuple[str, list[str]]] = []
    for line in section.splitlines():
        if line.startswith("    $ "):
            steps.append((line.removeprefix("    $ "), []))
        elif line.startswith("    ") and steps:
            steps[-1][1].append(line[4:])
    return steps


def blocks(text: str, language: str = "") -> list[list[str]]:
    """The lines of every indented block, or of every fenced one of a language."""
    if language:
        return [found.splitlines() for found in re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)]
    found: list[list[str]] = []
    before = ""
    fenced = False
    for line in text.splitlines():
        fenced ^= line.startswith("```")
        if line.startswith("    ") and not fenced:
            if not before.startswith("    "):
                found.append([])
            found[-1].append(line[4:])
        before = line
    return found


def _comparable(line: str) -> str:
    return _NUMBER_OF_PACKAGES.sub("N packages", _TIME.sub("TIME", line)).rstrip()


def _assert_printed(said: list[str], printed: str, command: str) -> None:
    """Every line is there, in this order; `…` stands for any number of lines."""
    rest = [_comparable(line) for line in printed.splitlines()]
    skips = False
    for line in (_comparable(line) for line in said):
        if line == "…":
            skips = True
            continue
        assert line in rest if skips else rest[:1] == [line], f"`{command}` printed\n{printed}"
        rest = rest[rest.index(line) + 1 :]
        skips = False
    assert skips or not rest, f"`{command}` printed more than the README says:\n{printed}"


def test_the_tour_of_the_readme_prints_what_it_shows(world: Any) -> None:
    steps = tour(README.read_text(encoding="utf-8"))
    assert len(steps) > 5
    folder = world.project
    for command, said in steps:
        words = shlex.split(command)
        if words[0] == "cd":
            folder /= words[1]
            continue
        assert words[0] == "clutch"
        finished = world(*words[1:], cwd=folder)
        _assert_printed(said, finished.err + finished.out, command)


def _furnish(folder: Path) -> None:
    """What the guide takes for granted beside the project."""
    (folder / "requirements.txt").write_text("text>=1\n")
    (folder / ".env").write_text("GREETING=hello\n")
    (folder / "script.py").write_text("print('a script')\n")
    shelf = folder.parent / "shelf"
    if not shelf.exists():
        (shelf / "src" / "shelf").mkdir(parents=True)
        (shelf / "pyproject.toml").write_text(_LIBRARY.format(name="shelf") + _BACKEND)
        (shelf / "src" / "shelf" / "__init__.py").write_text('"""A shelf."""\n')


def test_the_commands_of_the_guide_work(world: Any) -> None:
    lines = [line for block in blocks(GUIDE.read_text(encoding="utf-8")) for line in block]
    commands = [line for line in lines if re.match(r"(clutch|cd) ", line)]
    assert len(commands) > 40
    folder = world.project
    for line in commands:
        words = shlex.split(line, comments=True)
        if words[0] == "cd":
            folder = folder / words[1]
            assert folder.is_dir(), line
            _furnish(folder)
            continue
        words = [word.replace("$PWD", str(folder)) for word in words]
        finished = world(*words[1:], cwd=folder, code=None)
        assert finished.code == 0, f"{line}\n{finished.out}{finished.err}"


def test_the_stale_lock_of_the_guide_has_its_exit_code(world: Any) -> None:
    world.write('"text"')
    assert world("lock", "--check", code=None).code == _STALE
    assert world("sync", "--locked", code=None).code == _STALE


@pytest.mark.parametrize(
    "page", [GUIDE, *sorted((ROOT / "docs" / "coming-from").glob("*.md"))], ids=lambda one: one.name
)
def test_settings_in_pages_are_understood(page: Path, tmp_path: Path) -> None:
    from clutch.project.manifest import read_manifest

    for lines in blocks(page.read_text(encoding="utf-8"), "toml"):
        text = "\n".join(lines)
        head = "" if "[project]" in text else '[project]\nname = "shop"\nversion = "1.0"\n'
        manifest = tmp_path / "pyproject.toml"
        manifest.write_text(f"{head}{text}\n")
        read_manifest(str(manifest))


def test_nothing_of_a_persons_home_is_shown() -> None:
    for page in (README, GUIDE):
        assert os.path.expanduser("~/") not in page.read_text(encoding="utf-8")
