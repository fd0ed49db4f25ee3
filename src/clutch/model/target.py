"""One concrete environment: what markers see in it and which artifacts it can take."""

from __future__ import annotations

from collections.abc import Mapping

from clutch.base.values import NamedTuple


class Target(NamedTuple):
    """`markers` are the PEP 508 environment variables with their values; `tags` the platform compatibility tags, best
    first."""

    markers: Mapping[str, str]
    tags: tuple[str, ...]
