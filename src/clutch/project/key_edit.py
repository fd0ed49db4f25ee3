"""Writes the value of one key into a TOML text, where the file's own style would have it."""

from __future__ import annotations

from clutch.project.positions import Header, Layout, Path
from clutch.project.toml_text import key_text


def put_value(layout: Layout, path: Path, value: str) -> str:
    """The text with `value` (TOML) at `path`: replaced where it stands, else added to the nearest table there is.

    In order: the table's own header, an inline table around it, dotted keys that made it; else a new table.
    """
    text = layout.text
    entry = layout.entries.get(path)
    if entry is not None:
        return text[: entry.value_start] + value + text[entry.value_end :]
    for depth in range(len(path) - 1, -1, -1):
        prefix = path[:depth]
        inline = layout.entries.get(prefix)
        if inline is not None and text[inline.value_start] == "{":
            return _into_inline(text, inline.value_start, inline.value_end, f"{_dotted(path[depth:])} = {value}")
        dotted = _last_dotted(layout, prefix)
        if dotted is not None:
            number, header = dotted
            return _behind(layout, number, f"{_dotted(path[len(header.path) :])} = {value}")
        if depth == len(path) - 1 and (depth == 0 or layout.is_table(prefix)):
            number = next(i for i, header in enumerate(layout.headers) if header.path == prefix)
            return _behind(layout, number, f"{_dotted(path[depth:])} = {value}")
    return _new_table(layout, path, value)


def _last_dotted(layout: Layout, prefix: Path) -> tuple[int, Header] | None:
    """The header under which dotted keys make the table `prefix`, None when none do."""
    if not prefix or layout.is_table(prefix):
        return None
    for path, entry in layout.entries.items():
        header = layout.headers[entry.table]
        if path[: len(prefix)] == prefix and len(path) > len(prefix) > len(header.path):
            return entry.table, header
    return None


def _behind(layout: Layout, number: int, line: str) -> str:
    """The text with a new line behind the last entry under this header."""
    text, newline = layout.text, _newline(layout.text)
    header = layout.headers[number]
    if not header.path and header.body_end == 0:
        gap = newline if text else ""
        return f"{line}{newline}{gap}{text}"
    at = text.find("\n", header.body_end)
    at = len(text) if at < 0 else at
    if text[at - 1 : at] == "\r":
        at -= 1
    return f"{text[:at]}{newline}{line}{text[at:]}"


def _into_inline(text: str, start: int, end: int, pair: str) -> str:
    inside = text[start + 1 : end - 1]
    if not inside.strip():
        return f"{text[:start]}{{ {pair} }}{text[end:]}"
    at = start + 1 + len(inside.rstrip().rstrip(","))
    return f"{text[:at]}, {pair}{text[at:]}"


def _new_table(layout: Layout, path: Path, value: str) -> str:
    """A new table behind the last one that it belongs with, else at the end of the file."""
    text, newline = layout.text, _newline(layout.text)
    body = f"[{_dotted(path[:-1])}]{newline}{key_text(str(path[-1]))} = {value}"
    kin = path[: 2 if path[0] == "tool" else 1]
    last = -1
    for number, header in enumerate(layout.headers):
        if header.path[: len(kin)] == kin:
            last = number
    if 0 <= last < len(layout.headers) - 1:
        at = layout.headers[last].body_end
        end = text.find("\n", at)
        at = end + 1 if end >= 0 else len(text)
        return f"{text[:at]}{newline}{body}{newline}{text[at:]}"
    if not text.strip():
        return f"{text}{body}{newline}"
    ends = text.endswith("\n")
    gap = newline if ends else newline * 2
    return f"{text}{gap}{body}{newline if ends else ''}"


def _dotted(path: Path) -> str:
    return ".".join(key_text(str(step)) for step in path)


def _newline(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"
