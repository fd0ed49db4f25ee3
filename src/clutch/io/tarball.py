"""Reads source tarballs once, front to back, writing only what is safe.

Beyond the `data` filter of the standard library (PEP 706): one top folder, no member below or through a link, no link
that leads out of the top folder even on paper, no sparse members, a limit to how far the stream may grow.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from typing import IO, TYPE_CHECKING, cast

from clutch.base.errors import ClutchError
from clutch.io.files import translate_os_error, write_all
from clutch.io.member_names import NameGuard, damaged, unsafe
from clutch.io.zip_members import MOST_MEMBERS, check_inflation

if TYPE_CHECKING:
    from tarfile import TarFile, TarInfo

_PIECE = 1 << 20
_OPENERS = ((b"\x1f\x8b", "gzip"), (b"BZh", "bz2"), (b"\xfd7zXZ\x00", "lzma"))


class Tarball:
    """The tarball at `path`; read once, closed at the end of `with`.

    Raises (opening): NotFoundError `no-file`; ClutchError `not-readable` or `damaged-archive`.
    """

    def __init__(self, path: str, platform: str = sys.platform) -> None:
        import tarfile

        self.archive = os.path.basename(path)
        self._guard = NameGuard(self.archive, platform)
        self._top = ""
        self._links: set[str] = set()
        self._source = _open_inflated(path, self.archive)
        try:
            inflated = cast("IO[bytes]", self._source)
            self._tar: TarFile = tarfile.TarFile.open(fileobj=inflated, mode="r|", bufsize=1 << 16)
        except Exception as error:
            self._source.close()
            raise self._explain(error) from error

    def __enter__(self) -> Tarball:
        return self

    def __exit__(self, *reason: object) -> None:
        self._tar.close()
        self._source.close()

    def unpack(self, folder: str) -> str:
        """Write all members below `folder`; the name of the top folder.

        Raises: ClutchError `unsafe-archive`, `damaged-archive`, `disk-full`, `not-writable`.
        """
        for member, path in self._members():
            target = os.path.join(folder, path)
            try:
                self._write(member, path, target, folder)
            except OSError as error:
                if error.errno is None:
                    raise self._explain(error) from error
                raise translate_os_error(error, target) from error
            except ClutchError:
                raise
            except Exception as error:
                raise self._explain(error) from error
        if not self._top:
            raise damaged(self.archive, "it is empty")
        return self._top

    def read(self, predicate: Callable[[str], bool]) -> bytes | None:
        """The content of the first regular file whose path satisfies `predicate`; None when none does."""
        for member, path in self._members():
            if member.isreg() and predicate(path):
                try:
                    return b"".join(self._content(member))
                except (OSError, EOFError, ValueError) as error:
                    raise self._explain(error) from error
        return None

    def _members(self) -> Iterator[tuple[TarInfo, str]]:
        """Every member, checked, with its path."""
        number = 0
        while True:
            try:
                member = self._tar.next()
            except ClutchError:
                raise
            except Exception as error:
                raise self._explain(error) from error
            if member is None:
                return
            number += 1
            if number > MOST_MEMBERS:
                raise unsafe(self.archive, member.name, "is one too many")
            if member.name in (".", "./") and member.isdir():
                continue
            yield member, self._checked(member)

    def _checked(self, member: TarInfo) -> str:
        name = member.name
        if not (member.isreg() or member.isdir() or member.issym() or member.islnk()):
            raise unsafe(self.archive, name, "is a device, pipe or socket")
        if member.issparse():
            raise unsafe(self.archive, name, "is a sparse file")
        path = self._guard.folder(name) if member.isdir() else self._guard.file(name)
        self._check_top(path, member)
        self._check_parents(path, name)
        if member.issym():
            self._check_target(name, os.path.join(os.path.dirname(path), member.linkname), member.linkname)
            self._links.add(path.casefold())
        elif member.islnk():
            self._check_target(name, member.linkname, member.linkname)
        return path

    def _check_top(self, path: str, member: TarInfo) -> None:
        first, slash, _ = path.partition("/")
        if (self._top and first != self._top) or not (slash or member.isdir()):
            raise unsafe(self.archive, member.name, "is outside of the one folder that a source archive has")
        self._top = first

    def _check_parents(self, path: str, name: str) -> None:
        if not self._links:
            return
        parent = path.casefold()
        while parent:
            if parent in self._links:
                raise unsafe(self.archive, name, "lies behind a link")
            parent = parent.rpartition("/")[0]

    def _check_target(self, name: str, target: str, written: str) -> None:
        steps = target.replace("\\", "/")
        if written.startswith(("/", "\\")) or written[1:2] == ":" or "\0" in written:
            raise unsafe(self.archive, name, "is a link to an absolute path")
        depth = 0
        parts = [part for part in steps.split("/") if part not in ("", ".")]
        for part in parts:
            depth += -1 if part == ".." else 1
            if depth < 1:
                raise unsafe(self.archive, name, "is a link that leads out of the archive")
        if not parts or parts[0] != self._top:
            raise unsafe(self.archive, name, "is a link that leads out of the archive")

    def _write(self, member: TarInfo, path: str, target: str, folder: str) -> None:
        if member.isdir():
            os.makedirs(target, exist_ok=True)
            return
        os.makedirs(os.path.dirname(target), exist_ok=True)
        if member.issym():
            os.symlink(member.linkname, target)
        elif member.islnk():
            self._link(member, target, folder)
        else:
            _write_file(target, self._content(member), 0o777 if member.mode & 0o111 else 0o666)

    def _link(self, member: TarInfo, target: str, folder: str) -> None:
        source = os.path.join(folder, os.path.normpath(member.linkname))
        if os.path.islink(source) or not os.path.isfile(source):
            raise unsafe(self.archive, member.name, "is a link to what is not a file of the archive")
        self._check_parents(os.path.normpath(member.linkname).replace(os.sep, "/"), member.name)
        with open(source, "rb") as file:
            _write_file(target, iter(lambda: file.read(_PIECE), b""), 0o777 if member.mode & 0o111 else 0o666)

    def _content(self, member: TarInfo) -> Iterator[bytes]:
        file = self._tar.extractfile(member)
        assert file is not None
        left = member.size
        while left:
            piece = file.read(min(_PIECE, left))
            if not piece:
                raise damaged(self.archive, f"its member `{member.name}` is cut off")
            left -= len(piece)
            yield piece

    def _explain(self, error: Exception) -> ClutchError:
        if isinstance(error, ClutchError):
            return error
        return damaged(self.archive, "it is not a tarball, or is cut off")


class _Bounded:
    """Passes reads on, and refuses to go on when the stream has grown beyond reason."""

    def __init__(self, file: IO[bytes], archive: str, archive_bytes: int) -> None:
        self._file = file
        self._archive = archive
        self._archive_bytes = archive_bytes
        self._read_bytes = 0

    def read(self, size_bytes: int) -> bytes:
        piece = self._file.read(size_bytes)
        self._read_bytes += len(piece)
        check_inflation(self._archive, self._read_bytes, self._archive_bytes)
        return piece

    def close(self) -> None:
        self._file.close()


def _open_inflated(path: str, archive: str) -> _Bounded:
    from importlib import import_module

    try:
        size_bytes = os.stat(path).st_size
        with open(path, "rb") as file:
            magic = file.read(6)
        for begin, name in _OPENERS:
            if magic.startswith(begin):
                return _Bounded(import_module(name).open(path, "rb"), archive, size_bytes)
        return _Bounded(open(path, "rb"), archive, size_bytes)
    except OSError as error:
        raise translate_os_error(error, path, "read") from error


def _write_file(target: str, pieces: Iterator[bytes], mode: int) -> None:
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), mode)
    try:
        for piece in pieces:
            write_all(descriptor, piece)
    finally:
        os.close(descriptor)
