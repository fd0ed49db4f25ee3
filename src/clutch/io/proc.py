"""Runs other programs: to the end with their output, or in this process's place."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Mapping, Sequence

from clutch.base.errors import ClutchError, NotFoundError
from clutch.base.values import NamedTuple


class Finished(NamedTuple):
    """How a program ended. `status` is its exit code, on POSIX minus the number of the signal that ended it."""

    status: int
    stdout: bytes
    stderr: bytes


def run(
    argv: Sequence[str],
    cwd: str = "",
    env: Mapping[str, str] | None = None,
    timeout_s: float = 0.0,
    stdin: bytes = b"",
) -> Finished:
    """Run a program to its end, without a shell, and return what it wrote. Blocks; 0 seconds means without a limit.

    Raises: NotFoundError `program-not-found`; ClutchError `program-not-runnable` or `program-timeout`.
    """
    import subprocess

    try:
        child = subprocess.Popen(
            list(argv),
            cwd=cwd or None,
            env=None if env is None else dict(env),
            stdin=subprocess.PIPE if stdin else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
    except OSError as error:
        raise _explain(error, argv[0], cwd) from error
    try:
        stdout, stderr = child.communicate(stdin or None, timeout=timeout_s or None)
    except subprocess.TimeoutExpired as error:
        _end(child)
        message = f"`{_words(argv)}` did not end within {timeout_s:g} seconds"
        raise ClutchError("program-timeout", message, subject=argv[0]) from error
    except BaseException:
        _end(child)
        raise
    return Finished(child.returncode, stdout, stderr)


def become(argv: Sequence[str], env: Mapping[str, str], cwd: str = "", platform: str = sys.platform) -> int:
    """Let the program take this process's place; output is flushed first. Returns its exit code where that is
    impossible (Windows), and never elsewhere.

    The program is looked for along the `PATH` of `env`. Signals that Python ignores are put back first.
    Raises: NotFoundError `program-not-found`; ClutchError `program-not-runnable`.
    """
    _flush()
    try:
        if cwd:
            os.chdir(cwd)
        if platform == "win32":
            return _spawn_and_wait(argv, env)
        _restore_signals()
        os.execvpe(argv[0], list(argv), dict(env))
    except OSError as error:
        raise _explain(error, argv[0], cwd) from error


def cores() -> int:
    """How many processors this process may use, at least 1."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0)) or 1
    return os.cpu_count() or 1


def _spawn_and_wait(argv: Sequence[str], env: Mapping[str, str]) -> int:
    """Windows knows no `exec`: wait for the child, and leave Ctrl-C to it (it is in the same console group)."""
    import signal
    import subprocess

    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        child = subprocess.Popen(list(argv), env=dict(env))
        return child.wait()
    finally:
        signal.signal(signal.SIGINT, before)


def _restore_signals() -> None:
    # The full `signal` module brings `enum` and `re` along, 5 ms on the warm path of `run`.
    import _signal  # type: ignore[import-not-found]

    for name in ("SIGPIPE", "SIGXFSZ"):
        number = getattr(_signal, name, None)
        if number is not None and _signal.getsignal(number) == _signal.SIG_IGN:
            _signal.signal(number, _signal.SIG_DFL)


def _flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        try:
            if stream is not None:
                stream.flush()
        except (OSError, ValueError):
            continue


def _end(child: object) -> None:
    """Kill the child; its own children may keep its pipes open, and are not waited for."""
    import subprocess

    assert isinstance(child, subprocess.Popen)
    child.kill()
    try:
        child.communicate(timeout=1.0)
    except (subprocess.TimeoutExpired, OSError, ValueError):
        pass
    for stream in (child.stdin, child.stdout, child.stderr):
        if stream is not None:
            try:
                stream.close()
            except OSError:
                continue
    child.wait()


def _explain(error: OSError, program: str, cwd: str) -> ClutchError:
    if cwd and not os.path.isdir(cwd):
        return NotFoundError("no-file", f"there is no folder `{cwd}`", subject=cwd)
    if error.errno in (errno.ENOENT, errno.ENOTDIR):
        if os.path.exists(program) and os.sep in program:
            message = f"`{program}` names an interpreter in its first line that does not exist"
            return ClutchError("program-not-runnable", message, subject=program)
        return NotFoundError("program-not-found", f"there is no program `{program}`", subject=program)
    reasons = {errno.EACCES: "it is not executable", errno.ENOEXEC: "it is not a program for this system"}
    reason = reasons.get(error.errno or 0, (error.strerror or str(error)).lower())
    return ClutchError("program-not-runnable", f"cannot run `{program}`: {reason}", subject=program)


def _words(argv: Sequence[str]) -> str:
    """The program and its first arguments; scripts given in full are too long for a message."""
    text = " ".join(argv[:3])
    return text if len(text) <= 100 and "\n" not in text else argv[0]
