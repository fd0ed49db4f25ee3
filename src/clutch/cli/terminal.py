"""The only module that names standard output and standard error; decides on colours and on a live line."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping

from clutch.base.errors import ClutchError

_STYLES = {
    "error": "1;31",
    "warning": "1;33",
    "hint": "1;36",
    "good": "32",
    "bad": "31",
    "changed": "33",
    "strong": "1",
    "dim": "2",
}
"""Meaning to SGR parameters."""

_CLEAR_LINE = "\r\x1b[K"


class Terminal:
    """Where text goes: the artefact to standard output, everything else to standard error.

    `quiet` counts `-q`, `verbose` counts `-v`; `wants_json` says that standard output carries JSON, errors too;
    `progress` is `auto` (or empty), `always` or `never`. A status line is always the last one on standard error.
    """

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ
        self._color = "auto"
        self._status = ""
        self.quiet = 0
        self.verbose = 0
        self.wants_json = False
        self.progress = ""

    def configure(self, color: str, quiet: int, verbose: int) -> None:
        """Takes over the options, once they are known."""
        self._color = color or "auto"
        self.quiet = quiet
        self.verbose = verbose

    @property
    def is_live(self) -> bool:
        """Whether standard error can show a line that changes."""
        if self.quiet or self.progress == "never":
            return False
        return self.progress == "always" or (_is_terminal(sys.stderr) and self._environ.get("TERM", "") != "dumb")

    @property
    def is_unicode(self) -> bool:
        """Whether standard error can show more than ASCII."""
        return _is_utf8(sys.stderr)

    @property
    def is_out_unicode(self) -> bool:
        """Whether standard output can take more than ASCII."""
        return _is_utf8(sys.stdout)

    @property
    def width(self) -> int:
        """Columns of standard error; 80 where that cannot be known."""
        try:
            return os.get_terminal_size(sys.stderr.fileno()).columns or 80
        except (OSError, ValueError, AttributeError):
            return 80

    def style(self, meaning: str, text: str, *, on_error: bool = True) -> str:
        """`text` in the colours of a meaning, or as it is where colours are not wanted."""
        if not text or not self._has_color(sys.stderr if on_error else sys.stdout):
            return text
        return f"\x1b[{_STYLES[meaning]}m{text}\x1b[0m"

    def write_out(self, text: str) -> None:
        """Prints the artefact; a missing final line end is added.

        Raises: BrokenPipeError when nobody reads it; ClutchError `output-failed`.
        """
        if self._status:
            self.clear_status()
        try:
            _write(sys.stdout, text if text.endswith("\n") or not text else text + "\n")
        except BrokenPipeError:
            raise
        except OSError as error:
            self.abandon_out()
            reason = (error.strerror or str(error)).lower()
            raise ClutchError("output-failed", f"standard output cannot be written: {reason}") from error

    def write_error(self, text: str) -> None:
        """Prints a line that is not the artefact, above the status line."""
        status = self._status
        self.clear_status()
        try:
            _write(sys.stderr, text if text.endswith("\n") else text + "\n")
        except OSError:
            return  # nobody can read the remarks; the work goes on
        if status:
            self.show_status(status)

    def show_status(self, text: str) -> None:
        """Replaces the status line."""
        if text != self._status:
            self._status = text
            self._show(_CLEAR_LINE + text)

    def clear_status(self) -> None:
        """Takes the status line away."""
        if self._status:
            self._status = ""
            self._show(_CLEAR_LINE)

    def abandon_out(self) -> None:
        """Standard output has lost its reader: whatever is still buffered goes nowhere, without a complaint at exit."""
        null = os.open(os.devnull, os.O_WRONLY)
        try:
            os.dup2(null, sys.stdout.fileno())
        except (OSError, ValueError, AttributeError):
            pass
        finally:
            os.close(null)

    def _show(self, text: str) -> None:
        try:
            _write(sys.stderr, text)
        except OSError:
            return

    def _has_color(self, stream: object) -> bool:
        """`--color`, then NO_COLOR and FORCE_COLOR (non-empty), then whether it is a capable terminal."""
        if self._color != "auto":
            return self._color == "always"
        if self._environ.get("NO_COLOR"):
            return False
        if self._environ.get("FORCE_COLOR") or self._environ.get("CLICOLOR_FORCE", "0") != "0":
            return True
        return _is_terminal(stream) and self._environ.get("TERM", "") != "dumb"


def _is_terminal(stream: object) -> bool:
    try:
        return bool(stream.isatty())  # type: ignore[attr-defined]
    except (AttributeError, ValueError):
        return False


def _is_utf8(stream: object) -> bool:
    return (getattr(stream, "encoding", "") or "").lower().replace("-", "") == "utf8"


def _write(stream: object, text: str) -> None:
    """Writes and flushes; letters that the stream cannot encode are escaped instead of failing."""
    if stream is None:
        return
    try:
        stream.write(text)  # type: ignore[attr-defined]
    except UnicodeEncodeError:
        encoding = getattr(stream, "encoding", None) or "ascii"
        stream.write(text.encode(encoding, "backslashreplace").decode(encoding))  # type: ignore[attr-defined]
    stream.flush()  # type: ignore[attr-defined]
