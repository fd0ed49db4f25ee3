"""Joins the PyPI plug to a session: sources, policies and builds as the settings say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from clutch.base.errors import ClutchError
from clutch.model.environment import Environment, Interpreter
from clutch.model.flaw import Flaw
from clutch.model.plan import Install, Installed
from clutch.ops.network import DEFAULT_INDEX_NAME, index_addresses, on_the_wire

if TYPE_CHECKING:
    from clutch.ops.session import Session
    from clutch.pypi.build import SourceBuilder
    from clutch.pypi.index import PypiIndex
    from clutch.pypi.installer import WheelInstaller

_AUTO_MODE = "reflink"
"""Tried first; where the file system has none, hard links, and copies across file systems."""


class PypiPlug:
    """Implements `Plug`; each part is made when it is first asked for."""

    def __init__(self, session: Session) -> None:
        self._session = session

    @cached_property
    def index(self) -> PypiIndex:
        """The indexes of the settings, asked in their order, the default one last."""
        from clutch.pypi.index import ALL, FIRST, IndexOptions, IndexSource, PypiIndex

        session, settings = self._session, self._session.settings
        explicit = {choice.name for choice in settings.indexes if choice.is_explicit}
        sources = [
            IndexSource(name, on_the_wire(url, session), name in explicit, name == DEFAULT_INDEX_NAME)
            for name, url in index_addresses(session)
        ]
        options = IndexOptions(
            now=session.surroundings.clock,
            strategy=ALL if settings.text("index-strategy") == "best" else FIRST,
            no_build=_meant(settings.value("no-build")),
            no_binary=_meant(settings.value("no-binary")),
            offline=settings.flag("offline"),
        )
        return PypiIndex(sources, session.fetcher, session.store, options, self._root, self.builder)

    @cached_property
    def installer(self) -> WheelInstaller:
        """Puts wheels into environments."""
        from clutch.io.proc import cores
        from clutch.pypi.installer import InstallOptions, WheelInstaller

        session, settings = self._session, self._session.settings
        mode = settings.text("link-mode")
        options = InstallOptions(
            self._root,
            link_mode=_AUTO_MODE if mode == "auto" else mode,
            compile=settings.flag("compile-bytecode"),
            workers=max(2, cores()),
        )
        return WheelInstaller(session.fetcher, session.store, session.reporter, options, self.builder)

    @cached_property
    def builder(self) -> SourceBuilder:
        """Builds source trees with the project's Python, in environments of their own."""
        return make_builder(self._session, self._session.settings.value("config-settings"))

    @property
    def well_known(self) -> tuple[str, ...]:
        """Names that people often mean when they mistype one."""
        from clutch.pypi.well_known import WELL_KNOWN

        return WELL_KNOWN

    def address(self, index_name: str) -> str:
        """The address of an index as a lock records it: no credentials, no mirror."""
        from clutch.io.auth import strip_credentials

        for name, url in index_addresses(self._session):
            if name == index_name:
                return strip_credentials(url)
        return strip_credentials(index_name) if "://" in index_name else ""

    def is_same(self, installed: Installed, install: Install) -> bool:
        """Whether what is installed was made from what would be installed, and has its records."""
        from clutch.pypi.fingerprint import install_fingerprint
        from clutch.pypi.flaws import is_complete

        if installed.fingerprint:
            return installed.fingerprint == install_fingerprint(install, self._root)
        is_from_index = install.artifact is not None and not installed.direct_url
        return is_from_index and installed.version == install.version and is_complete(installed)

    def is_stored(self, install: Install, interpreter: Interpreter) -> bool:
        """Whether the store has the unpacked wheel."""
        return self.installer.is_stored(install, interpreter)

    def flaws(self, environment: Environment) -> Sequence[Flaw]:
        """What is not as its RECORD says."""
        from clutch.pypi.flaws import find_flaws

        return find_flaws(environment)

    def drop_damaged(self, damaged: Sequence[Installed], interpreter: Interpreter) -> None:
        """Takes their wheels out of the store where these are damaged as well."""
        from clutch.pypi.flaws import drop_damaged_wheels

        drop_damaged_wheels(self._session.store, damaged, interpreter)

    @property
    def _root(self) -> str:
        return self._session.project_folder if self._session.has_project else self._session.folder


def make_builder(session: Session, config_settings: Mapping[str, str]) -> SourceBuilder:
    """What builds source trees in this session, with these settings for every backend."""
    from clutch.ops.buildenv import SessionBuildEnv
    from clutch.pypi.build import BuildOptions, SourceBuilder

    options = BuildOptions(config_settings, session.surroundings.environ)
    return SourceBuilder(SessionBuildEnv(session), session.interpreter, session.store, session.reporter, options)


def _meant(value: object) -> bool | frozenset[str]:
    """A setting that is true, false or a list of names."""
    if isinstance(value, bool):
        return value
    if isinstance(value, (list, tuple)):
        return frozenset(str(name) for name in value)
    raise ClutchError("invalid-value", f"expected true, false or names, not `{value}`")
