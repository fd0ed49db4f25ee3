"""Which package is decided next: what is wanted and not settled yet, in the order that promises least trouble."""

from __future__ import annotations

from typing import Final

from clutch.solve.trail import Trail

_RANKS: Final = 1 << 20
"""More than there are ranks, so that conflicts count first."""


class Agenda:
    """The open packages of one region, and the order in which the last region was solved.

    `base` is that of each package's part (-1 for a package itself), as the solver knows it. `conflicts` counts those
    that a package took part in.
    """

    __slots__ = ("_base", "_noted", "_open", "_rank", "_script", "_script_at", "_settled", "_trail", "conflicts")

    def __init__(self, trail: Trail, base: list[int]) -> None:
        self._trail = trail
        self._base = base
        self._rank: list[int] = []
        self._settled: dict[int, None] = {}
        self._script: list[int] = []
        self._script_at: int = 0
        self._open: list[int] = []
        self._noted: int = 0
        self.conflicts: list[int] = []

    @property
    def most_troubled(self) -> list[int]:
        """The packages that took part in conflicts, those in most first."""
        troubled = [package for package, conflicts in enumerate(self.conflicts) if conflicts]
        return sorted(troubled, key=lambda package: (-self.conflicts[package], package))

    def add_package(self, rank: int) -> None:
        """Make room for the next package number."""
        self._rank.append(rank)
        self.conflicts.append(0)

    def start(self) -> None:
        """Begin with a new region; the trail is empty."""
        self._settled = {}
        self._script_at = 0
        self._open = []
        self._noted = 0

    def settle(self, package: int) -> None:
        """It has one candidate left, and what that wants is known."""
        self._settled[package] = None

    def finish(self) -> None:
        """The region is solved: remember in which order."""
        self._script = list(self._settled)

    def rewind(self) -> None:
        """Entries of the trail were undone."""
        domain, full = self._trail.domain, self._trail.full
        self._settled = {package: None for package in self._settled if self._is_single(package)}
        self._script_at = len(self._script)
        self._open = [package for package in range(len(domain)) if 2 * domain[package] <= full[package]]
        self._noted = len(self._trail.package_at)

    def next(self) -> int:
        """The open package to decide next; -1 when there is none.

        Sure ones first, then those in most conflicts, the user's own, those with few candidates, the first met.
        """
        scripted = self._next_of_script()
        if scripted >= 0:
            return scripted
        best = -1
        best_trouble = best_size = 0
        domain, settled, conflicts, rank = self._trail.domain, self._settled, self.conflicts, self._rank
        self._note_wanted()
        self._open = [package for package in self._open if package not in settled]
        for package in self._open:
            base = self._base[package]
            if base >= 0:
                if base in settled:
                    return package
                continue
            value = domain[package]
            if value & (value - 1) == 0:
                return package
            trouble = rank[package] - _RANKS * conflicts[package]
            if best >= 0 and trouble > best_trouble:
                continue
            size = value.bit_count()
            if best < 0 or trouble < best_trouble or size < best_size or (size == best_size and package < best):
                best, best_trouble, best_size = package, trouble, size
        return best

    def _next_of_script(self) -> int:
        """The next package in the order that solved the last region, as long as nothing goes wrong; -1 after that.

        Most regions are solved by the same decisions, and looking for the best one each time was half of the work.
        """
        trail, script, settled = self._trail, self._script, self._settled
        while self._script_at < len(script):
            package = script[self._script_at]
            base = self._base[package]
            is_wanted = 2 * trail.domain[package] <= trail.full[package]
            if package not in settled and is_wanted and (base < 0 or base in settled):
                return package
            self._script_at += 1
        return -1

    def _note_wanted(self) -> None:
        """Add to the open packages those that have become wanted since this was last called."""
        trail = self._trail
        for at in range(self._noted, len(trail.package_at)):
            package = trail.package_at[at]
            full = trail.full[package]
            if 2 * trail.before_at[at] > full and 2 * self._after(at, package) <= full:
                self._open.append(package)
        self._noted = len(trail.package_at)

    def _after(self, at: int, package: int) -> int:
        """The domain of a package right after entry `at`."""
        history = self._trail.history[package]
        following = history.index(at) + 1
        return self._trail.before_at[history[following]] if following < len(history) else self._trail.domain[package]

    def _is_single(self, package: int) -> bool:
        """Whether one candidate is all that is left of it, and of its base when it is a part."""
        base = self._base[package]
        value = self._trail.domain[package if base < 0 else base]
        return value & (value - 1) == 0 and (base < 0 or self._trail.domain[package] == 1)
