"""`clutch lock`: makes the lock hold for the manifest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clutch.base.errors import NotFoundError, StaleError
from clutch.base.text import nearest
from clutch.base.values import NamedTuple
from clutch.model.lock import Lock
from clutch.ops.changes import Change, changes_between
from clutch.ops.session import Session

if TYPE_CHECKING:
    from clutch.ops.problem import Preferred
    from clutch.resolve.problem import Budget

_HINT_TIME_S = 5.0


class LockOptions(NamedTuple):
    """`upgrade` names packages whose locked version is not preferred; `upgrade_all` is that for all of them.

    `preferred` is a lock whose versions are preferred to those of the one on disk.
    """

    check: bool = False
    upgrade_all: bool = False
    upgrade: tuple[str, ...] = ()
    dry_run: bool = False
    preferred: Lock | None = None


class LockReport(NamedTuple):
    """`is_written` says whether the file changed on disk; `remarks` are sentences for the user.

    `lock` is None when a stamp proved that nothing changed since it was last found to hold, so that it was not read.
    """

    lock: Lock | None
    changes: tuple[Change, ...]
    is_written: bool
    remarks: tuple[str, ...] = ()


def lock(options: LockOptions, session: Session) -> LockReport:
    """Solves when the lock does not hold (or newer versions are asked for) and writes it when it changed.

    Raises: StaleError `stale-lock` with `check`; Unsatisfiable, and then the old lock stays as it was.
    """
    if not options.upgrade_all and not options.upgrade and is_proven(session):
        return LockReport(None, (), is_written=False)
    with session.hold():
        return bring_lock(options, session)


def bring_lock(options: LockOptions, session: Session) -> LockReport:
    """`lock` for callers that hold the project already."""
    from clutch.io.files import write_atomic
    from clutch.project.freshness import stale_reason
    from clutch.project.lockfile import render_lock
    from clutch.project.settings import settings_that_matter

    marks = _marks(session)
    matters = settings_that_matter(session.settings, session.project.clutch)
    before, preferred = _read_before(session)
    reason = "there is no lock yet" if before is None else stale_reason(session.project, before, matters)
    if options.check:
        if reason:
            hints = ("run `clutch lock`",)
            raise StaleError("stale-lock", f"`{session.lock_path}` is stale: {reason}", hints=hints)
        return LockReport(before, (), is_written=False)
    is_free = options.upgrade_all or options.upgrade or options.preferred is not None
    if before is not None and not reason and not is_free:
        _prove(session, marks)
        return LockReport(before, (), is_written=False)
    preferred = _without(options, preferred if options.preferred is None else _pins(options.preferred))
    after, remarks = solve(session, matters, preferred)
    changes = changes_between(before, after)
    text = render_lock(after)
    is_written = not options.dry_run and text != _read_text(session)
    if is_written:
        write_atomic(session.lock_path, text.encode())
    if not options.dry_run:
        _prove(session, _with_lock_as_it_is(marks, session))
    return LockReport(after, changes, is_written, remarks)


def is_proven(session: Session) -> bool:
    """Whether a stamp shows, by `stat` alone, that manifest, settings and lock are as when the lock last held."""
    from clutch.project.stamp import holds, lock_stamp_path

    return holds(lock_stamp_path(session.cache_folder, session.project_folder), _facts(session))


def solve(session: Session, matters: object, preferred: Preferred) -> tuple[Lock, tuple[str, ...]]:
    """A new lock for the manifest, and remarks on environments that were left out."""
    from clutch.ops.lock_building import build_lock
    from clutch.ops.problem import problem_of
    from clutch.resolve.resolve import resolve

    try:
        resolution = resolve(problem_of(session, preferred), session.indexes, session.reporter, _budget(session))
    except NotFoundError as error:
        from clutch.ops.nearest_package import add_hint

        add_hint(error, preferred, session)
        raise
    return build_lock(resolution, session), (*resolution.left_out, *resolution.warnings)


def _budget(session: Session) -> Budget:
    """Hints are looked for during some seconds after a failure, and never at the price of a long wait."""
    from clutch.resolve.problem import Budget

    clock = session.surroundings.clock
    asked: list[float] = []

    def is_time_left() -> bool:
        asked.append(clock())
        return asked[-1] - asked[0] < _HINT_TIME_S

    return Budget(is_time_left=is_time_left)


def _read_before(session: Session) -> tuple[Lock | None, Preferred]:
    """The lock on disk with the versions that it prefers; of a lock in conflict both sides' pins where they agree."""
    text = _read_text(session)
    if not text:
        return None, {}
    from clutch.project.lock_conflict import conflict_pins, has_conflict
    from clutch.project.lock_reading import parse_lock

    if has_conflict(text):
        ours, theirs = conflict_pins(text)
        return None, {**ours, **{name: versions for name, versions in theirs.items() if name not in ours}}
    before = parse_lock(text, session.lock_path)
    return before, _pins(before)


def _pins(lock: Lock) -> Preferred:
    pins: dict[str, tuple[str, ...]] = {}
    for package in lock.packages:
        if package.version:
            pins[package.name] = (*pins.get(package.name, ()), package.version)
    return pins


def _read_text(session: Session) -> str:
    from clutch.project.document import read_text

    try:
        return read_text(session.lock_path)
    except FileNotFoundError:
        return ""


def _without(options: LockOptions, preferred: Preferred) -> Preferred:
    """What stays preferred when these packages are to move. Raises: NotFoundError `not-locked`."""
    from clutch.standards.names import normalize

    if options.upgrade_all:
        return {}
    moving = set()
    for name in options.upgrade:
        if normalize(name) not in preferred:
            near = nearest(normalize(name), preferred)
            hints = (f"did you mean `{near[0]}`?",) if near else ()
            raise NotFoundError("not-locked", f"`{name}` is not in the lock", subject=name, hints=hints)
        moving.add(normalize(name))
    return {name: versions for name, versions in preferred.items() if name not in moving}


def _facts(session: Session) -> list[str]:
    from clutch.project.stamp import settings_fact

    flags = " ".join(sorted(f"{key}={value}" for key, value in session.flags.items() if value is not None))
    if "://" in flags:
        from clutch.io.auth import redact

        flags = redact(flags)
    return [f"flags {flags}", settings_fact(session.surroundings.environ)]


def _marks(session: Session) -> list[str]:
    """The present state of every file that a lock depends on; the lock itself too."""
    import sys

    from clutch.project.setting_places import find_places
    from clutch.project.stamp import mark

    places = find_places(session.surroundings.environ, sys.prefix, sys.platform)
    paths = (session.manifest_path, session.lock_path, places.user, places.system, places.installation, *places.pip)
    return [mark(path) for path in paths]


def _with_lock_as_it_is(marks: list[str], session: Session) -> list[str]:
    """The marks of before the solving, so that an edit meanwhile shows, and that of the lock which it wrote."""
    from clutch.project.stamp import mark

    end = f" {session.lock_path}"
    return [mark(session.lock_path) if line.endswith(end) else line for line in marks]


def _prove(session: Session, marks: list[str]) -> None:
    from clutch.project.stamp import lock_stamp_path, render_stamp, write_stamp

    path = lock_stamp_path(session.cache_folder, session.project_folder)
    write_stamp(path, render_stamp(_facts(session), marks))
