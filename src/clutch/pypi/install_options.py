"""How wheels are made ready and linked."""

from __future__ import annotations

from typing import NamedTuple


class InstallOptions(NamedTuple):
    """What the user may choose.

    `project_root` is what the paths of folders are relative to. `link_mode` (`reflink hardlink symlink copy`): how
    files come from the store. `compile`: make byte-code. `no_build` and `no_binary`: for all packages. `workers`: how
    many threads and compilers there may be.
    """

    project_root: str
    link_mode: str = "hardlink"
    compile: bool = True
    no_build: bool = False
    no_binary: bool = False
    workers: int = 2
