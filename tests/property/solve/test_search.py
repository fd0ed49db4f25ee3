"""The solver against an oracle that tries everything, environment by environment."""

from __future__ import annotations

from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from clutch.solve.clause import leaves
from clutch.solve.provider import Dependency, Exclusion, Refinement
from clutch.solve.search import FAILED, SOLVED, Solver

CELLS = 3


class Universe:
    """A provider made of tables. Package numbers from `plain` on are parts of the package `number - plain`."""

    def __init__(self, sizes, wants, exclusions, parts):
        self.plain = len(sizes)
        self.sizes = sizes
        self.wants = wants
        self.excluded = exclusions
        self.parts = parts

    def candidates(self, package):
        return self.sizes[package] if package < self.plain else 1

    def base(self, package):
        return -1 if package < self.plain else self.parts[package - self.plain]

    def rank(self, package):
        return 1

    def exclusions(self, package):
        if package >= self.plain:
            return []
        return [Exclusion(mask, where, 0) for mask, where in self.excluded.get(package, [])]

    def misfits(self, package, candidate):
        return []

    def dependencies(self, package, candidate):
        return self.wants.get((package, candidate), [])

    def prefer(self, package, mask, region):
        return (mask & -mask).bit_length() - 1

    def refinements(self):
        return list[Refinement]()


@st.composite
def universes(draw):
    size = draw(st.integers(2, 4))
    sizes = [draw(st.integers(0, 3)) for _ in range(size)]
    parts = [draw(st.integers(0, size - 1)) for _ in range(draw(st.integers(0, 2)))]
    environments = st.integers(1, (1 << CELLS) - 1) | st.just((1 << CELLS) - 1)

    def demand():
        wanted = draw(st.integers(0, size + len(parts) - 1))
        where = draw(environments)
        if wanted < size:
            return [Dependency(wanted, draw(st.integers(0, (1 << sizes[wanted]) - 1)), where, 1)]
        base = parts[wanted - size]
        return [
            Dependency(base, draw(st.integers(0, (1 << sizes[base]) - 1)), where, 1),
            Dependency(wanted, 1, where, 1),
        ]

    def demands(most):
        return [one for _ in range(draw(st.integers(0, most))) for one in demand()]

    wants = {}
    for number, candidates in enumerate(sizes):
        for candidate in range(candidates):
            wants[number, candidate] = demands(3)
    for number, base in enumerate(parts):
        for candidate in range(sizes[base]):
            wants[size + number, candidate] = demands(2)
    exclusions = {}
    for number, candidates in enumerate(sizes):
        if candidates and draw(st.booleans()):
            exclusions[number] = [(draw(st.integers(1, (1 << candidates) - 1)), draw(environments))]
    return Universe(sizes, wants, exclusions, parts), demands(3) + demand()


def is_closed(universe, roots, chosen, cell):
    """Whether what is reachable from the roots in this cell has all that it wants in `chosen`."""
    bit = 1 << cell
    waiting = [want for want in roots if want.environments & bit]
    seen = set()
    while waiting:
        want = waiting.pop()
        candidate = chosen.get(want.package, -1)
        if candidate < 0 or not want.allowed >> candidate & 1:
            return False
        if want.package in seen:
            continue
        seen.add(want.package)
        base = universe.base(want.package)
        if base >= 0 and chosen.get(base, -1) < 0:
            return False
        for mask, where in universe.excluded.get(want.package, []):
            if where & bit and mask >> candidate & 1 and base < 0:
                return False
        bound = candidate if base < 0 else chosen[base]
        waiting.extend(w for w in universe.dependencies(want.package, bound) if w.environments & bit)
    return True


def is_solvable(universe, roots, cell):
    options = [range(-1, size) for size in universe.sizes] + [range(-1, 1)] * len(universe.parts)
    return any(is_closed(universe, roots, dict(enumerate(pick)), cell) for pick in product(*options))


def solve_all(universe, roots, *, is_eager):
    """Every cell's picks, None for those without a solution."""
    solver = Solver(universe, is_eager=is_eager)
    solver.add_roots(roots)
    regions = [(1 << CELLS) - 1]
    answer = {}
    while regions:
        region = regions.pop()
        outcome = solver.solve(region)
        if outcome.kind == SOLVED:
            chosen = dict(outcome.picks)
            broken = [c for c in range(CELLS) if region >> c & 1 and not is_closed(universe, roots, chosen, c)]
            if broken:
                assert region & (region - 1), "a single cell must be solved exactly"
                regions += [1 << broken[0], region & ~(1 << broken[0])]
                continue
            answer |= {cell: chosen for cell in range(CELLS) if region >> cell & 1}
        elif outcome.kind == FAILED:
            failed = outcome.proof.environments & region
            assert failed
            answer |= {cell: None for cell in range(CELLS) if failed >> cell & 1}
            assert all(leaf.environments & failed == failed for leaf in leaves(outcome.proof))
            regions += [region & ~failed] if region & ~failed else []
        else:
            assert outcome.split & region
            assert region & ~outcome.split
            regions += [region & outcome.split, region & ~outcome.split]
    return answer


@settings(max_examples=400, deadline=None)
@given(universes(), st.booleans())
def test_solvable_exactly_where_the_oracle_says_so(made, is_eager):
    universe, roots = made
    answer = solve_all(universe, roots, is_eager=is_eager)
    for cell in range(CELLS):
        assert (answer[cell] is not None) == is_solvable(universe, roots, cell)
        if answer[cell] is not None:
            assert is_closed(universe, roots, answer[cell], cell)
