"""Unit propagation over clauses of which two terms each are watched."""

from __future__ import annotations

from clutch.solve.clause import Clause
from clutch.solve.trail import Trail


class Watcher:
    """Finds the clauses that have become unit or violated, looking only where a watched term was satisfied.

    `watched[p]` are the clauses that watch a term of package `p`, grouped by its mask: most clauses of a package share
    few masks, and a group is looked at only when the domain shrinks into that mask. Undoing entries needs no work
    here: a satisfied watched term is always undone before the entry that made it harmless.
    """

    __slots__ = ("_trail", "head", "visits", "watched")

    def __init__(self, trail: Trail) -> None:
        self._trail = trail
        self.watched: list[dict[int, list[Clause]]] = []
        self.head: int = 0
        self.visits: int = 0

    def add_package(self) -> None:
        """Make room for the next package number."""
        self.watched.append({})

    def attach(self, clause: Clause) -> None:
        """Watch a clause of at least two terms: terms still open first, then those satisfied last."""
        trail = self._trail
        packages, masks = clause.packages, clause.masks
        order: list[tuple[int, int]] = []
        for i in range(len(packages)):
            if trail.domain[packages[i]] & ~masks[i]:
                order.append((-len(trail.package_at) - 1, i))
            else:
                order.append((-trail.satisfied_since(packages[i], masks[i]), i))
        order.sort()
        clause.packages = [packages[i] for _, i in order]
        clause.masks = [masks[i] for _, i in order]
        self._watch(clause, 0)
        self._watch(clause, 1)

    def _watch(self, clause: Clause, term: int) -> None:
        groups = self.watched[clause.packages[term]]
        mask = clause.masks[term]
        group = groups.get(mask)
        if group is None:
            groups[mask] = [clause]
        else:
            group.append(clause)

    def apply(self, clause: Clause) -> bool:
        """Narrow by a clause that may be unit right now, from the level on where it is; False when it is violated."""
        trail = self._trail
        domain = trail.domain
        open_term = -1
        for i in range(len(clause.packages)):
            if domain[clause.packages[i]] & ~clause.masks[i]:
                if open_term >= 0:
                    return True
                open_term = i
        if open_term < 0:
            return False
        package = clause.packages[open_term]
        remaining = domain[package] & ~clause.masks[open_term]
        if remaining != domain[package]:
            level = 0
            for i in range(len(clause.packages)):
                if i != open_term:
                    level = max(level, trail.level_of(clause.packages[i], clause.masks[i]))
            trail.narrow(package, remaining, clause, level)
        return True

    def propagate(self) -> Clause | None:
        """Narrow until nothing follows any more; the violated clause when there is one."""
        trail = self._trail
        while self.head < len(trail.package_at):
            package = trail.package_at[self.head]
            before = trail.before_at[self.head]
            self.head += 1
            value = trail.domain[package]
            for mask, group in self.watched[package].items():
                if value & ~mask == 0 and before & ~mask:
                    conflict = self._visit(package, group)
                    if conflict is not None:
                        return conflict
        return None

    def _visit(self, package: int, group: list[Clause]) -> Clause | None:
        """Look at the clauses of one mask that has just become true."""
        trail = self._trail
        domain = trail.domain
        kept = 0
        size = len(group)
        for at in range(size):
            clause = group[at]
            mine = 0 if clause.packages[0] == package else 1
            if clause.is_active and self._move_watch(clause, mine):
                continue
            group[kept] = clause
            kept += 1
            if not clause.is_active:
                continue
            other = 1 - mine
            target = clause.packages[other]
            remaining = domain[target] & ~clause.masks[other]
            if remaining == 0:
                for rest in range(at + 1, size):
                    group[kept] = group[rest]
                    kept += 1
                del group[kept:]
                return clause
            if remaining != domain[target]:
                trail.narrow(target, remaining, clause, trail.level)
        del group[kept:]
        return None

    def _move_watch(self, clause: Clause, mine: int) -> bool:
        """Watch another open term instead of the satisfied one; False when the other watched term stands alone."""
        self.visits += 1
        domain = self._trail.domain
        packages, masks = clause.packages, clause.masks
        other = 1 - mine
        if not domain[packages[other]] & masks[other]:
            return False
        for i in range(2, len(packages)):
            if domain[packages[i]] & ~masks[i]:
                packages[mine], packages[i] = packages[i], packages[mine]
                masks[mine], masks[i] = masks[i], masks[mine]
                self._watch(clause, mine)
                return True
        return False
