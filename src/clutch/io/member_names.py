"""Decides which names of an archive's members may become files, the same on every system."""

from __future__ import annotations

import re
import sys

from clutch.base.errors import ClutchError

# Names that Windows gives to devices, with any ending.
_DEVICES = re.compile(r"(?i)^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?$")
_WINDOWS_LETTERS = frozenset('<>:"|?*')
_LONGEST_NAME = 4096


def unsafe(archive: str, member: str, reason: str) -> ClutchError:
    """The error `unsafe-archive` that names both; `reason` follows `which` or stands for itself."""
    shown = member if len(member) <= 200 else member[:200] + "…"
    printable = shown.encode("unicode_escape").decode("ascii") if not shown.isprintable() else shown
    message = f"`{archive}` is not safe to unpack: its member `{printable}` {reason}"
    return ClutchError("unsafe-archive", message, subject=archive)


def damaged(archive: str, reason: str) -> ClutchError:
    """The error `damaged-archive`: what is there cannot be read as an archive."""
    return ClutchError("damaged-archive", f"`{archive}` is damaged: {reason}", subject=archive)


class NameGuard:
    """Takes the members of one archive in turn; refuses what could land outside, or on another member.

    Two names collide when they differ in case or in Unicode composition only: one file on some systems, two on others.
    """

    def __init__(self, archive: str, platform: str = sys.platform) -> None:
        self.archive = archive
        self._platform = platform
        self._files: set[str] = set()
        self._folders: dict[str, str] = {}

    def folder(self, name: str) -> str:
        """The checked path of a folder member, without a slash at its end; may come often.

        Raises: ClutchError `unsafe-archive`.
        """
        path = self._checked(name.rstrip("/"), name)
        folded = _fold(path)
        if folded in self._files:
            raise unsafe(self.archive, name, "is a file and a folder at once")
        self._add_folders(folded, path, name)
        return path

    def file(self, name: str) -> str:
        """The checked path of a member that is not a folder.

        Raises: ClutchError `unsafe-archive`.
        """
        path = self._checked(name, name)
        folded = _fold(path)
        if folded in self._files:
            raise unsafe(self.archive, name, "comes twice (or differs from another in case only)")
        if folded in self._folders:
            raise unsafe(self.archive, name, "is a file and a folder at once")
        self._files.add(folded)
        end = folded.rfind("/")
        if end > 0 and folded[:end] not in self._folders:
            self._add_folders(folded[:end], path[: path.rfind("/")], name)
        return path

    def _add_folders(self, folded: str, path: str, name: str) -> None:
        while folded and folded not in self._folders:
            if folded in self._files:
                raise unsafe(self.archive, name, "is a file and a folder at once")
            self._folders[folded] = path
            folded = folded.rpartition("/")[0]
            path = path.rpartition("/")[0]

    def _checked(self, path: str, name: str) -> str:
        while path.startswith("./"):
            path = path[2:]
        if not path or path == ".":
            raise unsafe(self.archive, name, "has no name")
        if path[0] == "/" or path[1:2] == ":":
            raise unsafe(self.archive, name, "has an absolute path")
        if "\\" in path or "\0" in path:
            raise unsafe(self.archive, name, "has a letter in its name that separates or ends paths")
        if len(path) > _LONGEST_NAME:
            raise unsafe(self.archive, name, "has a name that is too long")
        if ".." in path or "//" in path or "./" in path or path.endswith(("/.", "/")):
            parts = path.split("/")
            if ".." in parts:
                raise unsafe(self.archive, name, "leads out of the archive")
            if "" in parts or "." in parts:
                raise unsafe(self.archive, name, "has an empty part in its path")
        if self._platform == "win32":
            self._check_windows(path, name)
        return path

    def _check_windows(self, path: str, name: str) -> None:
        for part in path.split("/"):
            if _WINDOWS_LETTERS.intersection(part) or min(part) < " " or part[-1] in ". " or _DEVICES.match(part):
                raise unsafe(self.archive, name, "has a name that Windows cannot store")


def _fold(path: str) -> str:
    if path.isascii():
        return path.lower()
    import unicodedata

    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", path).casefold())
