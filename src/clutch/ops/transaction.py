"""Carries out a plan: everything is fetched and unpacked first, then the environment is changed under a mark.

The order is what makes it safe to be killed between any two steps: the store has everything; the mark
`clutch-unfinished` is set, which makes the stamp void by its mere presence (a stamp states that it is absent); the
stamp goes; packages go and come; the mark goes; a new stamp is written. Whoever finds the mark makes the environment
anew.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from clutch.base.errors import ClutchError
from clutch.base.events import Event
from clutch.io.files import remove_file, translate_os_error, write_all
from clutch.model.environment import Environment
from clutch.model.plan import Install, Plan
from clutch.ops.environments import UNFINISHED, Wanted
from clutch.ops.session import Session
from clutch.project.stamp import ENVIRONMENT_STAMP
from clutch.python.create import create_environment

if TYPE_CHECKING:
    from clutch.model.ports import Prepared

NO_RECORD = "no-record"
"""The code of the error that nothing tells which files a package has: only a new environment is free of it."""

_HINT = "when that is cured, `clutch sync` makes the environment anew from the store"


def carry_out(session: Session, wanted: Wanted, plan: Plan) -> Environment:
    """The environment after the plan. When anything fails before the mark is set, the environment is as before.

    Raises: ClutchError of the installers, with the mark left in the environment; a later sync that finds it makes
    the environment anew from the store, for which no network is needed.
    """
    with session.store.use():  # Emptying the store has to wait until everything is linked.
        try:
            prepared = _prepare(session, wanted, plan)
        except OSError as error:
            raise translate_os_error(error, str(error.filename or session.store.root)) from error
        environment = wanted.environment
        if environment is None:
            prompt = os.path.basename(session.project_folder)
            is_taken = os.path.exists(f"{wanted.root}/pyvenv.cfg")
            environment = create_environment(wanted.root, wanted.interpreter, prompt, is_replaced=is_taken)
        if plan.remove or prepared:
            _change(session, environment, plan, prepared)
    return environment


def set_mark(root: str) -> None:
    """Says in the environment that it is not to be trusted until it was made anew.

    Raises: ClutchError `disk-full`, `not-writable` or `file-error`.
    """
    path = f"{root}/{UNFINISHED}"
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT, 0o666)
        try:
            write_all(descriptor, b"a change of this environment was under way; `clutch sync` makes it anew\n")
        finally:
            os.close(descriptor)
    except OSError as error:
        raise translate_os_error(error, path) from error
    remove_file(f"{root}/{ENVIRONMENT_STAMP}")


def _prepare(session: Session, wanted: Wanted, plan: Plan) -> list[tuple[Install, Prepared]]:
    prepared: list[tuple[Install, Prepared]] = []
    for world in sorted({install.world for install in plan.install}):
        ours = [install for install in plan.install if install.world == world]
        ready = session.installer(world).prepare(ours, wanted.interpreter)
        prepared += zip(ours, ready, strict=True)
    return prepared


def _change(session: Session, environment: Environment, plan: Plan, prepared: list[tuple[Install, Prepared]]) -> None:
    set_mark(environment.root)
    try:
        for installed in plan.remove:
            session.reporter.emit(Event("removed", installed.name, installed.version))
            session.installer(installed.world).remove(installed, environment)
        for done, (install, ready) in enumerate(prepared, 1):
            session.installer(install.world).install(ready, install, environment)
            session.reporter.emit(Event("installed", install.name, install.version, done, len(prepared)))
        remove_file(f"{environment.root}/{UNFINISHED}")
    except OSError as error:
        translated = translate_os_error(error, str(error.filename or environment.root))
        translated.hints = (_HINT,)
        raise translated from error
    except ClutchError as error:
        error.hints = (*error.hints, _HINT)
        raise
