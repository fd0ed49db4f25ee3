"""Which candidates are out before anything is known of the others, and why.

Source: PEP 440 §Handling of pre-releases; PEP 592 §Installers.
"""

from __future__ import annotations

from clutch.base.values import NamedTuple
from clutch.model.requirement import Requirement
from clutch.resolve.catalog import Offer
from clutch.resolve.problem import Problem
from clutch.resolve.statements import CUT_OFF, PRERELEASE, WITHDRAWN

_SECONDS = len("2026-01-31T12:00:00")
"""How much of a time is compared; fractions and the letter for UTC come after."""


class Refusal(NamedTuple):
    """Candidates that a rule refuses; `kind` is that of the statement."""

    mask: int
    kind: str
    detail: str


def refusals(offer: Offer, problem: Problem, unlocked: int) -> list[Refusal]:
    """The candidates that are out everywhere, `unlocked` ones aside."""
    found: list[Refusal] = []
    late = _cut_off(offer, problem)
    if late:
        found.append(Refusal(late, CUT_OFF, _limit(offer.name, problem)))
    withdrawn = _collect(offer, "withdrawn") & ~unlocked & ~late
    if withdrawn:
        found.append(Refusal(withdrawn, WITHDRAWN, ""))
    prereleases = _refused_prereleases(offer, problem, late | withdrawn, unlocked)
    if prereleases:
        found.append(Refusal(prereleases, PRERELEASE, ""))
    return found


def prerelease_policy(name: str, problem: Problem) -> str:
    """`if-necessary`, `allow` or `never`."""
    return problem.prereleases_of.get(name, problem.prereleases)


def special_candidates(offer: Offer, requirement: Requirement, problem: Problem) -> tuple[int, int]:
    """The withdrawn candidates that a requirement pins and the pre-releases that it names, and what else it allows."""
    is_asked = prerelease_policy(offer.name, problem) == "if-necessary"
    named = others = 0
    for pool in offer.pools:
        listing = pool.listing
        if not listing.withdrawn | listing.prereleases:
            continue
        allowed = listing.allowed(requirement.allowed)
        others |= (allowed & ~listing.withdrawn & ~listing.prereleases) << pool.offset
        if allowed & listing.withdrawn and listing.pins_exactly(requirement.allowed):
            named |= (allowed & listing.withdrawn) << pool.offset
        prereleases = allowed & listing.prereleases & ~listing.withdrawn
        if is_asked and prereleases and listing.names_prerelease(requirement.allowed):
            named |= prereleases << pool.offset
    return named, others


def _refused_prereleases(offer: Offer, problem: Problem, gone: int, unlocked: int) -> int:
    policy = prerelease_policy(offer.name, problem)
    prereleases = _collect(offer, "prereleases")
    if policy == "allow" or not prereleases:
        return 0
    if policy == "never":
        return prereleases & ~gone
    everything = (1 << len(offer.versions)) - 1
    if not everything & ~prereleases & ~gone:
        return 0
    return prereleases & ~unlocked & ~gone


def _collect(offer: Offer, which: str) -> int:
    mask = 0
    for pool in offer.pools:
        part = pool.listing.withdrawn if which == "withdrawn" else pool.listing.prereleases
        mask |= part << pool.offset
    return mask


def _limit(name: str, problem: Problem) -> str:
    return problem.exclude_newer_of.get(name, problem.exclude_newer)


def _cut_off(offer: Offer, problem: Problem) -> int:
    limit = _limit(offer.name, problem)[:_SECONDS]
    if not limit:
        return 0
    mask = 0
    for pool in offer.pools:
        for number in range(len(pool.listing.versions)):
            uploaded = pool.listing.uploaded_at(number)[:_SECONDS]
            if not uploaded or uploaded > limit:
                mask |= 1 << pool.offset + number
    return mask
