"""The front door: its budget, its progress and its hints."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from clutch.base.errors import ClutchError
from clutch.base.events import Silence
from clutch.resolve.explain import Unsatisfiable
from clutch.resolve.problem import Budget, Problem, Root
from clutch.resolve.resolve import resolve

_PATH = Path(__file__).parents[2] / "scenario" / "resolve" / "memory_index.py"
_SPEC = importlib.util.spec_from_file_location("memory_index", _PATH)
memory_index = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(memory_index)

CONFLICT = """
a 2.0
  b>=2
a 1.0
  b>=1
b 2.0
b 1.0
"""


class Recorder:
    def __init__(self):
        self.events = []

    def emit(self, event):
        self.events.append(event)


def problem(*texts):
    roots = [Root("", memory_index.requirement(text, "pyproject.toml", line)) for line, text in enumerate(texts, 1)]
    return Problem(tuple(roots), python=">=3.12", released=("3.12", "3.13", "3.14", "3.15"))


def solve(universe, *texts, reporter=None, budget=None):
    index = memory_index.MemoryIndex(universe)
    return resolve(problem(*texts), index.as_indexes(), reporter or Silence(), budget or Budget())


def test_spent_budget_is_an_error_of_its_own():
    with pytest.raises(ClutchError) as caught:
        solve(CONFLICT, "a", budget=Budget(steps=1))
    assert caught.value.code == "resolution-too-long"
    assert caught.value.message == "no answer after 0 decisions and 0 conflicts"


def test_hints_are_those_that_worked():
    with pytest.raises(Unsatisfiable) as caught:
        solve(CONFLICT, "a>=2", "b<2")
    assert caught.value.hints == (
        "relax `a>=2` (pyproject.toml:1) to allow 1.0",
        "relax `b<2` (pyproject.toml:2) to allow 2.0",
    )


def test_no_hint_that_fails_for_another_reason():
    with pytest.raises(Unsatisfiable) as caught:
        solve(CONFLICT + "c 1.0\n  b<1\n", "a>=2", "b<2", "c")
    assert caught.value.hints == ()


def test_no_hints_without_time_or_steps():
    for budget in (Budget(hint_steps=0), Budget(hint_steps=1), Budget(is_time_left=lambda: False)):
        with pytest.raises(Unsatisfiable) as caught:
            solve(CONFLICT, "a>=2", "b<2", budget=budget)
        assert caught.value.hints == ()


def test_progress_tells_packages_looked_at_of_packages_known():
    recorder = Recorder()
    chain = "\n".join(f"p{number} 1.0\n  p{number + 1}" for number in range(50)) + "\np50 1.0\n"
    solve(chain, "p0", reporter=recorder)
    progress = [(event.subject, event.done, event.total) for event in recorder.events if event.subject]
    assert progress == [("p0", 1, 1), ("p20", 21, 21), ("p40", 41, 41)]
    assert [event.kind for event in recorder.events] == ["resolving"] * 4 + ["resolved"]
