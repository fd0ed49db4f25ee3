"""Wheels into environments and out of them (`clutch.model.ports.Installer` of this world)."""

from __future__ import annotations

import os
from collections.abc import Sequence

from clutch.base.errors import ClutchError
from clutch.base.events import Reporter, Silence
from clutch.base.tickets import Ticket, ready
from clutch.io.auth import strip_credentials
from clutch.io.fetch import Fetcher, Request
from clutch.io.store import Store
from clutch.model.artifact import Artifact
from clutch.model.environment import Environment, Interpreter
from clutch.model.plan import Install, Installed
from clutch.model.ports import Prepared
from clutch.model.requirement import Source
from clutch.pypi.archives import Archive, Archives, check_filename
from clutch.pypi.builder import Builder, SourceTree
from clutch.pypi.choice import choose_artifact, name_in
from clutch.pypi.fingerprint import install_fingerprint
from clutch.pypi.install_options import InstallOptions as InstallOptions
from clutch.pypi.install_options import is_meant
from clutch.pypi.installed import read_installed
from clutch.pypi.sources import Found, Sources, sdist_folder
from clutch.pypi.wheel_store import PreparedWheel, WheelFile, find_wheel, needs_compiling


class WheelInstaller:
    """Fetches, unpacks, links and removes. `builder` makes wheels of sdists, folders and commits; None where none may
    be made.
    """

    def __init__(
        self,
        fetcher: Fetcher,
        store: Store,
        reporter: Reporter | None,
        options: InstallOptions,
        builder: Builder | None = None,
    ) -> None:
        self._fetcher = fetcher
        self._store = store
        self._reporter = reporter or Silence()
        self._options = options
        self._builder = builder
        self._archives = Archives(fetcher, store)
        self._sources = Sources(self._archives, store, options.project_root)
        self._without_reflinks: set[str] = set()

    def installed(self, environment: Environment) -> Sequence[Installed]:
        """What is there now, whoever put it there, sorted by name."""
        return read_installed(environment)

    def choose(self, artifacts: Sequence[Artifact], interpreter: Interpreter) -> Artifact | None:
        """The artifact that serves this interpreter best, None when none does."""
        options = self._options
        name = name_in(artifacts[0].filename) if artifacts else ""
        no_build, no_binary = is_meant(options.no_build, name), is_meant(options.no_binary, name)
        return choose_artifact(artifacts, interpreter, no_build=no_build, no_binary=no_binary)

    def is_stored(self, install: Install, interpreter: Interpreter) -> bool:
        """Whether the store has the wheel unpacked, so that nothing need be fetched or built."""
        return find_wheel(self._store, self._key(install, interpreter)) is not None

    def fingerprint(self, install: Install) -> str:
        """What `Installed.fingerprint` says once this was installed; reads file times for a folder."""
        return install_fingerprint(install, self._options.project_root)

    def prepare(self, installs: Sequence[Install], interpreter: Interpreter) -> Sequence[Prepared]:
        """Fetch, check, unpack and compile all of them in parallel, in the order given; what is in the store is not
        fetched.

        Raises: ClutchError `bad-wheel`, `hash-mismatch`, `build-failed`, and what fetching may give.
        """
        wheels = [find_wheel(self._store, self._key(install, interpreter)) for install in installs]
        missing = [number for number, wheel in enumerate(wheels) if wheel is None]
        stale = [wheel for wheel in wheels if wheel is not None and needs_compiling(wheel, interpreter)]
        if missing or (stale and self._options.compile):
            found = self._make([installs[number] for number in missing], stale, interpreter)
            for number, wheel in zip(missing, found, strict=True):
                wheels[number] = wheel
        return [wheel for wheel in wheels if wheel is not None]

    def _make(
        self, installs: Sequence[Install], stale: Sequence[PreparedWheel], interpreter: Interpreter
    ) -> list[PreparedWheel]:
        """Bring what is not in the store: wheels while they arrive, then builds, whose archives come meanwhile."""
        from clutch.pypi.preparing import Preparation

        keys = [self._key(install, interpreter) for install in installs]
        orders: list[Ticket[WheelFile] | Ticket[SourceTree]] = [
            self._order(install, key) for install, key in zip(installs, keys, strict=True)
        ]
        preparation = Preparation(self._fetcher, self._store, self._reporter, interpreter, self._options)
        made: dict[str, PreparedWheel] = {}
        ready_made = [number for number, install in enumerate(installs) if not self._needs_build(install)]
        found = preparation.run([orders[number] for number in ready_made], stale)  # type: ignore[misc]
        made.update((keys[number], wheel) for number, wheel in zip(ready_made, found, strict=True))
        for number, order in enumerate(orders):
            if keys[number] not in made:
                tree = order.get()
                assert isinstance(tree, SourceTree)
                built = self._build(tree, installs[number].name, keys[number])
                made[keys[number]] = preparation.run([ready(built)], ())[0]
        return [made[key] for key in keys]

    def install(self, prepared: Prepared, install: Install, environment: Environment) -> None:
        """Put it into the environment; the caller has removed an older one first.

        Raises: ClutchError `disk-full`, `not-writable`, `bad-wheel`.
        """
        from clutch.pypi.linking import Manner, link_wheel

        assert isinstance(prepared, PreparedWheel)
        mode = self._options.link_mode
        if mode == "reflink" and environment.root in self._without_reflinks:
            mode = "hardlink"  # what the last wheel found out, at the price of a file that was made and unmade
        manner = Manner(mode, self.fingerprint(install), install.requested, self._direct_url(install))
        if link_wheel(prepared, manner, environment) != mode == "reflink":
            self._without_reflinks.add(environment.root)

    def remove(self, installed: Installed, environment: Environment) -> None:
        """Take away exactly the files of its record, and the folders that this leaves empty.

        Raises: ClutchError `no-record`, `not-writable`.
        """
        from clutch.pypi.removal import remove_installed

        remove_installed(installed, environment, self._listed(installed, environment))

    def _listed(self, installed: Installed, environment: Environment) -> Sequence[str]:
        """The files of an installation that was broken off, as the store knows them."""
        from clutch.pypi.installed import MARK

        if os.path.exists(f"{installed.record}/RECORD"):
            return ()
        try:
            with open(f"{installed.record}/{MARK}", encoding="utf-8") as file:
                key = file.read().strip()
        except OSError:
            return ()
        wheel = find_wheel(self._store, built_key(key, environment.interpreter)) or find_wheel(self._store, key)
        own = [f"{os.path.basename(installed.record)}/{MARK}"]
        return [*own, *(entry for entry in wheel.layout.entries if not entry.endswith("/"))] if wheel else own

    def _key(self, install: Install, interpreter: Interpreter) -> str:
        """Where the store has the wheel: by the hash of its archive, or by what it is built from and for which
        Python.
        """
        fingerprint = self.fingerprint(install)
        return built_key(fingerprint, interpreter) if self._needs_build(install) else fingerprint

    def _needs_build(self, install: Install) -> bool:
        if install.artifact is not None:
            return install.artifact.kind != "wheel"
        return install.source is None or install.source.kind != "archive" or not install.source.url.endswith(".whl")

    def _order(self, install: Install, key: str) -> Ticket[WheelFile] | Ticket[SourceTree]:
        """Ask for a wheel, or for what it is going to be built from."""
        artifact = install.artifact
        if artifact is None:
            assert install.source is not None
            found = self._sources.find(install.source)
            return found.then(_tree_of) if self._needs_build(install) else found.then(lambda each: _wheel_of(each, key))
        if artifact.kind == "wheel":
            return self._fetch_wheel(artifact, key)

        def unpack_tree(archive: Archive) -> SourceTree:
            return SourceTree(sdist_folder(self._store, archive, artifact.filename), artifact.filename, is_shared=True)

        fetched = self._archives.fetch(artifact.url, artifact.filename, artifact.hashes, artifact.size_bytes)
        return fetched.then(unpack_tree)

    def _fetch_wheel(self, artifact: Artifact, key: str) -> Ticket[WheelFile]:
        """The archive in a folder of its own, which goes once it is unpacked."""
        known = self._archives.find(artifact.hashes)
        if known is not None:
            return ready(WheelFile(known.path, artifact.filename, key, is_ours=False))
        check_filename(artifact.filename)
        path = f"{self._store.temporary_folder()}/{artifact.filename}"
        request = Request(artifact.url, to_file=path, hashes=artifact.hashes, size_bytes=artifact.size_bytes)
        return self._fetcher.fetch(request).then(lambda _: WheelFile(path, artifact.filename, key, is_ours=True))

    def _build(self, tree: SourceTree, name: str, key: str) -> WheelFile:
        if self._builder is None or is_meant(self._options.no_build, name):
            message = f"`{tree.label}` would have to be built, and builds are not allowed"
            raise ClutchError("build-not-allowed", message, subject=tree.label)
        path = self._builder.wheel(tree, self._store.temporary_folder())
        return WheelFile(path, os.path.basename(path), key, is_ours=True)

    def _direct_url(self, install: Install) -> str:
        """The text of direct_url.json for what came from no index, else empty."""
        source = install.source
        if source is None:
            return ""
        from clutch.io.file_urls import file_url
        from clutch.standards.direct_url import render_direct_url

        if source.kind == "directory" or (source.kind == "archive" and ":" not in source.url):
            path = os.path.abspath(os.path.join(self._options.project_root, source.url))
            return render_direct_url(source._replace(url=file_url(path)))
        return render_direct_url(_public(source, install.artifact))


def _tree_of(found: Found) -> SourceTree:
    assert found.tree is not None
    return found.tree


def _wheel_of(found: Found, key: str) -> WheelFile:
    assert found.archive is not None
    return WheelFile(found.archive.path, os.path.basename(found.archive.path), key, is_ours=False)


def _public(source: Source, artifact: Artifact | None) -> Source:
    hashes = source.hashes or (artifact.hashes if artifact is not None else ())
    return source._replace(url=strip_credentials(source.url), hashes=hashes)


def built_key(fingerprint: str, interpreter: Interpreter) -> str:
    """A wheel that is built may fit this Python alone."""
    return f"built {fingerprint} {interpreter.tags[0] if interpreter.tags else interpreter.version}"
