"""A proof that there is no solution, in sentences that name the user's own lines.

The statements at the leaves of the proof are put into the order in which a reader would follow them: what the user
asked for, what those packages need, and why the candidates that would do cannot be used. Statements about several
versions that say the same are told as one.
"""

from __future__ import annotations

from clutch.base.errors import ClutchError, Place
from clutch.base.text import join_words
from clutch.model.requirement import Requirement
from clutch.resolve.forks import Failure
from clutch.resolve.provider import PackageProvider
from clutch.resolve.statements import (
    CONSTRAINT,
    CUT_OFF,
    FITS,
    NEEDS,
    NO_METADATA,
    PRERELEASE,
    PYTHON_HIGH,
    PYTHON_LOW,
    ROOT,
    WITHDRAWN,
    Statement,
)
from clutch.resolve.universe import Universe
from clutch.solve.clause import leaves
from clutch.standards.marker import render_marker

_MOST_RUNS = 3
"""How many separate ranges of versions are named before a sentence stops counting."""


_MOST_DEMANDS = 2
"""How many different demands of one package on another are told one by one."""


class Unsatisfiable(ClutchError):
    """No choice of versions does what is asked; the message is the explanation."""

    def __init__(
        self, message: str, *, subject: str = "", place: Place | None = None, hints: tuple[str, ...] = ()
    ) -> None:
        super().__init__("no-solution", message, subject=subject, place=place, hints=hints)


def explain(failure: Failure, provider: PackageProvider, universe: Universe) -> Unsatisfiable:
    """The error to show for a failure."""
    statements = _in_order(_merged(failure, provider))
    phrases = list(dict.fromkeys(_phrase(statement, provider) for statement in _joined(statements, provider)))
    where = _where(failure, universe)
    first = next((one for one in statements if one.kind == ROOT), None)
    place = None
    if first is not None and first.requirement is not None and first.requirement.origin.file:
        place = Place(first.requirement.origin.file, first.requirement.origin.line)
    subject = provider.packages[statements[0].package].offer.name if statements else ""
    lines = "; ".join(phrases)
    return Unsatisfiable(f"no versions satisfy the requirements{where}: {lines}", subject=subject, place=place)


def left_out_sentence(failure: Failure, provider: PackageProvider, universe: Universe) -> str:
    """Why some environments are not in the answer."""
    causes = [one for one in _merged(failure, provider) if one.kind in (PYTHON_HIGH, FITS)]
    marker = render_marker(universe.marker(failure.proven, universe.everything))
    why = join_words([_phrase(cause, provider) for cause in causes[:2]]) or "there is no solution"
    return f"environments where {marker} are left out: {why}"


def _merged(failure: Failure, provider: PackageProvider) -> list[Statement]:
    """The statements of the proof, those that say the same of several candidates as one."""
    merged: dict[tuple[object, ...], Statement] = {}
    for leaf in leaves(failure.proof):
        one = provider.statements[leaf.cause]
        said = one.requirement
        demand = (said.name, said.extras, said.allowed, said.source, said.marker) if said is not None else ()
        origin = said.origin if said is not None and one.kind in (ROOT, CONSTRAINT) else None
        key = (one.kind, one.package, one.target, demand, origin, one.detail)
        known = merged.get(key)
        merged[key] = one if known is None else known._replace(mask=known.mask | one.mask)
    return list(merged.values())


def _joined(statements: list[Statement], provider: PackageProvider) -> list[Statement]:
    """Where many versions of a package need different versions of another, one statement for all of them."""
    groups: dict[tuple[int, int, str], list[Statement]] = {}
    for one in statements:
        if one.kind == NEEDS:
            groups.setdefault((one.package, one.target, one.detail), []).append(one)
    joined: list[Statement] = []
    for one in statements:
        group = groups.get((one.package, one.target, one.detail), [])
        if one.kind != NEEDS or len(group) <= _MOST_DEMANDS:
            joined.append(one)
        elif one is group[0]:
            mask = 0
            for other in group:
                mask |= other.mask
            joined.append(one._replace(mask=mask, requirement=None, wanted=_union(group, provider)))
    return joined


def _union(group: list[Statement], provider: PackageProvider) -> int:
    mask = 0
    for one in group:
        assert one.requirement is not None
        mask |= provider.packages[one.target].offer.allowed(one.requirement)
    return mask


def _in_order(statements: list[Statement]) -> list[Statement]:
    """From the user's requirements on, package by package."""
    ordered = [one for one in statements if one.kind == ROOT]
    waiting = list(dict.fromkeys(one.package for one in ordered))
    seen = set(waiting)
    while waiting:
        package = waiting.pop(0)
        for one in statements:
            if one.kind == ROOT or one.package != package:
                continue
            ordered.append(one)
            if one.target >= 0 and one.target not in seen:
                seen.add(one.target)
                waiting.append(one.target)
    return ordered + [one for one in statements if one not in ordered]


def _where(failure: Failure, universe: Universe) -> str:
    if failure.proven == universe.everything:
        return ""
    return f" where {render_marker(universe.marker(failure.proven, universe.everything))}"


def _phrase(one: Statement, provider: PackageProvider) -> str:
    offer = provider.packages[one.package].offer
    if one.kind == ROOT:
        assert one.requirement is not None
        none = _none(one.package, one.requirement, provider)
        return f"you require {_wanted(one.requirement)}{_line(one.requirement)}{none}"
    if one.kind == CONSTRAINT:
        assert one.requirement is not None
        return f"you allow only {_wanted(one.requirement)}{_line(one.requirement)}"
    versions, is_one = _versions(one.package, one.mask, provider)
    name = f"`{offer.name}[{one.detail}]`" if one.kind == NEEDS and one.detail else f"`{offer.name}`"
    subject = f"{name} {versions}"
    if one.kind == NEEDS and one.requirement is None:
        target = provider.packages[one.target].offer.name
        return f"{subject} each need one of `{target}` {_versions(one.target, one.wanted, provider)[0]}"
    if one.kind == NEEDS:
        assert one.requirement is not None
        verb = "needs" if is_one else "need"
        marker = f" where {one.requirement.marker}" if one.requirement.marker else ""
        return f"{subject} {verb} {_wanted(one.requirement)}{marker}{_none(one.target, one.requirement, provider)}"
    return f"{subject} {_reason(one, is_one=is_one)}"


def _reason(one: Statement, *, is_one: bool) -> str:
    if one.kind in (PYTHON_LOW, PYTHON_HIGH):
        return f"{'needs' if is_one else 'need'} Python {one.detail}"
    if one.kind == PRERELEASE:
        return "is a pre-release" if is_one else "are pre-releases"
    if one.kind == WITHDRAWN:
        return "was yanked" if is_one else "were yanked"
    if one.kind == CUT_OFF:
        return f"{'was' if is_one else 'were'} uploaded after {one.detail}"
    if one.kind == FITS:
        has = "has" if is_one else "have"
        where = "no environment" if one.detail == "never" else f"only where {one.detail}"
        return (
            f"{has} wheels for {where} and no sdist" if one.detail == "never" else f"{has} wheels {where} and no sdist"
        )
    if one.kind == NO_METADATA:
        return f"cannot be used: {one.detail}"
    return f"{'is' if is_one else 'are'} not what the required environments get"


def _wanted(requirement: Requirement) -> str:
    extras = f"[{','.join(requirement.extras)}]" if requirement.extras else ""
    source = f" @ {requirement.source.url}" if requirement.source is not None else ""
    return f"`{requirement.name}{extras}{requirement.allowed}{source}`"


def _line(requirement: Requirement) -> str:
    origin = requirement.origin
    if not origin.file:
        return ""
    return f" ({Place(origin.file, origin.line)})"


def _none(package: int, requirement: Requirement, provider: PackageProvider) -> str:
    """A remark where no candidate at all is accepted."""
    offer = provider.packages[package].offer
    if offer.allowed(requirement):
        return ""
    if not offer.versions:
        return ", which no index has"
    newest, oldest = offer.versions[0], offer.versions[-1]
    if newest == oldest:
        return f", but the only version is {newest}"
    return f", but versions go from {oldest} to {newest} and none of them is that"


def _versions(package: int, mask: int, provider: PackageProvider) -> tuple[str, bool]:
    """Versions as ranges, oldest first, and whether it is a single one; refused candidates do not break a range."""
    offer = provider.packages[package].offer
    total = len(offer.versions)
    numbers = [i for i in range(total) if mask >> i & 1]
    if len(numbers) == 1:
        return offer.versions[numbers[0]], True
    skipped = provider.refused.get(package, 0)
    if mask | skipped == (1 << total) - 1 | skipped:
        return "(all versions)", False
    runs: list[tuple[int, int]] = []
    for number in numbers:
        if runs and all(skipped >> between & 1 for between in range(runs[-1][1] + 1, number)):
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    texts = []
    for first, last in reversed(runs):
        newest, oldest = offer.versions[first], offer.versions[last]
        if first == last:
            texts.append(newest)
        elif first == 0:
            texts.append(f"{oldest} and newer")
        else:
            texts.append(f"{oldest} to {newest}")
    if len(texts) > _MOST_RUNS:
        return f"{texts[0]}, {texts[1]} and others up to {offer.versions[runs[0][0]]}", False
    return join_words(texts), False
