"""Finds interpreters, best first and lazily: what the first answer satisfies costs nothing further."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping

from clutch.base.errors import ClutchError, NotFoundError
from clutch.base.values import NamedTuple
from clutch.model.environment import Interpreter
from clutch.python.inspect import Records, age_problem, find_configuration, read_interpreter
from clutch.python.places import Spot, Surroundings, executable_of, list_spots, path_folders
from clutch.python.platform import Platform, current_platform
from clutch.python.shims import Asker, resolve_shim


class Search(NamedTuple):
    """Where to look and how to remember.

    `folder` is the folder that the command works in (a shim may choose by it), `managed` clutch's own folder of
    Pythons (empty: none).
    """

    environ: Mapping[str, str]
    store: Records
    folder: str
    home: str = ""
    managed: str = ""
    platform: Platform = Platform("linux")

    @property
    def surroundings(self) -> Surroundings:
        """What decides which folders are looked into."""
        return Surroundings(self.environ, self.home, self.managed, self.platform)

    @property
    def asker(self) -> Asker:
        """What a shim would choose by."""
        return Asker(self.folder, self.environ, self.platform)


class Found(NamedTuple):
    """One executable; `problem` says in words why it cannot be used (`interpreter` may be None), empty when it can.

    `where` is `PATH`, `managed`, `pyenv`, `uv`, `Hatch`, `system`, ...
    """

    path: str
    where: str
    interpreter: Interpreter | None
    problem: str = ""


def make_search(environ: Mapping[str, str], store: Records, folder: str, managed: str = "") -> Search:
    """A search of the machine that this process runs on."""
    home = environ.get("HOME") or environ.get("USERPROFILE") or os.path.expanduser("~")
    return Search(environ, store, folder, home, managed, current_platform())


def find_interpreters(search: Search, is_wanted: Callable[[Spot], bool] | None = None) -> Iterator[Found]:
    """Every interpreter once (by real path; an environment counts beside its base), in order of preference.

    `is_wanted` sees what a name tells and saves asking those that cannot fit. Nothing is run that is remembered.
    """
    seen: set[str] = set()
    for spot in list_spots(search.surroundings):
        if is_wanted is not None and not is_wanted(spot):
            continue
        found = look_at(spot.path, spot.where, search)
        keys = _identities(spot.path, found)
        if seen.isdisjoint(keys):
            yield found
        seen.update(keys)


def look_at(path: str, where: str, search: Search) -> Found:
    """What is at `path`, a shim followed to what it stands for; problems are told, not raised."""
    shim = resolve_shim(path, search.asker)
    if shim is not None and not shim.target:
        return Found(path, where, None, shim.problem)
    try:
        interpreter = read_interpreter(shim.target if shim else path, search.store)
    except ClutchError as error:
        return Found(path, where, None, error.message)
    return Found(path, where, interpreter, age_problem(interpreter))


def find_at(path: str, search: Search) -> Interpreter:
    """The interpreter at a path that was named: an executable, an environment or an installation's folder.

    Raises: NotFoundError `no-python`; ClutchError `broken-python`, `python-too-old`.
    """
    if path.startswith("~"):
        path = search.home + path[1:]
    path = os.path.join(search.folder, path)
    if os.path.isdir(path):
        executable = executable_of(path, search.platform)
        if not executable:
            raise NotFoundError("no-python", f"there is no interpreter in the folder `{path}`", subject=path)
        path = executable
    return _require(look_at(path, "path", search))


def find_command(name: str, search: Search) -> Interpreter:
    """The interpreter that a command's name stands for on PATH.

    Raises: as `find_at`.
    """
    suffixes = ("", ".exe") if search.platform.is_windows else ("",)
    for folder in path_folders(search.surroundings):
        for suffix in suffixes:
            path = os.path.join(folder, name + suffix)
            if os.path.isfile(path) and os.access(path, os.X_OK):
                return _require(look_at(path, "PATH", search))
    raise NotFoundError("no-python", f"there is no command `{name}` on PATH", subject=name)


def _require(found: Found) -> Interpreter:
    if found.interpreter is None:
        # Messages of `inspect` name the path themselves.
        message = found.problem if f"`{found.path}`" in found.problem else f"`{found.path}` {found.problem}"
        kind = ClutchError if os.path.exists(found.path) else NotFoundError
        code = "broken-python" if os.path.exists(found.path) else "no-python"
        raise kind(code, message, subject=found.path)
    if found.problem:
        raise ClutchError("python-too-old", f"`{found.path}` {found.problem}", subject=found.path)
    return found.interpreter


def _identities(path: str, found: Found) -> tuple[str, ...]:
    interpreter = found.interpreter
    if interpreter is None:
        return (os.path.realpath(path),)
    if interpreter.is_virtual:
        # All names of one environment's Python are one.
        return (find_configuration(interpreter.path),)
    return (interpreter.real_path, *((os.path.realpath(path),) if found.path != interpreter.path else ()))
