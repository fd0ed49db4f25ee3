"""What `clutch sync` was asked to do."""

from __future__ import annotations

from clutch.base.values import NamedTuple
from clutch.ops.selection import Selection


class SyncOptions(NamedTuple):
    """`locked` fails when the lock would change; `frozen` does not even look at the manifest's requirements."""

    selection: Selection = Selection()
    exact: bool = True
    locked: bool = False
    frozen: bool = False
    install_project: bool = True
    dry_run: bool = False
    check: bool = False
    reinstall: tuple[str, ...] = ()
