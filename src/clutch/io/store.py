"""The store: what was computed or unpacked once, shared by all projects, safe to delete at any time.

Below the root lies one folder a format version, `v1/`, never migrated, and `CACHEDIR.TAG` for backup programs::

    v1/KIND/DIGEST        a record: one line of head, then the content
    v1/KIND/DIGEST/       a folder, published whole by rename
    v1/locks/DIGEST       kernel locks (`clutch.io.files`)
    v1/tmp/HOST-PID-…     folders being filled

DIGEST is BLAKE2b of the key, 20 bytes in hex. A record's head is `clutch-record 1 CRC32 LENGTH`, for example::

    clutch-record 1 8d3f5b07 1290

A record that does not agree with its head is a miss and is deleted. Records are not synced to the disk: after a loss of
power they may be empty, which the head tells.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Callable

from clutch.base.errors import ClutchError
from clutch.base.events import Reporter, Silence
from clutch.io.files import (
    FileLock,
    is_running,
    remove_tree,
    temporary_beside,
    translate_os_error,
    write_all,
    write_atomic,
)

FORMAT = "v1"

_HEAD = b"clutch-record 1 "
_LOCKS = "locks"
_TEMPORARY = "tmp"
# What another machine left half done in a shared store is taken for dead after this long.
_FOREIGN_AGE_S = 7 * 24 * 3600
# Source: bford.info/cachedir (Cache Directory Tagging Specification).
_TAG = b"Signature: 8a477f597d28d172789f06886806bc55\n# Made by clutch; safe to delete.\n"


BESIDE = ("builds", "layers", "logs")
"""Folders beside the entries, which others fill and which can be made again: environments, and logs of builds."""


class Store:
    """Records (bytes) and folders by kind and key, safe between processes and at any crash.

    `root` need not exist; nothing is made before the first write. Reads never fail: what cannot be read is a miss.
    """

    def __init__(self, root: str, reporter: Reporter | None = None) -> None:
        self.root = root
        self.base = os.path.join(root, FORMAT)
        self._reporter = reporter or Silence()
        self._has_swept = False

    def read_record(self, kind: str, key: str) -> bytes | None:
        """What `write_record` was given; None when there is nothing, or nothing whole."""
        path = self._path(kind, key)
        try:
            with open(path, "rb", buffering=0) as file:
                raw = file.readall()
        except OSError:
            return None
        content = _parse_record(raw)
        if content is None:
            self._forget(path)
        return content

    def write_record(self, kind: str, key: str, content: bytes) -> None:
        """Remember `content`; readers see the old record or the new one.

        Raises: ClutchError `disk-full`, `not-writable` or `file-error`.
        """
        path = self._path(kind, key)
        temporary = temporary_beside(path)
        try:
            descriptor = self._create(temporary)
            try:
                write_all(descriptor, _render_head(content))
                write_all(descriptor, content)
            finally:
                os.close(descriptor)
            os.replace(temporary, path)
        except BaseException as error:
            self._forget(temporary)
            if isinstance(error, OSError):
                raise translate_os_error(error, path) from error
            raise

    def remove(self, kind: str, key: str) -> None:
        """Forget a record or a folder; none is fine."""
        remove_tree(self._path(kind, key))

    def folder(self, kind: str, key: str) -> str | None:
        """The published folder, None when there is none; costs one `stat`."""
        path = self._path(kind, key)
        return path if os.path.isdir(path) else None

    def publish_folder(self, kind: str, key: str, temporary: str) -> str:
        """Give the filled `temporary` folder its place and return that; who loses a race gets the winner's.

        Raises: ClutchError `disk-full`, `not-writable` or `file-error`; `temporary` is gone in any case.
        """
        path = self._path(kind, key)
        try:
            if not os.path.isdir(path):
                os.makedirs(os.path.dirname(path), exist_ok=True)
                os.rename(temporary, path)
                return path
        except OSError as error:
            if not os.path.isdir(path):
                remove_tree(temporary)
                raise translate_os_error(error, path) from error
        remove_tree(temporary)
        return path

    def temporary_folder(self) -> str:
        """A new empty folder on the store's file system; what dead processes left there is removed first.

        Raises: ClutchError `disk-full`, `not-writable` or `file-error`.
        """
        parent = os.path.join(self.base, _TEMPORARY)
        path = os.path.join(parent, f"{_host()}-{os.getpid()}-{os.urandom(6).hex()}")
        try:
            try:
                os.mkdir(path)
            except FileNotFoundError:
                self._make_root()
                os.makedirs(parent, exist_ok=True)
                os.mkdir(path)
        except OSError as error:
            raise translate_os_error(error, path) from error
        if not self._has_swept:
            self._has_swept = True
            _sweep(parent)
        return path

    def lock(self, key: str, describe: str = "") -> FileLock:
        """A lock between processes for `key`; not taken before it is entered."""
        return FileLock(os.path.join(self.base, _LOCKS, _digest(key)), describe or f"`{key}`", self._reporter)

    def use(self) -> FileLock:
        """A lock that any number of commands share; while one holds it, `clean` and `prune` wait."""
        return FileLock(self._use_path(), "the store", self._reporter, shared=True)

    def size_bytes(self) -> dict[str, int]:
        """Bytes by kind, sorted by kind; a file with several names counts once. Walks the whole store."""
        seen: set[tuple[int, int]] = set()
        sizes = {kind: _measure(os.path.join(self.base, kind), seen) for kind in self._kinds()}
        beside = {name: _measure(os.path.join(self.root, name), seen) for name in BESIDE}
        return dict(sorted({**sizes, **{name: size for name, size in beside.items() if size}}.items()))

    def clean(self, kind: str = "") -> int:
        """Remove everything (of one kind) and return the bytes that this freed; waits for commands that use the store.

        Raises: ClutchError `not-writable` or `file-error`.
        """
        freed = self.prune(kind, lambda path: False)
        for name in () if kind else BESIDE:
            folder = os.path.join(self.root, name)
            freed += _measure(folder, set())
            remove_tree(folder)
        return freed

    def prune(self, kind: str, is_needed: Callable[[str], bool]) -> int:
        """Remove the entries of `kind` ("" for all) whose path is not needed; the bytes that this freed."""
        if not os.path.isdir(self.base):
            return 0
        freed = 0
        with FileLock(self._use_path(), "the store", self._reporter):
            for each in [kind] if kind else self._kinds():
                for path in _entries(os.path.join(self.base, each)):
                    if not is_needed(path):
                        freed += _measure(path, set())
                        remove_tree(path)
        return freed

    def verify(self, is_whole: Callable[[str, str], bool] | None = None) -> tuple[str, ...]:
        """The paths of entries that were damaged, all removed by now, sorted.

        Records are checked against their heads; folders are passed, with their kind, to `is_whole`.
        """
        damaged = []
        for kind in self._kinds():
            for path in _entries(os.path.join(self.base, kind)):
                if os.path.isdir(path):
                    good = is_whole is None or is_whole(kind, path)
                else:
                    good = _is_good_record(path)
                if not good:
                    remove_tree(path)
                    damaged.append(path)
        return tuple(damaged)

    def _path(self, kind: str, key: str) -> str:
        return f"{self.base}{os.sep}{kind}{os.sep}{_digest(key)}"

    def _use_path(self) -> str:
        return os.path.join(self.base, _LOCKS, "store")

    def _kinds(self) -> list[str]:
        try:
            names = os.listdir(self.base)
        except OSError:
            return []
        return sorted(name for name in names if name not in (_LOCKS, _TEMPORARY))

    def _create(self, path: str) -> int:
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
        try:
            return os.open(path, flags, 0o666)
        except FileNotFoundError:
            self._make_root()
            os.makedirs(os.path.dirname(path), exist_ok=True)
            return os.open(path, flags, 0o666)

    def _make_root(self) -> None:
        tag = os.path.join(self.root, "CACHEDIR.TAG")
        if not os.path.exists(tag):
            write_atomic(tag, _TAG)

    def _forget(self, path: str) -> None:
        try:
            os.unlink(path)
        except OSError:
            # A store that may only be read goes on missing; nothing is lost.
            return


def _digest(key: str) -> str:
    # `hashlib` loads OpenSSL, 10 ms on the warm path of every command.
    try:
        from _blake2 import blake2b
    except ImportError:
        from hashlib import blake2b
    return blake2b(key.encode("utf-8", "surrogateescape"), digest_size=20).hexdigest()


def _render_head(content: bytes) -> bytes:
    return b"%s%08x %d\n" % (_HEAD, zlib.crc32(content), len(content))


def _parse_record(raw: bytes) -> bytes | None:
    end = raw.find(b"\n", 0, 64)
    if end < 0 or not raw.startswith(_HEAD):
        return None
    content = raw[end + 1 :]
    return content if raw[: end + 1] == _render_head(content) else None


def _is_good_record(path: str) -> bool:
    try:
        with open(path, "rb") as file:
            return _parse_record(file.read()) is not None
    except OSError:
        return False


def _entries(folder: str) -> list[str]:
    try:
        return sorted(entry.path for entry in os.scandir(folder))
    except OSError:
        return []


def _measure(path: str, seen: set[tuple[int, int]]) -> int:
    """Bytes of all files below; a file seen under another name counts nothing."""
    try:
        status = os.lstat(path)
        if not os.path.isdir(path) or os.path.islink(path):
            identity = (status.st_dev, status.st_ino)
            if status.st_nlink > 1 and identity in seen:
                return 0
            seen.add(identity)
            return status.st_size
        return sum(_measure(entry.path, seen) for entry in os.scandir(path))
    except OSError:
        return 0


def _host() -> str:
    name = os.uname().nodename if hasattr(os, "uname") else os.environ.get("COMPUTERNAME", "")
    return "".join(letter if letter.isalnum() else "_" for letter in name)[:60] or "host"


def _sweep(parent: str) -> None:
    """Remove the temporary folders of processes that ended; errors are left for the next time."""
    host = _host()
    for path in _entries(parent):
        owner, _, rest = os.path.basename(path).partition("-")
        number = rest.partition("-")[0]
        try:
            is_dead = (
                not is_running(int(number)) if owner == host and number.isdigit() else _age_s(path) > _FOREIGN_AGE_S
            )
            if is_dead:
                remove_tree(path)
        except (OSError, ClutchError):
            continue


def _age_s(path: str) -> float:
    import time

    return time.time() - os.lstat(path).st_mtime
