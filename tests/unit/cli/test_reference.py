"""The generated pages of docs/reference are current, and the version is one."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from clutch.cli.reference import render_reference
from clutch.cli.release import VERSION
from clutch.cli.table import COMMANDS

_ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize("name", sorted(render_reference()))
def test_the_page_is_current(name: str) -> None:
    page = _ROOT / "docs" / "reference" / name
    assert page.read_text(encoding="utf-8") == render_reference()[name], (
        "run `python -m clutch.cli.reference docs/reference`"
    )


def test_no_page_is_left_from_a_command_that_went() -> None:
    marked = {
        path.name
        for path in (_ROOT / "docs" / "reference").glob("*.md")
        if path.read_text(encoding="utf-8").startswith("<!-- generated")
    }
    assert marked == set(render_reference())


def test_every_command_has_its_page() -> None:
    assert {f"{verb.split()[0]}.md" for verb, *_ in COMMANDS} <= set(render_reference())


def test_the_version_is_that_of_the_project() -> None:
    with (_ROOT / "pyproject.toml").open("rb") as file:
        assert tomllib.load(file)["project"]["version"] == VERSION
