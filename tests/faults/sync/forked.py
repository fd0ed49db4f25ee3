"""Runs the command line in forked children: each starts with everything imported, so that hundreds take seconds.

Reads one JSON object a line: `argv`, `folder`, `environ`, `root`, `fail` (number of the system call that fails, 0 for
none), `error` (its errno), `kill_after_s` (0: never). Answers with one line: `code`, `seen` (calls counted), `err`,
`took_s`.
"""

from __future__ import annotations

import builtins
import json
import os
import signal
import sys
import time
from collections.abc import Callable
from typing import Any

PATHS = ("rename", "replace", "link", "symlink", "mkdir", "unlink", "rmdir", "utime")
DESCRIPTORS = ("fsync", "write", "ftruncate")
STANDARD = (0, 1, 2)


class Failing:
    """Counts the calls that change something below `root`, and lets one of them fail."""

    def __init__(self, root: str, number: int, error: int) -> None:
        self.root = root
        self.number = number
        self.error = error
        self.seen = 0
        for name in (*PATHS, *DESCRIPTORS):
            setattr(os, name, self._wrap(getattr(os, name)))
        self._open, self._open_file = os.open, builtins.open
        os.open = self._os_open  # type: ignore[assignment]
        builtins.open = self._builtin_open  # type: ignore[assignment]

    def _hit(self, place: object) -> None:
        if isinstance(place, int) and place in STANDARD:
            return
        if not isinstance(place, int) and not os.fspath(place).startswith(self.root):  # type: ignore[call-overload]
            return
        self.seen += 1
        if self.seen == self.number:
            raise OSError(self.error, os.strerror(self.error), None if isinstance(place, int) else place)

    def _wrap(self, original: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **named: Any) -> Any:
            places = arguments[:2] if original.__name__ in ("link", "symlink", "rename", "replace") else arguments[:1]
            self._hit(places[-1])
            return original(*arguments, **named)

        return call

    def _os_open(self, path: Any, flags: int, *arguments: Any, **named: Any) -> int:
        if flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
            self._hit(path)
        return self._open(path, flags, *arguments, **named)

    def _builtin_open(self, path: Any, mode: str = "r", *arguments: Any, **named: Any) -> Any:
        if not isinstance(path, int) and set(mode) & set("wax+"):
            self._hit(path)
        return self._open_file(path, mode, *arguments, **named)


def run(argv: list[str], folder: str, environ: dict[str, str]) -> int:
    """One command line in this process, as `clutch` itself would."""
    from clutch._entry import main

    os.environ.clear()
    os.environ.update(environ)
    os.chdir(folder)
    sys.argv = ["clutch", *argv]
    return main()


def in_child(order: dict[str, Any], outcome: int) -> None:
    """Never comes back: exits with the command's code, and leaves the count behind the pipe `outcome`."""
    code = 99
    failing = None
    try:
        for number, name in ((1, "out"), (2, "err")):
            os.dup2(os.open(f"{order['logs']}/{name}", os.O_WRONLY | os.O_CREAT | os.O_TRUNC), number)
        failing = Failing(order["root"], order["fail"], order["error"])
        code = run(order["argv"], order["folder"], order["environ"])
    except SystemExit as error:
        code = error.code if isinstance(error.code, int) else 98
    finally:
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        with failing._open_file(outcome, "w") if failing else open(outcome, "w") as pipe:
            pipe.write(str(failing.seen if failing else 0))
        os._exit(code)


def perform(order: dict[str, Any]) -> dict[str, Any]:
    """Runs one order to its end."""
    reader, writer = os.pipe()
    began_s = time.monotonic()
    child = os.fork()
    if child == 0:
        os.close(reader)
        in_child(order, writer)
    os.close(writer)
    if order["kill_after_s"]:
        time.sleep(order["kill_after_s"])
        os.kill(child, signal.SIGKILL)
    with open(reader) as pipe:
        seen = pipe.read()
    _, status = os.waitpid(child, 0)
    with open(f"{order['logs']}/err", encoding="utf-8", errors="replace") as file:
        text = file.read()
    code = os.waitstatus_to_exitcode(status)
    return {"code": code, "seen": int(seen or 0), "err": text, "took_s": time.monotonic() - began_s}


def main() -> None:
    """The first order is run here once, so that everything that it imports is there in every child."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    first = json.loads(sys.stdin.readline())
    code = run(first["argv"], first["folder"], first["environ"])
    answers.write(json.dumps({"code": code, "seen": 0, "err": "", "took_s": 0.0}) + "\n")
    answers.flush()
    for line in sys.stdin:
        answers.write(json.dumps(perform(json.loads(line))) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
