"""`clutch doctor`: which Python, environment and lock a project has, what is wrong with them, and how to cure it."""

from __future__ import annotations

import os

from clutch.base.errors import ClutchError
from clutch.base.values import NamedTuple
from clutch.ops.health import Health, Problem, examine, script_python
from clutch.ops.selection import Selection
from clutch.ops.session import Session

_LOOKED_FOR = ("python", "python3", "pip")
_OF_THE_WHOLE = frozenset({"broken-script", "duplicate", "broken-record"})
"""What a new installation of one package may not cure."""


class DoctorOptions(NamedTuple):
    """`fix` repairs; the selection says which groups and extras belong into the environment."""

    fix: bool = False
    selection: Selection = Selection()


class OnPath(NamedTuple):
    """What a name stands for in the user's shell; `path` is empty where it stands for nothing."""

    name: str
    path: str
    owner: str


class DoctorReport(NamedTuple):
    """`why` says what chose the Python; `fixed` is what was wrong before and is no longer."""

    project: str
    lock: str
    environment: str
    python: str
    version: str
    why: str
    store: str
    on_path: tuple[OnPath, ...]
    problems: tuple[Problem, ...]
    fixed: tuple[Problem, ...] = ()

    @property
    def is_well(self) -> bool:
        """Whether nothing is broken."""
        return not any(problem.is_serious for problem in self.problems)


def doctor(options: DoctorOptions, session: Session) -> DoctorReport:
    """Examines everything; with `fix` it also repairs, from the store as far as that is whole.

    Raises: with `fix` what syncing raises.
    """
    if not session.has_project:
        return _report(session, Health(None, "", ()), ())
    health = _examine(options, session)
    if not options.fix or not any(problem.is_serious for problem in health.problems):
        return _report(session, health, ())
    before = health.problems
    health = _repair(options, session, health)
    left = {(problem.code, problem.package, problem.path) for problem in health.problems}
    fixed = tuple(one for one in before if (one.code, one.package, one.path) not in left)
    return _report(session, health, fixed)


def _examine(options: DoctorOptions, session: Session) -> Health:
    try:
        return examine(session, options.selection)
    except ClutchError as error:  # The manifest or the settings cannot be read: there is nothing to compare with.
        place = error.place.file if error.place is not None else ""
        return Health(None, "not compared", (Problem(error.code, error.message, error.subject, place),))


def _repair(options: DoctorOptions, session: Session, health: Health) -> Health:
    """Installs the damaged packages again; where that is not enough the environment is made anew."""
    from clutch.ops.sync import SyncOptions, sync
    from clutch.ops.transaction import set_mark

    damaged = _damaged(health, session)
    is_whole_sick = any(one.is_serious and one.code in _OF_THE_WHOLE for one in health.problems)
    if is_whole_sick and health.environment is not None:
        with session.hold():
            set_mark(health.environment.root)
    sync(SyncOptions(options.selection, reinstall=damaged), session)
    after = _examine(options, session)
    if after.environment is not None and any(one.is_serious for one in after.problems):
        with session.hold():
            set_mark(after.environment.root)
        sync(SyncOptions(options.selection), session)
        after = _examine(options, session)
    return after


def _damaged(health: Health, session: Session) -> tuple[str, ...]:
    """The names of packages with flaws; their wheels are checked in the store as well, and dropped when damaged."""
    from clutch.ops.ecosystems import WORLDS

    environment = health.environment
    if environment is None:
        return ()
    names = sorted({one.package for one in health.problems if one.is_serious and one.path and one.package})
    for world in WORLDS:
        there = [one for one in session.installer(world).installed(environment) if one.name in names]
        session.plug(world).drop_damaged(there, environment.interpreter)
    return tuple(names)


def _report(session: Session, health: Health, fixed: tuple[Problem, ...]) -> DoctorReport:
    problems = list(health.problems)
    python = version = why = root = ""
    try:
        root = session.environment_path if session.has_project else ""
        interpreter = health.environment.interpreter if health.environment is not None else session.interpreter()
        python, version = interpreter.real_path, interpreter.version
        why = _why(session)
    except ClutchError as error:
        if not any(one.code == error.code for one in problems):
            problems.append(Problem(error.code, error.message, error.subject))
    return DoctorReport(
        project=session.project_folder if session.has_project else "",
        lock=health.lock_state,
        environment=root,
        python=python,
        version=version,
        why=why,
        store=_store(session),
        on_path=tuple(_on_path(name, session, root) for name in _LOOKED_FOR),
        problems=tuple(problems),
        fixed=fixed,
    )


def _store(session: Session) -> str:
    try:
        return session.cache_folder
    except ClutchError:
        return ""


def _why(session: Session) -> str:
    """What decided for this Python: a flag, a variable or setting, a pin, `requires-python`, or the order of PATH."""
    from clutch.python.pins import read_pin

    text = session.settings.text("python")
    if text:
        return f"`{text}` ({session.settings.origin('python').place})"
    top = session.project_folder if session.has_project else ""
    pin = read_pin(session.folder, top)
    if pin is not None:
        return f"`{pin.text}` ({pin.path}:{pin.line})"
    if session.has_project and session.project.has_python:
        line = session.project.line_of("project", "requires-python")
        return f"`{session.project.python}` ({session.manifest_path}:{line})"
    return "the first on PATH that can be used"


def _on_path(name: str, session: Session, root: str) -> OnPath:
    import shutil

    path = shutil.which(name, path=session.surroundings.environ.get("PATH", os.defpath))
    if path is None:
        return OnPath(name, "", "")
    python = script_python(path)
    return OnPath(name, path, _owner(path if not python or os.path.basename(python) == "env" else python, root))


def _owner(python: str, root: str) -> str:
    """Whose this executable is, in words."""
    home = os.path.dirname(os.path.dirname(os.path.abspath(python)))
    if root and os.path.realpath(home) == os.path.realpath(root):
        return "this project's environment"
    if os.path.exists(f"{home}/pyvenv.cfg"):
        return f"the environment {home}"
    return f"not this project: {os.path.realpath(python)}"
