"""`clutch env history` lists the earlier locks of a project, `clutch env rollback` goes back to one."""

from __future__ import annotations

from clutch.base.errors import ClutchError, NotFoundError, UsageError
from clutch.base.values import NamedTuple
from clutch.model.lock import Lock
from clutch.ops.changes import Change, changes_between
from clutch.ops.lock_history import NAME, history_entries, history_folder
from clutch.ops.session import Session
from clutch.ops.sync import SyncReport


class Step(NamedTuple):
    """One lock of the history: `moment` is RFC 3339 in UTC, `changes` what differs from the one before it."""

    number: int
    moment: str
    packages: int
    changes: tuple[Change, ...]
    is_current: bool


class RollbackReport(NamedTuple):
    """`number` is the step gone back to; `remark` says when the manifest asks for something else, else empty."""

    number: int
    sync: SyncReport
    changes: tuple[Change, ...]
    remark: str


def env_history(session: Session) -> tuple[Step, ...]:
    """The locks that this project's environment was in step with, oldest first; what cannot be read is left out."""
    folder = history_folder(session)
    current = _text(session.lock_path)
    steps: list[Step] = []
    before: Lock | None = None
    entries = history_entries(folder)
    newest_equal = max((number for number, name in entries if _text(f"{folder}/{name}") == current), default=0)
    for number, name in entries:
        try:
            lock = _parse(f"{folder}/{name}")
        except ClutchError:
            continue
        changes = changes_between(before, lock)
        steps.append(Step(number, _moment(name), len(lock.packages), changes, number == newest_equal))
        before = lock
    return tuple(steps)


def env_rollback(number: int, session: Session) -> RollbackReport:
    """Puts an earlier lock back (0: the newest that is not the present one) and makes the environment match it.

    The manifest stays as it is. When the environment cannot be made, the lock is as before.
    Raises: NotFoundError `no-history`; UsageError `no-such-step`; what syncing raises.
    """
    from clutch.io.files import read_bytes, write_atomic
    from clutch.ops.environments import is_unfinished
    from clutch.ops.lock import LockReport
    from clutch.ops.restoring import Restored
    from clutch.ops.sync import SyncOptions, bring_environment

    with session.hold(), Restored(session.lock_path) as restored:
        number, name = _choose(number, session)
        path = f"{history_folder(session)}/{name}"
        lock, before = _parse(path), _present(session)
        write_atomic(session.lock_path, read_bytes(path))
        restored.claim(session.lock_path)
        report = LockReport(lock, changes_between(before, lock), is_written=True)
        try:
            done = bring_environment(SyncOptions(frozen=True), report, session)
        except BaseException:
            if is_unfinished(session.environment_path):
                restored.keep()
            raise
        return RollbackReport(number, done, report.changes, _remark(lock, session))


def _choose(number: int, session: Session) -> tuple[int, str]:
    entries = history_entries(history_folder(session))
    current = _text(session.lock_path)
    others = [entry for entry in entries if _text(f"{history_folder(session)}/{entry[1]}") != current]
    if not number:
        if not others:
            raise NotFoundError("no-history", "there is no earlier lock to go back to", subject=session.project_folder)
        return others[-1]
    found = next((entry for entry in entries if entry[0] == number), None)
    if found is None:
        message = f"there is no step {number} in the history of this project"
        raise UsageError("no-such-step", message, subject=str(number), hints=("run `clutch env history`",))
    return found


def _remark(lock: Lock, session: Session) -> str:
    """Whether the next sync would lock again, in words."""
    from clutch.project.freshness import stale_reason
    from clutch.project.settings import settings_that_matter

    matters = settings_that_matter(session.settings, session.project.clutch)
    reason = stale_reason(session.project, lock, matters)
    return f"the next `clutch sync` locks again, because of pyproject.toml: {reason}" if reason else ""


def _present(session: Session) -> Lock | None:
    try:
        return session.lock()
    except ClutchError:
        return None


def _parse(path: str) -> Lock:
    from clutch.project.lock_reading import parse_lock

    return parse_lock(_text(path).decode("utf-8", "replace"), path)


def _text(path: str) -> bytes:
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError:
        return b""


def _moment(name: str) -> str:
    match = NAME.fullmatch(name)
    assert match is not None
    _, year, month, day, hour, minute, second = match.groups()
    return f"{year}-{month}-{day}T{hour}:{minute}:{second}Z"
