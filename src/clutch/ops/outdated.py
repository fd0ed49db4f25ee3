"""`clutch outdated`: locked versions beside the newest that the constraints allow and the newest there is."""

from __future__ import annotations

from collections.abc import Sequence

from clutch.base.errors import NotFoundError
from clutch.base.values import NamedTuple
from clutch.model.listing import Listing
from clutch.ops.graph import Graph, read_graph
from clutch.ops.session import Session


class OutdatedOptions(NamedTuple):
    """`names` limit it to these packages; `direct` to what the project itself names."""

    names: tuple[str, ...] = ()
    direct: bool = False


class OutdatedPackage(NamedTuple):
    """`allowed` is the newest version inside all constraints on the package, `newest` the newest there is.

    Pre-releases count only where a constraint names one or one is locked; withdrawn releases never.
    """

    name: str
    locked: str
    allowed: str
    newest: str
    is_direct: bool


class OutdatedReport(NamedTuple):
    """Sorted by name; only packages of which something newer exists. `looked_at` counts all that were asked for."""

    packages: tuple[OutdatedPackage, ...]
    looked_at: int


def outdated(options: OutdatedOptions, session: Session) -> OutdatedReport:
    """Asks the indexes for all listings at once.

    Raises: ClutchError `no-lock`, NotFoundError `not-locked`; errors of the network.
    """
    graph = read_graph(session)
    wanted = {graph.packages[number].name for name in options.names for number in graph.find(name)}
    newest_of: dict[str, int] = {}
    for number, package in enumerate(graph.packages):  # the newest locked version of a name comes last
        if package.source is None and package.version and (not wanted or package.name in wanted):
            newest_of[package.name] = number
    numbers = [number for number in newest_of.values() if not options.direct or _is_direct(graph, number)]
    tickets = []
    for number in numbers:
        package = graph.packages[number]
        index_name = next(
            (edge.requirement.index_name for edge in graph.wanted_by[number] if edge.requirement.index_name), ""
        )
        tickets.append(session.indexes[package.world].listing(package.name, index_name))
    rows = []
    for number, ticket in zip(numbers, tickets, strict=True):
        try:
            row = _compare(graph, number, ticket.get())
        except NotFoundError:
            continue
        if row.newest != row.locked or row.allowed != row.locked:
            rows.append(row)
    return OutdatedReport(tuple(rows), len(numbers))


def _is_direct(graph: Graph, number: int) -> bool:
    return any(edge.requirer < 0 for edge in graph.wanted_by[number])


def _compare(graph: Graph, number: int, listing: Listing) -> OutdatedPackage:
    package = graph.packages[number]
    texts = {edge.requirement.allowed for edge in graph.wanted_by[number]}
    everything = (1 << len(listing.versions)) - 1
    usable = everything & ~listing.withdrawn
    locked_bit = 1 << listing.versions.index(package.version) if package.version in listing.versions else 0
    takes_prereleases = bool(listing.prereleases & locked_bit) or any(listing.names_prerelease(text) for text in texts)
    if not takes_prereleases and usable & ~listing.prereleases:
        usable &= ~listing.prereleases
    allowed = usable
    for text in sorted(texts):
        allowed &= listing.allowed(text)
    newest = _newest(listing.versions, usable)
    newest_allowed = _newest(listing.versions, allowed)
    return OutdatedPackage(
        package.name,
        package.version,
        _later(listing.versions, package.version, newest_allowed),
        _later(listing.versions, package.version, newest),
        _is_direct(graph, number),
    )


def _newest(versions: Sequence[str], mask: int) -> str:
    """The version of the lowest bit, empty for an empty mask."""
    return versions[(mask & -mask).bit_length() - 1] if mask else ""


def _later(versions: Sequence[str], locked: str, other: str) -> str:
    """The newer of the two; versions are sorted newest first, and a locked one may be missing from them."""
    if not other:
        return locked
    if locked in versions and versions.index(locked) < versions.index(other):
        return locked
    return other
