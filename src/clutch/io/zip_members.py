"""Reads the members of a zip file fast, believing nothing that it says of itself.

Source: APPNOTE.TXT 6.3 §4.3.7 (local file header), §4.4.5 (compression), and the wheel specification.
"""

from __future__ import annotations

import os
import stat
import sys
import zlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

from clutch.base.errors import ClutchError
from clutch.base.values import NamedTuple
from clutch.io.files import translate_os_error
from clutch.io.member_names import NameGuard, damaged, unsafe

if TYPE_CHECKING:
    from zipfile import ZipInfo

MOST_MEMBERS = 250_000
"""The largest wheels have 30,000 members."""

STREAMED_BYTES = 8 << 20
"""Members above this size are inflated piece by piece, so that memory stays small with many threads."""

HIGHEST_RATIO = 250
"""Deflate reaches 1,032 for zeros; whole archives that are no bombs stay under 100, or are small."""

FREE_BYTES = 256 << 20
"""An archive may grow by so much, whatever its ratio."""

_LOCAL_HEADER = 30
_LOCAL_MAGIC = b"PK\x03\x04"
_STORED, _DEFLATED = 0, 8
_ENCRYPTED, _UTF8 = 0x1, 0x800
_PIECE = 1 << 20


def check_inflation(archive: str, inflated_bytes: int, archive_bytes: int) -> None:
    """Refuse an archive that grows beyond reason. Raises: ClutchError `unsafe-archive`."""
    if inflated_bytes > FREE_BYTES + archive_bytes * HIGHEST_RATIO:
        message = f"`{archive}` is not safe to unpack: it would grow from {archive_bytes} to {inflated_bytes} bytes"
        raise ClutchError("unsafe-archive", message, subject=archive)


class Member(NamedTuple):
    """One file of a zip: its checked path, where its local header is, and what it should be when inflated."""

    path: str
    offset: int
    compressed_bytes: int
    size_bytes: int
    crc: int
    method: int
    is_executable: bool
    raw_name: bytes


class ZipMembers:
    """The members of the zip at `path`, checked as a whole when opened; closed at the end of `with`.

    Raises (opening): NotFoundError `no-file`; ClutchError `not-readable`, `damaged-archive` or `unsafe-archive`.
    """

    def __init__(self, path: str, platform: str = sys.platform) -> None:
        self.archive = os.path.basename(path)
        infos = _read_directory(path, self.archive)
        self.folders, self.files = _check_all(infos, NameGuard(self.archive, platform))
        try:
            self._descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
            size_bytes = os.fstat(self._descriptor).st_size
        except OSError as error:
            raise translate_os_error(error, path, "read") from error
        try:
            check_inflation(self.archive, sum(member.size_bytes for member in self.files), size_bytes)
            _check_overlap(self.archive, self.files, size_bytes)
        except ClutchError:
            self.close()
            raise

    def __enter__(self) -> ZipMembers:
        return self

    def __exit__(self, *reason: object) -> None:
        self.close()

    def close(self) -> None:
        """Give the file back; harmless twice."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def read(self, member: Member) -> bytes:
        """The whole content; for members that fit into memory.

        Raises: ClutchError `damaged-archive` or `unsafe-archive`.
        """
        return b"".join(self.pieces(member))

    def pieces(self, member: Member) -> Iterator[bytes]:
        """The content piece by piece, one piece for a member of up to 8 MiB; the last is given after all was checked.

        Raises: ClutchError `damaged-archive` (cut off, wrong checksum) or `unsafe-archive` (larger than it says).
        """
        if max(member.size_bytes, member.compressed_bytes) <= STREAMED_BYTES:
            yield self._whole(member)
        else:
            yield from self._streamed(member)

    def _whole(self, member: Member) -> bytes:
        # The local extra field is not told by the directory; 64 bytes hold all that is usual.
        guess = _LOCAL_HEADER + len(member.raw_name) + 64 + member.compressed_bytes
        raw = self._pread(guess, member.offset)
        begin = self._begin_of_content(member, raw)
        if begin + member.compressed_bytes > len(raw):
            raw = self._pread(begin + member.compressed_bytes, member.offset)
        packed = memoryview(raw)[begin : begin + member.compressed_bytes]
        if len(packed) != member.compressed_bytes:
            raise self._broken(member, "is cut off")
        if member.method == _STORED:
            content = bytes(packed)
        else:
            content = self._inflated(member, packed)
        if len(content) != member.size_bytes or zlib.crc32(content) != member.crc:
            raise self._broken(member, "does not have the checksum that it should have")
        return content

    def _inflated(self, member: Member, packed: memoryview) -> bytes:
        inflater = zlib.decompressobj(-15)
        try:
            content = inflater.decompress(packed, member.size_bytes + 1)
        except zlib.error as error:
            raise self._broken(member, "cannot be inflated") from error
        if len(content) > member.size_bytes:
            raise unsafe(self.archive, member.path, "is larger than it says")
        return content

    def _streamed(self, member: Member) -> Iterator[bytes]:
        begin = member.offset + self._begin_of_content(member, self._pread(4096 + len(member.raw_name), member.offset))
        inflater = None if member.method == _STORED else zlib.decompressobj(-15)
        crc = size_bytes = done = 0
        held = b""
        while done < member.compressed_bytes:
            packed = self._pread(min(_PIECE, member.compressed_bytes - done), begin + done)
            if not packed:
                raise self._broken(member, "is cut off")
            done += len(packed)
            for piece in self._inflate_pieces(member, inflater, packed):
                size_bytes += len(piece)
                if size_bytes > member.size_bytes:
                    raise unsafe(self.archive, member.path, "is larger than it says")
                crc = zlib.crc32(piece, crc)
                if held:
                    yield held
                held = piece
        if size_bytes != member.size_bytes or crc != member.crc:
            raise self._broken(member, "does not have the checksum that it should have")
        yield held

    def _inflate_pieces(self, member: Member, inflater: object, packed: bytes) -> Iterator[bytes]:
        if inflater is None:
            yield packed
            return
        try:
            while packed:
                yield inflater.decompress(packed, _PIECE)  # type: ignore[attr-defined]
                packed = inflater.unconsumed_tail  # type: ignore[attr-defined]
        except zlib.error as error:
            raise self._broken(member, "cannot be inflated") from error

    def _begin_of_content(self, member: Member, raw: bytes) -> int:
        if len(raw) < _LOCAL_HEADER or raw[:4] != _LOCAL_MAGIC:
            raise self._broken(member, "is not where the directory says")
        name_bytes = raw[26] | raw[27] << 8
        extra_bytes = raw[28] | raw[29] << 8
        # Two names for one member: tools that read the one and tools that read the other would differ.
        if raw[_LOCAL_HEADER : _LOCAL_HEADER + name_bytes] != member.raw_name:
            raise unsafe(self.archive, member.path, "has another name in front of its content")
        return _LOCAL_HEADER + name_bytes + extra_bytes

    def _pread(self, size_bytes: int, offset: int) -> bytes:
        try:
            if hasattr(os, "pread"):
                return os.pread(self._descriptor, size_bytes, offset)
            os.lseek(self._descriptor, offset, os.SEEK_SET)
            return os.read(self._descriptor, size_bytes)
        except OSError as error:
            raise translate_os_error(error, self.archive, "read") from error

    def _broken(self, member: Member, reason: str) -> ClutchError:
        return damaged(self.archive, f"its member `{member.path}` {reason}")


def _read_directory(path: str, archive: str) -> list[ZipInfo]:
    import zipfile

    try:
        with zipfile.ZipFile(path) as opened:
            return opened.infolist()
    except OSError as error:
        raise translate_os_error(error, path, "read") from error
    except (zipfile.BadZipFile, NotImplementedError, ValueError, EOFError, OverflowError) as error:
        raise damaged(archive, "it is not a zip file, or is cut off") from error
    except Exception as error:  # struct.error and others that the standard library lets through
        raise damaged(archive, "its directory cannot be read") from error


def _check_all(infos: list[ZipInfo], guard: NameGuard) -> tuple[list[str], list[Member]]:
    if len(infos) > MOST_MEMBERS:
        raise unsafe(guard.archive, infos[-1].filename, f"is one of {len(infos)}, which is too many")
    folders = []
    files = []
    for info in infos:
        mode = info.external_attr >> 16 if info.create_system == 3 else 0
        if mode and stat.S_IFMT(mode) not in (0, stat.S_IFREG, stat.S_IFDIR):
            kind = "a link" if stat.S_ISLNK(mode) else "a device, pipe or socket"
            raise unsafe(guard.archive, info.filename, f"is {kind}")
        if info.flag_bits & _ENCRYPTED:
            raise unsafe(guard.archive, info.filename, "is encrypted")
        # The standard library cuts names at a zero byte; the whole one decides.
        name = info.orig_filename
        if name.endswith("/"):
            folders.append(guard.folder(name))
            continue
        if info.compress_type not in (_STORED, _DEFLATED):
            raise damaged(guard.archive, f"its member `{info.filename}` is compressed in a way that is not understood")
        files.append(
            Member(
                path=guard.file(name),
                offset=info.header_offset,
                compressed_bytes=info.compress_size,
                size_bytes=info.file_size,
                crc=info.CRC,
                method=info.compress_type,
                is_executable=bool(mode & 0o111),
                raw_name=_raw_name(name, info.flag_bits, guard.archive),
            )
        )
    return folders, files


def _raw_name(name: str, flags: int, archive: str) -> bytes:
    try:
        return name.encode("utf-8" if flags & _UTF8 else "cp437")
    except UnicodeEncodeError as error:
        raise damaged(archive, "the name of a member is not text") from error


def _check_overlap(archive: str, members: list[Member], size_bytes: int) -> None:
    """Members that share bytes make small archives grow without end."""
    end = 0
    for member in sorted(members, key=lambda each: each.offset):
        if member.offset < end:
            raise unsafe(archive, member.path, "shares its bytes with another")
        end = member.offset + _LOCAL_HEADER + len(member.raw_name) + member.compressed_bytes
    if end > size_bytes:
        raise damaged(archive, "it is cut off")
