"""Takes an installed package out of an environment: the files of its RECORD, their byte-code, and folders left empty.

Nothing outside of the environment is touched, whatever a RECORD says. RECORD itself goes last, so a removal that was
interrupted can be done again.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable, Sequence

from clutch.base.errors import ClutchError
from clutch.io.files import remove_file, remove_tree, translate_os_error
from clutch.model.environment import Environment
from clutch.model.plan import Installed
from clutch.standards.record import parse_record

_CACHE = "__pycache__"
_DISK_FAILS = frozenset({errno.EIO, errno.ENOSPC, errno.EDQUOT, errno.EROFS})
"""An empty folder that stays would be a namespace package: only one that is in use may."""


def remove_installed(installed: Installed, environment: Environment, listed: Sequence[str]) -> None:
    """Remove a package; `listed` are paths (relative to the folder of its record) that stand in for a missing RECORD.

    Raises: ClutchError `no-record` where nothing tells which files are its own; `not-writable` or `file-error`.
    """
    root = os.path.realpath(environment.root)
    base = os.path.dirname(installed.record)
    paths = [*_recorded(installed, listed)]
    real_folders: dict[str, str] = {}
    files = [path for path in (_inside(root, base, path, real_folders) for path in paths) if path]
    last = os.path.join(os.path.realpath(installed.record), "RECORD")
    folders: dict[str, list[str]] = {}
    for path in files:
        if path != last:
            _remove_recorded(path)
        if path.endswith(".py"):
            folders.setdefault(os.path.dirname(path), []).append(os.path.basename(path)[: -len(".py")])
    for folder, stems in folders.items():
        _remove_bytecode(folder, stems)
    _remove_own_folder(installed, root)
    _remove_empty(root, (os.path.dirname(path) for path in files), _kept_folders(environment))


def _recorded(installed: Installed, listed: Sequence[str]) -> list[str]:
    record = os.path.join(installed.record, "RECORD")
    text = _read(record)
    if text is not None:
        return [row.path for row in parse_record(text)]
    name = os.path.basename(installed.record)
    if listed:
        return list(listed)
    if os.path.isdir(installed.record) and name.endswith(".egg-info"):
        text = _read(os.path.join(installed.record, "installed-files.txt"))
        if text is not None:
            return [os.path.normpath(os.path.join(name, line)) for line in text.splitlines() if line.strip()]
    is_bare = name.endswith(".dist-info") and not os.path.exists(os.path.join(installed.record, "METADATA"))
    if is_bare or name.endswith(".egg"):
        # An installation that broke off before its first file, or a folder that holds everything itself.
        return []
    raise ClutchError(
        "no-record",
        f"`{installed.name}` cannot be removed: `{installed.record}` has no RECORD of its files",
        subject=installed.name,
        hints=("make the environment anew",),
    )


def _remove_recorded(path: str) -> None:
    try:
        os.unlink(path)
    except FileNotFoundError:
        return
    except OSError as error:
        # Some tools list folders; they go when they are empty.
        if os.path.islink(path) or not os.path.isdir(path):
            raise translate_os_error(error, path) from error


def _read(path: str) -> str | None:
    try:
        with open(path, encoding="utf-8", errors="surrogateescape", newline="") as file:
            return file.read()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise translate_os_error(error, path, "read") from error


def _inside(root: str, base: str, path: str, folders: dict[str, str]) -> str:
    """The absolute path, its folder without links; empty when it lies outside of `root` or names no file.

    `folders` remembers for each folder where it really is (empty: outside), because that costs system calls.
    """
    if os.sep == "\\":
        path = path.replace(os.sep, "/")
    parent, slash, name = path.rpartition("/")
    if name in ("", ".", "..") or (slash and not parent):
        return ""
    folder = folders.get(parent)
    if folder is None:
        folder = os.path.realpath(os.path.join(base, parent))
        if folder != root and not folder.startswith(root + os.sep):
            folder = ""
        folders[parent] = folder
    return f"{folder}{os.sep}{name}" if folder else ""


def _remove_bytecode(folder: str, stems: Sequence[str]) -> None:
    """Byte-code of modules that are gone: the whole link where it is one, else the files of these modules."""
    cache = os.path.join(folder, _CACHE)
    if os.path.islink(cache):
        remove_file(cache)
        return
    try:
        names = os.listdir(cache)
    except OSError:
        return
    wanted = frozenset(stems)
    for name in names:
        if name.endswith(".pyc") and name.rsplit(".", 2 if ".opt-" not in name else 3)[0] in wanted:
            remove_file(os.path.join(cache, name))
    _remove_folder(cache)


def _remove_own_folder(installed: Installed, root: str) -> None:
    """The folder of the record, whatever else lies in it by now."""
    if _inside(root, os.path.dirname(installed.record), os.path.basename(installed.record), {}):
        record = os.path.join(installed.record, "RECORD")
        for name in _names(installed.record):
            if name != "RECORD":
                remove_tree(os.path.join(installed.record, name))
        if os.path.lexists(record):
            remove_file(record)
        remove_tree(installed.record)


def _names(folder: str) -> list[str]:
    try:
        return sorted(os.listdir(folder))
    except OSError:
        return []


def _kept_folders(environment: Environment) -> frozenset[str]:
    """The folders of the environment itself, which stay even when they are empty."""
    root = os.path.realpath(environment.root)
    paths = environment.interpreter.paths
    # Folders for headers come and go with the packages that have any.
    return frozenset(os.path.realpath(os.path.join(root, paths[key])) for key in paths if key != "include")


def _remove_empty(root: str, folders: Iterable[str], kept: frozenset[str]) -> None:
    for folder in sorted(set(folders), key=len, reverse=True):
        while folder.startswith(root + os.sep) and folder not in kept:
            cache = os.path.join(folder, _CACHE)
            if not os.path.islink(cache):
                _remove_folder(cache)
            if not _remove_folder(folder):
                break
            folder = os.path.dirname(folder)


def _remove_folder(folder: str) -> bool:
    try:
        os.rmdir(folder)
    except FileNotFoundError:
        return True
    except OSError as error:
        if error.errno in _DISK_FAILS:
            raise translate_os_error(error, folder) from error
        return False  # It is not empty, or another program works in it.
    return True
