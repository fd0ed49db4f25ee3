"""Says where in a TOML text each table, key and array item stands.

`tomllib` gives values without positions; this scanner gives positions without values. It expects text that `tomllib`
has accepted, so it checks nothing.
"""

from __future__ import annotations

import re
from bisect import bisect_right

from clutch.base.values import NamedTuple

Path = tuple[str | int, ...]

_GAP = re.compile(r"(?:[ \t\r\n]+|#[^\n]*)*")
_BLANK = re.compile(r"[ \t]*")
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_STRING = re.compile(
    r'"""(?:\\[\s\S]|[^\\])*?"""(?:"{0,2})'
    r"|'''[\s\S]*?'''(?:'{0,2})"
    r'|"(?:[^"\\\n]|\\.)*"'
    r"|'[^'\n]*'"
)
_SCALAR = re.compile(r"[^,\]}#\r\n]+")
_ESCAPE = re.compile(r'\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(["\\bfnrt]))')
_ESCAPED = {'"': '"', "\\": "\\", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}


class Entry(NamedTuple):
    """One value: offsets into the text; `key_start` is the value's own start for an array item.

    `table` is the number of the header it stands under (0: before the first one).
    """

    key_start: int
    value_start: int
    value_end: int
    table: int


class Header(NamedTuple):
    """One `[table]` line, or the start of the file (`path` empty, both offsets 0).

    `start` is the offset of its bracket, `end` that of the end of its line; `body_end` the end of its last entry (or
    `end`).
    """

    path: Path
    start: int
    end: int
    body_end: int


class Layout:
    """Positions in one text. Paths hold keys and, for arrays and arrays of tables, item numbers."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.entries: dict[Path, Entry] = {}
        self.headers: list[Header] = [Header((), 0, 0, 0)]
        self._lines: list[int] = []
        self._scan()

    def line_at(self, offset: int) -> int:
        """The number of the line that holds this offset, from 1."""
        if not self._lines:
            self._lines = [match.end() for match in re.finditer("\n", self.text)]
        return bisect_right(self._lines, offset) + 1

    def line_of(self, path: Path) -> int:
        """The line of this key, table or item, or of the nearest thing around it that is written down."""
        while path:
            entry = self.entries.get(path)
            if entry is not None:
                return self.line_at(entry.key_start)
            for header in self.headers:
                if header.path == path:
                    return self.line_at(header.start)
            path = path[:-1]
        return 1

    def is_table(self, path: Path) -> bool:
        """Whether a header of exactly this path is written."""
        return any(header.path == path for header in self.headers[1:])

    def _scan(self) -> None:
        text, at = self.text, 0
        tables: dict[Path, int] = {}
        prefix: Path = ()
        while True:
            at = _skip(_GAP, text, at)
            if at >= len(text):
                return
            if text[at] == "[":
                prefix, at = self._scan_header(at, tables)
            else:
                at = self._scan_pair(at, prefix)
                last = self.headers[-1]
                self.headers[-1] = last._replace(body_end=at)

    def _scan_header(self, start: int, tables: dict[Path, int]) -> tuple[Path, int]:
        text = self.text
        is_array = text.startswith("[[", start)
        keys, at = self._scan_key(start + (2 if is_array else 1))
        at += 2 if is_array else 1
        path: Path = ()
        for position, key in enumerate(keys):
            path = (*path, key)
            is_last = position == len(keys) - 1
            if is_array and is_last:
                tables[path] = tables.get(path, -1) + 1
            if path in tables:
                path = (*path, tables[path])
        end = text.find("\n", at)
        end = len(text) if end < 0 else end
        if text[end - 1 : end] == "\r":
            end -= 1
        self.headers.append(Header(path, start, end, end))
        return path, at

    def _scan_key(self, at: int) -> tuple[tuple[str, ...], int]:
        """The parts of a dotted key, and the offset behind it and the blanks that follow."""
        text, parts = self.text, []
        while True:
            at = _skip(_BLANK, text, at)
            quoted = _STRING.match(text, at) if text[at] in "\"'" else None
            if quoted is not None:
                parts.append(_unquote(quoted.group()))
                at = quoted.end()
            else:
                bare = _BARE.match(text, at)
                assert bare is not None, "scanned a text that is not TOML"
                parts.append(bare.group())
                at = bare.end()
            at = _skip(_BLANK, text, at)
            if text[at] != ".":
                return tuple(parts), at
            at += 1

    def _scan_pair(self, start: int, prefix: Path) -> int:
        keys, at = self._scan_key(start)
        at = _skip(_BLANK, self.text, at + 1)
        path = (*prefix, *keys)
        end = self._scan_value(at, path)
        self.entries[path] = Entry(start, at, end, len(self.headers) - 1)
        return end

    def _scan_value(self, at: int, path: Path) -> int:
        text = self.text
        first = text[at]
        if first == "[":
            return self._scan_array(at + 1, path)
        if first == "{":
            return self._scan_inline(at + 1, path)
        if first in "\"'":
            match = _STRING.match(text, at)
            assert match is not None, "scanned a text that is not TOML"
            return match.end()
        match = _SCALAR.match(text, at)
        assert match is not None, "scanned a text that is not TOML"
        return at + len(match.group().rstrip())

    def _scan_array(self, at: int, path: Path) -> int:
        text, number = self.text, 0
        while True:
            at = _skip(_GAP, text, at)
            if text[at] == "]":
                return at + 1
            if text[at] == ",":
                at += 1
                continue
            end = self._scan_value(at, (*path, number))
            self.entries[(*path, number)] = Entry(at, at, end, len(self.headers) - 1)
            number += 1
            at = end

    def _scan_inline(self, at: int, path: Path) -> int:
        text = self.text
        while True:
            at = _skip(_GAP, text, at)
            if text[at] == "}":
                return at + 1
            at = at + 1 if text[at] == "," else self._scan_pair(at, path)


def _skip(pattern: re.Pattern[str], text: str, at: int) -> int:
    match = pattern.match(text, at)
    return match.end() if match is not None else at


def _unquote(quoted: str) -> str:
    body = quoted[1:-1]
    if quoted[0] == "'" or "\\" not in body:
        return body
    return _ESCAPE.sub(_unescape, body)


def _unescape(match: re.Match[str]) -> str:
    short, long, letter = match.groups()
    return _ESCAPED[letter] if letter else chr(int(short or long, 16))
