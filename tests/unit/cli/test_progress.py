"""Events on a terminal and elsewhere."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest

from clutch.base.events import Event
from clutch.cli.progress import TerminalReporter
from clutch.cli.terminal import Terminal


class _Stream(io.StringIO):
    encoding = "utf-8"

    def __init__(self, *, is_terminal: bool) -> None:
        super().__init__()
        self._is_terminal = is_terminal

    def isatty(self) -> bool:
        return self._is_terminal


class _Clock:
    """Seconds that pass when the test says so."""

    def __init__(self) -> None:
        self.now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def make_reporter(monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[TerminalReporter, _Stream, _Clock]]:
    def make(*, is_terminal: bool, quiet: int = 0, verbose: int = 0) -> tuple[TerminalReporter, _Stream, _Clock]:
        stream, clock = _Stream(is_terminal=is_terminal), _Clock()
        monkeypatch.setattr("sys.stderr", stream)
        terminal = Terminal({"NO_COLOR": "1"})
        terminal.configure("", quiet, verbose)
        return TerminalReporter(terminal, clock), stream, clock

    return make


Maker = Callable[..., tuple[TerminalReporter, _Stream, _Clock]]


def test_what_is_done_quickly_shows_nothing(make_reporter: Maker) -> None:
    reporter, stream, clock = make_reporter(is_terminal=True)
    reporter.emit(Event("preparing", "numpy", done=1, total=9))
    clock.now_s += 0.2
    reporter.emit(Event("installed", "scipy", done=5, total=9))
    reporter.emit(Event("removed", "gone"))
    reporter.emit(Event("installed", done=9, total=9))
    reporter.close()
    assert stream.getvalue() == ""


def test_what_takes_long_shows_one_line_that_goes_away(make_reporter: Maker) -> None:
    reporter, stream, clock = make_reporter(is_terminal=True)
    reporter.emit(Event("installing", "numpy", done=0, total=4))
    clock.now_s += 0.5
    reporter.emit(Event("installing", "scipy", done=2, total=4))
    reporter.close()
    bar = "━" * 10 + "─" * 10
    assert stream.getvalue() == f"\r\x1b[Kinstalling {bar} 2 of 4 scipy\r\x1b[K"


def test_downloads_are_summed(make_reporter: Maker) -> None:
    reporter, stream, clock = make_reporter(is_terminal=True)
    reporter.emit(Event("fetching", "a.whl", done=1024, total=4096))
    clock.now_s += 0.5
    reporter.emit(Event("fetching", "b.whl", done=1024, total=4096))
    assert "2.0 KiB of 8.0 KiB b.whl" in stream.getvalue()


def test_while_resolving_answers_are_counted(make_reporter: Maker) -> None:
    reporter, stream, clock = make_reporter(is_terminal=True)
    reporter.emit(Event("resolving"))
    reporter.emit(Event("fetching", "numpy", done=10, total=1000))
    clock.now_s += 0.5
    reporter.emit(Event("fetched", "numpy", done=1000, total=1000))
    clock.now_s += 0.5
    reporter.emit(Event("fetched", "scipy", done=1000, total=1000))
    reporter.emit(Event("resolved", done=2, total=2))
    assert stream.getvalue() == (
        "\r\x1b[Kresolving \r\x1b[Kresolving  1 answer numpy\r\x1b[Kresolving  2 answers scipy\r\x1b[K"
    )


@pytest.mark.parametrize("kind", ["building", "resolving"])
def test_what_may_tell_nothing_on_its_way_is_shown_at_once(make_reporter: Maker, kind: str) -> None:
    reporter, stream, _ = make_reporter(is_terminal=True)
    reporter.emit(Event(kind, "numpy"))
    assert stream.getvalue() == f"\r\x1b[K{kind:<10} numpy"


def test_a_line_is_cut_to_the_width(make_reporter: Maker) -> None:
    reporter, stream, clock = make_reporter(is_terminal=True)
    reporter.emit(Event("building", "x" * 200))
    clock.now_s += 0.5
    reporter.emit(Event("building", "x" * 200))
    assert len(stream.getvalue().removeprefix("\r\x1b[K")) == 79


def test_redraws_are_few(make_reporter: Maker) -> None:
    reporter, stream, clock = make_reporter(is_terminal=True)
    for step in range(1000):
        clock.now_s += 0.001
        reporter.emit(Event("resolving", f"package-{step}", done=step, total=1000))
    assert stream.getvalue().count("\r") <= 20


def test_elsewhere_only_what_may_take_minutes_is_told(make_reporter: Maker) -> None:
    reporter, stream, _ = make_reporter(is_terminal=False)
    for kind in ("resolving", "fetching", "building", "installing", "installed"):
        reporter.emit(Event(kind, "numpy"))
    assert stream.getvalue() == "building numpy\n"


def test_remarks_and_warnings_are_always_told(make_reporter: Maker) -> None:
    reporter, stream, _ = make_reporter(is_terminal=False)
    reporter.emit(Event("warning", "numpy 1.0", "was yanked"))
    reporter.emit(Event("note", "something to know"))
    reporter.emit(Event("waiting", "the store", "process 7 (clutch sync)"))
    assert stream.getvalue() == (
        "warning: numpy 1.0: was yanked\nsomething to know\nwaiting for the store, held by process 7 (clutch sync)\n"
    )


@pytest.mark.parametrize(("quiet", "shown"), [(1, "warning: careful\n"), (2, "")])
def test_quiet_leaves_warnings_and_twice_quiet_errors_alone(make_reporter: Maker, quiet: int, shown: str) -> None:
    reporter, stream, _ = make_reporter(is_terminal=True, quiet=quiet)
    reporter.emit(Event("warning", "careful"))
    reporter.emit(Event("note", "by the way"))
    reporter.emit(Event("building", "numpy"))
    assert stream.getvalue() == shown
