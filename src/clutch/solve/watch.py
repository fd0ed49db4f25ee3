"""Unit propagation over clauses of which two terms each are watched."""

from __future__ import annotations

from clutch.solve.clause import Clause
from clutch.solve.trail import Trail


class Watcher:
    """Finds the clauses that have become unit or violated, looking only where a watched term was satisfied.

    A clause is looked at again when the domain of one of its two watched packages shrinks into its mask. Undoing
    entries needs no work here: a satisfied watched term is always undone before the entry that made it harmless.
    """

    __slots__ = ("_trail", "head", "visits", "watched")

    def __init__(self, trail: Trail) -> None:
        self._trail = trail
        self.watched: list[list[Clause]] = []
        self.head: int = 0
        self.visits: int = 0

    def add_package(self) -> None:
        """Make room for the next package number."""
        self.watched.append([])

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
        self.watched[clause.packages[0]].append(clause)
        self.watched[clause.packages[1]].append(clause)

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
            self.head += 1
            conflict = self._visit(package)
            if conflict is not None:
                return conflict
        return None

    def _visit(self, package: int) -> Clause | None:
        trail = self._trail
        domain = trail.domain
        clauses = self.watched[package]
        value = domain[package]
        kept = 0
        size = len(clauses)
        for at in range(size):
            clause = clauses[at]
            mine = 0 if clause.packages[0] == package else 1
            if value & ~clause.masks[mine] or not clause.is_active:
                clauses[kept] = clause
                kept += 1
                continue
            if clause.is_replaced or self._move_watch(clause, mine):
                continue
            clauses[kept] = clause
            kept += 1
            other = 1 - mine
            target = clause.packages[other]
            remaining = domain[target] & ~clause.masks[other]
            if remaining == 0:
                for rest in range(at + 1, size):
                    clauses[kept] = clauses[rest]
                    kept += 1
                del clauses[kept:]
                return clause
            if remaining != domain[target]:
                trail.narrow(target, remaining, clause, trail.level)
        del clauses[kept:]
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
                self.watched[packages[mine]].append(clause)
                return True
        return False
