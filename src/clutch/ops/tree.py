"""`clutch tree`: the locked packages as a tree, from the project down or from packages up."""

from __future__ import annotations

from clutch.base.values import NamedTuple
from clutch.ops.graph import Graph, Wanted, constraint_text, read_graph, section_text
from clutch.ops.session import Session

_UNLIMITED = 1_000_000


class TreeOptions(NamedTuple):
    """`names` are the packages to begin with, none for the project; `depth` is 0 for all levels."""

    names: tuple[str, ...] = ()
    invert: bool = False
    depth: int = 0


class TreeNode(NamedTuple):
    """One line of the tree. `wanted` is the constraint of the edge above it; `section` the project's own heading.

    `is_repeated`: what is below stands below an earlier line of the same package.
    """

    name: str
    version: str
    wanted: str
    section: str
    children: tuple[TreeNode, ...]
    is_repeated: bool = False


class TreeReport(NamedTuple):
    """The trees, in order."""

    trees: tuple[TreeNode, ...]


def tree(options: TreeOptions, session: Session) -> TreeReport:
    """Reads manifest and lock, nothing else.

    Raises: ClutchError `no-lock`, NotFoundError `not-locked`.
    """
    graph = read_graph(session)
    grower = _Grower(graph, options.depth or _UNLIMITED, options.invert, session.project.name or "project")
    if options.names:
        numbers = tuple(number for name in options.names for number in graph.find(name))
    elif options.invert:
        numbers = tuple(number for number, edges in enumerate(graph.wants) if not edges)
    else:
        return TreeReport((grower.project(session.project.version),))
    return TreeReport(tuple(grower.package(number, "", "", 0) for number in numbers))


class _Grower:
    """Grows nodes; a package's branches are grown once."""

    def __init__(self, graph: Graph, depth: int, invert: bool, project_name: str) -> None:
        self.graph = graph
        self.depth = depth
        self.invert = invert
        self.project_name = project_name
        self.grown: set[int] = set()

    def project(self, version: str) -> TreeNode:
        children = []
        for edge in self.graph.roots:
            for target in edge.targets:
                children.append(self.package(target, constraint_text(edge.requirement), section_text(edge.section), 1))
        return TreeNode(self.project_name, version, "", "", tuple(children))

    def package(self, number: int, wanted: str, section: str, level: int) -> TreeNode:
        package = self.graph.packages[number]
        edges = self.graph.wanted_by[number] if self.invert else self.graph.wants[number]
        if not edges or level >= self.depth:
            return TreeNode(package.name, package.version, wanted, section, ())
        if number in self.grown:
            return TreeNode(package.name, package.version, wanted, section, (), is_repeated=True)
        self.grown.add(number)
        children = tuple(child for edge in edges for child in self._across(edge, level + 1))
        return TreeNode(package.name, package.version, wanted, section, children)

    def _across(self, edge: Wanted, level: int) -> tuple[TreeNode, ...]:
        """The nodes at the other end of an edge."""
        wanted = constraint_text(edge.requirement)
        if not self.invert:
            return tuple(self.package(target, wanted, "", level) for target in edge.targets)
        if edge.requirer < 0:
            return (TreeNode(self.project_name, "", wanted, section_text(edge.section), ()),)
        return (self.package(edge.requirer, wanted, "", level),)
