"""Events to the terminal: one live line while something takes long, quiet lines otherwise.

An own line instead of a library's: rich costs 50 to 75 ms to import, as much as a whole warm lock.
"""

from __future__ import annotations

from collections.abc import Callable

from clutch.base.events import Event
from clutch.base.text import plural, render_size
from clutch.cli.render import render_warning
from clutch.cli.terminal import Terminal

_PATIENCE_S = 0.3
"""Work that is done sooner shows no live line: a flash is noise."""
_REDRAW_S = 0.05
"""At most twenty redraws a second; more cannot be read and costs time."""
_BAR_CELLS = 20
_WORKING = {
    "resolving": "resolving",
    "fetching": "fetching",
    "building": "building",
    "preparing": "preparing",
    "installing": "installing",
}
_SILENT = ("building", "resolving")
"""Work that may tell nothing on its way, so that it is shown at once or never."""
_FINISHED = {
    "resolved": "resolving",
    "fetched": "fetching",
    "built": "building",
    "installed": "installing",
    "removed": "installing",
}
"""Kind of an event to the work that it ends (or moves on)."""


class TerminalReporter:
    """A `Reporter` that draws on a terminal; cheap when there is nothing to draw."""

    def __init__(self, terminal: Terminal, clock: Callable[[], float]) -> None:
        self._terminal = terminal
        self._clock = clock
        self._is_live = terminal.is_live
        self._started_at = -1.0
        self._drawn_at = -1.0
        self._downloads: dict[str, tuple[int, int]] = {}
        self._answers = -1

    def emit(self, event: Event) -> None:
        """Shows the event if it is worth it."""
        kind = event.kind
        if kind == "warning":
            if self._terminal.quiet < 2:
                self._terminal.write_error(render_warning(_sentence(event), self._terminal))
        elif kind in ("note", "waiting"):
            self._note(event)
        elif kind in _WORKING:
            self._work(event)
        elif kind in _FINISHED:
            self._finish(event)

    def close(self) -> None:
        """Takes the live line away."""
        self._terminal.clear_status()
        self._started_at = -1.0
        self._answers = -1
        self._downloads.clear()

    def _note(self, event: Event) -> None:
        if self._terminal.quiet == 0:
            text = _sentence(event)
            if event.kind == "waiting":
                text = f"waiting for {event.subject}" + (f", held by {event.detail}" if event.detail else "")
            self._terminal.write_error(text)

    def _work(self, event: Event) -> None:
        if self._is_live:
            self._draw(event)
        elif event.done == 0 and (self._terminal.verbose or (event.kind == "building" and self._terminal.quiet == 0)):
            self._terminal.write_error(f"{_WORKING[event.kind]} {_sentence(event)}".rstrip())

    def _finish(self, event: Event) -> None:
        if self._is_live:
            if event.kind == "fetched":
                self._count_answer(event)
            elif not event.total:
                return  # says that something is over and nothing of what is still to come
            elif event.total and event.done >= event.total:
                self.close()
            else:
                self._draw(event._replace(kind=_FINISHED[event.kind]))
        elif self._terminal.verbose:
            self._terminal.write_error(f"{event.kind} {_sentence(event)}".rstrip())

    def _count_answer(self, event: Event) -> None:
        if self._answers >= 0:
            self._answers += 1
        self._draw(event._replace(kind="fetching"))

    def _draw(self, event: Event) -> None:
        now = self._clock()
        if event.kind == "resolving":
            self._answers = max(self._answers, 0)
        elif event.kind == "fetching" and self._answers >= 0:  # while resolving, answers count and not their bytes
            event = Event("resolving", event.subject, done=self._answers)
        elif event.kind == "fetching" and event.subject:
            self._downloads[event.subject] = (event.done, event.total or event.done)
        if event.kind in _SILENT and self._started_at < 0:
            self._started_at = now - 2 * _PATIENCE_S
        if self._started_at < 0:
            self._started_at = now
        if now - self._started_at < _PATIENCE_S or now - self._drawn_at < _REDRAW_S:
            return
        self._drawn_at = now
        self._terminal.show_status(self._line(event))

    def _line(self, event: Event) -> str:
        """`fetching    numpy  ━━━━━━━━  3.1 MiB of 12.0 MiB`, cut to the terminal's width."""
        done, total = event.done, event.total
        is_bytes = event.kind == "fetching"
        if is_bytes and self._downloads:
            done = sum(part[0] for part in self._downloads.values())
            total = sum(part[1] for part in self._downloads.values())
        parts = [f"{_WORKING[event.kind]:<10}"]
        if total:
            shown = (render_size(done), render_size(total)) if is_bytes else (str(done), str(total))
            parts.extend((self._bar(done, total), f"{shown[0]} of {shown[1]}"))
        elif done:
            parts.append(
                render_size(done) if is_bytes else plural(done, "answer") if event.kind == "resolving" else str(done)
            )
        parts.append(event.subject)
        return " ".join(part for part in parts if part)[: self._terminal.width - 1]

    def _bar(self, done: int, total: int) -> str:
        full = min(_BAR_CELLS, _BAR_CELLS * done // total)
        if self._terminal.is_unicode:
            return "━" * full + "─" * (_BAR_CELLS - full)
        return "[" + "=" * full + " " * (_BAR_CELLS - full) + "]"


def _sentence(event: Event) -> str:
    """Subject and detail as one text."""
    if event.subject and event.detail:
        return f"{event.subject}: {event.detail}"
    return event.subject or event.detail
