"""Asking early: as soon as something is known to be wanted, everything that it will probably lead to is asked for.

Nothing here decides anything, so the order in which answers come cannot change a result, only the time it takes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from clutch.base.tickets import Ticket
from clutch.model.facts import Facts
from clutch.model.listing import Listing
from clutch.model.requirement import Requirement
from clutch.resolve.catalog import Catalog, Name
from clutch.standards.marker import evaluate, parse_marker
from clutch.standards.specifier import parse_specifiers
from clutch.standards.version import parse_version

_NOTHING: frozenset[str] = frozenset()


class Speculation:
    """Follows the likeliest candidates. `samples` are the marker values of environments worth asking for, newest
    first.
    """

    def __init__(
        self, catalog: Catalog, samples: Sequence[Mapping[str, str]], preferred: Mapping[str, tuple[str, ...]]
    ) -> None:
        self._catalog = catalog
        self._samples = samples
        self._preferred = preferred
        self._masks: dict[tuple[Name, int], int] = {}
        self._extras: dict[Name, set[str]] = {}
        self._facts: dict[Name, list[Facts]] = {}
        self._followed: set[tuple[Name, int]] = set()
        self._asked: set[tuple[Name, str, tuple[str, ...]]] = set()
        self._is_worth: dict[tuple[str, str], bool] = {}

    def want(self, requirement: Requirement) -> None:
        """Ask for the listing now, and for the facts of its likeliest candidate when it is there."""
        name = (requirement.world, requirement.name)
        key = (name, requirement.allowed, requirement.extras)
        if requirement.source is not None or key in self._asked:
            return
        self._asked.add(key)
        extras = self._extras.setdefault(name, set())
        new_extras = set(requirement.extras) - extras
        extras |= new_extras
        for facts in self._facts.get(name, []):
            self._follow(facts, new_extras)
        for number, ticket in enumerate(self._catalog.ask(name)):
            ticket.on_settled(self._chooser(number, requirement))

    def _chooser(self, number: int, requirement: Requirement) -> Callable[[Ticket[Listing]], None]:
        return lambda ticket: self._choose(ticket, number, requirement)

    def _choose(self, ticket: Ticket[Listing], number: int, requirement: Requirement) -> None:
        if ticket.error is not None:
            return
        listing = ticket.get()
        name = (requirement.world, requirement.name)
        allowed = listing.allowed(requirement.allowed)
        known = self._masks.get((name, number), -1)
        if known & allowed:
            allowed &= known
        self._masks[name, number] = allowed
        candidate = self._likeliest(listing, allowed)
        if candidate < 0 or (name, candidate) in self._followed:
            return
        self._followed.add((name, candidate))
        facts = self._catalog.index(name[0]).facts(listing, candidate)
        facts.on_settled(lambda settled: self._read(settled, name))

    def _likeliest(self, listing: Listing, allowed: int) -> int:
        for version in self._preferred.get(listing.name, ()):
            if version in listing.versions:
                number = listing.versions.index(version)
                if allowed >> number & 1:
                    return number
        calm = allowed & ~listing.withdrawn
        finals = calm & ~listing.prereleases
        for mask in (finals, calm, allowed):
            rest = mask
            while rest:
                candidate = (rest & -rest).bit_length() - 1
                rest &= rest - 1
                if self._supports(listing.python[candidate]):
                    return candidate
        return -1

    def _supports(self, python: str) -> bool:
        if not python or not self._samples:
            return True
        full = self._samples[0]["python_full_version"]
        return parse_specifiers(python).contains(parse_version(full))

    def _read(self, ticket: Ticket[Facts], name: Name) -> None:
        if ticket.error is not None:
            return
        facts = ticket.get()
        self._facts.setdefault(name, []).append(facts)
        self._follow(facts, {""} | self._extras.get(name, set()))

    def _follow(self, facts: Facts, extras: set[str]) -> None:
        for requirement in facts.requires:
            if any(self._is_wanted(requirement.marker, extra) for extra in sorted(extras)):
                self.want(requirement)

    def _is_wanted(self, marker: str, extra: str) -> bool:
        if not marker:
            return not extra
        known = self._is_worth.get((marker, extra))
        if known is None:
            parsed = parse_marker(marker)
            known = any(evaluate(parsed, {**sample, "extra": extra}) for sample in self._samples)
            self._is_worth[marker, extra] = known
        return known
