"""The bound on a solver's work."""

from __future__ import annotations

import pytest

from clutch.solve.effort import Effort, EffortSpent


def test_steps_are_counted():
    effort = Effort(2)
    effort.spend()
    effort.spend()
    with pytest.raises(EffortSpent):
        effort.spend()


def spend_all(effort):
    while True:
        effort.spend()


def test_time_is_asked_for_now_and_then():
    asked = []
    effort = Effort(1000, lambda: bool(asked.append(1)) or len(asked) < 3)
    with pytest.raises(EffortSpent):
        spend_all(effort)
    assert len(asked) == 3
    assert 1000 - 192 <= effort.left <= 1000 - 128
