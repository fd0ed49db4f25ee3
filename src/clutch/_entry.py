"""Process start: `--version`, a `run` with nothing to do before it, and for everything else the command line.

Imports next to nothing: the budget is 25 ms over an interpreter that does nothing (docs: internals/performance).
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

_WARM_SWITCHES = ("-q", "--quiet", "-m", "--module", "--")
_MODULE_SWITCHES = ("-m", "--module")


def main() -> int:
    """Runs the command line of this process and gives the exit code; a warm `run` does not come back."""
    words = sys.argv[1:]
    if words in (["--version"], ["-V"]):
        from clutch.cli.release import VERSION

        try:
            sys.stdout.write(f"clutch {VERSION}\n")
            sys.stdout.flush()
        except (OSError, AttributeError):  # a full disk, a lost reader, or no standard output: explained below
            words = ["version"]
        else:
            return 0
    try:
        if words[:1] == ["run"]:
            _run_warm(words[1:])
        from clutch.cli.main import main as run_command_line

        return run_command_line(words)
    except KeyboardInterrupt:  # Ctrl-C before the command line could take care of it
        return 130


def _run_warm(words: Sequence[str]) -> None:
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
    import os

    from clutch.project.root import find_project
    from clutch.project.stamp import ENVIRONMENT_STAMP, holds, settings_fact

    try:
        folder = find_project(os.getcwd())
    except OSError:
        return
    if folder is None or os.environ.get("CLUTCH_PROJECT_ENVIRONMENT"):
        return
    environment = f"{folder}/.venv"
    if not holds(f"{environment}/{ENVIRONMENT_STAMP}", ("selection default", settings_fact(os.environ))):
        return
    _become(command, environment, is_module=is_module)


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
