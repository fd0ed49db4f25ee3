"""From regions and their picks to the answer: pins with markers, edges, environments.

What is wanted by which group or extra of the project is found here, after solving, by following the edges from the
requirements of each; groups and extras are no cells.
"""

from __future__ import annotations

from clutch.model.resolution import Edge, Pin, Resolution
from clutch.resolve.forks import Answer, Region, reach
from clutch.resolve.provider import PackageProvider, Wish
from clutch.resolve.universe import Universe, section_test
from clutch.standards.marker import Marker, conjunction, disjunction, render_marker


class _Choice:
    """One candidate over all regions that picked it: where each section wants it, and where each extra is used."""

    __slots__ = ("extras", "sections", "wanted")

    def __init__(self) -> None:
        self.sections: dict[str, int] = {}
        self.extras: dict[str, int] = {}
        self.wanted: int = 0


def make_resolution(
    answer: Answer, provider: PackageProvider, universe: Universe, left_out: tuple[str, ...]
) -> Resolution:
    """The pins that hold in the solved regions, with the shortest markers that tell them apart there."""
    covered = 0
    for region in answer.regions:
        covered |= region.environments
    covered = universe.without_orphans(covered)
    regions = [Region(region.environments & covered, region.picks) for region in answer.regions]
    choices = _choices(regions, provider)
    pins = [
        _pin(package, candidate, choice, provider, _Writer(universe, covered))
        for (package, candidate), choice in choices.items()
    ]
    pins.sort(key=lambda pin: (pin.name, -pin.candidate, pin.world, pin.version))
    return Resolution(tuple(pins), universe.environment_texts(covered), left_out, tuple(provider.warnings))


class _Writer:
    """Writes markers for the environments that the answer covers."""

    def __init__(self, universe: Universe, covered: int) -> None:
        self._universe = universe
        self.covered = covered

    def marker(self, mask: int, care: int) -> Marker:
        return self._universe.marker(mask, care)

    def of_sections(self, sections: dict[str, int]) -> str:
        """Where any section wants it; the project's own requirements always count, the others when asked for."""
        always = sections.get("", 0)
        parts: list[Marker] = [self.marker(always, self.covered)]
        by_mask: dict[int, list[Marker]] = {}
        for section in sorted(sections):
            if section and sections[section] & ~always:
                by_mask.setdefault(sections[section] & ~always, []).append(_section_test(section))
        for mask, tests in by_mask.items():
            parts.append(conjunction(disjunction(*tests), self.marker(mask, self.covered & ~always)))
        return _text(disjunction(*parts))


def _choices(regions: list[Region], provider: PackageProvider) -> dict[tuple[int, int], _Choice]:
    by_section: dict[str, list[Wish]] = {}
    for section, wish in provider.root_wishes:
        by_section.setdefault(section, []).append(wish)
    choices: dict[tuple[int, int], _Choice] = {}
    for region in regions:
        for section, wishes in by_section.items():
            for package, mask in reach(provider, region, wishes).items():
                _note(choices, package, mask, section, region, provider)
    return choices


def _note(
    choices: dict[tuple[int, int], _Choice],
    package: int,
    mask: int,
    section: str,
    region: Region,
    provider: PackageProvider,
) -> None:
    known = provider.packages[package]
    owner = package if known.base < 0 else known.base
    choice = choices.setdefault((owner, region.picks[owner]), _Choice())
    if known.base >= 0:
        choice.extras[known.extra] = choice.extras.get(known.extra, 0) | mask
        return
    choice.sections[section] = choice.sections.get(section, 0) | mask
    choice.wanted |= mask


def _pin(package: int, candidate: int, choice: _Choice, provider: PackageProvider, writer: _Writer) -> Pin:
    offer = provider.packages[package].offer
    pool = offer.pool_of(candidate)
    sourced = offer.sourced_of(candidate) if pool is None else None
    return Pin(
        world=offer.world,
        name=offer.name,
        version=offer.versions[candidate],
        candidate=candidate - pool.offset if pool is not None else -1,
        index_name=pool.index_name if pool is not None else "",
        source=sourced.source if sourced is not None else None,
        marker=writer.of_sections(choice.sections),
        extras=tuple(sorted(choice.extras)),
        edges=_edges(package, candidate, choice, provider, writer),
    )


def _edges(
    package: int, candidate: int, choice: _Choice, provider: PackageProvider, writer: _Writer
) -> tuple[Edge, ...]:
    edges: dict[Edge, None] = {}
    for wish in provider.wishes.get((package, candidate), []):
        _add_edge(edges, provider.where(wish), choice.wanted, wish, (writer, ("true",)))
    for extra, wanted in sorted(choice.extras.items()):
        part = provider.number_of(package, extra)
        for wish in provider.wishes.get((part, candidate), []):
            _add_edge(edges, provider.where(wish), wanted, wish, (writer, ("cmp", "extra", "==", extra)))
    return tuple(sorted(edges))


def _add_edge(edges: dict[Edge, None], where: int, wanted: int, wish: Wish, how: tuple[_Writer, Marker]) -> None:
    writer, condition = how
    if not where & wanted:
        return
    marker = conjunction(condition, writer.marker(where & wanted, wanted))
    requirement = wish.requirement
    edges.setdefault(Edge(requirement.name, requirement.extras, requirement.allowed, _text(marker)))


def _section_test(section: str) -> Marker:
    return ("cmp", *section_test(section))


def _text(marker: Marker) -> str:
    return "" if marker == ("true",) else render_marker(marker)
