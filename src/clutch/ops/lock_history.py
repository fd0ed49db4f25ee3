"""Keeps the earlier locks of a project.

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
from typing import TYPE_CHECKING

from clutch.base.errors import ClutchError

if TYPE_CHECKING:
    from clutch.ops.session import Session

NAME = re.compile(r"(\d{4,9})-(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z\.toml")
"""Number, year, month, day, hour, minute, second."""
_MOST = 50


def remember_lock(session: Session) -> None:
    """Keeps the lock as it is on disk, unless it is the newest in the history; never fails."""
    from clutch.io.files import read_bytes, remove_file, write_atomic

    folder = history_folder(session)
    try:
        text = read_bytes(session.lock_path)
        known = history_entries(folder)
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


def history_folder(session: Session) -> str:
    """Where they are kept; need not exist."""
    return f"{session.project_folder}/.clutch/history"


def history_entries(folder: str) -> list[tuple[int, str]]:
    """Number and file name of each, oldest first."""
    try:
        names = os.listdir(folder)
    except OSError:
        return []
    return sorted((int(match[1]), match[0]) for name in names if (match := NAME.fullmatch(name)))


def _stamp(seconds: float) -> str:
    import time

    return time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(seconds))
