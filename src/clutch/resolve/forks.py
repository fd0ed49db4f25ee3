"""Regions: all required environments first, then all others, cut only where one answer for everybody does not do.

Otherwise what nobody requires (a PyPy on Windows without a wheel of some package) would keep new releases from those
who matter. Every region is solved by the same solver, so that what was learned in one counts in the next; picks of one
region are tried first in the next. A region that fails is left out where nobody requires it or where only an upper
bound on Python stands against it, and else it is an error.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from clutch.base.values import NamedTuple
from clutch.resolve.provider import PackageProvider, Wish
from clutch.resolve.statements import FITS, NOT_PICKED, PYTHON_HIGH, Statement
from clutch.resolve.universe import Universe
from clutch.solve.clause import Clause, leaves
from clutch.solve.provider import refine
from clutch.solve.search import FAILED, FORK, SOLVED, Solver


class Region(NamedTuple):
    """Environments with the picks that hold in all of them: package number to candidate."""

    environments: int
    picks: dict[int, int]


class Failure(NamedTuple):
    """Environments without a solution, and the proof; `proven` is all of where it is true."""

    environments: int
    proof: Clause
    proven: int


class Answer(NamedTuple):
    """All regions in the order in which they were solved; `left_out` had no solution and need none."""

    regions: list[Region]
    left_out: list[Failure]


class Unsolvable(Exception):
    """A region that must have a solution has none."""

    def __init__(self, failure: Failure) -> None:
        super().__init__("no solution")
        self.failure = failure


class Forker:
    """Works through regions until each is solved or left out."""

    def __init__(self, provider: PackageProvider, solver: Solver, universe: Universe, *, is_eager: bool) -> None:
        self._provider = provider
        self._solver = solver
        self._universe = universe
        self._is_eager = is_eager
        self._refined = 0
        self._waiting: list[int] = []
        self._followers = 0
        self._solved: list[Region] = []
        self._failed: list[Failure] = []

    def run(self, may_fail: Callable[[Failure], bool]) -> Answer:
        """Solve everything. Raises: Unsolvable for a failure that `may_fail` does not excuse."""
        self._refined = len(self._universe.refinements)
        stages = self._universe.stages()
        self._waiting = [stage.environments for stage in reversed(stages)]
        self._followers = sum(stage.environments for stage in stages if stage.is_follower)
        while self._waiting:
            self._step(may_fail)
        return Answer(self._solved, self._failed)

    def _step(self, may_fail: Callable[[Failure], bool]) -> None:
        region = self._waiting.pop()
        if region & self._followers:
            self._bind_followers()
        outcome = self._solver.solve(region)
        region = self._follow_cuts(region)
        if outcome.kind == SOLVED:
            self._accept(Region(region, dict(outcome.picks)))
            return
        if outcome.kind == FAILED:
            assert outcome.proof is not None
            proven = outcome.proof.environments & outcome.proof.demands & self._universe.everything
            failure = Failure(region & outcome.proof.environments, outcome.proof, proven)
            if not may_fail(failure):
                raise Unsolvable(failure)
            self._failed.append(failure)
            self._push([region & ~failure.environments])
            return
        parts = [region & ~outcome.split, region & outcome.split]
        assert all(parts), "a split must leave something on both sides"
        if outcome.kind == FORK:
            self._waiting += parts
        else:
            self._push(parts)

    def _bind_followers(self) -> None:
        """Let the environments that nobody requires have the versions that the others got, or nothing.

        A search for old releases that happen to work there would cost more than all the rest, and help nobody.
        """
        for package, known in enumerate(self._provider.packages):
            others = (1 << len(known.offer.versions)) - 1 & ~sum(1 << one for one in known.preference.picked)
            if known.base < 0 and known.preference.picked and others:
                cause = self._provider.statements.add(Statement(NOT_PICKED, package, others))
                self._solver.exclude(package, others, self._followers, cause)
        self._followers = 0

    def _follow_cuts(self, region: int) -> int:
        cuts = self._universe.refinements[self._refined :]
        self._refined += len(cuts)
        if not cuts:
            return region
        self._followers = refine(self._followers, cuts)
        self._waiting = [refine(one, cuts) for one in self._waiting]
        self._solved = [Region(refine(one.environments, cuts), one.picks) for one in self._solved]
        self._failed = [
            Failure(refine(one.environments, cuts), one.proof, refine(one.proven, cuts)) for one in self._failed
        ]
        return refine(region, cuts)

    def _push(self, parts: list[int], trouble: Sequence[int] = ()) -> None:
        """Take up the parts next, those with the least trouble and the newest Python first.

        Their picks are what the others try first, and should not be older than they need to be.
        """

        def order(part: int) -> tuple[int, tuple[int, int], int]:
            return -sum(part & where != 0 for where in trouble), self._universe.newest(part), part.bit_count()

        self._waiting.extend(sorted([part for part in parts if part], key=order))

    def _accept(self, region: Region) -> None:
        """Keep a solution, unless a pick is wanted where it cannot be used: then cut there."""
        trouble = self._trouble(region)
        if not trouble:
            self._solved.append(region)
            for package, candidate in region.picks.items():
                picked = self._provider.packages[package].preference.picked
                if candidate not in picked:
                    picked.append(candidate)
            return
        everywhere = [one for one in trouble if one[2] == region.environments]
        if everywhere or not self._is_eager:
            for package, candidate, where in everywhere or trouble:
                self._solver.exclude(package, 1 << candidate, where, self._provider.cause_of(package, candidate))
            self._waiting.append(region.environments)
            return
        parts = [region.environments]
        for _, _, where in trouble:
            parts = [piece for part in parts for piece in (part & where, part & ~where) if piece]
        self._push(parts, [where for _, _, where in trouble])

    def _trouble(self, region: Region) -> list[tuple[int, int, int]]:
        """(package, candidate, where not) of picks that do not fit somewhere where they are wanted."""
        found: list[tuple[int, int, int]] = []
        wanted: dict[int, int] | None = None
        for package, candidate in region.picks.items():
            if self._provider.packages[package].base >= 0:
                continue
            missing = self._provider.unsupported(package, candidate) & region.environments
            if not missing:
                continue
            if wanted is None:
                wanted = self.wanted(region)
            if missing & wanted.get(package, 0):
                found.append((package, candidate, missing))
        return found

    def wanted(self, region: Region) -> dict[int, int]:
        """Where each picked package is wanted by anybody."""
        return reach(self._provider, region, [wish for _, wish in self._provider.root_wishes])


def reach(provider: PackageProvider, region: Region, roots: Sequence[Wish]) -> dict[int, int]:
    """The environments in which each package is reached from these wishes, following the picks of a region."""
    reached: dict[int, int] = {}
    waiting: list[int] = []

    def arrive(wish: Wish, inside: int) -> None:
        where = provider.where(wish) & inside
        if not where:
            return
        for target in wish.targets:
            if where & ~reached.get(target, 0):
                reached[target] = reached.get(target, 0) | where
                waiting.append(target)

    for wish in roots:
        arrive(wish, region.environments)
    while waiting:
        package = waiting.pop()
        base = provider.packages[package].base
        candidate = region.picks[package if base < 0 else base]
        for wish in provider.wishes.get((package, candidate), []):
            arrive(wish, reached[package])
    return reached


def is_bound_only(failure: Failure, provider: PackageProvider) -> bool:
    """Whether an upper bound on Python, or wheels for some environments only, take part in a failure."""
    return any(provider.statements[leaf.cause].kind in (PYTHON_HIGH, FITS) for leaf in leaves(failure.proof))
