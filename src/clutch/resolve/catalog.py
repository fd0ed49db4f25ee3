"""Everything learned of packages so far: listings, sources and facts, each asked for once.

It outlives a restart of the solver, and so does what a restart is for: candidates that a requirement has unlocked.
"""

from __future__ import annotations

from collections.abc import Mapping

from clutch.base.errors import ClutchError, NotFoundError
from clutch.base.tickets import Ticket
from clutch.base.values import NamedTuple
from clutch.model.facts import Facts
from clutch.model.listing import Listing
from clutch.model.ports import Index
from clutch.model.requirement import Requirement, Source
from clutch.resolve.problem import Problem
from clutch.standards.specifier import parse_specifiers
from clutch.standards.version import parse_version
from clutch.standards.worlds import NATIVE

Name = tuple[str, str]

_PATIENCE = 4
_MOST_AHEAD = 64
"""Release after release rejected says little at first; later a batch costs what one round trip does."""
"""World and normalised name."""


class Sourced(NamedTuple):
    """A candidate that comes from a place of its own: as asked for, and as it turned out."""

    asked: Source
    source: Source
    facts: Facts


class Pool(NamedTuple):
    """The candidates that one listing brings to a package, from bit `offset` on. `index_name` is the one asked for."""

    index_name: str
    listing: Listing
    offset: int


class Offer:
    """All candidates of one name: those of its listings, then those that come from sources."""

    __slots__ = ("error", "name", "pools", "sourced", "versions", "world")

    def __init__(self, name: Name) -> None:
        self.world, self.name = name
        self.pools: list[Pool] = []
        self.sourced: list[Sourced] = []
        self.versions: list[str] = []
        self.error: ClutchError | None = None

    def pool_of(self, candidate: int) -> Pool | None:
        """The pool that a candidate is from, None for one with a source."""
        for pool in reversed(self.pools):
            if candidate >= pool.offset and candidate - pool.offset < len(pool.listing.versions):
                return pool
        return None

    def sourced_of(self, candidate: int) -> Sourced | None:
        """The source that a candidate is from."""
        first = len(self.versions) - len(self.sourced)
        return self.sourced[candidate - first] if candidate >= first else None

    def allowed(self, requirement: Requirement) -> int:
        """The mask of the candidates that a requirement accepts, withdrawn ones and pre-releases included."""
        mask = 0
        first = len(self.versions) - len(self.sourced)
        for number, sourced in enumerate(self.sourced):
            if requirement.source is not None:
                fits = sourced.asked == requirement.source
            else:
                fits = _accepts(requirement, sourced.facts.version)
            mask |= int(fits) << first + number
        if requirement.source is None:
            for pool in self.pools:
                if requirement.index_name in ("", pool.index_name):
                    mask |= pool.listing.allowed(requirement.allowed) << pool.offset
        return mask


class Catalog:
    """Asks the indexes, and remembers."""

    def __init__(self, problem: Problem, indexes: Mapping[str, Index]) -> None:
        self._indexes = indexes
        self._offers: dict[Name, Offer] = {}
        self._asked: dict[Name, tuple[str, ...]] = {}
        self._sources: dict[Name, list[Requirement]] = {}
        self._sources_only: set[Name] = set()
        self._looked_at: dict[Name, set[int]] = {}
        self.unlocked: dict[Name, int] = {}
        self.demoted: dict[Name, int] = {}
        stated: dict[Name, list[Requirement]] = {}
        for requirement in [*(root.requirement for root in problem.roots), *problem.overrides]:
            stated.setdefault((requirement.world, requirement.name), []).append(requirement)
        for name, requirements in stated.items():
            plain = [one for one in requirements if one.source is None]
            self._asked[name] = tuple(dict.fromkeys(one.index_name for one in plain)) or ("",)
            self._sources[name] = [one for one in requirements if one.source is not None]
            if not plain:
                self._sources_only.add(name)

    def index_names(self, name: Name) -> tuple[str, ...]:
        """The indexes to ask for a name: those that the user's own requirements give it, else any (an empty text)."""
        return self._asked.get(name, ("",))

    def has_source(self, requirement: Requirement) -> bool:
        """Whether the source of a requirement is among the candidates of its name."""
        known = self._sources.get((requirement.world, requirement.name), [])
        return any(one.source == requirement.source for one in known)

    def add_source(self, requirement: Requirement) -> None:
        """Make a source a candidate of its name; the solver has to start again."""
        name = (requirement.world, requirement.name)
        self._sources.setdefault(name, []).append(requirement)
        self._offers.pop(name, None)

    def unlock(self, name: Name, mask: int, *, is_demoted: bool) -> None:
        """Let in candidates that the rules keep out; `is_demoted` ones are tried last."""
        self.unlocked[name] = self.unlocked.get(name, 0) | mask
        if is_demoted:
            self.demoted[name] = self.demoted.get(name, 0) | mask

    def index(self, world: str) -> Index:
        """The plug of a world."""
        if world not in self._indexes:
            raise ClutchError("unknown-world", f"no index can answer for packages of `{world}`", subject=world)
        return self._indexes[world]

    def ask(self, name: Name) -> list[Ticket[Listing]]:
        """Ask for the listings of a name without waiting."""
        if name in self._sources_only:
            return []
        index = self.index(name[0])
        return [index.listing(name[1], index_name) for index_name in self.index_names(name)]

    def offer(self, name: Name) -> Offer:
        """All candidates of a name; waits. A name that no index knows has none, and an `error`.

        Raises: whatever else the index failed with.
        """
        known = self._offers.get(name)
        if known is not None:
            return known
        offer = Offer(name)
        for index_name, ticket in zip(self.index_names(name), self.ask(name), strict=False):
            try:
                listing = ticket.get()
            except NotFoundError as error:
                offer.error = error
                continue
            offer.pools.append(Pool(index_name, listing, len(offer.versions)))
            offer.versions.extend(listing.versions)
        tickets = [(one, self.index(name[0]).source_facts(one)) for one in self._sources.get(name, [])]
        for requirement, found in tickets:
            source, facts = found.get()
            assert requirement.source is not None
            offer.sourced.append(Sourced(requirement.source, source, facts))
            offer.versions.append(facts.version)
        self._offers[name] = offer
        return offer

    def facts(self, offer: Offer, candidate: int) -> Facts:
        """What a candidate says of itself; waits. Raises: ClutchError `no-metadata` where it cannot be had."""
        pool = offer.pool_of(candidate)
        if pool is None:
            sourced = offer.sourced_of(candidate)
            assert sourced is not None
            return sourced.facts
        number = candidate - pool.offset
        wanted = self.index(offer.world).facts(pool.listing, number)
        self._read_ahead(offer, pool, number)
        return wanted.get()

    def _read_ahead(self, offer: Offer, pool: Pool, number: int) -> None:
        """Ask for older candidates too, twice as many each time, once several of a package were looked at.

        Who rejects three releases one by one will reject more, and each would be a round trip of its own: `boto3`
        beside `s3fs` walks through hundreds. Nothing is decided here, so answers stay the same.
        """
        looked_at = self._looked_at.setdefault((offer.world, offer.name), set())
        looked_at.add(number)
        if len(looked_at) < _PATIENCE:
            return
        listing = pool.listing
        left_out = listing.prereleases | listing.withdrawn
        left = min(1 << len(looked_at), _MOST_AHEAD)
        for older in range(number + 1, len(listing.versions)):
            if left_out >> older & 1:
                continue
            self.index(offer.world).facts(listing, older)
            left -= 1
            if not left:
                return


def _accepts(requirement: Requirement, version: str) -> bool:
    if not requirement.allowed or requirement.world != NATIVE:
        return True
    return parse_specifiers(requirement.allowed).contains(parse_version(version))
