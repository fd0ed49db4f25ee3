"""`clutch show`: everything that lock and environment know of one package."""

from __future__ import annotations

import os

from clutch.base.errors import NotFoundError
from clutch.base.text import nearest
from clutch.base.values import NamedTuple
from clutch.model.lock import LockedPackage
from clutch.model.plan import Installed
from clutch.ops.graph import Graph, constraint_text, read_graph, section_text
from clutch.ops.session import Session
from clutch.standards.worlds import NATIVE


class ShowOptions(NamedTuple):
    """`name` as typed."""

    name: str


class ShownVersion(NamedTuple):
    """One locked version; `requires` and `required_by` are texts for people, sorted."""

    version: str
    marker: str
    python: str
    index_url: str
    source: str
    files: tuple[str, ...]
    requires: tuple[str, ...]
    required_by: tuple[str, ...]


class ShowReport(NamedTuple):
    """`installed` is empty when it is not in the environment; `summary` comes from the installed metadata."""

    name: str
    summary: str
    installed: str
    location: str
    locked: tuple[ShownVersion, ...]


def show(options: ShowOptions, session: Session) -> ShowReport:
    """Reads manifest, lock and environment, nothing else.

    Raises: NotFoundError `not-locked` where neither lock nor environment has the package.
    """
    from clutch.standards.names import normalize

    name = normalize(options.name)
    installed = _installed(session)
    if session.lock() is None:
        numbers: tuple[int, ...] = ()
        graph = Graph((), ())
    else:
        graph = read_graph(session)
        numbers = tuple(number for number, package in enumerate(graph.packages) if package.name == name)
    if not numbers and name not in installed:
        near = nearest(name, [*(package.name for package in graph.packages), *installed])
        hints = (f"did you mean `{near[0]}`?",) if near else ()
        message = f"`{options.name}` is neither locked nor installed"
        raise NotFoundError("not-locked", message, subject=options.name, hints=hints)
    there = installed.get(name)
    return ShowReport(
        name,
        _summary(there),
        there.version if there is not None else "",
        os.path.dirname(there.record) if there is not None else "",
        tuple(_version(graph, number, session.project.name or "project") for number in numbers),
    )


def _installed(session: Session) -> dict[str, Installed]:
    environment = session.environment()
    if environment is None:
        return {}
    return {each.name: each for each in session.installer(NATIVE).installed(environment)}


def _version(graph: Graph, number: int, project_name: str) -> ShownVersion:
    package = graph.packages[number]
    requires = [f"{edge.requirement.name} {constraint_text(edge.requirement)}".rstrip() for edge in graph.wants[number]]
    required_by = []
    for edge in graph.wanted_by[number]:
        if edge.requirer < 0:
            place = f" ({section_text(edge.section)})" if edge.section else ""
            required_by.append(f"{project_name}{place} {constraint_text(edge.requirement)}".rstrip())
        else:
            requirer = graph.packages[edge.requirer]
            required_by.append(f"{requirer.name} {requirer.version} {constraint_text(edge.requirement)}".rstrip())
    return ShownVersion(
        package.version,
        package.marker,
        package.python,
        package.index_url,
        _source(package),
        tuple(artifact.filename for artifact in (*package.wheels, *((package.sdist,) if package.sdist else ()))),
        tuple(sorted(requires)),
        tuple(sorted(required_by)),
    )


def _source(package: LockedPackage) -> str:
    """Where it comes from when it does not come from an index."""
    source = package.source
    if source is None:
        return ""
    return f"{source.vcs}+{source.url}@{source.commit or source.revision}" if source.kind == "vcs" else source.url


def _summary(installed: Installed | None) -> str:
    """The one-line description in the installed metadata, empty where it has none or cannot be read."""
    if installed is None:
        return ""
    from clutch.standards.metadata import parse_metadata

    try:
        with open(os.path.join(installed.record, "METADATA"), "rb") as file:
            return parse_metadata(file.read()).summary
    except OSError:
        return ""
