"""`clutch update`: the newest versions inside the bounds of the manifest."""

from __future__ import annotations

from clutch.base.values import NamedTuple
from clutch.ops.changes import Change
from clutch.ops.lock import LockOptions, bring_lock
from clutch.ops.session import Session
from clutch.ops.sync import SyncOptions, SyncReport, bring_environment


class UpdateOptions(NamedTuple):
    """No `names` means all packages."""

    names: tuple[str, ...] = ()
    dry_run: bool = False
    sync: bool = True


class UpdateReport(NamedTuple):
    """`changes` old to new, sorted by name."""

    changes: tuple[Change, ...]
    sync: SyncReport | None
    remarks: tuple[str, ...] = ()


def update(options: UpdateOptions, session: Session) -> UpdateReport:
    """Locks with the named packages (or all) free to move, then syncs. Raises: NotFoundError `not-locked`."""
    with session.hold():
        wanted = LockOptions(upgrade_all=not options.names, upgrade=options.names, dry_run=options.dry_run)
        locked = bring_lock(wanted, session)
        report = bring_environment(SyncOptions(dry_run=options.dry_run), locked, session) if options.sync else None
    return UpdateReport(locked.changes, report, locked.remarks)
