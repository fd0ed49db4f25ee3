"""Which Python a script runs with, and where an environment was made, as their own files tell."""

from __future__ import annotations

from pathlib import Path

import pytest

from clutch.model.environment import Environment, Interpreter
from clutch.ops.environments import place_made_for
from clutch.ops.health import Problem, script_python


@pytest.mark.parametrize(
    ("text", "python"),
    [
        ("#!/a/.venv/bin/python\n", "/a/.venv/bin/python"),
        ("#!/a/.venv/bin/python3.12 -E\nprint()\n", "/a/.venv/bin/python3.12"),
        ("#! /usr/bin/env python3\n", "/usr/bin/env"),
        ("#!/opt/pypy/bin/pypy3\n", "/opt/pypy/bin/pypy3"),
        ("#!/bin/sh\n'''exec' \"/a b/.venv/bin/python\" \"$0\" \"$@\"\n' '''\n", "/a b/.venv/bin/python"),
        ("#!/bin/sh\n'''exec' /long/bin/python \"$0\" \"$@\"\n' '''\n", "/long/bin/python"),
        ("#!/bin/sh\necho\n", ""),
        ("#!/bin/bash\n", ""),
        ("\x7fELF", ""),
        ("", ""),
    ],
)
def test_the_python_of_a_script(tmp_path: Path, text: str, python: str) -> None:
    (tmp_path / "tool").write_text(text)
    assert script_python(str(tmp_path / "tool")) == python


def test_a_script_that_is_gone_names_none(tmp_path: Path) -> None:
    assert script_python(str(tmp_path / "none")) == ""


@pytest.mark.parametrize(
    ("line", "is_elsewhere"),
    [
        ("VIRTUAL_ENV='{root}'", False),
        ('export VIRTUAL_ENV="{root}"', False),
        ("    export VIRTUAL_ENV=$(cygpath '/x')\nVIRTUAL_ENV={root}", False),
        ("VIRTUAL_ENV={link}", False),
        ("VIRTUAL_ENV='/somewhere/else/.venv'", True),
        ('VIRTUAL_ENV="$(cd "$(dirname x)" && pwd)"', False),
        ("VIRTUAL_ENV='broken", False),
        ("", False),
    ],
)
def test_where_an_environment_was_made(tmp_path: Path, line: str, is_elsewhere: bool) -> None:
    root = tmp_path / ".venv"
    (root / "bin").mkdir(parents=True)
    (tmp_path / "link").symlink_to(root)
    (root / "bin/activate").write_text(line.format(root=root, link=tmp_path / "link") + "\nexport VIRTUAL_ENV\n")
    interpreter = Interpreter("", "", "3.12.0", "cpython", {}, (), {"scripts": "bin"}, "")
    assert bool(place_made_for(Environment(str(root), interpreter))) == is_elsewhere


def test_foreign_files_break_nothing() -> None:
    assert not Problem("foreign-file", "").is_serious
    assert Problem("changed-file", "").is_serious
