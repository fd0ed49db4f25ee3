"""`clutch export`: the lock as a requirements file for pip."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from clutch.base.values import NamedTuple
from clutch.model.lock import LockedPackage
from clutch.ops.graph import Graph, read_lock, root_requirements
from clutch.ops.selection import Choices, Chosen, Selection, choose
from clutch.ops.session import Session

if TYPE_CHECKING:
    from clutch.standards.marker import Marker

_GAP = " \\\n    "


class ExportOptions(NamedTuple):
    """`output` is a path, empty for standard output; `project` adds the project itself as an editable line."""

    selection: Selection = Selection()
    output: str = ""
    hashes: bool = True
    project: bool = False
    locked: bool = False
    frozen: bool = False


class ExportReport(NamedTuple):
    """`path` is empty where nothing was written; `packages` counts the lines."""

    text: str
    path: str
    packages: int
    remarks: tuple[str, ...] = ()


def export(options: ExportOptions, session: Session) -> ExportReport:
    """Locks first where that is needed, unless `frozen`.

    Raises: StaleError with `locked`, ClutchError `no-lock` with `frozen`, UsageError `unknown-extra` or
    `unknown-group`.
    """
    project = session.project
    if options.frozen:
        lock = read_lock(session)
    else:
        from clutch.ops.lock import LockOptions
        from clutch.ops.lock import lock as make_lock

        lock = make_lock(LockOptions(check=options.locked), session).lock or read_lock(session)
    chosen = choose(options.selection, Choices(tuple(project.optional), tuple(project.groups), project.default_groups))
    packages = [each for each in lock.packages if not (each.name == project.name and not each.version)]
    sections = _root_sections(chosen)
    graph = Graph(packages, root_requirements(project))
    reached = graph.reachable(edge for edge in graph.roots if edge.section in sections)
    remarks: list[str] = []
    lines = ["# made by `clutch export` from pylock.toml"]
    lines.extend(["-e ."] if options.project else [])
    for number in sorted(reached):
        line = _line(graph.packages[number], chosen, hashes=options.hashes, remarks=remarks)
        lines.extend([line] if line else [])
    text = "\n".join(lines) + "\n"
    path = _write(options.output, text, session) if options.output else ""
    return ExportReport(text, path, len(lines) - 1, tuple(remarks))


def _root_sections(chosen: Chosen) -> tuple[str, ...]:
    """The sections of the manifest that the choice stands for."""
    project = ("", *(f"extra:{extra}" for extra in chosen.extras)) if chosen.with_project else ()
    return (*project, *(f"group:{group}" for group in chosen.groups))


def _line(package: LockedPackage, chosen: Chosen, *, hashes: bool, remarks: list[str]) -> str:
    """One requirement with its marker and hashes, empty where its marker excludes every environment."""
    from clutch.standards.marker import parse_marker, render_marker

    marker = ""
    if package.marker:
        decided = settle(parse_marker(package.marker), chosen)
        if decided == ("false",):
            return ""
        marker = render_marker(decided)
    line = _requirement(package) + (f" ; {marker}" if marker else "")
    if not hashes:
        return line
    artifacts = (*package.wheels, *((package.sdist,) if package.sdist is not None else ()))
    found = sorted({f"--hash={algorithm}:{digest}" for artifact in artifacts for algorithm, digest in artifact.hashes})
    source = package.source
    if source is not None and not found:
        found = [f"--hash={algorithm}:{digest}" for algorithm, digest in source.hashes]
    if not found:
        remarks.append(f"`{package.name}` has no hash, so that pip takes the file with `--no-hashes` alone")
    return _GAP.join((line, *found))


def _requirement(package: LockedPackage) -> str:
    """`name==version`, `name @ URL`, or the path of a folder."""
    source = package.source
    if source is None:
        return f"{package.name}=={package.version}"
    folder = f"#subdirectory={source.subdirectory}" if source.subdirectory else ""
    if source.kind == "vcs":
        return f"{package.name} @ {source.vcs}+{source.url}@{source.commit or source.revision}{folder}"
    if source.kind == "directory":
        path = source.url if source.url.startswith(("/", ".")) else f"./{source.url}"
        return f"-e {path}" if source.editable else path
    return f"{package.name} @ {source.url}{folder}"


def settle(marker: Marker, chosen: Chosen) -> Marker:
    """The marker with its questions for extras and groups answered. Source: PEP 751 §marker expressions."""
    from clutch.standards.marker import conjunction, disjunction

    if marker[0] in ("and", "or"):
        parts = [settle(part, chosen) for part in marker[1]]
        return conjunction(*parts) if marker[0] == "and" else disjunction(*parts)
    if marker[0] != "cmp" or marker[1] not in ("extras", "dependency_groups", "extra"):
        return marker
    names = chosen.groups if marker[1] == "dependency_groups" else chosen.extras
    is_wanted = marker[2] in ("contains", "in", "==")
    return ("true",) if (marker[3] in names) == is_wanted else ("false",)


def _write(output: str, text: str, session: Session) -> str:
    """Writes the file, before or after; gives its path as typed."""
    from clutch.io.files import write_atomic

    write_atomic(os.path.join(session.folder, output), text.encode())
    return output
