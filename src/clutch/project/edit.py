"""Changes requirements in the text of a `pyproject.toml`; what is not changed stays as it is, byte for byte."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from clutch.base.errors import ClutchError
from clutch.base.text import nearest
from clutch.base.values import NamedTuple
from clutch.project.array_edit import insert_item, new_array, remove_item, replace_item
from clutch.project.document import Document, parse_document
from clutch.project.key_edit import put_value
from clutch.project.positions import Path
from clutch.project.toml_text import value_text


class Written(NamedTuple):
    """One requirement as it stands in the manifest; `section` is `""`, `group:NAME` or `extra:NAME`."""

    section: str
    text: str
    line: int


def add_requirement(text: str, section: str, requirement: str, path: str = "pyproject.toml") -> str:
    """The manifest with `requirement` in that section; an entry of the same name and marker is replaced.

    A new entry goes to its place in a sorted list, else to the end. A missing list or table is made.
    Raises: ClutchError `no-project-table` where `""` or an extra is asked for and there is no `[project]`.
    """
    document = parse_document(text, path)
    where = _section_path(document, section)
    items = _items(document, where)
    if items is None:
        if section.partition(":")[0] != "group" and "project" not in document.root:
            message = f"`{path}` has no `[project]` table for `{requirement}` to stand in"
            hint = "add a `[project]` table with a `name`, or add it to a group with `--group NAME`"
            raise ClutchError("no-project-table", message, subject=requirement, hints=(hint,))
        return put_value(document.layout, where, new_array(requirement, _newline(text)))
    key = _sort_key(requirement)
    keys = [_sort_key(item) if isinstance(item, str) else None for item in items]
    for number, other in enumerate(keys):
        if other == key:
            return replace_item(document.layout, where, number, requirement)
    return insert_item(document.layout, where, _insertion_point(keys, key), requirement)


def remove_requirement(text: str, section: str | None, name: str, path: str = "pyproject.toml") -> str:
    """The manifest without any requirement on `name`, in that section or (None) in all of them.

    The list stays, even empty.
    Raises: ClutchError `not-a-requirement` when nothing names it.
    """
    found = False
    while True:
        document = parse_document(text, path)
        hit = next(_hits(document, section, name), None)
        if hit is None:
            break
        found = True
        text = remove_item(document.layout, *hit)
    if not found:
        raise _not_there(parse_document(text, path), section, name)
    return text


def find_requirements(
    text: str, name: str, section: str | None = None, path: str = "pyproject.toml"
) -> tuple[Written, ...]:
    """Every entry on `name`, in the order of `sections`; empty when there is none."""
    document = parse_document(text, path)
    titles = {where: title for title, where in _sections(document)}
    found = []
    for where, number in _hits(document, section, name):
        items = _items(document, where)
        assert items is not None
        found.append(Written(titles[where], items[number], document.line_of((*where, number))))
    return tuple(found)


def sections(text: str, path: str = "pyproject.toml") -> tuple[str, ...]:
    """The sections that the manifest has: the project's own first, then extras, then groups, in the file's order."""
    return tuple(title for title, _ in _sections(parse_document(text, path)))


def set_value(text: str, key: str, value: object, path: str = "pyproject.toml") -> str:
    """The manifest with the value at this dotted key; an existing one is replaced where it stands.

    Parts of `key` that hold dots themselves are quoted (`tool.clutch.sources."a.b"`).
    Raises: ClutchError `invalid-value` when a whole table stands there.
    """
    document = parse_document(text, path)
    parts = _split_key(key)
    if document.layout.is_table(parts):
        raise ClutchError("invalid-value", f"`{key}` is a table, not a value", subject=key, place=document.place(parts))
    return put_value(document.layout, parts, value_text(value))


def set_requires_python(text: str, specifier: str, path: str = "pyproject.toml") -> str:
    """The manifest with this `requires-python`."""
    return set_value(text, "project.requires-python", specifier, path)


def _split_key(key: str) -> Path:
    parts, rest = [], key
    while rest:
        if rest[0] == '"':
            part, _, rest = rest[1:].partition('"')
            rest = rest[1:]
        else:
            part, _, rest = rest.partition(".")
        parts.append(part)
    return tuple(parts)


def _newline(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"


def _sections(document: Document) -> list[tuple[str, Path]]:
    project = document.root.get("project")
    found: list[tuple[str, Path]] = []
    if isinstance(project, dict):
        if "dependencies" in project:
            found.append(("", ("project", "dependencies")))
        extras = project.get("optional-dependencies")
        if isinstance(extras, dict):
            found += [(f"extra:{name}", ("project", "optional-dependencies", name)) for name in extras]
    groups = document.root.get("dependency-groups")
    if isinstance(groups, dict):
        found += [(f"group:{name}", ("dependency-groups", name)) for name in groups]
    return found


def _section_path(document: Document, section: str) -> Path:
    """Where a section stands, or would stand; spelt as the file spells it."""
    from clutch.standards.names import normalize

    kind, _, name = section.partition(":")
    for title, where in _sections(document):
        other, _, written = title.partition(":")
        if other == kind and normalize(written or "x") == normalize(name or "x"):
            return where
    if kind == "group":
        return ("dependency-groups", name)
    if kind == "extra":
        return ("project", "optional-dependencies", name)
    return ("project", "dependencies")


def _sort_key(requirement: str) -> tuple[str, str]:
    """Normalised name and canonical marker; text that is no requirement sorts by itself."""
    from clutch.model.parse import requirement_from_text
    from clutch.model.requirement import Origin
    from clutch.standards.worlds import NATIVE

    try:
        parsed = requirement_from_text(requirement, world=NATIVE, origin=Origin())
    except ClutchError:
        return (requirement.lower(), "")
    return (parsed.name, parsed.marker)


def _items(document: Document, where: Path) -> list[Any] | None:
    """The list at `where`, None when there is none.

    Raises: ClutchError `invalid-value` when something else stands there.
    """
    value: Any = document.root
    for step in where:
        if not isinstance(value, dict):
            raise ClutchError("invalid-value", f"`{where[0]}` has to be a table", place=document.place(where))
        if step not in value:
            return None
        value = value[step]
    if not isinstance(value, list) or where not in document.layout.entries:
        dotted = ".".join(str(step) for step in where)
        raise ClutchError("invalid-value", f"`{dotted}` has to be an array of strings", place=document.place(where))
    return value


def _hits(document: Document, section: str | None, name: str) -> Iterator[tuple[Path, int]]:
    """Where the requirements on `name` stand: list and item number."""
    from clutch.standards.names import normalize

    wanted = normalize(name)
    for _, where in _sections(document):
        if section is not None and _section_path(document, section) != where:
            continue
        for number, item in enumerate(_items(document, where) or []):
            if isinstance(item, str) and _sort_key(item)[0] == wanted:
                yield where, number


def _insertion_point(keys: list[tuple[str, str] | None], new: tuple[str, str]) -> int:
    """The place in front of the first larger key when the strings are sorted, else the end."""
    known = [key for key in keys if key is not None]
    if known != sorted(known):
        return len(keys)
    last = -1
    for number, key in enumerate(keys):
        if key is not None and key > new:
            return last + 1 if last >= 0 else number
        if key is not None:
            last = number
    return last + 1 if last >= 0 else len(keys)


def _not_there(document: Document, section: str | None, name: str) -> ClutchError:
    names = []
    for _, where in _sections(document):
        names += [_sort_key(item)[0] for item in _items(document, where) or [] if isinstance(item, str)]
    near = nearest(name, names)
    elsewhere = [title for title, where in _sections(document) if next(_hits(document, title, name), None)]
    hints = (f"did you mean `{near[0]}`?",) if near and near[0] != name else ()
    if elsewhere:
        hints = (f"it stands in {_section_words(elsewhere[0])}",)
    where_words = "this project" if section is None else _section_words(section)
    return ClutchError(
        "not-a-requirement", f"`{name}` is not a requirement of {where_words}", subject=name, hints=hints
    )


def _section_words(section: str) -> str:
    kind, _, name = section.partition(":")
    return {"group": f"the group `{name}`", "extra": f"the extra `{name}`"}.get(kind, "the project's dependencies")
