"""The partial assignment: what each package may still be, and in which order and why that shrank."""

from __future__ import annotations

from clutch.solve.clause import Clause


class Trail:
    """`domain[p]` is the mask of the values that package `p` may still have; entries are undone from the end.

    Entry `i` narrowed `package_at[i]`, whose domain was `before_at[i]`, because of `reason_at[i]` (None for a
    decision), and holds from decision level `level_at[i]` on. Levels need not grow along the trail: a clause that is
    met late may bind from an early level on. `history[p]` are the entries of `p`, oldest first.
    """

    __slots__ = ("_starts", "before_at", "domain", "full", "history", "level", "level_at", "package_at", "reason_at")

    def __init__(self) -> None:
        self.full: list[int] = []
        self.domain: list[int] = []
        self.history: list[list[int]] = []
        self.package_at: list[int] = []
        self.before_at: list[int] = []
        self.level_at: list[int] = []
        self.reason_at: list[Clause | None] = []
        self.level: int = 0
        self._starts: list[int] = []

    def add_package(self, full: int) -> None:
        """Give the next package number its values; `full` has the "absent" bit on top."""
        self.full.append(full)
        self.domain.append(full)
        self.history.append([])

    def decide(self, package: int, remaining: int) -> None:
        """Open a new level with a decision."""
        self.level += 1
        self._starts.append(len(self.package_at))
        self.narrow(package, remaining, None, self.level)

    def narrow(self, package: int, remaining: int, reason: Clause | None, level: int) -> None:
        """Shrink a domain to `remaining`, a true and not empty part of it."""
        self.history[package].append(len(self.package_at))
        self.package_at.append(package)
        self.before_at.append(self.domain[package])
        self.level_at.append(level)
        self.reason_at.append(reason)
        self.domain[package] = remaining

    def back_to(self, level: int) -> int:
        """Undo every entry above `level`; the first position that changed.

        Entries that hold at `level` already but stand behind are put on again.
        """
        if level >= self.level:
            return len(self.package_at)
        start = self._starts[level]
        kept: list[tuple[int, Clause, int]] = []
        while len(self.package_at) > start:
            at = self.level_at[-1]
            reason = self.reason_at[-1]
            if at <= level and reason is not None:
                kept.append((self.package_at[-1], reason, at))
            self._pop()
        del self._starts[level:]
        self.level = level
        for package, reason, at in reversed(kept):
            remaining = self.domain[package] & ~reason.mask_of(package)
            if remaining != self.domain[package]:
                self.narrow(package, remaining, reason, at)
        return start

    def reset(self) -> None:
        """Forget all entries, level 0 included."""
        while self.package_at:
            self._pop()
        del self._starts[:]
        self.level = 0

    def satisfied_since(self, package: int, mask: int) -> int:
        """The entry that brought the domain of `package` inside `mask`; -1 when it always was.

        Only asked for terms that are satisfied now.
        """
        outside = ~mask
        since = -1
        for position in reversed(self.history[package]):
            since = position
            if self.before_at[position] & outside:
                return since
        return -1

    def level_of(self, package: int, mask: int) -> int:
        """The level from which on the domain of `package` is inside `mask`, which it is now."""
        return self.level_until(package, self.satisfied_since(package, mask))

    def level_until(self, package: int, last: int) -> int:
        """The level that the narrowings of `package` up to entry `last` hold from; all of them count, in any order."""
        level = 0
        for position in self.history[package]:
            if position > last:
                break
            level = max(level, self.level_at[position])
        return level

    def _pop(self) -> None:
        package = self.package_at.pop()
        self.domain[package] = self.before_at.pop()
        self.level_at.pop()
        self.reason_at.pop()
        self.history[package].pop()
