"""`clutch sync`: makes the environment match the lock."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clutch.base.errors import ClutchError, StaleError
from clutch.base.values import NamedTuple
from clutch.model.environment import Environment
from clutch.model.lock import Lock
from clutch.model.plan import Plan
from clutch.ops.changes import Change
from clutch.ops.lock import LockOptions, LockReport, bring_lock
from clutch.ops.selection import Choices, Chosen, choose
from clutch.ops.session import Session
from clutch.ops.sync_options import SyncOptions as SyncOptions

if TYPE_CHECKING:
    from clutch.model.lock import LockedPackage
    from clutch.ops.environments import Wanted


class SyncReport(NamedTuple):
    """`is_created` says that the environment was made anew."""

    environment: Environment | None
    plan: Plan
    lock_changes: tuple[Change, ...]
    is_created: bool
    remarks: tuple[str, ...] = ()


_NOTHING = Plan((), (), (), ())


def sync(options: SyncOptions, session: Session) -> SyncReport:
    """Locks when need be, then keeps, removes and installs what the lock says, and nothing else.

    When the environment cannot be made the lock is as before: `clutch lock` is there for a lock alone. It stays only
    where the environment was changed half way, so that the next command can make it whole without a network.

    Raises: StaleError `stale-lock` with `locked`, `stale-environment` with `check`; what locking and installing raise.
    """
    from clutch.ops.environments import is_unfinished
    from clutch.ops.proof import is_synced
    from clutch.ops.restoring import Restored

    if not options.reinstall and is_synced(options, session):
        return SyncReport(None, _NOTHING, (), is_created=False)
    with session.hold(), Restored(session.lock_path) as restored:
        report = _lock_for(options, session)
        if report.is_written:
            restored.claim(session.lock_path)
        try:
            return bring_environment(options, report, session)
        except BaseException:
            if is_unfinished(session.environment_path):
                restored.keep()
            raise


def bring_environment(options: SyncOptions, locked: LockReport, session: Session) -> SyncReport:
    """`sync` for callers that hold the project and have the lock."""
    from clutch.ops.environments import hold_environment
    from clutch.ops.lock_history import remember_lock
    from clutch.ops.proof import prove_synced

    lock = locked.lock
    assert lock is not None
    with hold_environment(session, is_dry=options.dry_run or options.check):
        wanted, plan = _plan(options, lock, session)
        if options.check:
            if wanted.is_new or plan.install or plan.remove:
                raise StaleError(
                    "stale-environment",
                    f"`{session.environment_path}` does not match the lock",
                    hints=("run `clutch sync`",),
                )
            return SyncReport(wanted.environment, plan, locked.changes, is_created=False, remarks=locked.remarks)
        if options.dry_run:
            return SyncReport(wanted.environment, plan, locked.changes, wanted.is_new, locked.remarks)
        wanted, plan, environment = _carry_out(options, wanted, plan, lock, session)
        if plan.install or plan.remove:
            remember_lock(session)
        prove_synced(options, session, environment, lock)
    return SyncReport(environment, plan, locked.changes, wanted.is_new, locked.remarks)


def _plan(options: SyncOptions, lock: Lock, session: Session) -> tuple[Wanted, Plan]:
    from clutch.ops.environments import bring_interpreter
    from clutch.ops.picking import check_environment, installs_of, pick
    from clutch.ops.plans import make_plan

    chosen = choose(options.selection, _choices(options, lock, session))
    wanted = bring_interpreter(session, is_dry=options.dry_run or options.check)
    packages = _without_project(options, chosen, pick(lock, chosen, wanted.interpreter.markers))
    installs = installs_of(packages, frozenset(_requested(lock)), wanted.interpreter, session)
    check_environment(lock, wanted.interpreter, session.lock_path)  # after it: that a file is missing says more
    return wanted, make_plan(session, wanted, installs, options)


def _carry_out(
    options: SyncOptions, wanted: Wanted, plan: Plan, lock: Lock, session: Session
) -> tuple[Wanted, Plan, Environment]:
    """What was done in the end: a package that cannot be taken away makes a new environment necessary."""
    from clutch.ops.transaction import NO_RECORD, carry_out

    try:
        return wanted, plan, carry_out(session, wanted, plan)
    except ClutchError as error:
        if error.code != NO_RECORD:
            raise
    wanted, plan = _plan(options, lock, session)
    return wanted, plan, carry_out(session, wanted, plan)


def _lock_for(options: SyncOptions, session: Session) -> LockReport:
    """The lock to sync to: as it is (`frozen`), as it must already be (`locked`, `check`), or brought up to date."""
    if options.frozen:
        lock = session.lock()
        if lock is None:
            message = f"there is no `{session.lock_path}` to be frozen to"
            raise ClutchError("no-lock", message, hints=("make it with `clutch lock`",))
        return LockReport(lock, (), is_written=False)
    must_hold = options.locked or options.check
    return bring_lock(LockOptions(check=must_hold, dry_run=options.dry_run), session)


def _choices(options: SyncOptions, lock: Lock, session: Session) -> Choices:
    if options.frozen:
        return Choices(lock.extras, lock.groups, lock.default_groups)
    manifest = session.project
    return Choices(tuple(manifest.optional), tuple(manifest.groups), manifest.default_groups)


def _without_project(
    options: SyncOptions, chosen: Chosen, packages: tuple[LockedPackage, ...]
) -> tuple[LockedPackage, ...]:
    if options.install_project and chosen.with_project:
        return packages
    return tuple(package for package in packages if package.source is None or package.source.url != ".")


def _requested(lock: Lock) -> set[str]:
    from clutch.ops.picking import requirement_name

    return {requirement_name(text) for texts in lock.asked.requirements.values() for text in texts}
