"""A bound on the work of a solver, so that no problem runs for ever."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

_CHECK_EVERY: Final = 64
"""Steps between two questions whether time is left; a step takes 20 to 200 microseconds."""


class EffortSpent(Exception):
    """The steps allowed are used up, or the time is over."""


class Effort:
    """How many steps (decisions, looks at a candidate, conflicts) may still be made.

    `is_time_left` is asked now and then; the clock stays with the caller.
    """

    __slots__ = ("_is_time_left", "left")

    def __init__(self, steps: int, is_time_left: Callable[[], bool] | None = None) -> None:
        self.left: int = steps
        self._is_time_left = is_time_left

    def spend(self) -> None:
        """Count one step. Raises: EffortSpent."""
        self.left -= 1
        if self.left < 0:
            raise EffortSpent
        if self.left % _CHECK_EVERY == 0 and self._is_time_left is not None and not self._is_time_left():
            raise EffortSpent
