"""What differs between operating systems for finding and making Pythons, as one value that is passed in."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable

from clutch.base.values import NamedTuple


def _no_registry() -> Iterable[str]:
    return ()


class Platform(NamedTuple):
    """One operating system.

    `system` is `linux`, `darwin` or `windows`; `root` is put before absolute system folders (tests pass a folder);
    `read_registry` gives the executables that Windows' registry names (PEP 514), newest first.
    """

    system: str
    root: str = "/"
    read_registry: Callable[[], Iterable[str]] = _no_registry

    @property
    def is_windows(self) -> bool:
        """Whether paths, scripts and launchers are Windows'."""
        return self.system == "windows"

    @property
    def path_separator(self) -> str:
        """What stands between the folders of PATH."""
        return ";" if self.is_windows else ":"

    def absolute(self, path: str) -> str:
        """A folder of the system, under `root`: `/opt/homebrew`."""
        return os.path.join(self.root, path.lstrip("/"))


def current_platform() -> Platform:
    """The operating system that this process runs on."""
    import sys

    if sys.platform == "win32":
        from clutch.python.registry import read_registry

        return Platform("windows", read_registry=read_registry)
    return Platform("darwin" if sys.platform == "darwin" else "linux")
