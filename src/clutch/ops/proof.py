"""The stamp of an environment: proves by `stat` alone that a sync or a run has nothing to do.

A mark of a file that is read is taken before the file is read (`clutch.ops.marks`, by `Session.hold`), so that an edit
while a command works makes the stamp void and is seen by the next one. What the command itself wrote is marked
afterwards, and only when it still stands there word for word.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from clutch.model.environment import Environment
from clutch.ops.environments import UNFINISHED
from clutch.ops.selection import Selection
from clutch.project.stamp import (
    ENVIRONMENT_STAMP,
    holds,
    mark,
    read_stamp,
    render_stamp,
    settings_fact,
    write_stamp,
)

if TYPE_CHECKING:
    from clutch.model.lock import Lock
    from clutch.ops.session import Session
    from clutch.ops.sync_options import SyncOptions

_DEFAULT = "default"
_QUIET_FLAGS = ("color", "progress", "offline", "parallel", "timeout", "retries")


def is_synced(options: SyncOptions, session: Session) -> bool:
    """Whether the stamp was made for the same choice and all that it depends on is as it was."""
    if options.frozen or not options.exact:
        return False
    return holds(_path(session), _facts(options, session))


def is_proven(session: Session) -> bool:
    """Whether the stamp holds for the groups and extras that it was made for, whichever these are."""
    path = _path(session)
    facts = [line[5:] for line in read_stamp(path).split("\n") if line.startswith("fact ")]
    return holds(path, facts) and _facts_without_selection(session) == facts[1:]


def prove_synced(options: SyncOptions, session: Session, environment: Environment, lock: Lock) -> None:
    """Writes the stamp for what has just been made to match `lock`; none when a source changed meanwhile."""
    if options.frozen or not options.exact:
        return
    sources = _sources(session, lock)
    if sources is None:
        return
    paths = (
        f"{environment.root}/{UNFINISHED}",
        f"{environment.root}/pyvenv.cfg",
        environment.site_packages,
        environment.python,
    )
    text = render_stamp(_facts(options, session), [*sources.values(), *(mark(path) for path in paths)])
    if text != read_stamp(_path(session)):
        write_stamp(_path(session), text)


def _sources(session: Session, lock: Lock) -> dict[str, str] | None:
    """The marks of what was read or written, None when one of them is something else by now."""
    found = dict(session.noted)
    if not found:
        return None
    for path, noted in found.items():
        now = mark(path)
        if now == noted:
            continue
        if not _is_ours(path, session, lock):
            return None
        found[path] = now
    return found


def _is_ours(path: str, session: Session, lock: Lock) -> bool:
    """Whether manifest or lock says exactly what this command worked with."""
    from clutch.project.document import read_text
    from clutch.project.lockfile import render_lock

    try:
        if path == session.manifest_path:
            return read_text(path) == session.project.text
        return path == session.lock_path and read_text(path) == render_lock(lock)
    except (OSError, UnicodeDecodeError):
        return False


def _path(session: Session) -> str:
    return f"{session.environment_path}/{ENVIRONMENT_STAMP}"


def _facts(options: SyncOptions, session: Session) -> list[str]:
    """In the order that process start expects: selection, variables, where the environment stands.

    The last makes the stamp in a copied or moved environment void: its files are marked by absolute paths.
    """
    return [f"selection {_selection(options, session)}", *_facts_without_selection(session)]


def _facts_without_selection(session: Session) -> list[str]:
    return [settings_fact(session.surroundings.environ), f"environment {session.environment_path}"]


def _selection(options: SyncOptions, session: Session) -> str:
    unsaid = Selection()._asdict()
    words = [f"{key}={value}" for key, value in options.selection._asdict().items() if value != unsaid[key]]
    words += [] if options.install_project else ["no-install-project"]
    words += [
        f"--{key}={value}"
        for key, value in sorted(session.flags.items())
        if value is not None and key not in _QUIET_FLAGS
    ]
    text = " ".join(words).replace("\n", " ") or _DEFAULT
    if "://" in text:
        from clutch.io.auth import redact

        text = redact(text)
    return text
