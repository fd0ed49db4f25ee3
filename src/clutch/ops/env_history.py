"""Earlier locks of a project: `clutch env history` lists them, `clutch env rollback` goes back to one.

Every lock that an environment was brought in step with is kept, whole, in `.clutch/history`, named by a number that
grows and the time in UTC; `.clutch` keeps itself out of commits::

    .clutch/.gitignore
    .clutch/history/0001-20261124T201500Z.toml
    .clutch/history/0002-20261125T081210Z.toml

The oldest go when there are more than fifty. A history that cannot be written costs the history, never a sync.
"""

from __future__ import annotations

import os
import re

from clutch.base.errors import ClutchError, NotFoundError, UsageError
from clutch.base.values import NamedTuple
from clutch.model.lock import Lock
from clutch.ops.changes import Change, changes_between
from clutch.ops.session import Session
from clutch.ops.sync import SyncReport

_NAME = re.compile(r"(\d{4,9})-(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z\.toml")
_MOST = 50


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


def remember_lock(session: Session) -> None:
    """Keeps the lock as it is on disk, unless it is the newest in the history; never fails."""
    from clutch.io.files import read_bytes, remove_file, write_atomic

    folder = _folder(session)
    try:
        text = read_bytes(session.lock_path)
        known = _entries(folder)
        if known and read_bytes(f"{folder}/{known[-1][1]}") == text:
            return
        ignore = f"{os.path.dirname(folder)}/.gitignore"
        if not os.path.exists(ignore):
            write_atomic(ignore, b"*\n")
        number = known[-1][0] + 1 if known else 1
        write_atomic(f"{folder}/{number:04}-{_stamp(session.surroundings.clock())}.toml", text)
        for _, name in known[: max(0, len(known) + 1 - _MOST)]:
            remove_file(f"{folder}/{name}")
    except ClutchError:
        return


def env_history(session: Session) -> tuple[Step, ...]:
    """The locks that this project's environment was in step with, oldest first; what cannot be read is left out."""
    folder = _folder(session)
    current = _text(session.lock_path)
    steps: list[Step] = []
    before: Lock | None = None
    entries = _entries(folder)
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
        path = f"{_folder(session)}/{name}"
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
    entries = _entries(_folder(session))
    current = _text(session.lock_path)
    others = [entry for entry in entries if _text(f"{_folder(session)}/{entry[1]}") != current]
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


def _folder(session: Session) -> str:
    return f"{session.project_folder}/.clutch/history"


def _entries(folder: str) -> list[tuple[int, str]]:
    try:
        names = os.listdir(folder)
    except OSError:
        return []
    return sorted((int(match[1]), match[0]) for name in names if (match := _NAME.fullmatch(name)))


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
    match = _NAME.fullmatch(name)
    assert match is not None
    _, year, month, day, hour, minute, second = match.groups()
    return f"{year}-{month}-{day}T{hour}:{minute}:{second}Z"


def _stamp(seconds: float) -> str:
    import time

    return time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(seconds))
