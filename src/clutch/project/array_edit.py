"""Puts strings into TOML arrays, and takes them out, in the style that the array has."""

from __future__ import annotations

import re

from clutch.project.positions import Entry, Layout, Path
from clutch.project.toml_text import quote

_GAP = re.compile(r"(?:[ \t\r\n]+|#[^\n]*)*")
_REST_OF_LINE = re.compile(r"[ \t]*(?:#[^\r\n]*)?(?=\r?\n|\Z)")
_INDENT = "    "


def new_array(text: str, newline: str) -> str:
    """An array of one string, one item a line."""
    return f"[{newline}{_INDENT}{quote(text)},{newline}]"


def replace_item(layout: Layout, path: Path, number: int, text: str) -> str:
    """The text with another string as this item, in the quotes that it had."""
    entry = layout.entries[(*path, number)]
    mark = layout.text[entry.value_start]
    return _splice(layout.text, entry.value_start, entry.value_end, quote(text, mark))


def insert_item(layout: Layout, path: Path, number: int, text: str) -> str:
    """The text with one more string in front of item `number`, or behind the last one."""
    array = layout.entries[path]
    items = _items_of(layout, path)
    item = quote(text, _mark_of(layout, items))
    if not items:
        return _insert_first(layout.text, array, item)
    if number == 0:
        return _insert_front(layout, array, items, item)
    return _insert_behind(layout, array, items, number - 1, item)


def remove_item(layout: Layout, path: Path, number: int) -> str:
    """The text without this item; its line, its own comment and the comma that it needed go with it."""
    text = layout.text
    array = layout.entries[path]
    items = _items_of(layout, path)
    entry = items[number]
    comma = _comma_after(text, entry.value_end)
    end = comma + 1 if comma >= 0 else entry.value_end
    if len(items) == 1:
        front = text[array.value_start + 1 : entry.value_start]
        inside = front + text[end : array.value_end - 1]
        if not inside.strip() and comma >= 0 and inside:
            return _splice(text, array.value_start + 1, array.value_end - 1, "" if "\n" in inside else front)
    is_last = number == len(items) - 1
    line = _own_line(text, entry.value_start, end)
    before = _comma_after(text, items[number - 1].value_end) if number else -1
    if before >= 0 and "\n" in text[entry.value_end : end] and "\n" not in text[before : entry.value_start]:
        return _splice(text, before, entry.value_end, "")
    if line is not None:
        text = _splice(text, *line, "")
    elif not is_last and "\n" not in text[entry.value_end : items[number + 1].value_start]:
        text = _splice(text, entry.value_start, items[number + 1].value_start, "")
    else:
        text = _splice(text, _start_of_gap(text, entry.value_start), end, "")
    if is_last and comma < 0 and number > 0:
        text = _splice(text, before, before + 1, "")
    return text


def _insert_first(text: str, array: Entry, item: str) -> str:
    """Into an empty array: `[]` opens over three lines, `[ ]` stays on its line, comments stay in front."""
    start, end = array.value_start + 1, array.value_end - 1
    inside = text[start:end]
    newline = "\r\n" if "\r\n" in text else "\n"
    if not inside:
        return _splice(text, start, end, f"{newline}{_INDENT}{item},{newline}")
    if "\n" not in inside:
        return _splice(text, start, end, f"{inside}{item},{inside}")
    closing = text.rfind("\n", start, end) + 1
    comma = "," if "#" in inside else ""
    indent = _indent_at(text, text.index("#", start, end)) if comma else ""
    return _splice(text, closing, closing, f"{indent or _INDENT}{item}{comma}{newline}")


def _insert_front(layout: Layout, array: Entry, items: list[Entry], item: str) -> str:
    text = layout.text
    first = items[0]
    if "\n" not in text[array.value_start : first.value_start]:
        return _splice(text, first.value_start, first.value_start, f"{item}, ")
    at = _end_of_line(text, array.value_start + 1)
    return _splice(text, at, at, f"{_newline_at(text, at)}{_indent_at(text, first.value_start)}{item},")


def _insert_behind(layout: Layout, array: Entry, items: list[Entry], before: int, item: str) -> str:
    text = layout.text
    previous = items[before]
    following = items[before + 1].value_start if before + 1 < len(items) else -1
    comma = _comma_after(text, previous.value_end)
    if following >= 0 and "\n" not in text[previous.value_end : following]:
        return _splice(text, following, following, f"{item}, ")
    if comma >= 0 and "\n" in text[previous.value_end : comma]:
        return _splice(text, previous.value_end, previous.value_end, f", {item}")
    if "\n" not in text[array.value_start : previous.value_start]:
        return _extend_line(text, array, previous, comma, item)
    at = _end_of_line(text, comma + 1 if comma >= 0 else previous.value_end)
    new_line = f"{_newline_at(text, at)}{_indent_at(text, previous.value_start)}{item}"
    if comma >= 0:
        return _splice(text, at, at, f"{new_line},")
    return f"{text[: previous.value_end]},{text[previous.value_end : at]}{new_line}{text[at:]}"


def _extend_line(text: str, array: Entry, previous: Entry, comma: int, item: str) -> str:
    """Behind an item that stands on the line of its bracket."""
    if comma >= 0:
        return _splice(text, comma + 1, comma + 1, f" {item},")
    return _splice(text, previous.value_end, previous.value_end, f", {item}")


def _items_of(layout: Layout, path: Path) -> list[Entry]:
    items: list[Entry] = []
    while (*path, len(items)) in layout.entries:
        items.append(layout.entries[(*path, len(items))])
    return items


def _mark_of(layout: Layout, items: list[Entry]) -> str:
    """The quotes of the array's first string; of the file's strings where it has none."""
    for entry in items:
        if layout.text[entry.value_start] in "\"'":
            return layout.text[entry.value_start]
    marks = [layout.text[entry.value_start] for entry in layout.entries.values()]
    return "'" if marks.count("'") > marks.count('"') else '"'


def _comma_after(text: str, at: int) -> int:
    """The offset of the comma that follows a value, -1 when the array ends first."""
    gap = _GAP.match(text, at)
    assert gap is not None
    return gap.end() if text[gap.end()] == "," else -1


def _end_of_line(text: str, at: int) -> int:
    """The end of this line when only a comment follows, else `at` itself."""
    rest = _REST_OF_LINE.match(text, at)
    return rest.end() if rest is not None else at


def _newline_at(text: str, at: int) -> str:
    end = text.find("\n", at)
    if end < 0:
        end = text.rfind("\n")
    return "\r\n" if end > 0 and text[end - 1] == "\r" else "\n"


def _indent_at(text: str, at: int) -> str:
    """The blanks at the start of the line that holds this offset."""
    start = text.rfind("\n", 0, at) + 1
    line = text[start:at]
    return line[: len(line) - len(line.lstrip(" \t"))]


def _own_line(text: str, start: int, end: int) -> tuple[int, int] | None:
    """The whole line of an item that shares it with nothing but a comment; None otherwise."""
    line_start = text.rfind("\n", 0, start) + 1
    rest = _REST_OF_LINE.match(text, end)
    if line_start == 0 or text[line_start:start].strip(" \t") or rest is None:
        return None
    following = text.find("\n", rest.end())
    return (line_start, following + 1) if following >= 0 else None


def _start_of_gap(text: str, at: int) -> int:
    """Back over the blanks in front of a value, and over one line end that no comment needs."""
    start = len(text[:at].rstrip(" \t"))
    if start and text[start - 1] == "\n":
        line_start = text.rfind("\n", 0, start - 1) + 1
        if "#" not in text[line_start : start - 1]:
            start -= 2 if text[start - 2 : start - 1] == "\r" else 1
    return start


def _splice(text: str, start: int, end: int, new: str) -> str:
    return text[:start] + new + text[end:]
