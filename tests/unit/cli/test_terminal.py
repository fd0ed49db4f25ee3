"""Where text goes, when it has colours, and how the status line stays the last one."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest

from clutch.cli import terminal as terminal_module
from clutch.cli.terminal import Terminal


class _Stream(io.StringIO):
    """A standard stream that says that it is a terminal."""

    def __init__(self, *, is_terminal: bool) -> None:
        super().__init__()
        self._is_terminal = is_terminal

    def isatty(self) -> bool:
        return self._is_terminal


@pytest.mark.parametrize(
    ("environ", "option", "is_terminal", "has_color"),
    [
        ({}, "", True, True),
        ({}, "", False, False),
        ({"NO_COLOR": "1"}, "", True, False),
        ({"NO_COLOR": ""}, "", True, True),
        ({"NO_COLOR": "1"}, "always", False, True),
        ({"FORCE_COLOR": "1"}, "", False, True),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, "", False, False),
        ({"FORCE_COLOR": "1"}, "never", True, False),
        ({"TERM": "dumb"}, "", True, False),
    ],
)
def test_when_there_are_colours(
    monkeypatch: pytest.MonkeyPatch, environ: dict[str, str], option: str, is_terminal: bool, has_color: bool
) -> None:
    monkeypatch.setattr("sys.stderr", _Stream(is_terminal=is_terminal))
    terminal = Terminal(environ)
    terminal.configure(option, 0, 0)
    assert (terminal.style("error", "x") != "x") == has_color


def test_each_stream_decides_for_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stderr", _Stream(is_terminal=True))
    monkeypatch.setattr("sys.stdout", _Stream(is_terminal=False))
    terminal = Terminal({})
    assert terminal.style("strong", "x") != "x"
    assert terminal.style("strong", "x", on_error=False) == "x"


def test_the_status_line_is_drawn_again_below_a_remark(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = _Stream(is_terminal=True)
    monkeypatch.setattr("sys.stderr", stream)
    terminal = Terminal({})
    terminal.show_status("busy")
    terminal.write_error("remark")
    terminal.clear_status()
    assert stream.getvalue() == "\r\x1b[Kbusy\r\x1b[Kremark\n\r\x1b[Kbusy\r\x1b[K"


def test_the_artefact_takes_the_status_line_away(monkeypatch: pytest.MonkeyPatch) -> None:
    error, out = _Stream(is_terminal=True), _Stream(is_terminal=True)
    monkeypatch.setattr("sys.stderr", error)
    monkeypatch.setattr("sys.stdout", out)
    terminal = Terminal({})
    terminal.show_status("busy")
    terminal.write_out("artefact")
    assert error.getvalue().endswith("\r\x1b[K")
    assert out.getvalue() == "artefact\n"


def test_letters_that_cannot_be_shown_are_escaped(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = io.BytesIO()
    monkeypatch.setattr("sys.stdout", io.TextIOWrapper(raw, encoding="ascii"))
    Terminal({}).write_out("└ ü")
    assert raw.getvalue() == b"\\u2514 \\xfc\n"


@pytest.mark.parametrize(
    ("environ", "quiet", "progress", "is_live"),
    [({}, 0, "", True), ({}, 1, "", False), ({"TERM": "dumb"}, 0, "", False), ({}, 0, "never", False)],
)
def test_when_a_line_may_change(
    monkeypatch: pytest.MonkeyPatch, environ: dict[str, str], quiet: int, progress: str, is_live: bool
) -> None:
    monkeypatch.setattr("sys.stderr", _Stream(is_terminal=True))
    terminal = Terminal(environ)
    terminal.configure("", quiet, 0)
    terminal.progress = progress
    assert terminal.is_live == is_live


def test_no_other_module_of_the_command_line_names_the_streams() -> None:
    folder = Path(terminal_module.__file__).parent
    for path in sorted(folder.rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        if path.name != "terminal.py":
            assert not re.search(r"sys\.(stdout|stderr)|\bprint\(", text), path
