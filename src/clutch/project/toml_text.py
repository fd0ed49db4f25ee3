"""Writes single TOML values as text on one line."""

from __future__ import annotations

import re

_BARE = re.compile(r"[A-Za-z0-9_-]+\Z")
_CONTROL = re.compile(r'[\x00-\x1f\x7f"\\]')
_SHORT = {'"': '\\"', "\\": "\\\\", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def quote(text: str, mark: str = '"') -> str:
    """`text` as a one-line TOML string, between `mark` where that needs no escape, else between the other quotes.

    Falls back to an escaped basic string when it needs escapes either way.
    """
    for choice in (mark, "'" if mark == '"' else '"'):
        if choice == "'" and "'" not in text and not any(ord(letter) < 32 or letter == "\x7f" for letter in text):
            return f"'{text}'"
        if choice == '"' and _CONTROL.search(text) is None:
            return f'"{text}"'
    return f'"{_CONTROL.sub(_escape, text)}"'


def key_text(key: str) -> str:
    """`key` bare where TOML allows it, else quoted."""
    return key if _BARE.match(key) else quote(key)


def value_text(value: object) -> str:
    """A string, number, boolean, list or mapping as TOML on one line.

    Raises: TypeError for anything else.
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return quote(value)
    if isinstance(value, (int, float)):
        return repr(value)
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(value_text(item) for item in value)}]"
    if isinstance(value, dict):
        pairs = ", ".join(f"{key_text(str(key))} = {value_text(item)}" for key, item in value.items())
        return f"{{ {pairs} }}" if pairs else "{}"
    raise TypeError(f"no TOML value for {type(value).__name__}")


def _escape(match: re.Match[str]) -> str:
    letter = match.group()
    return _SHORT.get(letter) or f"\\u{ord(letter):04x}"
