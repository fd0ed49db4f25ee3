"""Finds or chooses the interpreter of the project's environment, and says whether the environment is to be made."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager

from clutch.base.errors import ClutchError
from clutch.base.values import NamedTuple
from clutch.model.environment import Environment, Interpreter
from clutch.ops.session import Session

UNFINISHED = "clutch-unfinished"
"""The mark in an environment that is being changed; while it is there the environment is not to be trusted."""

_TEMPORARY = re.compile(r"\.py(?:lock|project)\.toml\.(\d{1,9})-[0-9a-f]{8}\.tmp")
_OLD_S = 10.0

_HINT = ("take it away, or name another folder with CLUTCH_PROJECT_ENVIRONMENT",)


class Wanted(NamedTuple):
    """`environment` is what is on disk (None when it has to be made first); `is_new` says that it will be made."""

    root: str
    interpreter: Interpreter
    environment: Environment | None
    is_new: bool


@contextmanager
def hold_environment(session: Session, *, is_dry: bool) -> Iterator[None]:
    """Holds the kernel lock of the environment: two projects may have been given the same one.

    What a command that was killed or failed left beside the environment is removed, unless nothing is to be changed.
    """
    from clutch.io.files import FileLock
    from clutch.project.stamp import number_of

    root = os.path.realpath(session.environment_path)
    path = f"{session.cache_folder}/locks/environment-{number_of(root)}"
    with FileLock(path, f"the environment {root}", session.reporter):
        if not is_dry:
            _tidy(root, session)
        yield
        if not is_dry:
            _tidy(root, session)


def bring_interpreter(session: Session, *, is_dry: bool) -> Wanted:
    """The environment as it is, when it has the right Python and is whole; else the interpreter to make it with.

    Makes nothing. Raises: NotFoundError `no-python` and what choosing an interpreter raises; ClutchError
    `not-an-environment` when something else is in its place.
    """
    root = session.environment_path
    try:
        environment = session.environment()
    except ClutchError as error:
        if not os.path.exists(f"{root}/pyvenv.cfg"):
            message = f"`{root}` is in the way: it is no environment, and clutch does not delete it"
            raise ClutchError("not-an-environment", message, subject=root, hints=_HINT) from error
        environment = None
    if environment is not None and not doubt(session, environment):
        return Wanted(root, environment.interpreter, environment, is_new=False)
    return Wanted(root, session.interpreter(), None, is_new=True)


def doubt(session: Session, environment: Environment) -> str:
    """Why this environment has to be made anew, as the end of a sentence that starts with its path; empty when not."""
    from clutch.python.environment import read_configuration

    if is_unfinished(environment.root):
        return "was left unfinished by a command that was stopped"
    if not read_configuration(environment.root).get("home"):
        return "has a `pyvenv.cfg` that names no `home`"
    before = place_made_for(environment)
    if before:
        return f"was made as `{before}`, and its scripts still lead there"
    if not _suits(session, environment):
        version = environment.interpreter.version
        return f"has Python {version}, which is not what flag, setting, pin or `requires-python` asks for"
    return ""


def is_unfinished(root: str) -> bool:
    """Whether the environment carries the mark of a change that did not come to its end."""
    return os.path.lexists(f"{root}/{UNFINISHED}")


def place_made_for(environment: Environment) -> str:
    """Where the environment was made, when that is somewhere else than where it is; else empty.

    Its activation script tells (PEP 405 says nothing on moving); one that finds its place by itself is no reason.
    """
    try:
        with open(
            f"{environment.root}/{environment.interpreter.paths['scripts']}/activate",
            encoding="utf-8",
            errors="surrogateescape",
        ) as file:
            lines = file.read().split("\n")
    except OSError:
        return ""
    for line in lines:
        name, equals, value = line.strip().removeprefix("export ").partition("=")
        if equals and name == "VIRTUAL_ENV" and "$" not in value:
            return _if_elsewhere(value, environment.root)
    return ""


def _if_elsewhere(value: str, root: str) -> str:
    import shlex

    try:
        words = shlex.split(value)
    except ValueError:
        return ""
    stated = words[0] if words else ""
    is_same = os.path.realpath(stated) == os.path.realpath(root)
    return stated if os.path.isabs(stated) and not is_same else ""


def _tidy(root: str, session: Session) -> None:
    """Removes half made and half deleted environments, and the files that an atomic write would have renamed.

    Those in the project go only when their process is gone and they are old, for the project may be shared between
    machines.
    """
    from clutch.io.files import is_running
    from clutch.project.stamp import ENVIRONMENT_STAMP
    from clutch.python.create import remove_leftovers

    now_s = session.surroundings.clock()
    try:
        remove_leftovers(root)
        for name in os.listdir(root) if os.path.isdir(root) else ():
            if name.startswith(f"{ENVIRONMENT_STAMP}.") and name.endswith(".tmp"):
                os.unlink(f"{root}/{name}")
        for name in os.listdir(session.project_folder):
            match = _TEMPORARY.fullmatch(name)
            path = f"{session.project_folder}/{name}"
            if match and not is_running(int(match[1])) and now_s - os.stat(path).st_mtime > _OLD_S:
                os.unlink(path)
    except OSError:
        return  # What cannot be tidied up today is tidied up another day.


def _suits(session: Session, environment: Environment) -> bool:
    """Whether the environment's Python is one that flag, variable, pin and `requires-python` allow."""
    from clutch.python.pins import read_pin
    from clutch.python.request import parse_request

    interpreter = environment.interpreter
    if session.project.has_python and not parse_request(session.project.python).allows_version(interpreter.version):
        return False
    text = session.settings.text("python")
    pin = read_pin(session.folder, session.project_folder)
    asked = parse_request(text or (pin.text if pin is not None else ""))
    if asked.is_place:
        chosen = session.interpreter()
        return chosen.real_path == interpreter.real_path
    return asked.allows(interpreter)
