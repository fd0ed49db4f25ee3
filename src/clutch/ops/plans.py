"""Compares what is in an environment with what should be."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from clutch.model.plan import Install, Installed, Plan
from clutch.ops.environments import Wanted
from clutch.standards.names import normalize

if TYPE_CHECKING:
    from clutch.ops.session import Session
    from clutch.ops.sync_options import SyncOptions


def make_plan(session: Session, wanted: Wanted, installs: Sequence[Install], options: SyncOptions) -> Plan:
    """What to keep, remove and install; reads the environment, changes nothing.

    Without `exact` what nobody asked for stays, unless another version of it has to go in.
    """
    present = _present(session, wanted)
    again = frozenset(normalize(name) for name in options.reinstall)
    keep: list[Installed] = []
    remove: list[Installed] = []
    missing: list[Install] = []
    for install in installs:
        found = present.pop((install.world, install.name), [])
        first = found[0] if len(found) == 1 else None
        if first is not None and install.name not in again and session.plug(install.world).is_same(first, install):
            keep.append(first)
            continue
        remove += found
        missing.append(install)
    for (_, name), found in present.items():
        if options.exact and not _is_seed(name, options):
            remove += found
        else:
            keep += found
    fetch = [one for one in missing if not session.plug(one.world).is_stored(one, wanted.interpreter)]
    return Plan(
        tuple(sorted(keep, key=_name)),
        tuple(sorted(remove, key=_name)),
        tuple(sorted(missing, key=_name)),
        tuple(sorted(fetch, key=_name)),
    )


def _present(session: Session, wanted: Wanted) -> dict[tuple[str, str], list[Installed]]:
    from clutch.ops.ecosystems import WORLDS

    found: dict[tuple[str, str], list[Installed]] = {}
    if wanted.environment is None:
        return found
    for world in WORLDS:
        for installed in session.installer(world).installed(wanted.environment):
            found.setdefault((world, installed.name), []).append(installed)
    return found


def _is_seed(name: str, options: SyncOptions) -> bool:
    """pip itself, when a person put it there, is no orphan of the project's."""
    return name == "pip" and name not in options.reinstall


def _name(item: Install | Installed) -> str:
    return item.name
