"""Changes to the file system that are whole or not there: atomic writes, kernel locks, links, removal.

A lock file holds two lines for whoever waits for it, the holder's process id and its command::

    4711
    clutch sync

It is never deleted: a name that goes away can be locked by two processes at once.
"""

from __future__ import annotations

import errno
import os
import sys
import time
from collections.abc import Sequence
from types import TracebackType

from clutch.base.errors import ClutchError, NotFoundError
from clutch.base.events import Event, Reporter, Silence

QUIET_WAIT_S = 1.0
"""How long a lock is waited for before it is said who holds it."""

_POLL_S = 0.02
_NO_SPACE = frozenset({errno.ENOSPC, errno.EDQUOT})
_NO_PERMISSION = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})
_NO_LOCKS = frozenset({errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP, errno.ENOTSUP})
# Windows locks bytes, not files, and locked bytes cannot be read: lock one far behind the text.
_WINDOWS_LOCKED_BYTE = 1 << 30


def translate_os_error(error: OSError, path: str, action: str = "write") -> ClutchError:
    """The error for a user: `disk-full`, `not-writable`, `not-readable`, NotFoundError `no-file` or `file-error`.

    `action` is `write` or `read`, and decides which of the two permissions is missing.
    """
    path = path or str(error.filename or "")
    if error.errno in _NO_SPACE:
        return ClutchError("disk-full", f"no space is left on the disk to write `{path}`", subject=path)
    if error.errno in _NO_PERMISSION:
        if action == "read":
            return ClutchError("not-readable", f"`{path}` may not be read", subject=path)
        reason = "is on a read-only file system" if error.errno == errno.EROFS else "may not be written"
        return ClutchError("not-writable", f"`{path}` {reason}", subject=path)
    if error.errno == errno.ENOENT:
        return NotFoundError("no-file", f"there is no `{path}`", subject=path)
    reason = (error.strerror or str(error) or type(error).__name__).lower()
    return ClutchError("file-error", f"cannot {action} `{path}`: {reason}", subject=path)


def read_bytes(path: str) -> bytes:
    """The content of a file.

    Raises: NotFoundError `no-file`; ClutchError `not-readable` or `file-error`.
    """
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError as error:
        raise translate_os_error(error, path, "read") from error


def write_atomic(path: str, content: bytes) -> None:
    """Put `content` at `path` so that every reader, and a crash at any moment, sees the old or the new file whole.

    A link is followed, the permissions of an existing file are kept, missing folders are made.

    Raises: ClutchError `disk-full`, `not-writable` or `file-error`.
    """
    path = os.path.realpath(path)
    try:
        mode = os.stat(path).st_mode & 0o7777
    except OSError:
        mode = -1
    temporary = temporary_beside(path)
    try:
        try:
            descriptor = _open_new(temporary)
        except FileNotFoundError:
            os.makedirs(os.path.dirname(path), exist_ok=True)
            descriptor = _open_new(temporary)
        try:
            write_all(descriptor, content)
            if mode >= 0 and hasattr(os, "fchmod"):
                os.fchmod(descriptor, mode)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        os.replace(temporary, path)
    except OSError as error:
        _remove_quietly(temporary)
        raise translate_os_error(error, path) from error
    except BaseException:
        _remove_quietly(temporary)
        raise
    _sync_folder(os.path.dirname(path))


def temporary_beside(path: str) -> str:
    """A name in the same folder that nothing else uses, hidden, ending in `.tmp`."""
    folder, name = os.path.split(path)
    # The name is cut so that the longest names still fit into the file system's 255 bytes.
    return os.path.join(folder, f".{name[:80]}.{os.getpid()}-{os.urandom(4).hex()}.tmp")


def write_all(descriptor: int, content: bytes | memoryview) -> None:
    """Write everything; `os.write` may take less at once, and takes 2 GiB at most."""
    written = os.write(descriptor, content)
    if written == len(content):
        return
    rest = memoryview(content)[written:]
    while rest:
        rest = rest[os.write(descriptor, rest) :]


def make_folder(path: str) -> None:
    """Make a folder and its parents; one that exists is fine.

    Raises: ClutchError `disk-full`, `not-writable` or `file-error`.
    """
    try:
        os.makedirs(path, exist_ok=True)
    except OSError as error:
        raise translate_os_error(error, path) from error


def remove_file(path: str) -> None:
    """Take a file or link away; one that is not there is fine.

    Raises: ClutchError `not-writable` or `file-error`.
    """
    try:
        os.unlink(path)
    except FileNotFoundError:
        return
    except OSError as error:
        raise translate_os_error(error, path) from error


def remove_tree(path: str) -> None:
    """Take a file, a link or a folder with all in it away; links are not followed, and no `path` is fine.

    Read-only folders are made writable first. Raises: ClutchError `not-writable` or `file-error`.
    """
    try:
        if os.path.islink(path) or not os.path.isdir(path):
            _unlink(path)
        else:
            _remove_folder(path)
    except FileNotFoundError:
        return
    except OSError as error:
        raise translate_os_error(error, str(error.filename or path)) from error


def is_running(pid: int) -> bool:
    """Whether there is a process of this number here; True where that cannot be asked without harm (Windows)."""
    if sys.platform == "win32":
        return True  # There, signal 0 would end the process that is asked.
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except OSError:
        return True
    return True


class FileLock:
    """A lock between processes, held inside `with`; the kernel gives it back when the process ends, however it ends.

    `describe` says what is locked, for the message of who waits (`Event("waiting", describe, holder)` after a second).
    Not re-entrant: a second lock on the same path in the same process waits forever. With `shared=True` any number of
    processes hold it together, and only one that is not shared waits for all of them (on Windows it is never shared).
    """

    def __init__(
        self,
        path: str,
        describe: str,
        reporter: Reporter | None = None,
        *,
        shared: bool = False,
        platform: str = sys.platform,
    ) -> None:
        self.path = path
        self.describe = describe
        self._reporter = reporter or Silence()
        self._shared = shared
        self._platform = platform
        self._descriptor = -1

    def __enter__(self) -> FileLock:
        self.acquire()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()

    def acquire(self) -> None:
        """Wait until the lock is ours.

        Raises: ClutchError `not-writable`, `disk-full` or `file-error` when the lock file cannot be made.
        """
        descriptor = self._open()
        try:
            self._wait(descriptor)
            if not self._shared:
                self._sign(descriptor)
        except BaseException:
            os.close(descriptor)
            raise
        self._descriptor = descriptor

    def try_acquire(self) -> bool:
        """Take the lock if nobody holds it; never waits."""
        descriptor = self._open()
        if not self._try(descriptor):
            os.close(descriptor)
            return False
        if not self._shared:
            self._sign(descriptor)
        self._descriptor = descriptor
        return True

    def release(self) -> None:
        """Give the lock back; harmless when it is not held."""
        if self._descriptor >= 0:
            descriptor, self._descriptor = self._descriptor, -1
            try:
                if not self._shared:
                    os.ftruncate(descriptor, 0)
            except OSError:
                pass  # Who waits next is told a process that has ended, no more.
            finally:
                os.close(descriptor)

    def holder(self) -> str:
        """Who holds the lock, in words: `process 4711 (clutch sync)`; empty when that is not known (shared locks)."""
        try:
            with open(self.path, encoding="utf-8", errors="replace") as file:
                lines = file.read(500).splitlines()
        except OSError:
            return ""
        if not lines or not lines[0].isdigit() or not is_running(int(lines[0])):
            return ""
        return f"process {lines[0]} ({lines[1]})" if len(lines) > 1 and lines[1] else f"process {lines[0]}"

    def _open(self) -> int:
        flags = os.O_RDWR | os.O_CREAT
        try:
            try:
                return os.open(self.path, flags, 0o666)
            except FileNotFoundError:
                os.makedirs(os.path.dirname(self.path), exist_ok=True)
                return os.open(self.path, flags, 0o666)
        except OSError as error:
            raise translate_os_error(error, self.path) from error

    def _wait(self, descriptor: int) -> None:
        began = time.monotonic()
        told = False
        while not self._try(descriptor):
            if not told and time.monotonic() - began >= QUIET_WAIT_S:
                told = True
                self._reporter.emit(Event("waiting", self.describe, self.holder()))
            time.sleep(_POLL_S if not told else _POLL_S * 5)

    def _try(self, descriptor: int) -> bool:
        try:
            if self._platform == "win32":
                _try_lock_windows(descriptor)
            else:
                import fcntl

                kind = fcntl.LOCK_SH if self._shared else fcntl.LOCK_EX
                fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno in _NO_LOCKS:
                message = "this file system has no locks; do not run two commands at once"
                self._reporter.emit(Event("warning", self.path, message))
                return True
            if error.errno in (errno.EWOULDBLOCK, errno.EACCES, errno.EDEADLK, errno.EINTR):
                return False
            raise translate_os_error(error, self.path) from error
        return True

    def _sign(self, descriptor: int) -> None:
        command = _own_command(sys.argv)
        text = f"{os.getpid()}\n{command[:200]}\n".encode("utf-8", "replace").replace(b"\r", b" ")
        try:
            os.lseek(descriptor, 0, os.SEEK_SET)
            os.ftruncate(descriptor, 0)
            os.write(descriptor, text)
        except OSError:
            # Only the message of who waits gets poorer; a full disk must not stop a lock.
            return


def _own_command(argv: Sequence[str]) -> str:
    """The first words of this process's command line, without passwords; `python -m x` is `x`."""
    if not argv:
        return ""
    folder, name = os.path.split(argv[0] or "python")
    command = " ".join([os.path.basename(folder) if name == "__main__.py" else name, *argv[1:3]])
    if "://" not in command:
        return command
    from clutch.io.redaction import redact

    return redact(command)


def _try_lock_windows(descriptor: int) -> None:
    import msvcrt

    os.lseek(descriptor, _WINDOWS_LOCKED_BYTE, os.SEEK_SET)
    msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined, unused-ignore]


def _open_new(path: str) -> int:
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666)


def _sync_folder(folder: str) -> None:
    """Make the rename itself last; not every system can open a folder."""
    try:
        descriptor = os.open(folder or ".", os.O_RDONLY)
    except OSError:
        return
    try:
        os.fsync(descriptor)
    except OSError:
        pass
    finally:
        os.close(descriptor)


def _remove_quietly(path: str) -> None:
    try:
        os.unlink(path)
    except OSError:
        pass


def _unlink(path: str) -> None:
    try:
        os.unlink(path)
    except PermissionError:
        # Windows refuses to remove what is marked read-only; POSIX what lies in a folder that is.
        os.chmod(os.path.dirname(path) or ".", 0o700)
        if not os.path.islink(path):
            os.chmod(path, 0o600)
        os.unlink(path)


def _remove_folder(path: str) -> None:
    try:
        entries = list(os.scandir(path))
    except PermissionError:
        os.chmod(path, 0o700)
        entries = list(os.scandir(path))
    for entry in entries:
        if entry.is_dir(follow_symlinks=False):
            _remove_folder(entry.path)
        else:
            try:
                _unlink(entry.path)
            except FileNotFoundError:
                continue
    try:
        os.rmdir(path)
    except PermissionError:
        os.chmod(os.path.dirname(path) or ".", 0o700)
        os.rmdir(path)
