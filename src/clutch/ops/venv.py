"""`clutch venv`: an empty environment."""

from __future__ import annotations

import os

from clutch.base.errors import ClutchError
from clutch.base.values import NamedTuple
from clutch.model.environment import Environment
from clutch.ops.session import Session


class VenvOptions(NamedTuple):
    """`clear` replaces what is at `path`."""

    path: str = ".venv"
    python: str = ""
    prompt: str = ""
    clear: bool = False


class VenvReport(NamedTuple):
    """The environment made."""

    environment: Environment


def venv(options: VenvOptions, session: Session) -> VenvReport:
    """Makes it, without anything in it.

    Raises: ClutchError `environment-exists`, `not-an-environment`; NotFoundError `no-python`.
    """
    from clutch.python.create import create_environment

    root = os.path.join(session.folder, os.path.expanduser(options.path))
    interpreter = session.interpreter(options.python)
    try:
        return VenvReport(create_environment(root, interpreter, options.prompt, is_replaced=options.clear))
    except ClutchError as error:
        if error.code == "environment-exists":
            error.hints = ("replace it with `--clear`",)
        raise
