"""Masks over cells back into short, readable markers.

Cells outside of `care` may come out either way, which is what makes the texts short: nobody is there to see it.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from clutch.resolve.cells import ANYTHING_ELSE, BLOCK, ENDLESS, PLACES, WIDTH, Block, Grid
from clutch.standards.marker import Marker, conjunction, disjunction

TRUE: Marker = ("true",)
FALSE: Marker = ("false",)

_LITERAL_VARIABLES = ("sys_platform", "platform_machine", "platform_python_implementation", "os_name")
_OPPOSITES = {
    "==": "!=",
    "!=": "==",
    ">=": "<",
    "<": ">=",
    ">": "<=",
    "<=": ">",
    "in": "not in",
    "not in": "in",
    "contains": "not contains",
}
_MOST_LITERALS = 3

Row = tuple[Block, int, int]
"""A block with the places wanted and the places that matter."""


class Simplifier:
    """Turns masks of one grid into markers, remembering each."""

    def __init__(self, grid: Grid) -> None:
        self._grid = grid
        self._places: dict[tuple[int, int], Marker] = {}
        self._markers: dict[tuple[int, int, int], Marker] = {}
        self._literals = _literals()

    def marker(self, mask: int, care: int) -> Marker:
        """A short marker that holds in `mask` and nowhere else in `care`."""
        key = (mask & care, care, len(self._grid.blocks))
        known = self._markers.get(key)
        if known is None:
            rows = [
                (block, (mask >> WIDTH * i) & BLOCK & (care >> WIDTH * i), here)
                for i, block in enumerate(self._grid.blocks)
                if (here := (care >> WIDTH * i) & BLOCK)
            ]
            known = self._markers[key] = self._by_answers(rows, 0)
        return known

    def _by_answers(self, rows: list[Row], number: int) -> Marker:
        if all(wanted == care for _, wanted, care in rows):
            return TRUE
        if not any(wanted for _, wanted, _ in rows):
            return FALSE
        if number == len(self._grid.opaque):
            return self._by_python(sorted(rows))
        merged = _without_answer(rows, number)
        if merged:
            return self._by_answers(merged, number + 1)
        yes = [row for row in rows if row[0].answers[number]]
        no = [row for row in rows if not row[0].answers[number]]
        variable, operator, value = self._grid.opaque[number]
        test: Marker = ("cmp", variable, operator, value)
        opposite: Marker = ("cmp", variable, _OPPOSITES.get(operator, "!="), value)
        return disjunction(
            conjunction(test, self._by_answers(yes, number + 1)),
            conjunction(opposite, self._by_answers(no, number + 1)),
        )

    def _by_python(self, rows: list[Row]) -> Marker:
        care = 0
        for _, _, here in rows:
            care |= here
        wanted = _product([(want, here) for _, want, here in rows])
        if wanted >= 0:
            return conjunction(_python_marker(rows, [want != 0 for _, want, _ in rows]), self._by_place(wanted, care))
        unwanted = _product([(here & ~want, here) for _, want, here in rows])
        if unwanted >= 0:
            pythons = _python_marker(rows, [want == here for _, want, here in rows])
            return disjunction(pythons, self._by_place(care & ~unwanted, care))
        return self._by_terms(rows, care)

    def _by_terms(self, rows: list[Row], care: int) -> Marker:
        """What all Pythons share, then the rest of each group of Pythons that wants the same."""
        common = care
        for _, want, here in rows:
            common &= want | ~here
        terms: list[Marker] = [self._by_place(common, care)] if common else []
        for pattern in dict.fromkeys(want for _, want, here in rows if want & ~common):
            chosen = [want == pattern for _, want, _ in rows]
            here = 0
            for row, is_chosen in zip(rows, chosen, strict=True):
                here |= row[2] if is_chosen else 0
            terms.append(conjunction(_python_marker(rows, chosen), self._by_place(pattern, here)))
        return disjunction(*terms)

    def _by_place(self, wanted: int, care: int) -> Marker:
        key = (wanted & care, care)
        known = self._places.get(key)
        if known is None:
            known = self._places[key] = _cover(wanted & care, care, self._literals)
        return known


def _without_answer(rows: Sequence[Row], number: int) -> list[Row]:
    """The rows as they are when one test is not looked at; empty when that test makes a difference."""
    merged: dict[Block, Row] = {}
    for block, want, care in rows:
        answers = (*block.answers[:number], False, *block.answers[number + 1 :])
        key = block._replace(answers=answers)
        _, known_want, known_care = merged.get(key, (key, 0, 0))
        if (want ^ known_want) & care & known_care:
            return []
        merged[key] = (key, want | known_want, care | known_care)
    return list(merged.values())


def _product(rows: Sequence[tuple[int, int]]) -> int:
    """The one set of places that every row with any has, as far as they matter there; -1 when there is no such set."""
    places = 0
    for want, _ in rows:
        places |= want
    for want, here in rows:
        if want and want != places & here:
            return -1
    return places


def _python_marker(rows: Sequence[Row], chosen: Sequence[bool]) -> Marker:
    """The Pythons of the chosen rows (sorted by Python), open at the ends of the range that matters."""
    if all(chosen):
        return TRUE
    spans = _spans(chosen)
    gaps = _spans([not is_in for is_in in chosen])
    if len(gaps) == 1 and len(spans) == 2 and _is_minor(rows, *gaps[0]):
        return ("cmp", "python_version", "!=", f"3.{rows[gaps[0][0]][0].minor}")
    return disjunction(*[_span_marker(rows, first, last) for first, last in spans])


def _span_marker(rows: Sequence[Row], first: int, last: int) -> Marker:
    if first > 0 and last + 1 < len(rows) and _is_minor(rows, first, last):
        return ("cmp", "python_version", "==", f"3.{rows[first][0].minor}")
    parts: list[Marker] = []
    if first > 0:
        parts.append(_bound(">=", rows[first][0]))
    if last + 1 < len(rows):
        parts.append(_bound("<", rows[last + 1][0]))
    return conjunction(*parts)


def _bound(operator: str, block: Block) -> Marker:
    if block.low:
        return ("cmp", "python_full_version", operator, f"3.{block.minor}.{block.low}")
    return ("cmp", "python_version", operator, f"3.{block.minor}")


def _is_minor(rows: Sequence[Row], first: int, last: int) -> bool:
    """Whether these rows are one whole minor version."""
    start, end = rows[first][0], rows[last][0]
    return start.minor == end.minor and start.low == 0 and end.high == ENDLESS


def _spans(chosen: Sequence[bool]) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    for number, is_in in enumerate(chosen):
        if is_in and spans and spans[-1][1] == number - 1:
            spans[-1] = (spans[-1][0], number)
        elif is_in:
            spans.append((number, number))
    return spans


def _literals() -> list[tuple[Marker, int]]:
    literals: list[tuple[Marker, int]] = []
    for operator in ("==", "!="):
        for variable in _LITERAL_VARIABLES:
            values = dict.fromkeys(place[variable] for place in PLACES)
            for value in values:
                if value == ANYTHING_ELSE:
                    continue
                mask = sum(1 << i for i, place in enumerate(PLACES) if (place[variable] == value) == (operator == "=="))
                literals.append((("cmp", variable, operator, value), mask))
    return literals


def _cover(wanted: int, care: int, literals: Sequence[tuple[Marker, int]]) -> Marker:
    """A short disjunction of short conjunctions of literals."""
    if wanted == care:
        return TRUE
    if not wanted:
        return FALSE
    useful: dict[int, Marker] = {}
    for marker, mask in literals:
        if mask & care not in (0, care):
            useful.setdefault(mask & care, marker)
    places = {mask: number for number, mask in enumerate(useful)}
    wider = [mask for mask in useful if not wanted & ~mask]
    narrower = [mask for mask in useful if not mask & ~wanted]
    for size in range(1, _MOST_LITERALS + 1):
        meeting = next((group for group in combinations(wider, size) if _meet(group, care) == wanted), ())
        joining = next((group for group in combinations(narrower, size) if _join(group) == wanted), ())
        if meeting and (not joining or [places[one] for one in meeting] <= [places[one] for one in joining]):
            return conjunction(*[useful[mask] for mask in meeting])
        if joining:
            return disjunction(*[useful[mask] for mask in joining])
    return _greedy(wanted, care, useful)


def _meet(masks: Sequence[int], care: int) -> int:
    for mask in masks:
        care &= mask
    return care


def _join(masks: Sequence[int]) -> int:
    join = 0
    for mask in masks:
        join |= mask
    return join


def _greedy(wanted: int, care: int, useful: dict[int, Marker]) -> Marker:
    terms: list[Marker] = []
    implicants: dict[int, tuple[int, ...]] = {}
    for size in range(1, _MOST_LITERALS + 1):
        for group in combinations(useful, size):
            meet = _meet(group, care)
            if meet and not meet & ~wanted:
                implicants.setdefault(meet, group)
    rest = wanted
    while rest:
        best = max(implicants, key=lambda meet: ((meet & rest).bit_count(), -len(implicants[meet])), default=0)
        if not best & rest:
            break
        terms.append(conjunction(*[useful[mask] for mask in implicants[best]]))
        rest &= ~best
    return disjunction(*terms) if terms else FALSE
