"""The solver's port, filled in: packages, requirements and environments as integers."""

from __future__ import annotations

from collections.abc import Sequence

from clutch.base.errors import ClutchError, Place
from clutch.base.events import Event, Reporter
from clutch.base.values import NamedTuple
from clutch.model.facts import Facts
from clutch.model.requirement import Requirement
from clutch.resolve.catalog import Catalog, Name, Offer
from clutch.resolve.policy import refusals, special_candidates
from clutch.resolve.preferences import Preference
from clutch.resolve.problem import Problem
from clutch.resolve.speculation import Speculation
from clutch.resolve.statements import (
    CONSTRAINT,
    FITS,
    NEEDS,
    NO_METADATA,
    PRERELEASE,
    PYTHON_HIGH,
    PYTHON_LOW,
    ROOT,
    WITHDRAWN,
    Statement,
    Statements,
)
from clutch.resolve.support import python_support
from clutch.resolve.universe import Universe
from clutch.solve.clause import EVERYWHERE, Clause, leaves
from clutch.solve.provider import Dependency, Exclusion, Refinement, refine

_REPORT_EVERY = 20
"""Packages between two events of progress."""


class Restart(Exception):
    """Something that the solver has been told already turned out otherwise; solve anew with what is known now."""


class Package:
    """A name, or an extra of one; `unsupported` are (candidates, environments, cuts so far) that do not go together."""

    __slots__ = ("base", "extra", "is_introduced", "is_scanned", "offer", "preference", "unsupported")

    def __init__(self, offer: Offer, extra: str, base: int, preference: Preference) -> None:
        self.offer = offer
        self.extra = extra
        self.base = base
        self.preference = preference
        self.is_introduced = False
        self.is_scanned = base >= 0
        self.unsupported: list[tuple[int, int, int]] = []


class Wish(NamedTuple):
    """A requirement as it counts: `targets` are its package and the extras of it, `stamp` the cuts when it was made."""

    requirement: Requirement
    targets: tuple[int, ...]
    environments: int
    stamp: int


class PackageProvider:
    """Numbers packages in the order in which they are met, which the solver alone decides."""

    def __init__(
        self,
        problem: Problem,
        catalog: Catalog,
        universe: Universe,
        speculation: Speculation,
        reporter: Reporter,
    ) -> None:
        self._reporter = reporter
        self._looked_at: set[int] = set()
        self._problem = problem
        self._catalog = catalog
        self._universe = universe
        self._speculation = speculation
        self._numbers: dict[tuple[Name, str], int] = {}
        self._direct = {(root.requirement.world, root.requirement.name) for root in problem.roots}
        self._overrides: dict[Name, list[Requirement]] = {}
        for override in problem.overrides:
            self._overrides.setdefault((override.world, override.name), []).append(override)
        self._constraints: dict[Name, list[Requirement]] = {}
        for constraint in problem.constraints:
            self._constraints.setdefault((constraint.world, constraint.name), []).append(constraint)
        self._refined = len(universe.refinements)
        self.packages: list[Package] = []
        self.statements = Statements()
        self.wishes: dict[tuple[int, int], list[Wish]] = {}
        self.root_wishes: list[tuple[str, Wish]] = []
        self.warnings: dict[str, None] = {}
        self.refused: dict[int, int] = {}
        self._named_by_others: dict[int, int] = {}
        self._unfit_causes: dict[int, list[int]] = {}

    # What the solver asks.

    def candidates(self, package: int) -> int:
        known = self.packages[package]
        return len(known.offer.versions) if known.base < 0 else 1

    def base(self, package: int) -> int:
        return self.packages[package].base

    def rank(self, package: int) -> int:
        offer = self.packages[package].offer
        return 0 if (offer.world, offer.name) in self._direct else 1

    def exclusions(self, package: int) -> Sequence[Exclusion]:
        known = self.packages[package]
        known.is_introduced = True
        if known.base >= 0:
            return []
        offer = known.offer
        name = (offer.world, offer.name)
        self._cut_for(offer, self._constraints.get(name, []))
        found: list[Exclusion] = []
        gone = 0
        for refusal in refusals(offer, self._problem, self._catalog.unlocked.get(name, 0)):
            cause = self.statements.add(Statement(refusal.kind, package, refusal.mask, detail=refusal.detail))
            found.append(Exclusion(refusal.mask, EVERYWHERE, cause))
            gone |= refusal.mask
        self.refused[package] = gone
        found += self._python_exclusions(package, gone)
        for constraint in self._constraints.get(name, []):
            outside = ((1 << len(offer.versions)) - 1) & ~offer.allowed(constraint)
            if outside:
                cause = self.statements.add(Statement(CONSTRAINT, package, outside, requirement=constraint))
                found.append(Exclusion(outside, self._universe.mask(constraint.marker), cause, is_partial=True))
        return found

    def misfits(self, package: int, candidate: int) -> Sequence[Exclusion]:
        known = self.packages[package]
        if known.is_scanned or not _fits(known.offer, candidate):
            return []
        known.is_scanned = True
        universe = self._universe
        by_text: dict[str, int] = {}
        usable = ~self.refused[package]
        for number in range(len(known.offer.versions)):
            if usable >> number & 1:
                text = _fits(known.offer, number)
                by_text[text] = by_text.get(text, 0) | 1 << number
        for text in by_text:
            universe.learn(text if text != "never" else "")
        found: list[Exclusion] = []
        for text, mask in by_text.items():
            missing = universe.released & ~universe.mask(text)
            if missing & universe.required:
                missing = universe.with_future(missing)
                found.append(self._unsupported(package, mask, missing, Statement(FITS, package, mask, detail=text)))
        return found

    def dependencies(self, package: int, candidate: int) -> Sequence[Dependency]:
        known = self.packages[package]
        self._report(package)
        try:
            facts = self._catalog.facts(known.offer, candidate)
        except ClutchError as error:
            if error.code != "no-metadata":
                raise
            statement = Statement(NO_METADATA, package, 1 << candidate, detail=error.message)
            return [Dependency(-1, 0, EVERYWHERE, self.statements.add(statement))]
        if known.extra and known.extra not in facts.extras:
            text = f"`{known.offer.name}` {known.offer.versions[candidate]} has no extra `{known.extra}`"
            self.warnings.setdefault(text)
        owner = package if known.base < 0 else known.base
        wishes = self._wishes(self._requires(facts, known), known.extra)
        self.wishes[package, candidate] = wishes
        found = [] if known.extra else self._python_misfits(package, candidate, facts)
        for wish in wishes:
            statement = Statement(NEEDS, owner, 1 << candidate, wish.targets[0], wish.requirement, known.extra)
            found += self._demands(wish, self.statements.add(statement))
        return found

    def prefer(self, package: int, mask: int, region: int) -> int:
        return self.packages[package].preference.best(mask)

    def refinements(self) -> Sequence[Refinement]:
        cuts = self._universe.refinements[self._refined :]
        self._refined = len(self._universe.refinements)
        return cuts

    # What the rest of the resolver asks.

    def roots(self) -> list[Dependency]:
        """The user's own requirements. Raises: NotFoundError for a name that no index knows."""
        requirements: list[Requirement] = []
        for root in self._problem.roots:
            requirements += self._overrides.get((root.requirement.world, root.requirement.name), [root.requirement])
        for requirement in requirements:
            self._universe.learn(requirement.marker)
            self._speculation.want(requirement)
        found: list[Dependency] = []
        for root in self._problem.roots:
            name = (root.requirement.world, root.requirement.name)
            for wish in self._wishes(self._overrides.get(name, [root.requirement]), "", is_root=True):
                self._refuse_unknown(wish)
                where = self.where(wish) & self._universe.section_mask(root.section)
                wish = wish._replace(environments=where, stamp=len(self._universe.refinements))
                self.root_wishes.append((root.section, wish))
                statement = Statement(ROOT, wish.targets[0], requirement=wish.requirement)
                found += self._demands(wish, self.statements.add(statement))
        return found

    def where(self, wish: Wish) -> int:
        """The environments of a wish, in the cells as they are now."""
        return refine(wish.environments, self._universe.refinements[wish.stamp :])

    def unsupported(self, package: int, candidate: int) -> int:
        """The environments in which a candidate cannot be used."""
        mask = 0
        cuts = self._universe.refinements
        for candidates, where, stamp in self.packages[package].unsupported:
            if candidates >> candidate & 1:
                mask |= refine(where, cuts[stamp:])
        return mask

    def number_of(self, base: int, extra: str) -> int:
        """The number of an extra of a package that was met."""
        offer = self.packages[base].offer
        return self._numbers[(offer.world, offer.name), extra]

    def cause_of(self, package: int, candidate: int) -> int:
        """The statement that says best why a candidate does not fit everywhere."""
        for cause in self._unfit_causes.get(package, []):
            if self.statements[cause].mask >> candidate & 1:
                return cause
        raise AssertionError(f"candidate {candidate} fits everywhere")

    def unlock_for(self, proof: Clause) -> None:
        """Let in what packages have named, when keeping it out takes part in a failure.

        Raises: Restart when it does.
        """
        is_new = False
        for leaf in leaves(proof):
            statement = self.statements[leaf.cause]
            named = self._named_by_others.get(statement.package, 0) & statement.mask
            if named and statement.kind in (PRERELEASE, WITHDRAWN):
                offer = self.packages[statement.package].offer
                self._catalog.unlock((offer.world, offer.name), named, is_demoted=True)
                is_new = True
        if is_new:
            raise Restart

    # Inside.

    def _report(self, package: int) -> None:
        """Say now and then how many of the packages met so far have been looked at."""
        if package in self._looked_at:
            return
        self._looked_at.add(package)
        if len(self._looked_at) % _REPORT_EVERY == 1:
            name = self.packages[package].offer.name
            self._reporter.emit(Event("resolving", name, done=len(self._looked_at), total=len(self.packages)))

    def _cut_for(self, offer: Offer, constraints: list[Requirement]) -> None:
        """Make all cuts that the exclusions will need before the first mask is made."""
        for pool in offer.pools:
            for text in dict.fromkeys(pool.listing.python):
                self._universe.python_mask(text)
        for constraint in constraints:
            self._universe.learn(constraint.marker)

    def _python_exclusions(self, package: int, gone: int) -> list[Exclusion]:
        known = self.packages[package]
        found: list[Exclusion] = []
        for pool in known.offer.pools:
            usable = ~(gone >> pool.offset)
            supports = python_support(pool.listing.python, usable, self._universe)
            for support in supports:
                mask = (support.mask << pool.offset) & ~gone
                for kind, where in ((PYTHON_LOW, support.low), (PYTHON_HIGH, support.high)):
                    if where and mask:
                        found.append(
                            self._unsupported(
                                package, mask, where, Statement(kind, package, mask, detail=support.python)
                            )
                        )
        return found

    def _unsupported(self, package: int, mask: int, where: int, statement: Statement) -> Exclusion:
        self.packages[package].unsupported.append((mask, where, len(self._universe.refinements)))
        cause = self.statements.add(statement)
        self._unfit_causes.setdefault(package, []).append(cause)
        return Exclusion(mask, where, cause)

    def _python_misfits(self, package: int, candidate: int, facts: Facts) -> list[Dependency]:
        """Where the Python range that only the metadata states keeps this candidate out."""
        pool = self.packages[package].offer.pool_of(candidate)
        bit = 1 << candidate
        found: list[Exclusion] = []
        python = facts.python if pool is None or not pool.listing.python[candidate - pool.offset] else ""
        for support in python_support([python], 1, self._universe) if python else []:
            for kind, where in ((PYTHON_LOW, support.low), (PYTHON_HIGH, support.high)):
                if where:
                    found.append(self._unsupported(package, bit, where, Statement(kind, package, bit, detail=python)))
        return [Dependency(-1, 0, one.environments, one.cause) for one in found]

    def _requires(self, facts: Facts, package: Package) -> list[Requirement]:
        excluded = set(self._problem.excludes)
        requirements: list[Requirement] = []
        for requirement in facts.requires:
            if requirement.name in excluded:
                continue
            replaced = self._overrides.get((requirement.world, requirement.name))
            if replaced is None:
                requirements.append(requirement)
            elif not package.extra:
                requirements += replaced
        return list(dict.fromkeys(requirements))

    def _wishes(self, requirements: list[Requirement], extra: str, *, is_root: bool = False) -> list[Wish]:
        universe = self._universe
        for requirement in requirements:
            universe.learn(requirement.marker)
        everything = universe.everything
        counted: list[tuple[Requirement, int]] = []
        for requirement in requirements:
            where = universe.mask(requirement.marker, extra) & everything
            if extra:
                where &= ~universe.mask(requirement.marker)
            if where:
                counted.append((requirement, where))
                self._speculation.want(requirement)
        wishes: list[Wish] = []
        for requirement, where in counted:
            targets = self._targets(requirement, is_root=is_root)
            wishes.append(Wish(requirement, targets, where, len(universe.refinements)))
        return wishes

    def _demands(self, wish: Wish, cause: int) -> list[Dependency]:
        allowed = self.packages[wish.targets[0]].offer.allowed(wish.requirement)
        where = self.where(wish)
        found = [Dependency(wish.targets[0], allowed, where, cause)]
        found += [Dependency(part, 1, where, cause) for part in wish.targets[1:]]
        return found

    def _targets(self, requirement: Requirement, *, is_root: bool) -> tuple[int, ...]:
        name = (requirement.world, requirement.name)
        if requirement.source is not None and not self._catalog.has_source(requirement):
            self._catalog.add_source(requirement)
            if (name, "") in self._numbers:
                raise Restart
        base = self._number(name, "", -1)
        self._unlock(base, requirement, is_root=is_root)
        return (base, *[self._number(name, extra, base) for extra in requirement.extras])

    def _number(self, name: Name, extra: str, base: int) -> int:
        known = self._numbers.get((name, extra))
        if known is None:
            offer = self._catalog.offer(name)
            preference = Preference(offer, self._problem, is_direct=name in self._direct)
            preference.demoted = self._catalog.demoted.get(name, 0)
            known = self._numbers[name, extra] = len(self.packages)
            self.packages.append(Package(offer, extra, base, preference))
        return known

    def _unlock(self, package: int, requirement: Requirement, *, is_root: bool) -> None:
        """Let in the withdrawn candidates that it pins and the pre-releases that it names.

        Where a package names them but has others to choose from, that waits until there is no other way.
        """
        known = self.packages[package]
        name = (requirement.world, requirement.name)
        named, others = special_candidates(known.offer, requirement, self._problem)
        new = named & ~self._catalog.unlocked.get(name, 0)
        if not new:
            return
        if not is_root and others & ~self.refused.get(package, 0):
            self._named_by_others[package] = self._named_by_others.get(package, 0) | new
            return
        self._catalog.unlock(name, new, is_demoted=not is_root)
        known.preference.demoted = self._catalog.demoted.get(name, 0)
        if known.is_introduced:
            raise Restart

    def _refuse_unknown(self, wish: Wish) -> None:
        offer = self.packages[wish.targets[0]].offer
        if offer.error is not None and not offer.versions:
            origin = wish.requirement.origin
            if origin.file and offer.error.place is None:
                offer.error.place = Place(origin.file, origin.line)
            raise offer.error


def _fits(offer: Offer, candidate: int) -> str:
    """Marker text of the environments that the artifacts of a candidate can serve."""
    pool = offer.pool_of(candidate)
    return pool.listing.fits(candidate - pool.offset) if pool is not None else ""
