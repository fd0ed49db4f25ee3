"""Puts files back as they were when what was to be done with them fails."""

from __future__ import annotations

from clutch.base.errors import ClutchError, NotFoundError
from clutch.io.files import read_bytes, remove_file, write_atomic


class Restored:
    """Small files that have their old content, or are away, again when the block raises.

    `before` is that content by path, None for a file that was not there. Only what was claimed is put back, and only
    while it is what it was then: a file that someone else has changed meanwhile is left as it is.
    """

    def __init__(self, *paths: str) -> None:
        self.before = {path: _read(path) for path in paths}
        self._ours: dict[str, bytes | None] = {}

    def claim(self, path: str) -> None:
        """Call it as soon as the file was written."""
        self._ours[path] = _read(path)

    def keep(self) -> None:
        """Nothing is put back from here on."""
        self._ours.clear()

    def check(self) -> None:
        """Raises ClutchError `changed-meanwhile` when a file is no longer what it was at the beginning."""
        for path, content in self.before.items():
            if _read(path) != content:
                message = f"`{path}` was changed by someone else meanwhile, and was left as it is now"
                raise ClutchError("changed-meanwhile", message, subject=path, hints=("run the command again",))

    def __enter__(self) -> Restored:
        return self

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        if kind is None:
            return
        for path, ours in self._ours.items():
            content = self.before.get(path, ours)
            if content == ours or _read(path) != ours:
                continue
            if content is None:
                remove_file(path)
            else:
                _put_back(path, content)


def _put_back(path: str, content: bytes) -> None:
    """Writes beside and renames; on a full disk writes into the file as it is, which takes no more room."""
    try:
        write_atomic(path, content)
    except ClutchError as error:
        if error.code != "disk-full":
            raise
        with open(path, "r+b", buffering=0) as file:
            file.write(content)
            file.truncate(len(content))


def _read(path: str) -> bytes | None:
    """None for a file that is not there."""
    try:
        return read_bytes(path)
    except NotFoundError:
        return None
