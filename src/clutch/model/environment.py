"""An interpreter and an environment made with it."""

from __future__ import annotations

from collections.abc import Mapping

from clutch.base.values import NamedTuple
from clutch.model.target import Target


class Interpreter(NamedTuple):
    """One Python, asked once.

    `path` is the executable as found, `real_path` with links resolved; `version` is the full version (`3.13.0`);
    `implementation` is `cpython`, `pypy`, ...; `markers` are the PEP 508 variables (except `extra`); `tags`
    compatibility tags, best first; `paths` are sysconfig's scheme paths of a virtual environment relative to its root
    (keys `purelib platlib scripts data include`); `external` says that PEP 668 forbids changing it.
    """

    path: str
    real_path: str
    version: str
    implementation: str
    markers: Mapping[str, str]
    tags: tuple[str, ...]
    paths: Mapping[str, str]
    base_prefix: str
    is_free_threaded: bool = False
    is_debug: bool = False
    is_virtual: bool = False
    is_external: bool = False

    @property
    def target(self) -> Target:
        return Target(self.markers, self.tags)


class Environment(NamedTuple):
    """A virtual environment on disk: its root folder, and the interpreter it runs."""

    root: str
    interpreter: Interpreter

    @property
    def python(self) -> str:
        """The environment's own executable."""
        name = "python.exe" if self.interpreter.markers.get("os_name") == "nt" else "python"
        return f"{self.root}/{self.interpreter.paths['scripts']}/{name}"

    @property
    def site_packages(self) -> str:
        return f"{self.root}/{self.interpreter.paths['purelib']}"
