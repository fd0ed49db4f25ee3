"""Puts files of the store into other folders by the cheapest link that works there.

Modes, in the order in which one stands in for the one before: `reflink` (blocks shared until written), `hardlink`,
`copy`; `symlink` is only used when asked for. Copies and reflinks keep permissions and modification time, because
byte-code is checked against the latter.
"""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Sequence

from clutch.io.files import remove_tree, translate_os_error, write_all

MODES = ("reflink", "hardlink", "symlink", "copy")

_NEXT = {"reflink": "hardlink", "hardlink": "copy", "symlink": "copy"}
# What says that this kind of link cannot go between these two folders at all.
_IMPOSSIBLE = frozenset(
    {
        errno.EXDEV,
        errno.EPERM,
        errno.EACCES,
        errno.ENOTSUP,
        errno.EOPNOTSUPP,
        errno.ENOSYS,
        errno.ENOTTY,
        errno.EINVAL,
    }
)
_FICLONE = 0x40049409
_COPY_CHUNK = 1 << 20


def link_file(source: str, target: str, mode: str, platform: str = sys.platform) -> str:
    """Make `target` a link to (or a copy of) the file `source`; the mode that worked. An existing target is replaced.

    Raises: NotFoundError `no-file`; ClutchError `disk-full`, `not-writable` or `file-error` with the target's path.
    """
    while True:
        try:
            _place(source, target, mode, platform)
            return mode
        except FileExistsError:
            remove_tree(target)
        except OSError as error:
            if mode in _NEXT and (error.errno in _IMPOSSIBLE or error.errno == errno.EMLINK):
                mode = _NEXT[mode]
                continue
            raise _explain(error, source, target) from error


def link_tree(
    source_root: str, entries: Sequence[str], target_root: str, mode: str, platform: str = sys.platform
) -> str:
    """Link each of `entries` below `source_root` to the same place below `target_root`; the mode that was possible.

    Entries are relative, with `/`; one that ends in `/` is a folder to make, and stands before what is in it. Where a
    mode is impossible between the two roots the next is used from there on; one file with too many links is copied.
    Cost: one system call an entry. Raises: as `link_file`.
    """
    source_root = source_root.rstrip("/") + "/"
    target_root = target_root.rstrip("/") + "/"
    link = os.link if mode == "hardlink" else None
    for entry in entries:
        target = target_root + entry
        try:
            if entry[-1] == "/":
                os.mkdir(target)
                continue
            if link is not None:
                link(source_root + entry, target)
                continue
        except FileExistsError:
            if entry[-1] == "/" and os.path.isdir(target):
                continue
        except OSError as error:
            if entry[-1] == "/":
                raise _explain(error, target, target) from error
        used = link_file(source_root + entry, target, mode, platform)
        if used != mode and not _is_full_of_links(source_root + entry):
            mode, link = used, os.link if used == "hardlink" else None
    return mode


def link_folder(source: str, target: str) -> str:
    """Make `target` one symbolic link to the folder `source`, a copy where that is impossible; the mode that worked.

    Raises: as `link_file`.
    """
    try:
        os.symlink(source, target, target_is_directory=True)
        return "symlink"
    except FileExistsError:
        remove_tree(target)
        return link_folder(source, target)
    except OSError as error:
        if error.errno not in _IMPOSSIBLE and getattr(error, "winerror", 0) != 1314:
            raise _explain(error, source, target) from error
    copy_tree(source, target)
    return "copy"


def copy_tree(source: str, target: str) -> None:
    """Copy a folder with all in it, links as links, permissions and times kept.

    Raises: as `link_file`.
    """
    try:
        os.makedirs(target, exist_ok=True)
        entries = sorted(os.scandir(source), key=lambda entry: entry.name)
    except OSError as error:
        raise _explain(error, source, target) from error
    for entry in entries:
        place = os.path.join(target, entry.name)
        if entry.is_symlink():
            link_file(os.readlink(entry.path), place, "symlink")
        elif entry.is_dir():
            copy_tree(entry.path, place)
        else:
            link_file(entry.path, place, "copy")


def _place(source: str, target: str, mode: str, platform: str) -> None:
    if mode == "hardlink":
        os.link(source, target)
    elif mode == "symlink":
        os.symlink(source, target)
    elif mode == "copy":
        _copy(source, target)
    elif mode == "reflink":
        _clone(source, target, platform)
    else:
        raise ValueError(f"`{mode}` is not a mode of linking")


def _copy(source: str, target: str) -> None:
    reader = os.open(source, os.O_RDONLY | getattr(os, "O_BINARY", 0))
    try:
        status = os.fstat(reader)
        writer = os.open(target, _NEW, status.st_mode & 0o777)
        try:
            while chunk := os.read(reader, _COPY_CHUNK):
                write_all(writer, chunk)
            _keep(writer, target, status)
        except BaseException:
            os.close(writer)
            writer = -1
            os.unlink(target)
            raise
        finally:
            if writer >= 0:
                os.close(writer)
    finally:
        os.close(reader)


_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)


def _clone(source: str, target: str, platform: str) -> None:
    if platform == "darwin":
        _clone_darwin(source, target)
        return
    if platform != "linux":
        raise OSError(errno.ENOTSUP, "no reflinks on this system", target)
    import fcntl

    reader = os.open(source, os.O_RDONLY)
    try:
        status = os.fstat(reader)
        writer = os.open(target, _NEW, status.st_mode & 0o777)
        try:
            fcntl.ioctl(writer, _FICLONE, reader)
            _keep(writer, target, status)
        except BaseException:
            os.unlink(target)
            raise
        finally:
            os.close(writer)
    finally:
        os.close(reader)


def _clone_darwin(source: str, target: str) -> None:
    """Source: macOS, clonefile(2)."""
    import ctypes

    library = ctypes.CDLL(None, use_errno=True)
    if library.clonefile(os.fsencode(source), os.fsencode(target), 0) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), target)


def _keep(descriptor: int, path: str, status: os.stat_result) -> None:
    times = (status.st_atime_ns, status.st_mtime_ns)
    if hasattr(os, "fchmod"):
        os.fchmod(descriptor, status.st_mode & 0o777)
    os.utime(descriptor if os.utime in os.supports_fd else path, ns=times)


def _is_full_of_links(path: str) -> bool:
    # Windows allows 1,023 names for one file, ext4 65,000, others more.
    return os.stat(path).st_nlink >= 1000


def _explain(error: OSError, source: str, target: str) -> Exception:
    if error.errno == errno.ENOENT and not os.path.exists(source):
        return translate_os_error(error, source, "read")
    return translate_os_error(error, target)
