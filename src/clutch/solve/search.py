"""The solver: decides, propagates, learns and goes back, for one region of environments at a time.

What was learned in one region stays and counts in every other one that it is true in. `docs/internals/solver.md`
explains the algorithm with examples. Source: PubGrub §The algorithm.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from clutch.base.values import NamedTuple
from clutch.solve.agenda import Agenda
from clutch.solve.analysis import Lesson, analyze
from clutch.solve.clause import EVERYWHERE, LEARNED, Clause
from clutch.solve.effort import Effort
from clutch.solve.provider import Dependency, Exclusion, Provider, Refinement, refine
from clutch.solve.splits import Fork, cut_by_causes, find_forks
from clutch.solve.trail import Trail
from clutch.solve.watch import Watcher

SOLVED: Final = 0
SPLIT: Final = 1
FAILED: Final = 2
FORK: Final = 3

MOST_STEPS: Final = 1_000_000
"""When no other bound is given: minutes of work. The largest real problem tried (360 packages) takes 12,000 steps."""

_PATIENCE: Final = 4
"""Candidates of one package dismissed before it is decided earlier than what dismissed them; a power of two."""


class Outcome(NamedTuple):
    """What became of a region.

    `SOLVED`: `picks` are (package, candidate) of everything wanted, parts included. `SPLIT`: solve `split` (a part of
    the region) and the rest each on their own; `FORK` likewise, but `split` first, for better versions. `FAILED`:
    `proof` is true in `proof.environments`, and nothing can be done there.
    """

    kind: int
    picks: list[tuple[int, int]]
    split: int
    proof: Clause | None


class Solver:
    """One problem, over any number of regions.

    `is_eager` splits regions early, for the newest versions in each. `effort` bounds the work over all regions.
    """

    def __init__(self, provider: Provider, *, is_eager: bool = True, effort: Effort | None = None) -> None:
        self._provider = provider
        self._effort = effort if effort is not None else Effort(MOST_STEPS)
        self._is_eager = is_eager
        self._trail = Trail()
        self._watcher = Watcher(self._trail)
        self._clauses: list[Clause] = []
        self._units: list[Clause] = []
        self._units_of: list[list[Clause]] = []
        self._roots: list[Dependency] = []
        self._base: list[int] = []
        self.agenda = Agenda(self._trail, self._base)
        self._forks: dict[tuple[int, int], list[Fork]] = {}
        self._expanded: set[tuple[int, int]] = set()
        self._dismissed: dict[int, int] = {}
        self._new: list[Clause] = []
        self._region: int = EVERYWHERE
        self.decisions: int = 0
        self.conflicts: int = 0

    # The region and the clauses, kept between calls.

    @property
    def clauses(self) -> int:
        """How many clauses are known."""
        return len(self._clauses)

    def add_roots(self, roots: list[Dependency]) -> None:
        """What the problem itself wants."""
        self._refine()
        self._roots = self._know_all(roots)
        for root in self._roots:
            forbidden = self._trail.full[root.package] & ~root.allowed
            if forbidden:
                self._add(Clause([root.package], [forbidden], root.environments, root.cause))

    def exclude(self, package: int, mask: int, environments: int, cause: int) -> None:
        """From now on the candidates in `mask` are out wherever a region touches `environments`."""
        self._add(Clause([package], [mask], environments, cause))

    def solve(self, region: int) -> Outcome:
        """Solve for all environments of `region` at once; may ask for a split, or prove that some of it fails.

        Raises: EffortSpent.
        """
        self._restart(region)
        cut = self._cut(find_forks(self._roots)) if self._is_eager else 0
        if cut:
            return Outcome(FORK, [], cut, None)
        self._new = [clause for clause in self._units if clause.is_active]
        while True:
            self._effort.spend()
            conflict = self._apply_new() or self._watcher.propagate()
            outcome = self._learn(conflict) if conflict is not None else self._advance()
            if outcome is not None:
                return outcome

    # One step.

    def _advance(self) -> Outcome | None:
        package = self.agenda.next()
        if package < 0:
            self.agenda.finish()
            return Outcome(SOLVED, self._picks(), 0, None)
        domain = self._trail.domain[package]
        candidate = self._best(package, domain)
        is_new = self._expand(package, candidate)
        if self._is_eager:
            cut = self._cut(self._forks.get((package, self._bound(package, candidate)), []))
            if cut:
                return Outcome(FORK, [], cut, None)
        if is_new:
            self._look(package, candidate)
            return None
        domain = self._trail.domain[package]
        bit = 1 << candidate
        if domain == bit:
            self.agenda.settle(package)
        elif domain & bit:
            self.decisions += 1
            self._trail.decide(package, bit)
            self.agenda.settle(package)
        return None

    def _learn(self, conflict: Clause) -> Outcome | None:
        self.conflicts += 1
        lesson = analyze(self._trail, conflict)
        learned = lesson.clause
        if lesson.level < 0:
            return self._fail(lesson)
        if self._is_eager and learned.environments & self._region == 0:
            cut = cut_by_causes(learned.causes, self._region)
            if cut:
                return Outcome(SPLIT, [], cut, None)
        for package in learned.packages:
            self.agenda.conflicts[package] += 1
        self._go_back(lesson.level)
        self._new.append(conflict)
        self._add(learned)
        return None

    def _look(self, package: int, candidate: int) -> None:
        """Apply what a candidate brought along. When that dismisses one candidate after the other, decide it earlier.

        Otherwise every version of a package would be looked at, and its facts fetched, to suit a decision that was made
        before it and that a different version would suit as well.
        """
        conflict = self._apply_new()
        if conflict is not None:
            self._new.append(conflict)
            return
        if self._trail.domain[package] >> candidate & 1:
            return
        self.agenda.conflicts[package] += 1
        dismissed = self._dismissed[package] = self._dismissed.get(package, 0) + 1
        if dismissed < _PATIENCE or dismissed & (dismissed - 1):
            return
        reason = self._trail.reason_at[self._trail.history[package][-1]]
        levels = [
            self._trail.level_of(other, reason.masks[i])
            for i, other in enumerate(reason.packages if reason is not None else [])
            if reason is not None and other != package
        ]
        if max(levels, default=0) > 0:
            self._go_back(max(levels) - 1)

    def _go_back(self, level: int) -> None:
        self._watcher.head = min(self._watcher.head, self._trail.back_to(level))
        self.agenda.rewind()

    def _fail(self, lesson: Lesson) -> Outcome:
        proof = lesson.clause
        if proof.environments & self._region:
            return Outcome(FAILED, [], 0, proof)
        return Outcome(SPLIT, [], cut_by_causes(proof.causes, self._region), None)

    def _apply_new(self) -> Clause | None:
        """Narrow by the clauses that no watch has seen yet; the first one that is violated stays in the list."""
        while self._new:
            clause = self._new.pop()
            if not self._watcher.apply(clause):
                return clause
        return None

    # Choosing.

    def _best(self, package: int, mask: int) -> int:
        if mask & (mask - 1) == 0:
            return mask.bit_length() - 1
        return self._provider.prefer(package, mask, self._region)

    def _cut(self, forks: list[Fork]) -> int:
        """A part of the region in which a package is wanted otherwise, to a better effect, than in a disjoint part."""
        region = self._region
        for fork in forks:
            usable = self._usable(fork.package)
            here = [(allowed & usable, where & region) for allowed, where in fork.demands if where & region]
            for i, (mask, where) in enumerate(here):
                for other_mask, other_where in here[:i]:
                    if where & other_where == 0 and self._differs(fork.package, mask, other_mask):
                        best = self._best(fork.package, mask | other_mask)
                        return where if mask >> best & 1 else other_where
        return 0

    def _differs(self, package: int, mask: int, other: int) -> bool:
        if not mask or not other or not mask & other:
            return mask != other
        both = self._best(package, mask & other)
        return self._best(package, mask) != both or self._best(package, other) != both

    def _usable(self, package: int) -> int:
        """The candidates that nothing excludes by itself in the whole region."""
        usable = self._trail.full[package] >> 1
        for clause in self._units_of[package]:
            if clause.is_active and self._region & ~clause.environments == 0:
                usable &= ~clause.masks[0]
        return usable

    def _picks(self) -> list[tuple[int, int]]:
        trail = self._trail
        return [
            (package, trail.domain[package].bit_length() - 1)
            for package in range(len(trail.domain))
            if 2 * trail.domain[package] <= trail.full[package]
        ]

    # Growing.

    def _expand(self, package: int, candidate: int) -> bool:
        """Learn what a candidate wants, once; whether that was new, and has to be looked at first."""
        bound = self._bound(package, candidate)
        if (package, bound) in self._expanded:
            return False
        misfits = self._provider.misfits(package, bound)
        if misfits:
            self._refine()
            self._add_exclusions(package, misfits)
            return True
        self._expanded.add((package, bound))
        dependencies = list(self._provider.dependencies(package, bound))
        self._refine()
        dependencies = self._know_all(dependencies)
        for dependency in dependencies:
            self._add_dependency(package, bound, dependency)
        if self._is_eager:
            forks = find_forks(dependencies)
            if forks:
                self._forks[package, bound] = forks
        return True

    def _bound(self, package: int, candidate: int) -> int:
        """The candidate that dependencies hang on: for a part, that of its base."""
        base = self._base[package]
        return candidate if base < 0 else self._trail.domain[base].bit_length() - 1

    def _add_dependency(self, package: int, candidate: int, dependency: Dependency) -> None:
        """A clause: this candidate (and its part) with the other package outside of what is allowed, or absent."""
        base = self._base[package]
        owner = package if base < 0 else base
        terms: dict[int, int] = {owner: 1 << candidate}
        if base >= 0:
            terms[package] = 1
        if dependency.package < 0:
            clause = Clause(list(terms), list(terms.values()), dependency.environments, dependency.cause)
            clause.demands = dependency.environments
            self._add(clause)
            return
        forbidden = self._trail.full[dependency.package] & ~dependency.allowed
        terms[dependency.package] = terms.get(dependency.package, EVERYWHERE) & forbidden
        if not terms[dependency.package]:
            return
        self._add(Clause(list(terms), list(terms.values()), dependency.environments, dependency.cause))

    def _add(self, clause: Clause) -> None:
        clause.is_active = clause.counts_in(self._region)
        self._clauses.append(clause)
        if len(clause.packages) > 1:
            self._watcher.attach(clause)
        else:
            self._units.append(clause)
            self._units_of[clause.packages[0]].append(clause)
        if clause.cause == LEARNED:
            clause.is_active = True
        if clause.is_active:
            self._new.append(clause)

    def _know_all(self, dependencies: list[Dependency]) -> list[Dependency]:
        """Introduce the packages of these, which follow the cuts that come with that."""
        cuts: list[Refinement] = []
        for dependency in dependencies:
            while len(self._base) <= dependency.package:
                cuts += self._know_next()
        if not cuts:
            return dependencies
        return [one._replace(environments=refine(one.environments, cuts)) for one in dependencies]

    def _know_next(self) -> Sequence[Refinement]:
        new = len(self._base)
        self._base.append(self._provider.base(new))
        self.agenda.add_package(self._provider.rank(new))
        self._units_of.append([])
        self._trail.add_package((1 << self._provider.candidates(new) + 1) - 1)
        self._watcher.add_package()
        exclusions = self._provider.exclusions(new)
        cuts = self._refine()
        self._add_exclusions(new, exclusions)
        return cuts

    def _add_exclusions(self, package: int, exclusions: Sequence[Exclusion]) -> None:
        for exclusion in exclusions:
            clause = Clause([package], [exclusion.mask], exclusion.environments, exclusion.cause)
            if not exclusion.is_partial:
                clause.demands = exclusion.environments
            self._add(clause)

    def _refine(self) -> Sequence[Refinement]:
        """Follow the cuts of cells in all that is kept."""
        cuts = self._provider.refinements()
        if not cuts:
            return cuts
        self._region = refine(self._region, cuts)
        for clause in self._clauses:
            clause.environments = refine(clause.environments, cuts)
            clause.demands = refine(clause.demands, cuts)
        for forks in self._forks.values():
            for fork in forks:
                fork.demands = [(allowed, refine(where, cuts)) for allowed, where in fork.demands]
        self._roots = [root._replace(environments=refine(root.environments, cuts)) for root in self._roots]
        return cuts

    def _restart(self, region: int) -> None:
        self._trail.reset()
        self._watcher.head = 0
        self.agenda.start()
        self._region = region
        for clause in self._clauses:  # `counts_in`, written out: 4,000 clauses in each of 50 regions
            clause.is_active = clause.environments & region != 0 and region & ~clause.demands == 0
