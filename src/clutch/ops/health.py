"""Finds what is wrong with a project's lock and environment; changes nothing."""

from __future__ import annotations

import os
from collections.abc import Iterator

from clutch.base.errors import ClutchError
from clutch.base.values import NamedTuple
from clutch.model.environment import Environment
from clutch.ops.environments import doubt, is_unfinished
from clutch.ops.selection import Selection
from clutch.ops.session import Session

_QUIET_CODES = frozenset({"foreign-file", "other-environment"})
"""Worth knowing, but nothing is broken by it."""
_NATIVE_SCRIPT_BYTES = 512


class Problem(NamedTuple):
    """One thing found. `code` is stable; `package` and `path` are empty where they say nothing.

    Of the environment: `no-environment unfinished-environment broken-environment unfit-environment not-an-environment`;
    of the lock `stale-lock` and what reading it raises; of packages `not-installed other-version not-locked` and the
    codes of `Flaw`; of programs `broken-script`.
    """

    code: str
    message: str
    package: str = ""
    path: str = ""

    @property
    def is_serious(self) -> bool:
        """Whether the environment may not be relied on."""
        return self.code not in _QUIET_CODES


class Health(NamedTuple):
    """`environment` is None where there is none that can be used; `lock_state` is in words."""

    environment: Environment | None
    lock_state: str
    problems: tuple[Problem, ...]


def examine(session: Session, selection: Selection) -> Health:
    """All that can be found out; reads every file of the environment. Problems are told, not raised."""
    problems: list[Problem] = []
    environment = _read_environment(session, problems)
    lock_state, contents = _compare(session, selection, environment)
    problems += contents
    if environment is not None:
        from clutch.ops.ecosystems import WORLDS

        for world in WORLDS:
            for flaw in session.plug(world).flaws(environment):
                message = f"`{_short(flaw.path, environment)}` {flaw.reason}"
                problems.append(Problem(flaw.code, message, flaw.name, flaw.path))
        problems += _broken_scripts(environment)
    active = session.surroundings.environ.get("VIRTUAL_ENV", "")
    if active and os.path.realpath(active) != os.path.realpath(session.environment_path):
        message = f"`{active}` is active in this shell; clutch works with `{session.environment_path}`"
        problems.append(Problem("other-environment", message, path=active))
    return Health(environment, lock_state, tuple(problems))


def _read_environment(session: Session, problems: list[Problem]) -> Environment | None:
    """The environment when its packages can be looked at, with what is wrong with it as a whole."""
    root = session.environment_path
    try:
        environment = session.environment()
        reason = doubt(session, environment) if environment is not None else ""
    except ClutchError as error:
        problems.append(Problem(error.code, error.message, path=root))
        return None
    if environment is None:
        problems.append(Problem("no-environment", f"there is no environment at `{root}` yet", path=root))
        return None
    if not reason:
        return environment
    code = "unfinished-environment" if is_unfinished(root) else "unfit-environment"
    problems.append(Problem(code, f"the environment `{root}` {reason}", path=root))
    return None


def _compare(session: Session, selection: Selection, environment: Environment | None) -> tuple[str, list[Problem]]:
    """The state of the lock, and where the environment is not what it says."""
    from clutch.ops.proof import is_proven
    from clutch.ops.sync import SyncOptions, sync

    if selection == Selection() and environment is not None and is_proven(session):
        return "up to date", []
    try:
        plan = sync(SyncOptions(selection, locked=True, dry_run=True), session).plan
    except ClutchError as error:
        if error.code == "not-an-environment":  # has been told
            return "not compared", []
        place = error.place.file if error.place is not None else session.lock_path
        state = "stale" if error.code == "stale-lock" else "cannot be used"
        return state, [Problem(error.code, error.message, error.subject, place)]
    if environment is None:
        return "up to date", []
    before = {each.name: each.version for each in plan.remove}
    problems = []
    for install in plan.install:
        if install.name in before:
            there = f"{before[install.name]} is installed"
            message = f"`{install.name}` {install.version} is locked, but {there} or was made from something else"
            problems.append(Problem("other-version", message, install.name))
        else:
            message = f"`{install.name}` {install.version} is locked and not installed"
            problems.append(Problem("not-installed", message, install.name))
    wanted = {each.name for each in plan.install}
    for name, version in before.items():
        if name not in wanted:
            message = f"`{name}` {version} is installed and not in the lock for this choice of groups"
            problems.append(Problem("not-locked", message, name))
    return "up to date", problems


def _broken_scripts(environment: Environment) -> Iterator[Problem]:
    """Programs whose first line names an interpreter that is gone, or that is another environment's."""
    folder = f"{environment.root}/{environment.interpreter.paths['scripts']}"
    try:
        names = sorted(os.listdir(folder))
    except OSError:
        return
    own = {os.path.realpath(folder)}
    for name in names:
        path = f"{folder}/{name}"
        if os.path.islink(path):
            if not os.path.exists(path):
                yield Problem("broken-script", f"`{_short(path, environment)}` leads nowhere", path=path)
            continue
        python = script_python(path)
        if not python or os.path.basename(python) == "env":
            continue
        if not os.path.exists(python):
            reason = f"wants the interpreter `{python}`, which is gone"
        elif os.path.realpath(os.path.dirname(python)) not in own:
            reason = f"runs with `{python}`, which is not the environment's"
        else:
            continue
        yield Problem("broken-script", f"`{_short(path, environment)}` {reason}", path=path)


def script_python(path: str) -> str:
    """The Python in the first line of a script (or behind `/bin/sh` in its second), empty when it names none."""
    try:
        with open(path, "rb") as file:
            head = file.read(_NATIVE_SCRIPT_BYTES).decode("utf-8", "surrogateescape")
    except OSError:
        return ""
    first, _, rest = head.partition("\n")
    if not first.startswith("#!"):
        return ""
    program = first[2:].strip()
    if program == "/bin/sh" and rest.startswith("'''exec' "):
        quoted = rest.partition("\n")[0][len("'''exec' ") :]
        program = quoted[1:].partition('" ')[0] if quoted.startswith('"') else quoted.partition(" ")[0]
    else:
        program = program.partition(" ")[0]
    name = os.path.basename(program)
    return program if name.startswith(("python", "pypy")) or name == "env" else ""


def _short(path: str, environment: Environment) -> str:
    root = os.path.dirname(environment.root) + "/"
    return path.removeprefix(root)
