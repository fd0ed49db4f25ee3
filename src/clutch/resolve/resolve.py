"""The resolver's front door: a problem and indexes in, pins or an explanation out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from clutch.base.errors import ClutchError
from clutch.base.events import Event, Reporter, Silence
from clutch.base.text import join_words
from clutch.model.ports import Index
from clutch.model.resolution import Resolution
from clutch.resolve.catalog import Catalog
from clutch.resolve.cells import PLACES, REQUIRED_PLACES
from clutch.resolve.explain import Unsatisfiable, explain, left_out_sentence
from clutch.resolve.forks import Failure, Forker, Unsolvable, is_bound_only
from clutch.resolve.hints import find_hints
from clutch.resolve.one_environment import TargetUniverse
from clutch.resolve.plan import make_resolution
from clutch.resolve.problem import Budget, Problem
from clutch.resolve.provider import PackageProvider, Restart
from clutch.resolve.speculation import Speculation
from clutch.resolve.universe import GridUniverse, Universe
from clutch.solve.effort import Effort, EffortSpent
from clutch.solve.search import Solver

_DEFAULT_BUDGET = Budget()
_MOST_NAMED = 3
_MOST_RESTARTS = 1000
"""More than candidates ever unlock each other; a guard against a defect, not a limit for users."""


def resolve(
    problem: Problem, indexes: Mapping[str, Index], reporter: Reporter, budget: Budget = _DEFAULT_BUDGET
) -> Resolution:
    """The pins for all environments of the problem; may block on the network through the indexes.

    Raises: Unsatisfiable when some required environment has no solution, with hints that were tried within the
    budget; NotFoundError when a requirement of the user names a package that no index has; ClutchError
    `resolution-too-long` when the budget is spent, or whatever an index failed with.
    """
    reporter.emit(Event("resolving"))
    try:
        resolution = _solve(problem, indexes, reporter, Effort(budget.steps))
    except _Failed as failed:
        raise _explained(failed, problem, indexes, budget) from None
    reporter.emit(Event("resolved", done=len(resolution.pins), total=len(resolution.pins)))
    return resolution


class _Failed(Exception):
    """An environment that must have a solution has none; everything that it takes to say so."""

    def __init__(self, failure: Failure, provider: PackageProvider, universe: Universe) -> None:
        super().__init__("no solution")
        self.failure = failure
        self.provider = provider
        self.universe = universe


def _solve(problem: Problem, indexes: Mapping[str, Index], reporter: Reporter, effort: Effort) -> Resolution:
    universe, samples = _universe(problem)
    catalog = Catalog(problem, indexes)
    speculation = Speculation(catalog, samples, problem.preferred)
    for _ in range(_MOST_RESTARTS):
        provider = PackageProvider(problem, catalog, universe, speculation, reporter)
        try:
            return _attempt(problem, provider, universe, effort)
        except Restart:
            continue
    raise AssertionError("the resolver does not come to an end")


def _explained(failed: _Failed, problem: Problem, indexes: Mapping[str, Index], budget: Budget) -> Unsatisfiable:
    def attempt(changed: Problem) -> Resolution | None:
        if budget.is_time_left is not None and not budget.is_time_left():
            return None
        try:
            return _solve(changed, indexes, Silence(), Effort(budget.hint_steps, budget.is_time_left))
        except (_Failed, ClutchError):
            return None

    error = explain(failed.failure, failed.provider, failed.universe)
    if budget.hint_steps:
        error.hints += find_hints(failed.failure, problem, failed.provider, failed.universe, attempt)
    return error


def _attempt(problem: Problem, provider: PackageProvider, universe: Universe, effort: Effort) -> Resolution:
    is_eager = problem.fork != "fewest"
    solver = Solver(provider, is_eager=is_eager, effort=effort)
    forker = Forker(provider, solver, universe, is_eager=is_eager)

    def may_fail(failure: Failure) -> bool:
        if not failure.environments & universe.required:
            return True
        provider.unlock_for(failure.proof)
        return problem.python_bounds != "strict" and is_bound_only(failure, provider)

    try:
        solver.add_roots(provider.roots())
        answer = forker.run(may_fail)
    except Unsolvable as unsolvable:
        raise _Failed(unsolvable.failure, provider, universe) from None
    except EffortSpent:
        raise _too_long(solver, provider) from None
    if not answer.regions and answer.left_out:
        raise _Failed(answer.left_out[0], provider, universe)
    noted = [one for one in answer.left_out if one.environments & universe.required]
    left_out = tuple(left_out_sentence(one, provider, universe) for one in noted)
    return make_resolution(answer, provider, universe, left_out)


def _too_long(solver: Solver, provider: PackageProvider) -> ClutchError:
    names = list(dict.fromkeys(provider.packages[one].offer.name for one in solver.agenda.most_troubled))[:_MOST_NAMED]
    where = f"; most conflicts are about {join_words([f'`{name}`' for name in names])}" if names else ""
    message = f"no answer after {solver.decisions} decisions and {solver.conflicts} conflicts{where}"
    return ClutchError("resolution-too-long", message, subject=names[0] if names else "")


def _universe(problem: Problem) -> tuple[Universe, Sequence[Mapping[str, str]]]:
    if problem.target is not None:
        return TargetUniverse(problem.target.markers, problem.python), [problem.target.markers]
    universe = GridUniverse(problem.python, problem.released, problem.environments, problem.required_environments)
    if problem.conflicts:
        universe.declare_conflicts(problem.conflicts)
    samples: list[Mapping[str, str]] = []
    for python in universe.sample_pythons():
        samples += [{**place, **python} for i, place in enumerate(PLACES) if REQUIRED_PLACES >> i & 1]
    return universe, samples
