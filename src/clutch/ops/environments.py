"""Finds or chooses the interpreter of the project's environment, and says whether the environment is to be made."""

from __future__ import annotations

import os
from typing import NamedTuple

from clutch.base.errors import ClutchError
from clutch.model.environment import Environment, Interpreter
from clutch.ops.session import Session

UNFINISHED = "clutch-unfinished"
"""The mark in an environment that is being changed; while it is there the environment is not to be trusted."""


class Wanted(NamedTuple):
    """`environment` is what is on disk (None when it has to be made first); `is_new` says that it will be made."""

    root: str
    interpreter: Interpreter
    environment: Environment | None
    is_new: bool


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
            raise ClutchError("not-an-environment", message, subject=root) from error
        environment = None
    if environment is not None and not os.path.exists(f"{root}/{UNFINISHED}") and _suits(session, environment):
        return Wanted(root, environment.interpreter, environment, is_new=False)
    return Wanted(root, session.interpreter(), None, is_new=True)


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
