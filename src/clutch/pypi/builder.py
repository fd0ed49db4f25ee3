"""The socket through which a source tree becomes metadata or a wheel; `clutch.pypi.build` plugs into it."""

from __future__ import annotations

from typing import Protocol

from clutch.base.values import NamedTuple


class SourceTree(NamedTuple):
    """A folder that can be built: its path, and what to call it in messages.

    `is_shared`: others read it too, so it is copied before a build may write into it. `is_editable` asks for a wheel
    that leads back to the folder.
    """

    folder: str
    label: str
    is_shared: bool = False
    is_editable: bool = False


class Builder(Protocol):
    """Runs a project's own build backend (PEP 517, PEP 660)."""

    def metadata(self, tree: SourceTree) -> bytes:
        """The content of METADATA that a wheel of this tree would have.

        Raises: ClutchError `build-failed` with the last lines of the backend's output.
        """
        ...

    def wheel(self, tree: SourceTree, folder: str) -> str:
        """Build a wheel into `folder` (or the wheel that makes it editable) and return its path. Raises: as
        `metadata`.
        """
        ...
