"""How wheels are made ready and linked."""

from __future__ import annotations

from clutch.base.values import NamedTuple


class InstallOptions(NamedTuple):
    """What the user may choose.

    `project_root` is what the paths of folders are relative to. `link_mode` (`reflink hardlink symlink copy`): how
    files come from the store. `compile`: make byte-code. `no_build` and `no_binary`: for all packages. `workers`: how
    many threads and compilers there may be.
    """

    project_root: str
    link_mode: str = "hardlink"
    compile: bool = True
    no_build: bool | frozenset[str] = False
    no_binary: bool | frozenset[str] = False
    workers: int = 2


def is_meant(names: bool | frozenset[str], name: str) -> bool:
    """Whether a choice for all packages, none or some is made for `name`."""
    return names if isinstance(names, bool) else name in names
