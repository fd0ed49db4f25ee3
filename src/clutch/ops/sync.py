"""`clutch sync`: makes the environment match the lock."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from clutch.base.errors import ClutchError, StaleError
from clutch.model.environment import Environment
from clutch.model.lock import Lock
from clutch.model.plan import Plan
from clutch.ops.changes import Change
from clutch.ops.lock import LockOptions, LockReport, bring_lock
from clutch.ops.selection import Choices, Chosen, Selection, choose
from clutch.ops.session import Session

if TYPE_CHECKING:
    from clutch.model.lock import LockedPackage


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

    Raises: StaleError `stale-lock` with `locked`, `stale-environment` with `check`; what locking and installing raise.
    """
    from clutch.ops.proof import is_synced

    if not options.reinstall and is_synced(options, session):
        return SyncReport(None, _NOTHING, (), is_created=False)
    with session.hold("sync"):
        report = _lock_for(options, session)
        return bring_environment(options, report, session)


def bring_environment(options: SyncOptions, locked: LockReport, session: Session) -> SyncReport:
    """`sync` for callers that hold the project and have the lock."""
    from clutch.ops.environments import bring_interpreter
    from clutch.ops.picking import check_environment, installs_of, pick
    from clutch.ops.plans import make_plan
    from clutch.ops.proof import prove_synced
    from clutch.ops.transaction import carry_out

    lock = locked.lock
    assert lock is not None
    chosen = choose(options.selection, _choices(options, lock, session))
    wanted = bring_interpreter(session, is_dry=options.dry_run or options.check)
    check_environment(lock, wanted.interpreter, session.lock_path)
    packages = _without_project(options, chosen, pick(lock, chosen, wanted.interpreter.markers))
    requested = frozenset(_requested(lock))
    installs = installs_of(packages, requested, wanted.interpreter, session)
    plan = make_plan(session, wanted, installs, options)
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
    environment = carry_out(session, wanted, plan)
    prove_synced(options, session, environment)
    return SyncReport(environment, plan, locked.changes, wanted.is_new, locked.remarks)


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
