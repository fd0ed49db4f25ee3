"""Which of the candidates left is tried first."""

from __future__ import annotations

from collections.abc import Sequence

from clutch.resolve.catalog import Offer
from clutch.resolve.problem import Problem


class Preference:
    """The order in which one package's candidates are tried.

    Locked versions come first, in the order of the lock; then what other regions picked, then the newest (or the
    oldest), with candidates that were only let in by somebody else's demand (`demoted`) last.
    """

    __slots__ = ("_is_lowest", "_locked", "demoted", "picked")

    def __init__(self, offer: Offer, problem: Problem, *, is_direct: bool) -> None:
        self._is_lowest = problem.resolution == "lowest" or (problem.resolution == "lowest-direct" and is_direct)
        self._locked = _numbers(offer.versions, problem.preferred.get(offer.name, ()))
        self.picked: list[int] = []
        self.demoted: int = 0

    def best(self, mask: int) -> int:
        """The first choice of `mask`, which has a candidate."""
        for candidate in self._locked:
            if mask >> candidate & 1:
                return candidate
        for candidate in self.picked:
            if mask >> candidate & 1:
                return candidate
        calm = mask & ~self.demoted or mask
        if self._is_lowest:
            return calm.bit_length() - 1
        return (calm & -calm).bit_length() - 1


def _numbers(versions: Sequence[str], wanted: Sequence[str]) -> list[int]:
    return [versions.index(version) for version in wanted if version in versions]
