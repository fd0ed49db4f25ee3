"""Which Pythons each candidate supports, with the mercies that keep bounds from doing harm.

Pythons to come are supported by all that support the newest one of today. A release that states no upper bound takes
over the one of the next newer release that states one, because it was not tried there either.
"""

from __future__ import annotations

from collections.abc import Sequence

from clutch.base.values import NamedTuple
from clutch.resolve.universe import Universe
from clutch.standards.specifier import parse_specifiers

_UPPER = ("<", "<=", "==", "~=")


class Support(NamedTuple):
    """Candidates (`mask`) that leave out the same environments: `low` where Python is too old, `high` where it is too
    new.
    """

    mask: int
    low: int
    high: int
    python: str


def python_support(texts: Sequence[str], usable: int, universe: Universe) -> list[Support]:
    """The candidates in groups, those that support everything left out.

    `texts` are their requires-python, newest candidate first; only releases in `usable` hand on a bound.
    """
    groups: dict[tuple[str, str], int] = {}
    bounds: dict[str, str] = {}
    cap = ""
    for number, text in enumerate(texts):
        bound = bounds.get(text)
        if bound is None:
            bound = _upper_bound(text)
            bound = bounds[text] = bound if bound and _restricts(bound, universe) else ""
        if bound and usable >> number & 1:
            cap = bound
        key = (text, "" if bound else cap)
        groups[key] = groups.get(key, 0) | 1 << number
    for text, bound in groups:
        universe.python_mask(text)
        universe.python_mask(bound)
    supports = [_support(mask, text, bound, universe) for (text, bound), mask in groups.items()]
    return [support for support in supports if support.low | support.high]


def _support(mask: int, text: str, bound: str, universe: Universe) -> Support:
    allowed = universe.python_mask(text) & universe.python_mask(bound)
    missing = universe.released & universe.everything & ~allowed
    whole = ",".join(part for part in (text, bound) if part)
    if not allowed & universe.released:
        is_old = not universe.python_mask(_upper_bound(whole)) & universe.everything
        missing = universe.with_future(missing)
        return Support(mask, 0 if is_old else missing, missing if is_old else 0, whole)
    high = missing & universe.above(allowed)
    return Support(mask, missing & ~high, universe.with_future(high), whole)


def _upper_bound(text: str) -> str:
    """The clauses of a requires-python text that keep newer Pythons out, empty when there are none."""
    if not text:
        return ""
    clauses = parse_specifiers(text).clauses
    return ",".join(f"{operator}{version}" for operator, version in clauses if operator in _UPPER)


def _restricts(bound: str, universe: Universe) -> bool:
    return universe.released & ~universe.python_mask(bound) != 0
