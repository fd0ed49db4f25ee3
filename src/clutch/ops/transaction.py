"""Carries out a plan: everything is fetched and unpacked first, then the environment is changed under a mark."""

from __future__ import annotations

import os

from clutch.base.events import Event
from clutch.io.files import translate_os_error
from clutch.model.environment import Environment
from clutch.model.plan import Plan
from clutch.ops.environments import UNFINISHED, Wanted
from clutch.ops.session import Session
from clutch.project.stamp import ENVIRONMENT_STAMP, remove_stamp
from clutch.python.create import create_environment


def carry_out(session: Session, wanted: Wanted, plan: Plan) -> Environment:
    """The environment after the plan. When anything fails before the mark is set, the environment is as before.

    While packages come and go, the file `clutch-unfinished` stands in the environment; a later sync that finds it
    makes the environment anew from the store, for which no network is needed.
    """
    worlds = sorted({install.world for install in plan.install})
    prepared = []
    for world in worlds:
        ours = [install for install in plan.install if install.world == world]
        ready = session.installer(world).prepare(ours, wanted.interpreter)
        prepared += list(zip(ours, ready, strict=True))
    environment = wanted.environment
    if environment is None:
        prompt = os.path.basename(session.project_folder)
        is_taken = os.path.exists(f"{wanted.root}/pyvenv.cfg")
        environment = create_environment(wanted.root, wanted.interpreter, prompt, is_replaced=is_taken)
    if not plan.remove and not prepared:
        return environment
    mark = f"{environment.root}/{UNFINISHED}"
    remove_stamp(f"{environment.root}/{ENVIRONMENT_STAMP}")
    _set_mark(mark)
    try:
        for installed in plan.remove:
            session.reporter.emit(Event("removed", installed.name, installed.version))
            session.installer(installed.world).remove(installed, environment)
        for done, (install, ready_one) in enumerate(prepared, 1):
            session.installer(install.world).install(ready_one, install, environment)
            session.reporter.emit(Event("installed", install.name, install.version, done, len(prepared)))
        os.unlink(mark)
    except OSError as error:
        raise translate_os_error(error, environment.root) from error
    return environment


def _set_mark(path: str) -> None:
    try:
        with open(path, "w", encoding="utf-8") as file:
            file.write("an installation was under way; `clutch sync` finishes it\n")
    except OSError as error:
        raise translate_os_error(error, path) from error
