"""The locked packages as a graph, from the project's own requirements down; for `tree`, `why`, `show` and `export`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from clutch.base.errors import ClutchError, NotFoundError
from clutch.base.text import nearest
from clutch.base.values import NamedTuple
from clutch.model.lock import Lock, LockedPackage
from clutch.model.parse import requirement_from_text
from clutch.model.requirement import Origin, Requirement

if TYPE_CHECKING:
    from clutch.ops.session import Session
    from clutch.project.manifest import Manifest


class Wanted(NamedTuple):
    """One edge: who wants what. `requirer` is a number in `Graph.packages`, -1 for the project itself.

    `section` is `""`, `extra:NAME` or `group:NAME` for the project's own requirements; `targets` are the numbers of the
    locked packages that may meet it.
    """

    requirer: int
    section: str
    requirement: Requirement
    targets: tuple[int, ...]


class Graph:
    """Packages in the lock's order, with the edges that leave (`wants`) and reach (`wanted_by`) each of them."""

    def __init__(self, packages: Sequence[LockedPackage], roots: Iterable[tuple[str, Requirement]]) -> None:
        self.packages = tuple(packages)
        self._by_name: dict[str, list[int]] = {}
        for number, package in enumerate(self.packages):
            self._by_name.setdefault(package.name, []).append(number)
        self.roots = tuple(self._edge(-1, section, requirement) for section, requirement in roots)
        self.wants = tuple(self._edges_of(number) for number in range(len(self.packages)))
        reached: list[list[Wanted]] = [[] for _ in self.packages]
        for edge in (*self.roots, *(edge for edges in self.wants for edge in edges)):
            for target in edge.targets:
                reached[target].append(edge)
        self.wanted_by = tuple(tuple(edges) for edges in reached)

    def find(self, name: str) -> tuple[int, ...]:
        """The locked packages of this name, oldest first; `name` as a person types it.

        Raises: NotFoundError `not-locked`, with the nearest name that is.
        """
        from clutch.standards.names import normalize

        numbers = self._by_name.get(normalize(name), ())
        if not numbers:
            near = nearest(normalize(name), self._by_name)
            hints = (f"did you mean `{near[0]}`?",) if near else ()
            raise NotFoundError("not-locked", f"`{name}` is not in the lock", subject=name, hints=hints)
        return tuple(numbers)

    def reachable(self, edges: Iterable[Wanted]) -> frozenset[int]:
        """The packages that these edges lead to, however far."""
        found: set[int] = set()
        waiting = [target for edge in edges for target in edge.targets]
        while waiting:
            number = waiting.pop()
            if number not in found:
                found.add(number)
                waiting.extend(target for edge in self.wants[number] for target in edge.targets)
        return frozenset(found)

    def _edges_of(self, number: int) -> tuple[Wanted, ...]:
        package = self.packages[number]
        origin = Origin(text=f"{package.name} {package.version}".rstrip())
        requirements = (requirement_from_text(text, world=package.world, origin=origin) for text in package.edges)
        return tuple(self._edge(number, "", requirement) for requirement in requirements)

    def _edge(self, requirer: int, section: str, requirement: Requirement) -> Wanted:
        return Wanted(requirer, section, requirement, self._targets(requirement))

    def _targets(self, requirement: Requirement) -> tuple[int, ...]:
        """Of several locked versions those that the specifier contains; all of them where that says nothing."""
        numbers = self._by_name.get(requirement.name, [])
        if len(numbers) < 2 or not requirement.allowed:
            return tuple(numbers)
        from clutch.standards.specifier import parse_specifiers
        from clutch.standards.version import parse_version

        allowed = parse_specifiers(requirement.allowed)
        fitting = [
            number
            for number in numbers
            if self.packages[number].version and allowed.contains(parse_version(self.packages[number].version))
        ]
        return tuple(fitting or numbers)


def read_graph(session: Session) -> Graph:
    """The graph of the project's lock. Raises: ClutchError `no-lock` where there is none."""
    project = session.project
    lock = read_lock(session)
    own = {project.name} if project.name else set()
    packages = [package for package in lock.packages if not (package.name in own and not package.version)]
    return Graph(packages, root_requirements(project))


def read_lock(session: Session) -> Lock:
    """The lock on disk. Raises: ClutchError `no-lock` where there is none."""
    lock = session.lock()
    if lock is None:
        message = f"there is no lock for `{session.project_folder}`"
        raise ClutchError("no-lock", message, subject="pylock.toml", hints=("make it with `clutch lock`",))
    return lock


def root_requirements(project: Manifest) -> tuple[tuple[str, Requirement], ...]:
    """The project's own requirements with their sections: dependencies, extras, groups, in the file's order."""
    found = [("", requirement) for requirement in project.dependencies]
    for extra, requirements in project.optional.items():
        found.extend((f"extra:{extra}", requirement) for requirement in requirements)
    for group, requirements in project.groups.items():
        found.extend((f"group:{group}", requirement) for requirement in requirements)
    return tuple(found)


def constraint_text(requirement: Requirement) -> str:
    """What the edge demands, for people: `[http2] >=0.27 ; sys_platform == "win32"`, empty for any version anywhere.

    An edge of an extra says so: `>=1 for the extra fast`.
    """
    parts = []
    if requirement.extras:
        parts.append(f"[{','.join(requirement.extras)}]")
    if requirement.allowed:
        parts.append(requirement.allowed)
    if requirement.source is not None:
        parts.append(f"@ {requirement.source.url}")
    parts += _marker_words(requirement.marker) if requirement.marker else []
    return " ".join(parts)


def _marker_words(text: str) -> list[str]:
    """The extra that a marker asks for, and what else it asks."""
    from clutch.standards.marker import conjunction, parse_marker, render_marker

    marker = parse_marker(text)
    parts = marker[1] if marker[0] == "and" else (marker,)
    extras = [part[3] for part in parts if part[:3] == ("cmp", "extra", "==")]
    rest = render_marker(conjunction(*(part for part in parts if part[:3] != ("cmp", "extra", "=="))))
    return [*(f"for the extra {extra}" for extra in extras), *([f"; {rest}"] if rest else [])]


def section_text(section: str) -> str:
    """`extra docs`, `group dev`, empty for the project's dependencies."""
    return section.replace(":", " ", 1)
