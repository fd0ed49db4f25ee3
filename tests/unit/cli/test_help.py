"""Help can be read at 80 columns, and says everything that a command declares."""

from __future__ import annotations

import pytest

from clutch.cli.help import render_command, render_head, render_overview, usage_line
from clutch.cli.main import load_command
from clutch.cli.table import COMMANDS, GROUPS
from clutch.cli.terminal import Terminal

_PLAIN = Terminal({"NO_COLOR": "1"})


@pytest.mark.parametrize("row", COMMANDS, ids=lambda row: row[0])
def test_a_page_is_complete_and_at_most_80_columns_wide(row: tuple[str, str, str, str]) -> None:
    command = load_command(row[0])
    page = render_command(row[0], row[2], command, _PLAIN)
    assert all(len(line) <= 80 for line in page.splitlines()), page
    assert f"Usage: clutch {row[0]} [OPTIONS]" in page
    for flag in command.flags:
        assert (flag.long in page) != flag.hidden
    assert ("--json" in page.split("Everywhere:")[0]) == command.has_json
    for line, _ in command.examples:
        assert line in page


def test_the_overview_names_every_command_under_its_heading() -> None:
    page = render_overview(_PLAIN)
    assert all(len(line) <= 80 for line in page.splitlines())
    assert [line[:-1] for line in page.splitlines() if line[:-1] in GROUPS] == list(GROUPS)
    for verb, _, summary, _ in COMMANDS:
        assert f"  {verb:<18}{summary}" in page


def test_the_page_of_a_head_names_what_stands_below_it() -> None:
    page = render_head("cache", _PLAIN)
    assert "Usage: clutch cache dir|size|clean|verify ..." in page
    assert "cache verify" in page


def test_usage_shows_how_often_a_word_may_come() -> None:
    assert usage_line("add", load_command("add")) == "clutch add [OPTIONS] [PACKAGE]..."
    assert usage_line("run", load_command("run")) == "clutch run [OPTIONS] COMMAND..."
    assert usage_line("why", load_command("why")) == "clutch why [OPTIONS] PACKAGE"
    assert usage_line("completion", load_command("completion")) == (
        "clutch completion [OPTIONS] [bash|zsh|fish|powershell]"
    )
