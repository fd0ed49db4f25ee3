"""Markers and Python ranges as masks over the cells of the environments that matter.

Source: PEP 508 §Environment markers; dependency specifiers, "Environment markers".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from clutch.base.values import NamedTuple
from clutch.resolve.cells import BEST_EFFORT_PLACES, BLOCK, PLACES, REQUIRED_PLACES, Block, Grid
from clutch.resolve.simplify import Simplifier
from clutch.solve.provider import Refinement
from clutch.standards.marker import Marker, evaluate, parse_marker, render_marker
from clutch.standards.names import normalize
from clutch.standards.specifier import parse_specifiers
from clutch.standards.version import parse_version

_PYTHON_VARIABLES = frozenset({"python_version", "python_full_version", "implementation_version"})
_FULL_VARIABLES = frozenset({"python_full_version", "implementation_version"})
_PLACE_VARIABLES = frozenset(PLACES[0])
_EXTRA_VARIABLES = frozenset({"extra", "extras", "dependency_groups"})


class Stage(NamedTuple):
    """Environments to solve after those of earlier stages; a follower gets the versions that those got, or nothing."""

    environments: int
    is_follower: bool


class Universe(Protocol):
    """What the resolver asks about environments; `GridUniverse` knows many, `one_environment.TargetUniverse` one."""

    @property
    def everything(self) -> int:
        """The cells that the problem is about."""
        ...

    @property
    def required(self) -> int:
        """The cells that must have a solution."""
        ...

    @property
    def released(self) -> int:
        """The cells of Pythons that exist today."""
        ...

    def stages(self) -> Sequence[Stage]:
        """All cells in disjoint parts, those that matter most first; none is empty."""
        ...

    @property
    def refinements(self) -> Sequence[Refinement]:
        """All cuts so far, in order."""
        ...

    def learn(self, marker: str) -> None:
        """Cut the cells so that this marker is true or false in each of them."""
        ...

    def mask(self, marker: str, extra: str = "") -> int:
        """Where a marker holds (`learn` it first); `extra` is the extra asked for."""
        ...

    def section_mask(self, section: str) -> int:
        """Where a section of the project is asked for: everywhere, unless it is in a declared conflict."""
        ...

    def python_mask(self, text: str) -> int:
        """The cells whose Pythons a requires-python text allows; cuts cells where need be."""
        ...

    def above(self, mask: int) -> int:
        """The cells with a newer Python than any in `mask`."""
        ...

    def newest(self, mask: int) -> tuple[int, int]:
        """The (minor, patch) of the newest Python in `mask`, for ordering."""
        ...

    def marker(self, mask: int, care: int) -> Marker:
        """A short marker that holds in `mask` and nowhere else in `care`."""
        ...

    def without_orphans(self, covered: int) -> int:
        """Without Pythons to come on the places where the newest Python of today is not covered."""
        ...

    def with_future(self, mask: int) -> int:
        """The mask with Pythons to come like the newest one of today."""
        ...

    def environment_texts(self, covered: int) -> tuple[str, ...]:
        """Markers for the environments covered; none when that is all that the project's Python range allows."""
        ...


class GridUniverse:
    """All environments of a project at once."""

    def __init__(
        self, python: str, released: Sequence[str], environments: Sequence[str], required: Sequence[str]
    ) -> None:
        minors = [int(text.split(".")[1]) for text in released]
        self.grid = Grid([minor for minor in minors if _touches(python, minor)] or minors[-1:])
        self._masks: dict[tuple[str, str], int] = {}
        self._atoms: dict[tuple[str, str, str], int] = {}
        self._pythons: dict[str, int] = {}
        self._totals: dict[str, int] = {}
        self._learned: set[str] = set()
        self._conflicts: tuple[tuple[str, ...], ...] = ()
        self._simplifier = Simplifier(self.grid)
        self._limits = tuple(environments)
        self._wanted = tuple(required)
        self._python = python
        for marker in (*environments, *required):
            self.learn(marker)
        self.python_mask(python)

    @property
    def refinements(self) -> Sequence[Refinement]:
        return self.grid.refinements

    @property
    def everything(self) -> int:
        known = self._totals.get("everything", -1)
        if known < 0:
            limits = 0
            for marker in self._limits:
                limits |= self.mask(marker)
            inside = self._inside()
            known = self._totals["everything"] = inside & limits if self._limits else inside
        return known

    @property
    def required(self) -> int:
        known = self._totals.get("required", -1)
        if known < 0:
            wanted = 0
            for number in range(len(self.grid.blocks)):
                wanted |= REQUIRED_PLACES << self.grid.shift(number)
            for marker in self._wanted:
                wanted |= self.mask(marker)
            everything = self.everything
            known = self._totals["required"] = (wanted & everything & self.released) or everything
        return known

    @property
    def released(self) -> int:
        known = self._totals.get("released", -1)
        if known < 0:
            known = self._totals["released"] = self.grid.released()
        return known

    def stages(self) -> Sequence[Stage]:
        everything = self.everything
        required = self.with_future(self.required) & everything
        best_effort = sum(BEST_EFFORT_PLACES << self.grid.shift(i) for i in range(len(self.grid.blocks)))
        rest = everything & ~required
        parts = ((required, False), (rest & best_effort, False), (rest & ~best_effort, True))
        return [Stage(part, is_follower=is_follower) for part, is_follower in parts if part]

    def learn(self, marker: str) -> None:
        if not marker or marker in self._learned:
            return
        self._learned.add(marker)
        for test in _tests(parse_marker(marker)):
            self._learn_test(*test)

    def mask(self, marker: str, extra: str = "") -> int:
        if not marker:
            return self.grid.everything
        if marker == "never":
            return 0
        known = self._masks.get((marker, extra))
        if known is None:
            known = self._masks[marker, extra] = self._mask_of(parse_marker(marker), extra)
        return known

    def declare_conflicts(self, conflicts: Sequence[Sequence[str]]) -> None:
        """Sections of which no two are ever asked for together: each becomes a test that cells answer."""
        self._conflicts = tuple(tuple(row) for row in conflicts)
        for section in dict.fromkeys(section for row in conflicts for section in row):
            self.grid.cut_opaque(section_test(section))
        self._forget()

    def section_mask(self, section: str) -> int:
        if not section or section_test(section) not in self.grid.opaque:
            return self.grid.everything
        number = self.grid.opaque.index(section_test(section))
        return self._by_block(lambda block: block.answers[number])

    def python_mask(self, text: str) -> int:
        if not text:
            return self.grid.everything
        known = self._pythons.get(text)
        if known is None:
            specifiers = parse_specifiers(text)
            for _, version in specifiers.clauses:
                self._cut_at(version)
            known = self._by_block(lambda block: specifiers.contains(parse_version(f"3.{block.minor}.{block.low}")))
            self._pythons[text] = known
        return known

    def above(self, mask: int) -> int:
        newest = self.newest(mask)
        return self._by_block(lambda block: (block.minor, block.low) > newest)

    def newest(self, mask: int) -> tuple[int, int]:
        best = (-1, -1)
        for number, block in enumerate(self.grid.blocks):
            if mask >> self.grid.shift(number) & BLOCK and block.minor != self.grid.future:
                best = max(best, (block.minor, block.low))
        return best

    def marker(self, mask: int, care: int) -> Marker:
        return self._simplifier.marker(mask, care)

    def without_orphans(self, covered: int) -> int:
        return covered & ~self.with_future(self._inside() & self.released & ~covered)

    def with_future(self, mask: int) -> int:
        blocks = self.grid.blocks
        inside = self.newest(self.everything)
        today: dict[tuple[bool, ...], int] = {}
        for number, block in enumerate(blocks):
            if (block.minor, block.low) == inside:
                today[block.answers] = (mask >> self.grid.shift(number)) & BLOCK
        for number, block in enumerate(blocks):
            if block.minor == self.grid.future:
                mask |= today.get(block.answers, 0) << self.grid.shift(number)
        return mask

    def environment_texts(self, covered: int) -> tuple[str, ...]:
        inside = self._inside()
        if inside & ~covered == 0:
            return ()
        marker = self.marker(covered, inside)
        parts = marker[1] if marker[0] == "or" else (marker,)
        return tuple(render_marker(part) for part in parts)

    def sample_pythons(self) -> list[Mapping[str, str]]:
        """The marker values of one Python for each released minor version inside, newest first."""
        inside = self.python_mask(self._python)
        chosen: dict[int, Block] = {}
        for number, block in enumerate(self.grid.blocks):
            if inside >> self.grid.shift(number) & BLOCK and block.minor != self.grid.future:
                known = chosen.get(block.minor)
                chosen[block.minor] = block if known is None or block.low > known.low else known
        return [_python_values(chosen[minor]) for minor in sorted(chosen, reverse=True)]

    def _inside(self) -> int:
        """The project's Pythons, with no two sections that conflict."""
        inside = self.python_mask(self._python)
        for row in self._conflicts:
            for number, section in enumerate(row):
                for other in row[:number]:
                    inside &= ~(self.section_mask(section) & self.section_mask(other))
        return inside

    def _learn_test(self, variable: str, operator: str, value: str) -> None:
        if variable in _FULL_VARIABLES:
            for word in value.replace(",", " ").split():
                self._cut_at(word)
        elif variable not in _PYTHON_VARIABLES | _PLACE_VARIABLES | _EXTRA_VARIABLES:
            test = (variable, operator, value)
            if test not in self.grid.opaque:
                self.grid.cut_opaque(test)
                self._forget()

    def _cut_at(self, version: str) -> None:
        numbers = version.removesuffix(".*").split(".")
        digits = "".join(_leading_digits(numbers[2])) if len(numbers) > 2 else ""
        if numbers[0] != "3" or not digits or not numbers[1].isdigit():
            return
        minor, patch = int(numbers[1]), int(digits)
        if self.grid.cut_patch(minor, patch) | self.grid.cut_patch(minor, patch + 1):
            self._forget()

    def _forget(self) -> None:
        self._masks.clear()
        self._atoms.clear()
        self._pythons.clear()
        self._totals.clear()

    def _mask_of(self, marker: Marker, extra: str) -> int:
        kind = marker[0]
        if kind == "and":
            mask = self.grid.everything
            for part in marker[1]:
                mask &= self._mask_of(part, extra)
            return mask
        if kind == "or":
            mask = 0
            for part in marker[1]:
                mask |= self._mask_of(part, extra)
            return mask
        if kind != "cmp":
            return self.grid.everything if kind == "true" else 0
        _, variable, operator, value = marker
        if variable == "extra":
            same = normalize(value) == extra if value else not extra
            return self.grid.everything if same == (operator in ("==", "in", "===")) else 0
        test = (variable, operator, value)
        known = self._atoms.get(test)
        if known is None:
            known = self._atoms[test] = self._test_mask(marker, test)
        return known

    def _test_mask(self, marker: Marker, test: tuple[str, str, str]) -> int:
        variable = test[0]
        if variable in _EXTRA_VARIABLES:
            return 0
        if variable in _PYTHON_VARIABLES:
            return self._by_block(lambda block: evaluate(marker, _python_values(block)))
        if variable in _PLACE_VARIABLES:
            pattern = sum(1 << i for i, place in enumerate(PLACES) if evaluate(marker, place))
            mask = 0
            for number in range(len(self.grid.blocks)):
                mask |= pattern << self.grid.shift(number)
            return mask
        number = self.grid.opaque.index(test)
        return self._by_block(lambda block: block.answers[number])

    def _by_block(self, holds: Callable[[Block], bool]) -> int:
        mask = 0
        for number, block in enumerate(self.grid.blocks):
            if holds(block):
                mask |= BLOCK << self.grid.shift(number)
        return mask


def section_test(section: str) -> tuple[str, str, str]:
    """The test that a lock's reader makes for `group:NAME` or `extra:NAME`. Source: PEP 751 §packages.marker."""
    kind, _, name = section.partition(":")
    return ("dependency_groups" if kind == "group" else "extras", "contains", name)


def _python_values(block: Block) -> Mapping[str, str]:
    full = f"3.{block.minor}.{block.low}"
    return {"python_version": f"3.{block.minor}", "python_full_version": full, "implementation_version": full}


def _tests(marker: Marker) -> list[tuple[str, str, str]]:
    if marker[0] == "cmp":
        return [(marker[1], marker[2], marker[3])]
    if marker[0] in ("and", "or"):
        return [test for part in marker[1] for test in _tests(part)]
    return []


def _leading_digits(text: str) -> list[str]:
    digits: list[str] = []
    for letter in text:
        if not letter.isdigit():
            break
        digits.append(letter)
    return digits


def _touches(python: str, minor: int) -> bool:
    """Whether a range holds some Python of this minor version."""
    if not python:
        return True
    specifiers = parse_specifiers(python)
    patches = {0, ENOUGH_PATCHES}
    for _, version in specifiers.clauses:
        numbers = version.removesuffix(".*").split(".")
        if len(numbers) > 2 and numbers[2].isdigit():
            patches |= {int(numbers[2]), int(numbers[2]) + 1, max(0, int(numbers[2]) - 1)}
    return any(specifiers.contains(parse_version(f"3.{minor}.{patch}")) for patch in sorted(patches))


ENOUGH_PATCHES = 99
"""A patch number above those of every released Python."""
