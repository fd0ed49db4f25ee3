"""Indexes as settings name them: `[[tool.clutch.index]]` tables and the short form of flags and variables."""

from __future__ import annotations

from clutch.base.values import NamedTuple
from clutch.project.document import Table
from clutch.standards.worlds import NATIVE

_KEYS = ("name", "url", "kind", "explicit", "default")


class IndexChoice(NamedTuple):
    """One index; `kind` is its world.

    `is_explicit`: only for packages that name it; `is_default`: it replaces the default index.
    """

    name: str
    url: str
    kind: str = NATIVE
    is_explicit: bool = False
    is_default: bool = False
    line: int = 0


def read_indexes(table: Table) -> tuple[IndexChoice, ...]:
    """The indexes below `index` (`channel` is another word for it), in the order of the file.

    Raises: ClutchError `invalid-value` for a missing URL, a name given twice, or two defaults.
    """
    found: list[IndexChoice] = []
    for key in ("index", "channel"):
        for entry in table.tables(key):
            found.append(_read_index(entry, found))
    return tuple(found)


def index_from_text(text: str) -> IndexChoice:
    """`NAME=URL` or a bare `URL`."""
    name, mark, url = text.partition("=")
    if mark and "/" not in name and ":" not in name:
        return IndexChoice(name, url)
    return IndexChoice("", text)


def _read_index(entry: Table, before: list[IndexChoice]) -> IndexChoice:
    entry.only(_KEYS)
    name, url = entry.text("name"), entry.text("url")
    if not url:
        raise entry.error("invalid-value", "an index needs a `url`", *(("url",) if "url" in entry else ()))
    if "://" not in url and not url.startswith(("file:", ".", "/")):
        raise entry.error("invalid-value", f"`{url}` is not the address of an index", "url")
    explicit, default = entry.flag("explicit", False), entry.flag("default", False)
    if explicit and not name:
        raise entry.error("invalid-value", "an explicit index needs a `name`, or nothing can ask for it")
    if name and any(other.name == name for other in before):
        raise entry.error("invalid-value", f"two indexes are called `{name}`", "name")
    kind = entry.text("kind", NATIVE)
    if default and any(other.is_default and other.kind == kind for other in before):
        raise entry.error("invalid-value", "only one index can be the default", "default")
    return IndexChoice(name, url, kind, explicit, default, entry.line())
