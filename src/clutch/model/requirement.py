"""What somebody wants: a package, which of its candidates will do, where, and who said so."""

from __future__ import annotations

from clutch.base.values import NamedTuple


class Origin(NamedTuple):
    """Who stated a requirement, for messages: the user's own line, or a package's metadata.

    `file` and `line` point at the user's file (line 0: unknown); for a package's metadata `file` is empty and `text`
    alone is shown.
    """

    file: str = ""
    line: int = 0
    text: str = ""


class Source(NamedTuple):
    """A place other than an index. `kind` is `archive`, `directory` or `vcs`.

    `archive`: `url` of a wheel or sdist (file: included), `hashes` when stated. `directory`: `url` is a path relative
    to the project (forward slashes), `editable`. `vcs`: `vcs` (`git`), `url`, `revision` as asked for, `commit` once
    known.
    """

    kind: str
    url: str
    subdirectory: str = ""
    editable: bool = False
    vcs: str = ""
    revision: str = ""
    commit: str = ""
    hashes: tuple[tuple[str, str], ...] = ()


class Requirement(NamedTuple):
    """One requirement, parsed.

    `world` is the plug's name in `ops/ecosystems.py`; `name` is normalised in that world; `extras` are normalised,
    sorted and without duplicates; `allowed` is the specifier text in that world's own syntax, canonical, empty for
    any; `marker` is PEP 508 marker text, canonical, empty for always; `index_name` is the name of the only index to
    take it from.
    """

    world: str
    name: str
    extras: tuple[str, ...] = ()
    allowed: str = ""
    marker: str = ""
    source: Source | None = None
    index_name: str = ""
    origin: Origin = Origin()
