"""Marks of files that a command is about to read, taken before it reads them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from clutch.project.stamp import mark

_TICK_NS = 20_000_000
"""File systems tell the time in steps of up to 10 ms: a file changed so recently can change again without its time
telling it."""


def take_marks(paths: Iterable[str], now_ns: int) -> Mapping[str, str]:
    """Path to mark; one `stat` a path. `now_ns` is the present in nanoseconds since the epoch."""
    return {path: _settled(mark(path), now_ns) for path in paths}


def _settled(line: str, now_ns: int) -> str:
    """The mark, spoilt when the file is so young that its next change may not show."""
    kind, _, rest = line.partition(" ")
    if kind != "file" or now_ns - int(rest.partition(" ")[0]) > _TICK_NS:
        return line
    return f"file 0 {rest.partition(' ')[2]}"
