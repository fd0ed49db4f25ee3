"""The stamp of an environment: proves by `stat` alone that a sync or a run has nothing to do."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from clutch.model.environment import Environment
from clutch.project.setting_places import find_places
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
    from clutch.ops.session import Session
    from clutch.ops.sync import SyncOptions

_DEFAULT = "default"
_QUIET_FLAGS = ("color", "progress", "offline", "parallel", "timeout", "retries")


def is_synced(options: SyncOptions, session: Session) -> bool:
    """Whether the stamp was made for the same choice and all that it depends on is as it was."""
    if options.frozen or not options.exact:
        return False
    return holds(_path(session), _facts(options, session))


def prove_synced(options: SyncOptions, session: Session, environment: Environment) -> None:
    """Writes the stamp for what has just been made to match."""
    if options.frozen or not options.exact:
        return
    text = render_stamp(_facts(options, session), _marks(session, environment))
    if text != read_stamp(_path(session)):
        write_stamp(_path(session), text)


def _path(session: Session) -> str:
    return f"{session.environment_path}/{ENVIRONMENT_STAMP}"


def _facts(options: SyncOptions, session: Session) -> list[str]:
    """In the order that process start expects: the selection, then the variables."""
    return [f"selection {_selection(options, session)}", settings_fact(session.surroundings.environ)]


def _selection(options: SyncOptions, session: Session) -> str:
    words = [f"{key}={value}" for key, value in options.selection._asdict().items() if value not in (None, False, ())]
    words += [] if options.install_project else ["no-install-project"]
    words += [
        f"--{key}={value}"
        for key, value in sorted(session.flags.items())
        if value is not None and key not in _QUIET_FLAGS
    ]
    return " ".join(words).replace("\n", " ") or _DEFAULT


def _marks(session: Session, environment: Environment) -> list[str]:
    places = find_places(session.surroundings.environ, sys.prefix, sys.platform)
    folder = session.project_folder
    paths = (
        session.manifest_path,
        session.lock_path,
        f"{folder}/.python-version",
        f"{environment.root}/pyvenv.cfg",
        environment.site_packages,
        environment.interpreter.real_path,
        places.user,
        places.system,
        places.installation,
        *places.pip,
    )
    return [mark(path) for path in dict.fromkeys(paths)]
