"""Compiles `.py` files to byte-code with the interpreter that will import them.

One worker process a core reads paths from its standard input and says for each whether it went: a line `ok` or `no`.
Byte-code is checked by modification time and size (PEP 552), so that an edited module is seen.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from typing import IO, TYPE_CHECKING

from clutch.base.errors import ClutchError, NotFoundError
from clutch.base.values import NamedTuple

if TYPE_CHECKING:
    from subprocess import Popen

_BATCH = 32
"""Files given to a worker at once: enough to keep it busy, few enough to end together."""

# Runs under Python 3.8 and later, isolated and without site. A file that does not compile (templates, code for other
# Pythons) is not an error: it is compiled, and fails, when it is imported.
SCRIPT = r"""
import sys, os
import importlib.util, importlib.machinery
import importlib._bootstrap_external as external
sys.setrecursionlimit(10000)
import warnings
warnings.simplefilter("ignore")
def compile_one(path):
    target = importlib.util.cache_from_source(path)
    status = os.stat(path)
    loader = importlib.machinery.SourceFileLoader("<clutch>", path)
    code = loader.source_to_code(loader.get_data(path), path)
    content = external._code_to_timestamp_pyc(code, status.st_mtime, status.st_size)
    try:
        os.mkdir(os.path.dirname(target))
    except FileExistsError:
        pass
    external._write_atomic(target, content, external._calc_mode(path))
source = sys.stdin.buffer
answer = sys.stdout.buffer
while True:
    line = source.readline()
    if not line:
        break
    count = int(line)
    paths = [os.fsdecode(source.readline()[:-1]) for _ in range(count)]
    marks = []
    for path in paths:
        try:
            compile_one(path)
            marks.append(b"1")
        except (KeyboardInterrupt, SystemExit):
            raise
        except BaseException:
            marks.append(b"0")
    answer.write(b"".join(marks) + b"\n")
    answer.flush()
"""


class Compiled(NamedTuple):
    """What came of it: how many files have byte-code now, and the paths of those that do not compile, sorted."""

    done: int
    skipped: tuple[str, ...]


def compile_files(python: str, files: Iterable[str], workers: int) -> Compiled:
    """Compile `files` with the interpreter `python` in at most `workers` processes; blocks until all are done.

    Raises: NotFoundError `program-not-found`; ClutchError `compile-failed` when the interpreter itself does not run.
    """
    waiting = [path for path in files if "\n" not in path]
    count = max(1, min(workers, -(-len(waiting) // _BATCH)))
    if not waiting:
        return Compiled(0, ())
    batches = [waiting[begin : begin + _BATCH] for begin in range(0, len(waiting), _BATCH)]
    batches.reverse()
    crew: list[_Worker] = []
    try:
        for _ in range(count):
            crew.append(_Worker(python))
        skipped = _share_out(crew, batches)
    finally:
        for worker in crew:
            worker.close()
    return Compiled(len(waiting) - len(skipped), tuple(sorted(skipped)))


def compile_folder(python: str, folders: Sequence[str], workers: int) -> Compiled:
    """Compile all `.py` files below `folders`, byte-code folders left out.

    Raises: as `compile_files`.
    """
    files = []
    for folder in folders:
        for parent, names, entries in os.walk(folder):
            names[:] = sorted(name for name in names if name != "__pycache__")
            files += [os.path.join(parent, entry) for entry in sorted(entries) if entry.endswith(".py")]
    return compile_files(python, files, workers)


class _Worker:
    """One interpreter that compiles; holds at most one batch at a time."""

    def __init__(self, python: str) -> None:
        import subprocess

        self.python = python
        self.batch: list[str] = []
        variables = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
        try:
            self._child: Popen[bytes] = subprocess.Popen(
                [python, "-I", "-S", "-c", SCRIPT],
                env=variables,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
        except OSError as error:
            message = f"there is no interpreter at `{python}` that runs"
            raise NotFoundError("program-not-found", message, subject=python) from error

    @property
    def output(self) -> IO[bytes]:
        assert self._child.stdout is not None
        return self._child.stdout

    def give(self, batch: list[str]) -> None:
        assert self._child.stdin is not None
        self.batch = batch
        text = b"".join(os.fsencode(path) + b"\n" for path in batch)
        try:
            self._child.stdin.write(b"%d\n" % len(batch) + text)
            self._child.stdin.flush()
        except OSError as error:
            raise self._failed() from error

    def take(self) -> list[str]:
        """The files of the batch that did not compile; waits for the answer."""
        marks = self.output.readline().strip()
        if len(marks) != len(self.batch):
            raise self._failed()
        skipped = [path for path, mark in zip(self.batch, marks, strict=True) if mark == ord("0")]
        self.batch = []
        return skipped

    def close(self) -> None:
        assert self._child.stdin is not None
        try:
            self._child.stdin.close()
        except OSError:
            pass
        if self.batch:
            self._child.kill()
        self.output.close()
        self._child.wait()

    def _failed(self) -> ClutchError:
        message = f"the interpreter `{self.python}` stopped while it compiled"
        return ClutchError("compile-failed", message, subject=self.python)


def _share_out(crew: Sequence[_Worker], batches: list[list[str]]) -> list[str]:
    """Give each worker its next batch as soon as it is free; `batches` is used up from its end."""
    skipped: list[str] = []
    for worker in crew:
        if batches:
            worker.give(batches.pop())
    while True:
        busy = [worker for worker in crew if worker.batch]
        if not busy:
            return skipped
        for worker in _with_answers(busy):
            skipped += worker.take()
            if batches:
                worker.give(batches.pop())


def _with_answers(busy: Sequence[_Worker]) -> Sequence[_Worker]:
    if os.name == "nt" or len(busy) == 1:
        # Windows cannot wait for several pipes; batches are small, so waiting in turn costs little.
        return busy[:1]
    import select

    ready, _, _ = select.select([worker.output for worker in busy], [], [])
    return [worker for worker in busy if worker.output in ready]
