"""TOML as clutch writes it: one spelling for each value, so that equal content is equal text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from clutch.base.values import NamedTuple

_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_SPECIAL = re.compile(r"[\x00-\x1f\x7f\"\\]")
_SHORT = {"\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r", '"': '\\"', "\\": "\\\\"}
_DATETIME = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]+)?(?:[Zz]|[+-][0-9]{2}:[0-9]{2})?"
)


class Datetime(NamedTuple):
    """An RFC 3339 time that is written as a TOML date-time, with the digits that it has."""

    text: str


def render_key(key: str) -> str:
    """A key, quoted where it must be."""
    return key if _BARE_KEY.fullmatch(key) else render_value(key)


def render_value(value: Any) -> str:
    """A value on one line: texts, whole numbers, truth values, `Datetime` and `datetime`, sequences, mappings.

    Mappings become inline tables in the order of their keys. Source: TOML 1.0 §String, §Array, §Inline Table.
    """
    if isinstance(value, str):
        return f'"{_SPECIAL.sub(_escape, value)}"'
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, Datetime):
        assert _DATETIME.fullmatch(value.text), f"not a date-time: {value.text}"
        return value.text
    if isinstance(value, Mapping):
        inside = ", ".join(f"{render_key(key)} = {render_value(item)}" for key, item in value.items())
        return f"{{ {inside} }}" if inside else "{}"
    if isinstance(value, Sequence):
        return f"[{', '.join(render_value(item) for item in value)}]"
    if hasattr(value, "isoformat"):
        return str(value.isoformat()).replace("+00:00", "Z")
    raise TypeError(f"no TOML for {type(value).__name__}")


def render_array(values: Iterable[Any]) -> str:
    """An array with one item a line, so that changes of two people seldom meet; `[]` when empty."""
    lines = "".join(f"    {render_value(value)},\n" for value in values)
    return f"[\n{lines}]" if lines else "[]"


def render_pair(key: str, value: Any) -> str:
    """`key = value` and a line feed."""
    return f"{render_key(key)} = {render_value(value)}\n"


def render_header(path: Sequence[str], *, repeated: bool = False) -> str:
    """`[a.b]`, or `[[a.b]]` for an entry of an array of tables, and a line feed."""
    inside = ".".join(render_key(part) for part in path)
    return f"[[{inside}]]\n" if repeated else f"[{inside}]\n"


def render_table(path: Sequence[str], content: Mapping[str, Any]) -> str:
    """A header and its pairs, in the order given."""
    return render_header(path) + "".join(render_pair(key, value) for key, value in content.items())


def is_datetime(text: str) -> bool:
    """Whether `Datetime(text)` can be written."""
    return _DATETIME.fullmatch(text) is not None


def _escape(match: re.Match[str]) -> str:
    return _SHORT.get(match[0]) or f"\\u{ord(match[0]):04x}"
