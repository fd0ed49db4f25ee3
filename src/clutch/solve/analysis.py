"""What a conflict teaches: the clause that follows from it, and how far to go back.

Source: PubGrub §Conflict resolution, with the first unique implication point of conflict-driven clause learning.
"""

from __future__ import annotations

from clutch.base.values import NamedTuple
from clutch.solve.clause import EVERYWHERE, LEARNED, Clause
from clutch.solve.trail import Trail


class Lesson(NamedTuple):
    """A learned clause, and the highest level at which it is still unit (-1: it has no terms, nothing can be true)."""

    clause: Clause
    level: int


class _Resolvent:
    """The clause under derivation: its terms, since when each is satisfied, and what it was made from."""

    __slots__ = ("causes", "demands", "environments", "masks", "since", "trail")

    def __init__(self, trail: Trail, conflict: Clause) -> None:
        self.trail = trail
        self.masks: dict[int, int] = {}
        self.since: dict[int, int] = {}
        self.causes: list[Clause] = []
        self.environments: int = EVERYWHERE
        self.demands: int = EVERYWHERE
        self._take(conflict, -1)

    def resolve(self, package: int, reason: Clause) -> None:
        """Replace what is said of `package` by the reason for it: `p` in A or B is bad where both clauses hold."""
        mask = self.masks[package] | reason.mask_of(package)
        self._take(reason, package)
        if self.trail.full[package] & ~mask == 0:
            del self.masks[package]
            del self.since[package]
        else:
            self.masks[package] = mask
            self.since[package] = self.trail.satisfied_since(package, mask)

    def _take(self, clause: Clause, but: int) -> None:
        self.causes.append(clause)
        self.environments &= clause.environments
        self.demands &= clause.demands
        for i in range(len(clause.packages)):
            package = clause.packages[i]
            if package == but:
                continue
            mask = self.masks.get(package, EVERYWHERE) & clause.masks[i]
            self.masks[package] = mask
            self.since[package] = self.trail.satisfied_since(package, mask)

    def finish(self, level: int) -> Lesson:
        clause = Clause(list(self.masks), list(self.masks.values()), self.environments, LEARNED)
        clause.demands = self.demands
        clause.causes = self.causes
        return Lesson(clause, level)


def analyze(trail: Trail, conflict: Clause) -> Lesson:
    """The lesson of a violated clause: go back until one term alone was satisfied at the level of the conflict."""
    resolvent = _Resolvent(trail, conflict)
    while resolvent.since:
        package, latest, top, below = -1, -1, -1, 0
        for candidate, since in resolvent.since.items():
            level = trail.level_until(candidate, since)
            if level > top or (level == top and since > latest):
                package, latest, top, below = candidate, since, level, max(below, top)
            else:
                below = max(below, level)
        if latest < 0:
            break
        reason = trail.reason_at[latest]
        if reason is None or (top > 0 and below < top):
            return resolvent.finish(below)
        resolvent.resolve(package, reason)
    return resolvent.finish(-1)
