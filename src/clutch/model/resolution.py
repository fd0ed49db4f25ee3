"""The answer of the resolver, before it becomes a lock."""

from __future__ import annotations

from clutch.base.values import NamedTuple
from clutch.model.requirement import Source


class Edge(NamedTuple):
    """`requirer` wants `name` (with `extras`) where `marker` holds; texts are canonical, markers simplified."""

    name: str
    extras: tuple[str, ...]
    allowed: str
    marker: str


class Pin(NamedTuple):
    """One chosen candidate.

    `candidate` is its number in the listing, -1 when it comes from `source`. `marker` says where it is wanted:
    simplified, with `extras` and `dependency_groups` tests (PEP 751 §packages.marker), empty for always.
    """

    world: str
    name: str
    version: str
    candidate: int
    index_name: str
    source: Source | None
    marker: str
    extras: tuple[str, ...]
    edges: tuple[Edge, ...]


class Resolution(NamedTuple):
    """Pins sorted by name, then by version (oldest first); `environments` are the marker texts that it holds for.

    `left_out` are sentences about environments without a solution that were not required; `warnings` other remarks.
    """

    pins: tuple[Pin, ...]
    environments: tuple[str, ...]
    left_out: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
