"""A TOML file whose every value can be asked for with its type, and whose every error names file and line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from clutch.base.errors import ClutchError, Place
from clutch.base.text import join_words, nearest
from clutch.project.positions import Layout, Path

_AT = re.compile(r"\s*\(at (?:line (\d+), column \d+|end of document)\)$")
_TWICE = re.compile(r"cannot declare \((.*)\) twice")
_KINDS = {
    bool: "true or false",
    str: "a string",
    int: "a whole number",
    float: "a number",
    list: "an array",
    dict: "a table",
}
_MOST_KEYS_NAMED = 12
"""A longer list of allowed keys helps nobody; the documentation has it."""


class Document:
    """One parsed file. Positions are scanned when the first one is asked for."""

    def __init__(self, path: str, text: str, root: dict[str, Any]) -> None:
        self.path = path
        self.text = text
        self.root = root
        self._layout: Layout | None = None

    @property
    def layout(self) -> Layout:
        if self._layout is None:
            self._layout = Layout(self.text)
        return self._layout

    def line_of(self, path: Path) -> int:
        return self.layout.line_of(path)

    def place(self, path: Path) -> Place:
        return Place(self.path, self.line_of(path))

    @property
    def top(self) -> Table:
        return Table(self, (), self.root)


class Table:
    """One table of a document, read key by key; a value of another type is refused with its place."""

    def __init__(self, document: Document, path: Path, values: Mapping[str, Any]) -> None:
        self.document = document
        self.path = path
        self.values = values

    def __contains__(self, key: str) -> bool:
        return key in self.values

    @property
    def title(self) -> str:
        """How people write it: `[tool.clutch]`."""
        return f"[{_dotted(self.path)}]"

    def line(self, *path: str | int) -> int:
        return self.document.line_of((*self.path, *path))

    def error(self, code: str, message: str, *path: str | int, hints: tuple[str, ...] = ()) -> ClutchError:
        """An error about the value at `path` below this table."""
        full = (*self.path, *path)
        return ClutchError(code, message, subject=_dotted(full), place=self.document.place(full), hints=hints)

    def only(self, known: Iterable[str]) -> None:
        """Refuse keys that are not in `known`, with the nearest real one as a hint.

        Raises: ClutchError `unknown-key`.
        """
        names = sorted(known)
        for key in self.values:
            if key in names:
                continue
            near = nearest(key, names)
            hints = (f"did you mean `{near[0]}`?",) if near else ()
            if not near and len(names) <= _MOST_KEYS_NAMED:
                hints = (f"use one of {join_words([f'`{name}`' for name in names], 'or')}",)
            raise self.error("unknown-key", f"`{key}` is not a key of `{self.title}`", key, hints=hints)

    def wrong(self, expected: str, *path: str | int) -> ClutchError:
        """The error for a value that is not what was `expected`."""
        value: Any = self.values
        for step in path:
            value = value[step]
        name = _dotted((*self.path, *path))
        return self.error("invalid-value", f"`{name}` has to be {expected}, not {describe(value)}", *path)

    def text(self, key: str, default: str = "") -> str:
        value = self.values.get(key, default)
        if not isinstance(value, str):
            raise self.wrong("a string", key)
        return value

    def flag(self, key: str, default: bool) -> bool:
        value = self.values.get(key, default)
        if not isinstance(value, bool):
            raise self.wrong("true or false", key)
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """An array of strings; empty when the key is absent."""
        value = self.values.get(key, [])
        if not isinstance(value, list):
            raise self.wrong("an array of strings", key)
        for number, item in enumerate(value):
            if not isinstance(item, str):
                raise self.wrong("a string", key, number)
        return tuple(value)

    def table(self, key: str) -> Table | None:
        """The table below `key`, None when it is absent."""
        if key not in self.values:
            return None
        value = self.values[key]
        if not isinstance(value, dict):
            raise self.wrong("a table", key)
        return Table(self.document, (*self.path, key), value)

    def tables(self, key: str) -> tuple[Table, ...]:
        """The tables of an array of tables; empty when the key is absent."""
        value = self.values.get(key, [])
        if not isinstance(value, list):
            raise self.wrong("an array of tables", key)
        for number, item in enumerate(value):
            if not isinstance(item, dict):
                raise self.wrong("a table", key, number)
        return tuple(Table(self.document, (*self.path, key, number), item) for number, item in enumerate(value))

    def text_map(self, key: str) -> dict[str, str]:
        """A table of strings, in the order of the file; empty when the key is absent."""
        below = self.table(key)
        return {} if below is None else {name: below.text(name) for name in below.values}


def describe(value: object) -> str:
    """What a TOML value is, in words: `a string`, `an array`."""
    for kind, words in _KINDS.items():
        if isinstance(value, kind):
            return words
    return "a date"


def parse_document(text: str, path: str) -> Document:
    """The document in `text`, which was read from `path`.

    Raises: ClutchError `malformed-toml` with the line.
    """
    import tomllib

    try:
        root = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _malformed(str(error), text, path) from None
    except RecursionError:
        raise ClutchError(
            "malformed-toml", f"`{path}` nests its values too deeply", subject=path, place=Place(path)
        ) from None
    return Document(path, text, root)


def read_text(path: str) -> str:
    """The text of a file with its line endings as they are.

    Raises: FileNotFoundError, and ClutchError `not-readable` or `not-utf8` with the line.
    """
    try:
        with open(path, "rb") as file:
            raw = file.read()
    except FileNotFoundError:
        raise
    except OSError as error:
        reason = (error.strerror or "it failed").lower()
        raise ClutchError("not-readable", f"cannot read `{path}`: {reason}", subject=path, place=Place(path)) from None
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        message = f"`{path}` is not UTF-8 text, which TOML has to be"
        raise ClutchError("not-utf8", message, subject=path, place=Place(path, line)) from None


def _malformed(message: str, text: str, path: str) -> ClutchError:
    match = _AT.search(message)
    line = 1
    if match is not None:
        line = int(match.group(1)) if match.group(1) else text.rstrip().count("\n") + 1
        message = message[: match.start()]
    if text.startswith("\ufeff"):
        message = "the file starts with a byte order mark"
    message = _plainer(message[:1].lower() + message[1:])
    return ClutchError(
        "malformed-toml", f"`{path}` is not valid TOML: {message}", subject=path, place=Place(path, line)
    )


def _plainer(message: str) -> str:
    """The parser's words, without its inner life."""
    if message.startswith("cannot overwrite a value"):
        return "this key has a value already"
    twice = _TWICE.match(message)
    if twice is not None:
        table = ".".join(name.strip(" '\"") for name in twice.group(1).split(",") if name)
        return f"the table `{table}` is there already"
    return message


def _dotted(path: Path) -> str:
    text = ""
    for step in path:
        if isinstance(step, int):
            text += f"[{step}]"
        else:
            text += f".{step}" if text else step
    return text
