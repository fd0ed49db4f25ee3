"""Where interpreters may be on each operating system, in order of preference; nothing is run here."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping

from clutch.base.values import NamedTuple
from clutch.python.platform import Platform
from clutch.python.shims import pyenv_root, pyenv_versions

_NAME = re.compile(r"(?P<kind>python|pypy|graalpy)(?P<version>\d(\.\d+)?)?t?d?(\.exe)?", re.IGNORECASE)
_VERSION = re.compile(r"\d+\.\d+(\.\d+)?")
_CONDA_ROOTS = ("miniforge3", "mambaforge", "miniconda3", "anaconda3", "micromamba", ".local/share/mamba")


class Surroundings(NamedTuple):
    """What decides where to look: variables, the user's home, clutch's own folder of Pythons, the system."""

    environ: Mapping[str, str]
    home: str
    managed: str
    platform: Platform


class Spot(NamedTuple):
    """A file that may be an interpreter; `version` is what its name says of it (`3.12`), empty when nothing."""

    path: str
    where: str
    version: str = ""


def list_spots(surroundings: Surroundings) -> Iterator[Spot]:
    """Every file that may be an interpreter: PATH, clutch's own, other tools', then the system's.

    Lazy: a place is only listed when all before it were refused. May name one file more than once.
    """
    yield from _path_spots(surroundings)
    managed = surroundings.managed
    if managed:
        yield from _prefix_spots(_newest_first(managed), "managed", surroundings.platform)
    yield from _pyenv_spots(surroundings)
    yield from _conda_spots(surroundings)
    yield from _tool_spots(surroundings)
    if surroundings.platform.is_windows:
        yield from _windows_spots(surroundings)
    else:
        yield from _system_spots(surroundings)


def executable_of(prefix: str, platform: Platform) -> str:
    """The executable of an installation or environment in the folder `prefix`; empty when there is none."""
    names = ("python.exe", "Scripts/python.exe", "pypy.exe") if platform.is_windows else ("bin/python3", "bin/python")
    for name in (*names, "install/bin/python3", "bin/pypy3", "python/bin/python3"):
        path = os.path.join(prefix, *name.split("/"))
        if os.path.isfile(path):
            return path
    return ""


def path_folders(surroundings: Surroundings) -> list[str]:
    """The folders of PATH, in order, each once; relative ones are left out (they change with the folder)."""
    folders = surroundings.environ.get("PATH", "").split(surroundings.platform.path_separator)
    return [folder for folder in dict.fromkeys(folders) if os.path.isabs(folder)]


def _path_spots(surroundings: Surroundings) -> Iterator[Spot]:
    for folder in path_folders(surroundings):
        yield from _folder_spots(folder, "PATH")


def _folder_spots(folder: str, where: str) -> Iterator[Spot]:
    """The interpreters of one folder: `python3` and `python` first, then by version, newest first, PyPy last."""
    found = []
    try:
        names = os.listdir(folder)
    except OSError:
        return
    for name in names:
        match = _NAME.fullmatch(name)
        if match is None:
            continue
        version = match["version"] or ""
        numbers = tuple(int(part) for part in version.split(".") if part)
        is_plain = len(numbers) < 2
        rank = (match["kind"].lower() != "python", not is_plain, tuple(-number for number in numbers), name)
        found.append((rank, Spot(os.path.join(folder, name), where, version)))
    for _, spot in sorted(found):
        if os.access(spot.path, os.X_OK) and os.path.isfile(spot.path):
            yield spot


def _prefix_spots(prefixes: list[str], where: str, platform: Platform) -> Iterator[Spot]:
    for prefix in prefixes:
        path = executable_of(prefix, platform)
        if path:
            version = _VERSION.search(os.path.basename(prefix))
            # A folder's name is believed only where a tool gives it: `cpython-3.12.4-linux-x86_64-gnu`.
            yield Spot(path, where, version[0] if version else "")


def _pyenv_spots(surroundings: Surroundings) -> Iterator[Spot]:
    root = pyenv_root(surroundings.environ, surroundings.home)
    platform = surroundings.platform
    if platform.is_windows and "PYENV" not in surroundings.environ:
        root = os.path.join(root, "pyenv-win")
    for name in pyenv_versions(root):
        path = executable_of(os.path.join(root, "versions", name), platform)
        if path:
            # Only CPython's folders are named by their Python; `miniforge3-24.1.2` says something else.
            match = _VERSION.match(name)
            yield Spot(path, "pyenv", match[0] if match else "")


def _conda_spots(surroundings: Surroundings) -> Iterator[Spot]:
    environ, home = surroundings.environ, surroundings.home
    prefixes = [environ.get("CONDA_PREFIX", "")]
    roots = [environ.get("MAMBA_ROOT_PREFIX", ""), os.path.dirname(os.path.dirname(environ.get("CONDA_EXE", "")))]
    roots += [os.path.join(home, name) for name in _CONDA_ROOTS]
    roots.append(surroundings.platform.absolute("/opt/conda"))
    for root in filter(None, roots):
        prefixes += [root, *_newest_first(os.path.join(root, "envs"))]
    try:
        with open(os.path.join(home, ".conda", "environments.txt"), encoding="utf-8") as file:
            prefixes += [line.strip() for line in file]
    except (OSError, UnicodeDecodeError):
        pass
    for prefix in dict.fromkeys(filter(None, prefixes)):
        path = executable_of(prefix, surroundings.platform)
        if path:
            yield Spot(path, "conda environment")


def _tool_spots(surroundings: Surroundings) -> Iterator[Spot]:
    """Pythons that uv and Hatch have installed."""
    environ, platform = surroundings.environ, surroundings.platform
    shared = _shared_folder(surroundings)
    uv = environ.get("UV_PYTHON_INSTALL_DIR") or os.path.join(
        *((shared, "uv", "data", "python") if platform.is_windows else (_xdg_folder(surroundings), "uv", "python"))
    )
    yield from _prefix_spots(_newest_first(uv), "uv", platform)
    hatch = os.path.join(environ.get("HATCH_DATA_DIR") or os.path.join(shared, "hatch"), "pythons")
    for folder in _newest_first(hatch):
        path = executable_of(os.path.join(folder, "python"), platform) or executable_of(folder, platform)
        if path:
            version = _VERSION.match(os.path.basename(folder))
            yield Spot(path, "Hatch", version[0] if version else "")


def _xdg_folder(surroundings: Surroundings) -> str:
    return surroundings.environ.get("XDG_DATA_HOME") or os.path.join(surroundings.home, ".local", "share")


def _shared_folder(surroundings: Surroundings) -> str:
    """Where programs of this user keep what they have made."""
    if surroundings.platform.is_windows:
        return surroundings.environ.get("APPDATA") or os.path.join(surroundings.home, "AppData", "Roaming")
    if surroundings.platform.system == "darwin":
        return os.path.join(surroundings.home, "Library", "Application Support")
    return _xdg_folder(surroundings)


def _system_spots(surroundings: Surroundings) -> Iterator[Spot]:
    platform = surroundings.platform
    if platform.system == "darwin":
        for brew in ("/opt/homebrew", "/usr/local"):
            for folder in _newest_first(platform.absolute(f"{brew}/opt")):
                if os.path.basename(folder).startswith(("python@", "pypy")):
                    yield from _folder_spots(os.path.join(folder, "bin"), "Homebrew")
        for base in (platform.absolute("/Library"), os.path.join(surroundings.home, "Library")):
            for folder in _newest_first(os.path.join(base, "Frameworks", "Python.framework", "Versions")):
                yield from _folder_spots(os.path.join(folder, "bin"), "framework")
    for folder in ("/usr/local/bin", "/usr/bin"):
        yield from _folder_spots(platform.absolute(folder), "system")
    yield from _folder_spots(platform.absolute("/etc/alternatives"), "alternatives")
    # The images in which wheels for Linux are built keep one installation for each ABI there.
    yield from _prefix_spots(_newest_first(platform.absolute("/opt/python")), "system", platform)


def _windows_spots(surroundings: Surroundings) -> Iterator[Spot]:
    for path in surroundings.platform.read_registry():
        yield Spot(path, "registry")
    local = surroundings.environ.get("LOCALAPPDATA") or os.path.join(surroundings.home, "AppData", "Local")
    yield from _prefix_spots(_newest_first(os.path.join(local, "Python")), "py", surroundings.platform)
    store = os.path.join(local, "Microsoft", "WindowsApps")
    for folder in _newest_first(store):
        if os.path.basename(folder).startswith("PythonSoftwareFoundation.Python."):
            path = executable_of(folder, surroundings.platform)
            if path:
                yield Spot(path, "Microsoft Store")


def _newest_first(folder: str) -> list[str]:
    """The folders in a folder by the numbers in their names, newest first; hidden ones (half made) left out."""
    try:
        names = [entry.name for entry in os.scandir(folder) if entry.is_dir() and not entry.name.startswith(".")]
    except OSError:
        return []
    names.sort(key=lambda name: ([int(number) for number in re.findall(r"\d+", name)], name), reverse=True)
    return [os.path.join(folder, name) for name in names]
