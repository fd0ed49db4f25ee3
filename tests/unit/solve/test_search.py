"""Small problems by hand; `tests/property/solve` has the large ones."""

from clutch.solve.clause import leaves
from clutch.solve.provider import Dependency, Exclusion
from clutch.solve.search import FAILED, FORK, SOLVED, SPLIT, Solver

WIN, LINUX = 1, 2
BOTH = WIN | LINUX


class Table:
    """Packages 0, 1, 2, ... with as many candidates as `sizes` says, and what each of them wants."""

    def __init__(self, sizes, wants, excluded=None):
        self.sizes, self.wants, self.excluded = sizes, wants, excluded or {}
        self.asked = []

    def candidates(self, package):
        return self.sizes[package]

    def base(self, package):
        return -1

    def rank(self, package):
        return 0

    def exclusions(self, package):
        return self.excluded.get(package, [])

    def misfits(self, package, candidate):
        return []

    def dependencies(self, package, candidate):
        self.asked.append((package, candidate))
        return self.wants.get((package, candidate), [])

    def prefer(self, package, mask, region):
        return (mask & -mask).bit_length() - 1

    def refinements(self):
        return []


def solver_of(table, *roots):
    solver = Solver(table)
    solver.add_roots(list(roots))
    return solver


def test_newest_of_everything_when_nothing_stands_against_it():
    table = Table([2, 2], {(0, 0): [Dependency(1, 0b11, BOTH, 1)]})
    outcome = solver_of(table, Dependency(0, 0b11, BOTH, 0)).solve(BOTH)
    assert outcome.kind == SOLVED
    assert outcome.picks == [(0, 0), (1, 0)]


def test_goes_back_to_the_decision_that_matters():
    table = Table([2, 2], {(0, 0): [Dependency(1, 0b10, BOTH, 1)], (0, 1): []}, {1: [Exclusion(0b10, BOTH, 2)]})
    outcome = solver_of(table, Dependency(0, 0b11, BOTH, 0)).solve(BOTH)
    assert outcome.picks == [(0, 1)]


def test_conflict_that_is_true_nowhere_splits_along_a_marker():
    table = Table(
        [1, 1, 2],
        {(0, 0): [Dependency(2, 0b10, BOTH, 1)], (1, 0): [Dependency(2, 0b01, BOTH, 2)]},
    )
    solver = solver_of(table, Dependency(0, 1, WIN, 3), Dependency(1, 1, LINUX, 4))
    outcome = solver.solve(BOTH)
    assert outcome.kind == SPLIT
    assert outcome.split in (WIN, LINUX)
    assert solver.solve(WIN).picks == [(0, 0), (2, 1)]
    assert solver.solve(LINUX).picks == [(1, 0), (2, 0)]


def test_different_demands_under_disjoint_markers_fork_the_better_one_first():
    table = Table([2], {})
    outcome = solver_of(table, Dependency(0, 0b10, WIN, 1), Dependency(0, 0b11, LINUX, 2)).solve(BOTH)
    assert (outcome.kind, outcome.split) == (FORK, LINUX)


def test_proof_names_the_statements_and_where_they_are_true():
    table = Table([1, 1], {(0, 0): [Dependency(1, 0, WIN, 7)]})
    outcome = solver_of(table, Dependency(0, 1, BOTH, 5)).solve(BOTH)
    assert outcome.kind == FAILED
    assert outcome.proof.environments == WIN
    assert sorted(leaf.cause for leaf in leaves(outcome.proof)) == [5, 7]


def test_what_was_learned_is_kept_for_the_next_region():
    wants = {(0, i): [Dependency(1, 1 << i, BOTH, 1)] for i in range(3)}
    table = Table([3, 3], wants, {1: [Exclusion(0b011, BOTH, 2)]})
    solver = solver_of(table, Dependency(0, 0b111, BOTH, 0))
    assert solver.solve(BOTH).picks == [(0, 2), (1, 2)]
    decisions = solver.decisions
    assert solver.solve(WIN).picks == [(0, 2), (1, 2)]
    assert solver.decisions == decisions


def test_facts_are_asked_for_once():
    table = Table([2, 1], {(0, 0): [Dependency(1, 1, WIN, 1)]})
    solver = solver_of(table, Dependency(0, 0b11, BOTH, 0))
    solver.solve(BOTH)
    solver.solve(WIN)
    assert len(table.asked) == len(set(table.asked))
