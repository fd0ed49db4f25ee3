"""Commands that are no interpreter themselves but choose one when they are run: pyenv's, asdf's, mise's, the stores'.

A shim of pyenv is followed, by pyenv's own rules and without running it; of the others it is said what they are.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping

from clutch.base.text import join_words
from clutch.base.values import NamedTuple
from clutch.python.platform import Platform

_HEAD_BYTES = 4096


class Shim(NamedTuple):
    """What a shim would run (`target`), or in words why that cannot be said (`problem`)."""

    target: str
    problem: str


class Asker(NamedTuple):
    """Who would run the shim: folder and environment variables decide what it starts."""

    folder: str
    environ: Mapping[str, str]
    platform: Platform


def resolve_shim(path: str, asker: Asker) -> Shim | None:
    """What the shim at `path` stands for; None when it is no shim. Reads at most its first 4 KiB."""
    platform = asker.platform
    if platform.is_windows:
        return _windows_shim(path)
    if platform.system == "darwin" and path == platform.absolute("/usr/bin/python3"):
        tools = ("/Library/Developer/CommandLineTools", "/Applications/Xcode.app")
        if not any(os.path.exists(platform.absolute(folder)) for folder in tools):
            return Shim("", "stands for Apple's developer tools, which are not installed")
        return None
    name = os.path.basename(os.path.realpath(path))
    if name in ("mise", "asdf", "rtx", "proto"):
        return Shim("", f"is a shim of {name}; name the interpreter itself, or activate {name}")
    try:
        with open(path, "rb") as file:
            head = file.read(_HEAD_BYTES)
    except OSError:
        return None
    if not head.startswith(b"#!"):
        return None
    if b'pyenv" exec' in head or b"pyenv exec" in head:
        return _pyenv_shim(path, asker)
    if b'asdf" exec' in head or b"asdf exec" in head:
        return Shim("", "is a shim of asdf; name the interpreter itself")
    return None


def pyenv_root(environ: Mapping[str, str], home: str) -> str:
    """pyenv's folder: `PYENV_ROOT`, else `~/.pyenv`."""
    return environ.get("PYENV_ROOT") or environ.get("PYENV") or os.path.join(home, ".pyenv")


def pyenv_versions(root: str) -> list[str]:
    """Names of the versions that pyenv has installed, newest first, environments of its plugin left out."""
    from clutch.python.inspect import version_numbers

    folder = os.path.join(root, "versions")
    try:
        names = [entry.name for entry in os.scandir(folder) if entry.is_dir() and not entry.is_symlink()]
    except OSError:
        return []
    return sorted(names, key=lambda name: (version_numbers(name), name), reverse=True)


def _windows_shim(path: str) -> Shim | None:
    try:
        is_empty = os.lstat(path).st_size == 0
    except OSError:
        return None
    if is_empty:
        return Shim("", "is the Microsoft Store's placeholder, not an interpreter")
    if path.lower().endswith((".bat", ".cmd")):
        return Shim("", "is a batch file; name the interpreter itself")
    return None


def _pyenv_shim(path: str, asker: Asker) -> Shim:
    command = os.path.basename(path)
    root = asker.environ.get("PYENV_ROOT") or os.path.dirname(os.path.dirname(path))
    wanted, origin = _pyenv_wanted(root, asker)
    installed = pyenv_versions(root)
    missing = []
    for name in wanted:
        if name == "system":
            return Shim("", "is a shim of pyenv that stands for the system's Python")
        version = _pyenv_match(name, installed)
        target = os.path.join(root, "versions", version, "bin", command)
        if version and os.path.exists(target):
            return Shim(target, "")
        missing.append(name)
    chosen = join_words([f"`{name}`" for name in missing]) if missing else "nothing"
    return Shim("", f"is a shim of pyenv, where {origin} chooses {chosen}, which has no `{command}`")


def _pyenv_wanted(root: str, asker: Asker) -> tuple[list[str], str]:
    """The versions that pyenv would use, in its order of precedence, and where that is said."""
    variable = asker.environ.get("PYENV_VERSION", "")
    if variable:
        return variable.split(":"), "`PYENV_VERSION`"
    start = asker.environ.get("PYENV_DIR") or asker.folder
    for folder in _upward(os.path.abspath(start)):
        words = _words(os.path.join(folder, ".python-version"))
        if words:
            return words, f"`{os.path.join(folder, '.python-version')}`"
    return _words(os.path.join(root, "version")) or ["system"], f"`{os.path.join(root, 'version')}`"


def _pyenv_match(name: str, installed: list[str]) -> str:
    """The installed version that a name means: itself, or the newest that it is a prefix of."""
    name = name.removeprefix("python-")
    if name in installed:
        return name
    return next((version for version in installed if version.startswith(f"{name}.")), "")


def _upward(folder: str) -> Iterator[str]:
    while True:
        yield folder
        parent = os.path.dirname(folder)
        if parent == folder:
            return
        folder = parent


def _words(path: str) -> list[str]:
    try:
        with open(path, encoding="utf-8") as file:
            return [word for line in file for word in line.split("#")[0].split()]
    except (OSError, UnicodeDecodeError):
        return []
