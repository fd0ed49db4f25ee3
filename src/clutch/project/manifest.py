"""Reads `pyproject.toml`: project, dependency groups, build system and `[tool.clutch]`, each value with its line.

Source: PEP 621 (project metadata), PEP 735 (dependency groups), PEP 518 (build system), PEP 508, PEP 440.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from clutch.base.errors import ClutchError, Place
from clutch.base.values import NamedTuple
from clutch.model.parse import requirement_from_text
from clutch.model.requirement import Origin, Requirement
from clutch.project.document import Document, Table, parse_document, read_text
from clutch.project.tool_table import ToolTable, read_tool_table
from clutch.standards.worlds import NATIVE

_PROJECT_KEYS = (
    "name",
    "version",
    "description",
    "readme",
    "requires-python",
    "license",
    "license-files",
    "authors",
    "maintainers",
    "keywords",
    "classifiers",
    "urls",
    "scripts",
    "gui-scripts",
    "entry-points",
    "dependencies",
    "optional-dependencies",
    "dynamic",
    "import-names",
    "import-namespaces",
)
_BUILD_KEYS = ("requires", "build-backend", "backend-path")
_DEFAULT_GROUP = "dev"

Requirements = tuple[Requirement, ...]


class BuildSystem(NamedTuple):
    """`[build-system]`; `backend` is setuptools' legacy one when only `requires` is stated (PEP 517 §build-system)."""

    requires: Requirements
    backend: str
    backend_path: tuple[str, ...]


class Manifest(NamedTuple):
    """One `pyproject.toml`.

    `name` is normalised, `written_name` as written; both are empty without `[project]`. `python` is the
    requires-python text, canonical; without one it is the oldest Python that is still maintained, and `has_python` is
    false. `groups` have their includes expanded. Requirements carry the source or index that `[tool.clutch.sources]`
    gives them. `is_package`: it has a name and a build system, or says `package = true`.
    `default_groups` exist, all of them.
    """

    path: str
    text: str
    name: str
    written_name: str
    version: str
    dynamic: tuple[str, ...]
    python: str
    has_python: bool
    dependencies: Requirements
    optional: Mapping[str, Requirements]
    groups: Mapping[str, Requirements]
    default_groups: tuple[str, ...]
    build_system: BuildSystem | None
    scripts: Mapping[str, str]
    gui_scripts: Mapping[str, str]
    entry_points: Mapping[str, Mapping[str, str]]
    clutch: ToolTable
    is_package: bool
    document: Document

    def line_of(self, *path: str | int) -> int:
        """The line of a key in the file, for messages."""
        return self.document.line_of(path)


def read_manifest(path: str) -> Manifest:
    """The manifest in this file; reads one file.

    Raises: ClutchError `no-project`, `malformed-toml`, `invalid-value`, `unknown-key`, `invalid-requirement`, ...,
    with lines.
    """
    try:
        text = read_text(path)
    except FileNotFoundError:
        hints = ("make one with `clutch init`",)
        raise ClutchError("no-project", f"there is no `{path}`", subject=path, place=Place(path), hints=hints) from None
    return parse_manifest(text, path)


def parse_manifest(text: str, path: str) -> Manifest:
    """The manifest in `text`; `path` is for messages."""
    document = parse_document(text, path)
    tool = read_tool_table(document)
    reader = _Reader(document, tool)
    project = document.top.table("project")
    groups = reader.groups()
    build = reader.build_system()
    is_package = (build is not None and project is not None) if tool.is_package is None else tool.is_package
    if project is None:
        project = Table(document, ("project",), {})
        if tool.is_package:
            raise ClutchError("invalid-value", "a package needs a `[project]` table", place=Place(path, 1))
    else:
        _check_project(project)
    dynamic = project.texts("dynamic")
    written = project.text("name")
    return Manifest(
        path,
        text,
        _normal(written),
        written,
        _version(project),
        dynamic,
        _python(project),
        "requires-python" in project,
        reader.requirements(project, "dependencies"),
        reader.optional(project),
        groups,
        _default_groups(document, tool, groups),
        build,
        _scripts(project, "scripts"),
        _scripts(project, "gui-scripts"),
        _entry_points(project),
        tool,
        is_package,
        document,
    )


class _Reader:
    """Reads requirements, and gives each the source that the project chose for its package."""

    def __init__(self, document: Document, tool: ToolTable) -> None:
        self.document = document
        self.tool = tool

    def requirements(self, table: Table, key: str) -> Requirements:
        return tuple(self._requirement(text, table.line(key, i)) for i, text in enumerate(table.texts(key)))

    def optional(self, project: Table) -> Mapping[str, Requirements]:
        below = project.table("optional-dependencies")
        found: dict[str, Requirements] = {}
        for written in below.values if below is not None else ():
            assert below is not None
            name = _checked_name(below, written)
            if name in found:
                raise below.error("invalid-value", f"the extra `{name}` is given twice", written)
            found[name] = self.requirements(below, written)
        return MappingProxyType(found)

    def groups(self) -> Mapping[str, Requirements]:
        """PEP 735 groups by normalised name, in the order of the file."""
        table = self.document.top.table("dependency-groups")
        if table is None:
            return MappingProxyType({})
        from clutch.standards.groups import expand_groups

        parsed: dict[str, Requirement] = {}
        written: dict[str, str] = {}
        for name in table.values:
            normal = _checked_name(table, name)
            if normal in written.values():
                raise table.error("invalid-value", f"the group `{normal}` is given twice", name)
            written[name] = normal
            self._parse_group(table, name, parsed)
        try:
            expanded = expand_groups(dict(table.values))
        except ClutchError as error:
            if error.place is None or not error.place.line:
                path = (error.subject,) if error.subject in table else ()
                error.place = self.document.place((*table.path, *path))
            raise
        by_normal = {_normal(name): texts for name, texts in expanded.items()}
        return MappingProxyType({name: tuple(parsed[text] for text in by_normal[name]) for name in written.values()})

    def _parse_group(self, table: Table, name: str, parsed: dict[str, Requirement]) -> None:
        items = table.values[name]
        if not isinstance(items, list):
            raise table.wrong("an array", name)
        for number, item in enumerate(items):
            if isinstance(item, str):
                if item not in parsed:
                    parsed[item] = self._requirement(item, table.line(name, number))
            elif not (
                isinstance(item, dict) and list(item) == ["include-group"] and isinstance(item["include-group"], str)
            ):
                raise table.wrong('a requirement or `{ include-group = "NAME" }`', name, number)

    def build_system(self) -> BuildSystem | None:
        table = self.document.top.table("build-system")
        if table is None:
            return None
        table.only(_BUILD_KEYS)
        if "requires" not in table:
            raise table.error("invalid-value", "`[build-system]` needs `requires`")
        requires = _Reader(self.document, ToolTable()).requirements(table, "requires")
        backend = table.text("build-backend", "setuptools.build_meta:__legacy__")
        return BuildSystem(requires, backend, table.texts("backend-path"))

    def _requirement(self, text: str, line: int) -> Requirement:
        parsed = requirement_from_text(text, world=NATIVE, origin=Origin(self.document.path, line, text))
        choice = self.tool.sources.get(parsed.name)
        if choice is None or parsed.source is not None:
            return parsed
        if choice.source is not None:
            return parsed._replace(source=choice.source)
        return parsed._replace(index_name=choice.index_name)


def _check_project(project: Table) -> None:
    project.only(_PROJECT_KEYS)
    if "name" not in project:
        raise project.error("invalid-value", "`[project]` needs a `name`", hints=('add `name = "…"` to it',))
    _checked_name_value(project)
    dynamic = project.texts("dynamic")
    for number, key in enumerate(dynamic):
        if key == "name" or key not in _PROJECT_KEYS:
            raise project.error("invalid-value", f"`{key}` cannot be dynamic", "dynamic", number)
        if key in project:
            raise project.error("invalid-value", f"`{key}` is stated and dynamic at once", "dynamic", number)
    if "version" not in project and "version" not in dynamic:
        hints = ('add `version = "0.1.0"`, or `dynamic = ["version"]` when the build backend computes it',)
        raise project.error("invalid-value", "`[project]` needs a `version`", hints=hints)
    project.text("description")


def _checked_name_value(project: Table) -> None:
    from clutch.standards.names import is_name

    name = project.text("name")
    if not is_name(name):
        hints = ("use letters, digits, `-`, `_` and `.`, with a letter or digit at both ends",)
        raise project.error("invalid-name", f"`{name}` is not a valid project name", "name", hints=hints)


def _checked_name(table: Table, key: str) -> str:
    from clutch.standards.names import is_name

    if not is_name(key):
        raise table.error("invalid-name", f"`{key}` is not a valid name", key)
    return _normal(key)


def _normal(name: str) -> str:
    from clutch.standards.names import normalize

    return normalize(name)


def _version(project: Table) -> str:
    if "version" not in project:
        return ""
    from clutch.standards.version import parse_version

    try:
        return parse_version(project.text("version")).text
    except ClutchError as error:
        error.place = project.document.place((*project.path, "version"))
        raise


def _python(project: Table) -> str:
    if "requires-python" not in project:
        from clutch.standards.pythons import SUPPORTED

        return f">={SUPPORTED}"
    from clutch.standards.specifier import parse_specifiers

    try:
        return parse_specifiers(project.text("requires-python")).text
    except ClutchError as error:
        error.place = project.document.place((*project.path, "requires-python"))
        raise


def _scripts(project: Table, key: str) -> Mapping[str, str]:
    found = project.text_map(key)
    for name, target in found.items():
        _check_entry_point(project, target, key, name)
    return MappingProxyType(found)


def _entry_points(project: Table) -> Mapping[str, Mapping[str, str]]:
    below = project.table("entry-points")
    if below is None:
        return MappingProxyType({})
    found = {}
    for group in below.values:
        if group in ("console_scripts", "gui_scripts"):
            right = "scripts" if group == "console_scripts" else "gui-scripts"
            hints = (f"write it as `[project.{right}]`",)
            raise below.error("invalid-value", f"`{group}` cannot be an entry point group", group, hints=hints)
        found[group] = MappingProxyType(below.text_map(group))
    return MappingProxyType(found)


def _check_entry_point(table: Table, target: str, *path: str) -> None:
    module, mark, attribute = target.partition(":")
    parts = [*module.strip().split("."), *(attribute.split("[")[0].strip().split(".") if mark else ())]
    if not mark or not all(part.isidentifier() for part in parts):
        raise table.error("invalid-value", f"`{target}` is not of the form `module:function`", *path)


def _default_groups(document: Document, tool: ToolTable, groups: Mapping[str, Requirements]) -> tuple[str, ...]:
    if tool.default_groups is None:
        return (_DEFAULT_GROUP,) if _DEFAULT_GROUP in groups else ()
    found = []
    for number, written in enumerate(tool.default_groups):
        name = _normal(written)
        if name not in groups:
            place = document.place(("tool", "clutch", "default-groups", number))
            message = f"there is no dependency group `{written}`"
            raise ClutchError("unknown-group", message, subject=written, place=place)
        found.append(name)
    return tuple(found)
