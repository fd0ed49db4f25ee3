"""`clutch run`: brings lock and environment up to date, then becomes the command."""

from __future__ import annotations

import os
from collections.abc import Mapping

from clutch.base.errors import ClutchError, Place, UsageError
from clutch.base.values import NamedTuple
from clutch.model.environment import Environment
from clutch.ops.selection import Selection
from clutch.ops.session import Session


class RunOptions(NamedTuple):
    """`module` runs `python -m`; `extra_packages` are `--with` requirements; `env_files` are read in order."""

    command: tuple[str, ...]
    module: bool = False
    extra_packages: tuple[str, ...] = ()
    env_files: tuple[str, ...] = ()
    selection: Selection = Selection()
    sync: bool = True
    locked: bool = False
    frozen: bool = False


class Child(NamedTuple):
    """The program to become: its arguments and its whole environment."""

    arguments: tuple[str, ...]
    environ: dict[str, str]


def run(options: RunOptions, session: Session) -> Child:
    """What to execute, once everything that it needs is in place.

    Raises: UsageError `missing-command`; NotFoundError `no-program`; what syncing raises.
    """
    if not options.command:
        raise UsageError("missing-command", "`clutch run` needs a command to run")
    variables = _read_env_files(options.env_files, session)
    environment = _environment_for(options, session)
    folders = [f"{environment.root}/{environment.interpreter.paths['scripts']}"]
    python = environment.python
    if options.extra_packages:
        side = _with_packages(options, session, environment)
        folders.insert(0, f"{side.root}/{side.interpreter.paths['scripts']}")
        python = side.python
    environ = _environ(session.surroundings.environ, variables, folders, environment)
    return Child(_arguments(options, python, environ["PATH"], session), environ)


def _environment_for(options: RunOptions, session: Session) -> Environment:
    from clutch.ops.environments import is_unfinished
    from clutch.ops.sync import SyncOptions, sync

    if options.sync:
        wanted = SyncOptions(options.selection, locked=options.locked, frozen=options.frozen)
        made = sync(wanted, session).environment
        if made is not None:
            return made
    environment = session.environment()
    if environment is None:
        message = f"there is no environment at `{session.environment_path}`"
        raise ClutchError("no-environment", message, hints=("leave out `--no-sync`, or run `clutch sync`",))
    if is_unfinished(environment.root):
        message = f"the environment `{environment.root}` was left unfinished by a command that was stopped"
        raise ClutchError("unfinished-environment", message, hints=("leave out `--no-sync`, or run `clutch sync`",))
    return environment


def _with_packages(options: RunOptions, session: Session, environment: Environment) -> Environment:
    """An environment in the cache that has these packages and sees the project's behind them."""
    from clutch.ops.layers import layer_over

    return layer_over(session, environment, options.extra_packages)


def _arguments(options: RunOptions, python: str, path: str, session: Session) -> tuple[str, ...]:
    name, *rest = options.command
    if options.module:
        return (python, "-m", name, *rest)
    file = os.path.join(session.folder, name)
    if name.endswith((".py", ".pyw")) and os.path.isfile(file):
        return (python, name, *rest)
    if os.sep in name:
        return (name, *rest)
    import shutil

    program = shutil.which(name, path=path)
    if program is None:
        raise _no_program(name, path)
    return (program, *rest)


def _no_program(name: str, path: str) -> ClutchError:
    from clutch.base.errors import NotFoundError
    from clutch.base.text import nearest

    programs = os.listdir(path.split(os.pathsep)[0])
    near = nearest(name, programs)
    hints = (f"did you mean `{near[0]}`?",) if near else (f"add the package that has it, or `clutch run -m {name}`",)
    message = f"there is no program `{name}` in the environment or on PATH"
    return NotFoundError("no-program", message, subject=name, hints=hints)


def _environ(
    before: Mapping[str, str], variables: Mapping[str, str], folders: list[str], environment: Environment
) -> dict[str, str]:
    environ = {**variables, **before}
    environ["VIRTUAL_ENV"] = environment.root
    environ["PATH"] = os.pathsep.join([*folders, before.get("PATH", os.defpath)])
    environ.pop("PYTHONHOME", None)
    return environ


def _read_env_files(paths: tuple[str, ...], session: Session) -> dict[str, str]:
    """`NAME=value` lines; `#` starts a comment line, quotes around a value are taken off, later files win."""
    found: dict[str, str] = {}
    for path in paths:
        full = os.path.join(session.folder, path)
        try:
            with open(full, encoding="utf-8") as file:
                lines = file.read().splitlines()
        except OSError as error:
            from clutch.io.files import translate_os_error

            raise translate_os_error(error, full) from error
        for number, line in enumerate(lines, 1):
            pair = _pair(line, full, number)
            found.update([pair] if pair else [])
    return found


def _pair(line: str, path: str, number: int) -> tuple[str, str] | None:
    text = line.strip().removeprefix("export ").lstrip()
    if not text or text.startswith("#"):
        return None
    name, equals, value = text.partition("=")
    name, value = name.strip(), value.strip()
    if not equals or not name.replace("_", "a").isalnum() or name[0].isdigit():
        message = f"expected `NAME=value`, found `{line.strip()[:40]}`"
        raise ClutchError("malformed-env-file", message, place=Place(path, number))
    if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
        return name, value[1:-1]
    return name, value.partition(" #")[0].rstrip()
