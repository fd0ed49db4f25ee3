"""A lock file as values (PEP 751 with clutch's own additions)."""

from __future__ import annotations

from collections.abc import Mapping

from clutch.base.values import NamedTuple
from clutch.model.artifact import Artifact
from clutch.model.requirement import Source
from clutch.standards.worlds import NATIVE


class LockedPackage(NamedTuple):
    """One `[[packages]]` entry.

    `version` is empty for a folder. `edges` are texts `name[extra] specifier ; marker`, sorted. `extras` are the
    extras of it that the lock uses, sorted. `index_url` is the URL of the index without credentials (PEP 751
    `packages.index`).
    """

    name: str
    version: str
    marker: str = ""
    python: str = ""
    index_url: str = ""
    source: Source | None = None
    wheels: tuple[Artifact, ...] = ()
    sdist: Artifact | None = None
    extras: tuple[str, ...] = ()
    edges: tuple[str, ...] = ()
    world: str = NATIVE


class Asked(NamedTuple):
    """What the lock answers, recorded in `[tool.clutch]` so that a change of the manifest is seen without solving.

    `requirements` are the user's requirement texts by section (`""` the project's own, `group:NAME`, `extra:NAME`),
    each sorted; `settings` the settings that matter to resolution, as texts; `newest_python` the newest Python known
    when locking.
    """

    requirements: Mapping[str, tuple[str, ...]]
    settings: Mapping[str, str]
    newest_python: str


class Lock(NamedTuple):
    """A whole `pylock.toml`; packages are sorted by name, then version (oldest first)."""

    python: str
    environments: tuple[str, ...]
    extras: tuple[str, ...]
    groups: tuple[str, ...]
    default_groups: tuple[str, ...]
    packages: tuple[LockedPackage, ...]
    asked: Asked
