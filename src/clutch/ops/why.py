"""`clutch why`: every path from the project to a package, with the constraint on each edge."""

from __future__ import annotations

from collections import deque

from clutch.base.values import NamedTuple
from clutch.ops.graph import Graph, Wanted, constraint_text, read_graph, section_text
from clutch.ops.session import Session

_MOST_PATHS = 200
"""Paths can be exponentially many; nobody reads more than this, and the shortest come first."""


class WhyOptions(NamedTuple):
    """`name` as typed; `most` paths, 0 for the limit that always holds."""

    name: str
    most: int = 0


class Step(NamedTuple):
    """One package on a path, with what the step before it demands of it (`wanted`, empty for any)."""

    name: str
    version: str
    wanted: str


class Way(NamedTuple):
    """One path: the section and the place in the user's file where it begins, and its steps to the package."""

    section: str
    file: str
    line: int
    steps: tuple[Step, ...]


class WhyReport(NamedTuple):
    """`paths` are the shortest first; `is_cut` says that there are more."""

    name: str
    project: str
    versions: tuple[str, ...]
    paths: tuple[Way, ...]
    is_cut: bool


def why(options: WhyOptions, session: Session) -> WhyReport:
    """Reads manifest and lock, nothing else.

    Raises: ClutchError `no-lock`, NotFoundError `not-locked`.
    """
    graph = read_graph(session)
    goals = frozenset(graph.find(options.name))
    most = options.most or _MOST_PATHS
    chains = _chains(graph, goals, most + 1)
    versions = tuple(graph.packages[number].version for number in sorted(goals))
    name = graph.packages[min(goals)].name
    paths = tuple(_way(graph, chain) for chain in chains[:most])
    return WhyReport(name, session.project.name or "project", versions, paths, len(chains) > most)


_Chain = tuple[tuple[Wanted, int], ...]
"""Edges with the package that each leads to."""


def _chains(graph: Graph, goals: frozenset[int], most: int) -> list[_Chain]:
    """At most `most` paths without a circle, the shortest first, only through packages that lead to a goal."""
    useful = _leading_to(graph, goals)
    found: list[_Chain] = []
    waiting: deque[_Chain] = deque(
        ((edge, target),) for edge in graph.roots for target in edge.targets if target in useful
    )
    while waiting and len(found) < most:
        chain = waiting.popleft()
        last = chain[-1][1]
        if last in goals:
            found.append(chain)
            continue
        seen = {number for _, number in chain}
        for edge in graph.wants[last]:
            waiting.extend(
                (*chain, (edge, target)) for target in edge.targets if target in useful and target not in seen
            )
    return found


def _leading_to(graph: Graph, goals: frozenset[int]) -> frozenset[int]:
    """The goals and everything that wants them, however far."""
    found: set[int] = set()
    waiting = list(goals)
    while waiting:
        number = waiting.pop()
        if number not in found:
            found.add(number)
            waiting.extend(edge.requirer for edge in graph.wanted_by[number] if edge.requirer >= 0)
    return frozenset(found)


def _way(graph: Graph, chain: _Chain) -> Way:
    first = chain[0][0]
    origin = first.requirement.origin
    steps = tuple(
        Step(graph.packages[number].name, graph.packages[number].version, constraint_text(edge.requirement))
        for edge, number in chain
    )
    return Way(section_text(first.section), origin.file, origin.line, steps)
