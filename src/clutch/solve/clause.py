"""Incompatibilities: sets of package values that cannot be true together, and where they are true.

Source: PubGrub §Incompatibility; here each term is one bit mask, and "absent" is one of its bits.
"""

from __future__ import annotations

from typing import Final

EVERYWHERE: Final = -1
"""The mask of all environments, those that are not cut out yet included (all bits of an endless integer)."""

LEARNED: Final = -1
"""The cause number of a clause that was derived from others."""


class Clause:
    """One incompatibility: not every `packages[i]` may have its value in `masks[i]`.

    It is true in `environments`. `demands` are the environments that a region must lie in for the clause to count at
    all (the leaves that only hold where a region is covered whole, such as an unsupported Python). `cause` is the
    provider's number of the statement it stands for, or `LEARNED`; then `causes` are the clauses it was derived from.
    The two watched terms are kept at positions 0 and 1.
    """

    __slots__ = ("cause", "causes", "demands", "environments", "is_active", "masks", "packages")

    def __init__(self, packages: list[int], masks: list[int], environments: int, cause: int) -> None:
        self.packages: list[int] = packages
        self.masks: list[int] = masks
        self.environments: int = environments
        self.demands: int = EVERYWHERE
        self.cause: int = cause
        self.causes: list[Clause] = []
        self.is_active: bool = True

    def mask_of(self, package: int) -> int:
        """The mask of its term for `package`; 0 when it says nothing of it."""
        for i in range(len(self.packages)):
            if self.packages[i] == package:
                return self.masks[i]
        return 0

    def counts_in(self, region: int) -> bool:
        """Whether a solve of `region` has to respect it: true somewhere in it, and its demands cover it whole."""
        return self.environments & region != 0 and region & ~self.demands == 0


def leaves(clause: Clause) -> list[Clause]:
    """The statements that a derived clause rests on, each once, in the order of the derivation."""
    found: list[Clause] = []
    seen: set[int] = set()
    waiting = [clause]
    while waiting:
        current = waiting.pop()
        if id(current) in seen:
            continue
        seen.add(id(current))
        if current.cause != LEARNED:
            found.append(current)
        else:
            waiting.extend(reversed(current.causes))
    return found
