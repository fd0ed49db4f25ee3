"""Stories in files: a universe, what is asked, and the lock or the message that must come out.

A file has sections: `[problem]` (`key = value` lines), `[ask]` (`section: requirement` lines, numbered as in a user's
file), `[universe]` (see `memory_index`) and `[answer]` (`name version ; marker` lines, then `environment: `,
`left out: ` and `warning: ` lines) or `[error]` (a message).
"""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

from clutch.base.errors import ClutchError
from clutch.base.events import Silence
from clutch.model.target import Target
from clutch.resolve.problem import Problem, Root
from clutch.resolve.resolve import resolve

HERE = Path(__file__).parent
_memory = runpy.run_path(str(HERE / "memory_index.py"))
MemoryIndex, requirement = _memory["MemoryIndex"], _memory["requirement"]

STORIES = sorted(HERE.glob("*.story"))
LINUX = {
    "sys_platform": "linux",
    "platform_system": "Linux",
    "os_name": "posix",
    "platform_machine": "x86_64",
    "python_version": "3.12",
    "python_full_version": "3.12.4",
    "implementation_name": "cpython",
    "platform_python_implementation": "CPython",
}


def read(path: Path) -> dict[str, list[str]]:
    sections: dict[str, list[str]] = {}
    for line in path.read_text().splitlines():
        if line.startswith("["):
            sections[line.strip("[]")] = current = []
        elif line.strip() and not line.startswith("#"):
            current.append(line)
    return sections


def problem_of(sections: dict[str, list[str]]) -> Problem:
    options = dict(line.split(" = ", 1) for line in sections.get("problem", []))
    roots = []
    for number, line in enumerate(sections["ask"], 1):
        section, text = line.split(": ", 1)
        roots.append(Root("" if section == "project" else section, requirement(text, "pyproject.toml", number)))
    preferred: dict[str, tuple[str, ...]] = {}
    for word in options.get("locked", "").split():
        name, version = word.split("==")
        preferred[name] = (*preferred.get(name, ()), version)

    def listed(key: str):
        return tuple(requirement(text, "pyproject.toml") for text in options.get(key, "").split(" | ") if text)

    return Problem(
        tuple(roots),
        python=options.get("python", ">=3.11"),
        released=tuple(f"3.{minor}" for minor in range(8, 16)),
        environments=tuple(text for text in options.get("environments", "").split(" | ") if text),
        constraints=listed("constraints"),
        overrides=listed("overrides"),
        excludes=tuple(options.get("excludes", "").split()),
        prereleases=options.get("prereleases", "if-necessary"),
        resolution=options.get("resolution", "highest"),
        fork=options.get("fork", "newest"),
        conflicts=tuple(tuple(row.split()) for row in options.get("conflicts", "").split(" | ") if row),
        exclude_newer=options.get("exclude-newer", ""),
        preferred=preferred,
        target=Target(LINUX, ()) if options.get("target") == "linux" else None,
        python_bounds=options.get("python-bounds", ""),
    )


def answer(sections: dict[str, list[str]]) -> list[str]:
    index = MemoryIndex("\n".join(sections["universe"]))
    try:
        resolution = resolve(problem_of(sections), index.as_indexes(), Silence())
    except ClutchError as error:
        return [f"{error.code}: {error.message}", *(f"hint: {hint}" for hint in error.hints)]
    lines = [f"{pin.name} {pin.version}" + (f" ; {pin.marker}" if pin.marker else "") for pin in resolution.pins]
    lines += [f"environment: {text}" for text in resolution.environments]
    lines += [f"left out: {text}" for text in resolution.left_out]
    lines += [f"warning: {text}" for text in resolution.warnings]
    return [line.replace("'", '"') for line in lines]


@pytest.mark.parametrize("path", STORIES, ids=lambda path: path.stem)
def test_story(path: Path) -> None:
    sections = read(path)
    expected = sections.get("answer", sections.get("error"))
    assert answer(sections) == [line.replace("'", '"') for line in expected]
