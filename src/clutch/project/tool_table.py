"""`[tool.clutch]`: what clutch alone understands of a manifest, checked key by key."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from clutch.base.errors import ClutchError
from clutch.base.values import NamedTuple
from clutch.model.parse import source_from_url
from clutch.model.requirement import Origin, Source
from clutch.project.document import Document, Table
from clutch.project.index_table import IndexChoice, read_indexes
from clutch.project.setting_table import BY_KEY, check_value

_EMPTY: Mapping[str, Any] = MappingProxyType({})
_SOURCE_KEYS = ("index", "git", "rev", "tag", "branch", "subdirectory", "path", "editable", "url", "workspace")
_SOURCE_PLACES = ("index", "git", "path", "url", "workspace")
_TABLES = ("build", "tasks", "envs", "test", "check", "fmt", "lint", "types", "workspace")
_METADATA_KEYS = ("requires", "requires-python", "extras", "version", "skip")


class SourceChoice(NamedTuple):
    """Where one package comes from: an index by name, a source, or the workspace itself."""

    index_name: str = ""
    source: Source | None = None
    is_workspace: bool = False
    line: int = 0


class StatedFacts(NamedTuple):
    """What the project says of a package in the package's stead; None: not stated. `is_skipped` leaves it out."""

    requires: tuple[str, ...] | None = None
    python: str | None = None
    is_skipped: bool = False
    line: int = 0


class Stated(NamedTuple):
    """A text (a requirement, a name or a marker) and the line it stands on."""

    text: str
    line: int


class Member(NamedTuple):
    """A group or an extra, as `conflicts` names it; `kind` is `group` or `extra`."""

    kind: str
    name: str


class ToolTable(NamedTuple):
    """The whole table, validated.

    `settings` are the values of keys that `setting_table` knows, with their lines in `setting_lines`;
    `default_groups` is None when not stated. `tables` holds the plain values of `build`, `tasks`, `envs`, `test`,
    `check` and the like.
    """

    indexes: tuple[IndexChoice, ...] = ()
    sources: Mapping[str, SourceChoice] = _EMPTY
    default_groups: tuple[str, ...] | None = None
    environments: tuple[Stated, ...] = ()
    required_environments: tuple[Stated, ...] = ()
    constraints: tuple[Stated, ...] = ()
    overrides: tuple[Stated, ...] = ()
    excludes: tuple[Stated, ...] = ()
    metadata: Mapping[str, StatedFacts] = _EMPTY
    conflicts: tuple[tuple[Member, ...], ...] = ()
    is_package: bool | None = None
    settings: Mapping[str, Any] = _EMPTY
    setting_lines: Mapping[str, int] = _EMPTY
    tables: Mapping[str, Mapping[str, Any]] = _EMPTY


def read_tool_table(document: Document) -> ToolTable:
    """`[tool.clutch]` of a manifest; the defaults when there is none.

    Raises: ClutchError `unknown-key`, `invalid-value`, `invalid-requirement`, `invalid-marker`, each with its line.
    """
    tool = document.top.table("tool") if isinstance(document.root.get("tool"), dict) else None
    table = tool.table("clutch") if tool is not None else None
    if table is None:
        return ToolTable()
    own = ("index", "channel", "sources", "default-groups", "environments", "required-environments", "constraints")
    table.only((*own, "overrides", "excludes", "metadata", "conflicts", "package", *_TABLES, *_manifest_settings()))
    indexes = read_indexes(table)
    names = {choice.name for choice in indexes if choice.name}
    settings = {key: check_value(table, BY_KEY[key]) for key in table.values if key in BY_KEY and key != "index"}
    groups = table.texts("default-groups") if "default-groups" in table else None
    return ToolTable(
        indexes,
        _read_sources(table, names),
        groups,
        _markers(table, "environments"),
        _markers(table, "required-environments"),
        _requirements(table, "constraints"),
        _requirements(table, "overrides"),
        tuple(
            Stated(_name(table, text, "excludes", i), table.line("excludes", i))
            for i, text in _numbered(table, "excludes")
        ),
        _read_metadata(table),
        _read_conflicts(table),
        table.flag("package", False) if "package" in table else None,
        MappingProxyType(settings),
        MappingProxyType({key: table.line(key) for key in settings}),
        MappingProxyType({key: below.values for key in _TABLES if (below := table.table(key)) is not None}),
    )


def _manifest_settings() -> list[str]:
    return [key for key, setting in BY_KEY.items() if setting.in_manifest]


def _numbered(table: Table, key: str) -> list[tuple[int, str]]:
    return list(enumerate(table.texts(key)))


def _checked(table: Table, key: str, check: Callable[[str], object]) -> tuple[Stated, ...]:
    """The strings of an array, each accepted by `check`, whose error gets the line."""
    found = []
    for number, text in _numbered(table, key):
        try:
            check(text)
        except ClutchError as error:
            error.place = table.document.place((*table.path, key, number))
            raise
        found.append(Stated(text, table.line(key, number)))
    return tuple(found)


def _markers(table: Table, key: str) -> tuple[Stated, ...]:
    if key not in table:
        return ()
    from clutch.standards.marker import parse_marker

    return _checked(table, key, parse_marker)


def _requirements(table: Table, key: str) -> tuple[Stated, ...]:
    if key not in table:
        return ()
    from clutch.standards.requirement import parse_requirement_text

    return _checked(table, key, parse_requirement_text)


def _name(table: Table, text: str, *path: str | int) -> str:
    """`text` normalised, when it is a package's name."""
    from clutch.standards.names import is_name, normalize

    if not is_name(text):
        raise table.error("invalid-name", f"`{text}` is not the name of a package", *path)
    return normalize(text)


def _read_sources(table: Table, index_names: set[str]) -> Mapping[str, SourceChoice]:
    below = table.table("sources")
    if below is None:
        return _EMPTY
    found = {}
    for written in below.values:
        source = below.table(written)
        assert source is not None
        name = _name(below, written, written)
        found[name] = _read_source(source, index_names)
    return MappingProxyType(found)


def _read_source(table: Table, index_names: set[str]) -> SourceChoice:
    table.only(_SOURCE_KEYS)
    kinds = [key for key in _SOURCE_PLACES if key in table]
    if len(kinds) != 1:
        message = f"`{table.title}` needs exactly one of `index`, `git`, `path`, `url` and `workspace`"
        raise table.error("invalid-value", message)
    kind, line = kinds[0], table.line()
    subdirectory = table.text("subdirectory")
    if kind == "index":
        name = table.text("index")
        if name not in index_names:
            hints = (f'declare it with `[[tool.clutch.index]]` and `name = "{name}"`',)
            raise table.error("unknown-index", f"no index is called `{name}`", "index", hints=hints)
        return SourceChoice(index_name=name, line=line)
    if kind == "git":
        revisions = [key for key in ("rev", "tag", "branch") if key in table]
        if len(revisions) > 1:
            raise table.error(
                "invalid-value", f"`{revisions[0]}` and `{revisions[1]}` cannot both be given", revisions[1]
            )
        revision = table.text(revisions[0]) if revisions else ""
        url = table.text("git").removeprefix("git+")
        return SourceChoice(source=Source("vcs", url, subdirectory, vcs="git", revision=revision), line=line)
    if kind == "path":
        return SourceChoice(source=_path_source(table, subdirectory), line=line)
    if kind == "url":
        origin = Origin(table.document.path, line, table.text("url"))
        source = source_from_url(table.text("url"), origin=origin)
        return SourceChoice(source=source._replace(subdirectory=subdirectory or source.subdirectory), line=line)
    if table.flag("workspace", False):
        return SourceChoice(is_workspace=True, line=line)
    raise table.error("invalid-value", "`workspace` can only be true", "workspace")


def _path_source(table: Table, subdirectory: str) -> Source:
    path = table.text("path").replace("\\", "/")
    if path.endswith((".whl", ".tar.gz", ".zip")):
        return Source("archive", path, subdirectory)
    return Source("directory", path, subdirectory, editable=table.flag("editable", False))


def _read_metadata(table: Table) -> Mapping[str, StatedFacts]:
    below = table.table("metadata")
    if below is None:
        return _EMPTY
    found = {}
    for written in below.values:
        entry = below.table(written)
        assert entry is not None
        entry.only(_METADATA_KEYS)
        name, _, version = written.partition("==")
        key = _name(below, name.strip(), written) + (f"=={version.strip()}" if version else "")
        requires = tuple(stated.text for stated in _requirements(entry, "requires")) if "requires" in entry else None
        python = entry.text("requires-python") if "requires-python" in entry else None
        found[key] = StatedFacts(requires, python, entry.flag("skip", False), entry.line())
    return MappingProxyType(found)


def _read_conflicts(table: Table) -> tuple[tuple[Member, ...], ...]:
    value = table.values.get("conflicts", [])
    if not isinstance(value, list):
        raise table.wrong("an array of arrays", "conflicts")
    found = []
    for row, members in enumerate(value):
        if not isinstance(members, list) or len(members) < 2:
            raise table.error(
                "invalid-value", "each of `conflicts` is an array of two or more groups or extras", "conflicts", row
            )
        found.append(tuple(_read_member(table, member, row, column) for column, member in enumerate(members)))
    return tuple(found)


def _read_member(table: Table, value: Any, row: int, column: int) -> Member:
    from clutch.standards.names import normalize

    if isinstance(value, dict) and len(value) == 1:
        kind, name = next(iter(value.items()))
        if kind in ("group", "extra") and isinstance(name, str):
            return Member(kind, normalize(name))
    message = 'expected `{ group = "NAME" }` or `{ extra = "NAME" }`'
    raise table.error("invalid-value", message, "conflicts", row, column)
