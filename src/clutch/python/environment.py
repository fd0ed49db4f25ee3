"""Reads an environment that is on disk, and says in words what is wrong with it."""

from __future__ import annotations

import os
from collections.abc import Mapping

from clutch.base.errors import ClutchError
from clutch.model.environment import Environment, Interpreter
from clutch.python.create import environment_at
from clutch.python.inspect import Records, inspect_interpreter, version_numbers

_HINT = ("make it again with `clutch sync`",)


def read_environment(root: str, store: Records) -> Environment | None:
    """The environment at `root`, whichever tool made it; None when nothing is there.

    Costs some `stat` calls and two small reads when its base interpreter is known to `store`.
    Raises: ClutchError `broken-environment` when it is no environment, or its base is gone or of another version.
    """
    root = os.path.abspath(root)
    try:
        configuration = read_configuration(root)
    except FileNotFoundError:
        if not os.path.isdir(root) or not os.listdir(root):
            return None
        raise _broken(root, "has no `pyvenv.cfg`") from None
    except (OSError, UnicodeDecodeError) as error:
        raise _broken(root, "has a `pyvenv.cfg` that cannot be read") from error
    base = _find_base(root, configuration)
    try:
        interpreter = inspect_interpreter(base, store)
    except ClutchError as error:
        raise _broken(root, f"cannot be used, because {error.message}") from error
    _check(root, configuration, interpreter)
    return environment_at(root, interpreter)


def read_configuration(root: str) -> Mapping[str, str]:
    """Keys (lower case) and values of `pyvenv.cfg`.

    Raises: FileNotFoundError, OSError, UnicodeDecodeError as reading a file does.
    """
    values = {}
    with open(os.path.join(root, "pyvenv.cfg"), encoding="utf-8", errors="surrogateescape") as file:
        for line in file:
            key, equals, value = line.partition("=")
            if equals:
                values[key.strip().lower()] = value.strip()
    return values


def _find_base(root: str, configuration: Mapping[str, str]) -> str:
    """The base interpreter: behind the link `bin/python`, else (a copy) in `home`."""
    for name in ("bin/python", "Scripts/python.exe"):
        executable = os.path.join(root, *name.split("/"))
        if not os.path.lexists(executable):
            continue
        target = os.path.realpath(executable)
        if not os.path.exists(target):
            raise _broken(root, f"has lost its base interpreter: `{target}` is gone")
        if os.path.islink(executable):
            return target
        return _base_in_home(root, configuration)
    raise _broken(root, "has no interpreter of its own")


def _base_in_home(root: str, configuration: Mapping[str, str]) -> str:
    home = configuration.get("home", "")
    version = configuration.get("version_info") or configuration.get("version", "")
    minor = ".".join(version.split(".")[:2])
    for name in (f"python{minor}", "python3", "python", "python.exe", "pypy3"):
        candidate = os.path.join(home, name)
        if home and os.path.isfile(candidate):
            return candidate
    raise _broken(root, f"has lost its base interpreter: there is none in `{home}`")


def _check(root: str, configuration: Mapping[str, str], interpreter: Interpreter) -> None:
    written = configuration.get("version_info") or configuration.get("version", "")
    before, now = version_numbers(written)[:2], version_numbers(interpreter.version)[:2]
    if before and before != now:
        raise _broken(
            root, f"was made for Python {written}, but `{interpreter.real_path}` is {interpreter.version} by now"
        )
    implementation = configuration.get("implementation", "").lower()
    if implementation and implementation != interpreter.implementation:
        raise _broken(root, f"was made for {implementation}, but `{interpreter.real_path}` is another by now")
    if not os.path.isdir(os.path.join(root, interpreter.paths["purelib"])):
        raise _broken(root, f"has no folder `{interpreter.paths['purelib']}`")


def _broken(root: str, reason: str) -> ClutchError:
    return ClutchError("broken-environment", f"the environment `{root}` {reason}", subject=root, hints=_HINT)
