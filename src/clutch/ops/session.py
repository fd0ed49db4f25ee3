"""One run of one command: where it runs, with which settings, and the parts that it has needed so far."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING

from clutch.base.errors import ClutchError
from clutch.base.events import Reporter
from clutch.base.values import NamedTuple
from clutch.project.cache_place import find_cache
from clutch.project.root import LOCK_NAME, MANIFEST_NAME, find_project

if TYPE_CHECKING:
    from clutch.io.fetch import Fetcher
    from clutch.io.store import Store
    from clutch.model.environment import Environment, Interpreter
    from clutch.model.lock import Lock
    from clutch.model.ports import Index, Installer
    from clutch.ops.plug import Plug
    from clutch.project.manifest import Manifest
    from clutch.project.settings import Settings
    from clutch.python.choose import Wish
    from clutch.python.discover import Search


class Surroundings(NamedTuple):
    """What a process is born with: folder, environment variables, clock (seconds since the epoch)."""

    folder: str
    environ: Mapping[str, str]
    clock: Callable[[], float]
    arguments: Sequence[str] = ()


class Parts(NamedTuple):
    """What a session makes its parts with (`clutch.ops.assembly`): it knows neither plugs nor the network itself."""

    make_fetcher: Callable[[Session], Fetcher]
    make_plug: Callable[[str, Session], Plug]
    list_worlds: Callable[[], Sequence[str]]


class Session:
    """Makes each part when it is first asked for, so that a command costs only what it uses."""

    def __init__(
        self, surroundings: Surroundings, flags: Mapping[str, object], reporter: Reporter, parts: Parts | None = None
    ) -> None:
        self._parts = parts
        self.surroundings = surroundings
        self.flags = flags
        self.reporter = reporter
        self.noted: Mapping[str, str] = {}
        """Path to mark (`clutch.project.stamp`) of what this command reads, taken before; empty when not held."""
        self._manifest_mark = ""
        self._plugs: dict[str, Plug] = {}

    @property
    def folder(self) -> str:
        """The folder that the command works in (after `-C`)."""
        return self.surroundings.folder

    @cached_property
    def _found_folder(self) -> str | None:
        return find_project(self.folder)

    @property
    def has_project(self) -> bool:
        return self._found_folder is not None

    @property
    def project_folder(self) -> str:
        """The folder of the nearest `pyproject.toml`.

        Raises: ClutchError `no-project` where there is none.
        """
        if self._found_folder is None:
            raise ClutchError(
                "no-project",
                f"there is no `{MANIFEST_NAME}` in `{self.folder}` or in a folder above it",
                subject=self.folder,
                hints=("make a project with `clutch new NAME`, or `clutch init` here",),
            )
        return self._found_folder

    @property
    def manifest_path(self) -> str:
        return f"{self.project_folder}/{MANIFEST_NAME}"

    @property
    def lock_path(self) -> str:
        return f"{self.project_folder}/{LOCK_NAME}"

    @cached_property
    def project(self) -> Manifest:
        """The manifest, read once. Raises: ClutchError with file and line when it is malformed."""
        from clutch.project.manifest import read_manifest
        from clutch.project.stamp import mark

        self._manifest_mark = mark(self.manifest_path)
        return read_manifest(self.manifest_path)

    def use_project(self, manifest: Manifest | None) -> None:
        """Works with this manifest instead of the one on disk from now on; with None reads that one anew."""
        self.__dict__.pop("project", None)
        self.__dict__.pop("settings", None)
        self._manifest_mark = ""
        if manifest is not None:
            self.__dict__["project"] = manifest

    @cached_property
    def settings(self) -> Settings:
        from clutch.project.setting_places import find_places
        from clutch.project.settings import read_settings

        environ = self.surroundings.environ
        places = find_places(environ, sys.prefix, sys.platform)
        if not self.has_project:
            return read_settings(self.flags, environ, places)
        return read_settings(self.flags, environ, places, self.project.clutch, self.manifest_path)

    @cached_property
    def cache_folder(self) -> str:
        """The store's folder: the setting, else the user's cache folder.

        Asked before any file is read when neither flag nor variable names it, so that a stamp can be found first.
        """
        environ = self.surroundings.environ
        stated = self.flags.get("cache-dir") or environ.get("CLUTCH_CACHE_DIR") or self.settings.value("cache-dir")
        return find_cache(str(stated or ""), self.folder, environ, sys.platform)

    @cached_property
    def store(self) -> Store:
        from clutch.io.store import Store

        return Store(self.cache_folder)

    @cached_property
    def fetcher(self) -> Fetcher:
        return self._made_with.make_fetcher(self)

    @property
    def _made_with(self) -> Parts:
        assert self._parts is not None, "this session was made without parts"
        return self._parts

    def plug(self, world: str) -> Plug:
        """The plug of a world of packages. Raises: ClutchError `unknown-world`."""
        if world not in self._plugs:
            self._plugs[world] = self._made_with.make_plug(world, self)
        return self._plugs[world]

    @property
    def indexes(self) -> Mapping[str, Index]:
        """World name to index, for every world there is."""
        return {world: self.plug(world).index for world in self._made_with.list_worlds()}

    def installer(self, world: str) -> Installer:
        """What installs packages of this world."""
        return self.plug(world).installer

    def lock(self) -> Lock | None:
        """The lock as it is on disk, None when there is none."""
        from clutch.project.document import read_text
        from clutch.project.lock_reading import parse_lock

        try:
            text = read_text(self.lock_path)
        except FileNotFoundError:
            return None
        return parse_lock(text, self.lock_path)

    @contextmanager
    def hold(self) -> Iterator[None]:
        """Holds the kernel lock of this project, for whoever changes its manifest, lock or environment.

        What was read before is forgotten, for another command may have changed it while this one waited; the manifest
        stays when its mark shows that nobody did (parsing it again is a tenth of a sync that links a few packages).
        """
        from clutch.io.files import FileLock
        from clutch.project.stamp import number_of

        path = f"{self.cache_folder}/locks/{number_of(self.project_folder)}"
        with FileLock(path, f"the project {self.project_folder}", self.reporter):
            self.note_sources()
            is_as_read = self.noted[self.manifest_path] == self._manifest_mark
            self.use_project(self.__dict__.get("project") if is_as_read else None)
            yield

    def note_sources(self) -> None:
        """Marks everything that a command reads of the user's: manifest, lock, pin, settings; do it before reading."""
        from clutch.ops.marks import take_marks
        from clutch.project.setting_places import find_places

        places = find_places(self.surroundings.environ, sys.prefix, sys.platform)
        own = (self.manifest_path, self.lock_path, f"{self.project_folder}/.python-version")
        paths = (*own, places.user, places.system, places.installation, *places.pip)
        self.noted = take_marks(paths, int(self.surroundings.clock() * 1e9))

    @cached_property
    def search(self) -> Search:
        """Where interpreters are looked for."""
        from clutch.python.discover import make_search

        folder = self.settings.text("python-dir")
        return make_search(self.surroundings.environ, self.store, self.folder, folder)

    def interpreter(self, request: str = "") -> Interpreter:
        """The interpreter for the project (or for `request`, which goes before flag, variable and pin).

        Raises: NotFoundError `no-python`, ClutchError `python-disagreement`, UsageError `invalid-python-request`.
        """
        from clutch.python.choose import Wish, choose_interpreter
        from clutch.python.pins import read_pin

        top = self.project_folder if self.has_project else ""
        pin = read_pin(self.folder, top)
        pinned = Wish(pin.text, f"{pin.path}:{pin.line}") if pin is not None else Wish()
        required = Wish()
        if self.has_project and self.project.has_python:
            line = self.project.line_of("project", "requires-python")
            required = Wish(self.project.python, f"{self.manifest_path}:{line}")
        asked = Wish(request, "--python") if request else self._python_setting()
        return choose_interpreter(asked, required, pinned, self.search)

    def _python_setting(self) -> Wish:
        from clutch.python.choose import Wish

        text = self.settings.text("python")
        return Wish(text, self.settings.origin("python").place) if text else Wish()

    @property
    def environment_path(self) -> str:
        """`.venv` in the project's folder unless the setting `project-environment` says otherwise."""
        stated = os.path.expanduser(self.settings.text("project-environment")) or ".venv"
        return os.path.normpath(os.path.join(self.project_folder, stated))

    def environment(self) -> Environment | None:
        """The project's environment as it is on disk. Raises: ClutchError `broken-environment`."""
        from clutch.python.environment import read_environment

        return read_environment(self.environment_path, self.store)

    def close(self) -> None:
        """Ends connections; harmless when there are none."""
        fetcher = self.__dict__.pop("fetcher", None)
        if fetcher is not None:
            fetcher.close()
