"""What has nothing to do, proved by `stat` alone: `run` becomes its command, `sync` and `lock` say so and are done.

Imports next to nothing, as `_entry.py`; whatever is in doubt falls through to the command itself.
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

_WARM_SWITCHES = ("-q", "--quiet", "-m", "--module", "--")
_MODULE_SWITCHES = ("-m", "--module")
_STILL_SWITCHES = ("-q", "--quiet", "--check")
"""What may follow `lock` and `sync` without a change to what it means that there is nothing to do."""


def run_warm(words: Sequence[str]) -> None:
    """Becomes the command when the environment's stamp proves that lock and environment are as they should be.

    Comes back, having done nothing, where there is anything else to do or to say.
    """
    at, is_module = 0, False
    while at < len(words) and words[at].startswith("-"):
        if words[at] not in _WARM_SWITCHES:
            return
        is_module = is_module or words[at] in _MODULE_SWITCHES
        at += 1
        if words[at - 1] == "--":
            break
    command = words[at:]
    if not command or sys.platform == "win32":
        return
    folder = _find_folder()
    if folder and _environment_holds(folder):
        _become(command, f"{folder}/.venv", is_module=is_module)


def still_sentence(words: Sequence[str]) -> str | None:
    """What `lock` or `sync` says when a stamp proves that there is nothing to do, empty with `-q`; None otherwise."""
    import time

    started_s = time.monotonic()
    if any(word not in _STILL_SWITCHES for word in words[1:]):
        return None
    folder = _find_folder()
    if not folder or not (_lock_holds(folder) if words[0] == "lock" else _environment_holds(folder)):
        return None
    elapsed_ms = (time.monotonic() - started_s) * 1000
    if elapsed_ms >= 1000:  # that long is said in seconds, by the command itself
        return None
    subject = "lock" if words[0] == "lock" else "environment"
    return "" if "-q" in words or "--quiet" in words else f"the {subject} is up to date ({elapsed_ms:.0f} ms)"


def _find_folder() -> str:
    """The folder of the project, empty when there is none."""
    import os

    from clutch.project.root import find_project

    try:
        return find_project(os.getcwd()) or ""
    except OSError:
        return ""


def _environment_holds(folder: str) -> bool:
    """Whether the stamp in the project's environment holds for the default choice of groups and extras."""
    import os

    from clutch.project.stamp import ENVIRONMENT_STAMP, holds, settings_fact

    if os.environ.get("CLUTCH_PROJECT_ENVIRONMENT"):
        return False
    environment = f"{folder}/.venv"
    facts = ("selection default", settings_fact(os.environ), f"environment {environment}")
    return holds(f"{environment}/{ENVIRONMENT_STAMP}", facts)


def _lock_holds(folder: str) -> bool:
    """Whether the stamp of the project's lock holds.

    A cache folder that only a settings file names is not looked into: a stamp in the user's own shows by its marks
    of those files that they named none.
    """
    import os

    from clutch.project.cache_place import find_cache
    from clutch.project.stamp import holds, lock_stamp_path, settings_fact

    stated = os.environ.get("CLUTCH_CACHE_DIR", "")
    cache = find_cache(stated, os.getcwd(), os.environ, sys.platform)
    return holds(lock_stamp_path(cache, folder), ("flags ", settings_fact(os.environ)))


def _become(command: Sequence[str], environment: str, *, is_module: bool) -> None:
    """Replaces this process by the command in the environment; comes back when the command cannot be started."""
    import os

    scripts = f"{environment}/bin"
    python = f"{scripts}/python"
    path = os.environ.get("PATH", os.defpath)
    if is_module:
        program, arguments = python, [python, "-m", *command]
    elif command[0].endswith((".py", ".pyw")) and os.path.isfile(command[0]):
        program, arguments = python, [python, *command]
    else:
        program = _find_program(command[0], f"{scripts}{os.pathsep}{path}")
        arguments = [program, *command[1:]]
    environ = dict(os.environ)
    environ["VIRTUAL_ENV"] = environment
    environ["PATH"] = path if path.split(os.pathsep, 1)[0] == scripts else f"{scripts}{os.pathsep}{path}"
    environ.pop("PYTHONHOME", None)
    ignored = _end_ignoring()
    try:
        os.execve(program, arguments, environ)
    except OSError:
        _ignore(ignored)


def _end_ignoring() -> list[int]:
    """Gives the command the signals that Python ignores for itself, as a shell would; tells which these were."""
    import _signal  # type: ignore[import-not-found]  # the full `signal` brings `enum` along, 3 ms

    numbers = [getattr(_signal, name) for name in ("SIGPIPE", "SIGXFSZ") if hasattr(_signal, name)]
    ignored = [number for number in numbers if _signal.getsignal(number) == _signal.SIG_IGN]
    for number in ignored:
        _signal.signal(number, _signal.SIG_DFL)
    return ignored


def _ignore(numbers: Sequence[int]) -> None:
    import _signal

    for number in numbers:
        _signal.signal(number, _signal.SIG_IGN)


def _find_program(name: str, path: str) -> str:
    """The file behind a command's name, the name itself where it is a path or nothing is found."""
    import os

    if "/" in name:
        return name
    for folder in path.split(os.pathsep):
        candidate = f"{folder or '.'}/{name}"
        if os.access(candidate, os.X_OK) and os.path.isfile(candidate):
            return candidate
    return name
