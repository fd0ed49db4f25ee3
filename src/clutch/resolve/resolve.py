"""The resolver's front door: a problem and indexes in, pins or an explanation out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from clutch.base.events import Event, Reporter
from clutch.model.ports import Index
from clutch.model.resolution import Resolution
from clutch.resolve.catalog import Catalog
from clutch.resolve.cells import PLACES, REQUIRED_PLACES
from clutch.resolve.explain import explain, left_out_sentence
from clutch.resolve.forks import Failure, Forker, Unsolvable, is_bound_only
from clutch.resolve.one_environment import TargetUniverse
from clutch.resolve.plan import make_resolution
from clutch.resolve.problem import Problem
from clutch.resolve.provider import PackageProvider, Restart
from clutch.resolve.speculation import Speculation
from clutch.resolve.universe import GridUniverse, Universe
from clutch.solve.search import Solver

_MOST_RESTARTS = 1000
"""More than candidates ever unlock each other; a guard against a defect, not a limit for users."""


def resolve(problem: Problem, indexes: Mapping[str, Index], reporter: Reporter) -> Resolution:
    """The pins for all environments of the problem; may block on the network through the indexes.

    Raises: Unsatisfiable when some required environment has no solution; NotFoundError when a requirement of the user
    names a package that no index has; ClutchError whatever an index failed with.
    """
    reporter.emit(Event("resolving"))
    universe, samples = _universe(problem)
    catalog = Catalog(problem, indexes)
    speculation = Speculation(catalog, samples, problem.preferred)
    for _ in range(_MOST_RESTARTS):
        try:
            resolution = _attempt(problem, catalog, universe, speculation)
        except Restart:
            continue
        reporter.emit(Event("resolved", done=len(resolution.pins), total=len(resolution.pins)))
        return resolution
    raise AssertionError("the resolver does not come to an end")


def _attempt(problem: Problem, catalog: Catalog, universe: Universe, speculation: Speculation) -> Resolution:
    provider = PackageProvider(problem, catalog, universe, speculation)
    is_eager = problem.fork != "fewest"
    solver = Solver(provider, is_eager=is_eager)
    forker = Forker(provider, solver, universe, is_eager=is_eager)

    def may_fail(failure: Failure) -> bool:
        if not failure.environments & universe.required:
            return True
        return problem.python_bounds != "strict" and is_bound_only(failure, provider)

    try:
        solver.add_roots(provider.roots())
        answer = forker.run(may_fail)
    except Unsolvable as unsolvable:
        raise explain(unsolvable.failure, provider, universe) from None
    if not answer.regions and answer.left_out:
        raise explain(answer.left_out[0], provider, universe)
    noted = [one for one in answer.left_out if one.environments & universe.required]
    left_out = tuple(left_out_sentence(one, provider, universe) for one in noted)
    return make_resolution(answer, provider, universe, left_out)


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
