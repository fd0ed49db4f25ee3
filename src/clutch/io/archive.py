"""Unpacks wheels and sdists into a folder, or not at all where an archive is not what it should be.

Refused, with `unsafe-archive` and the member's name: absolute paths, `..`, links that lead out, devices, names that
come twice or differ in case only, members larger than they say, archives that grow beyond reason. Nothing is written
outside the folder; after an error the caller removes what was written inside.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from clutch.base.errors import ClutchError, NotFoundError
from clutch.base.values import NamedTuple
from clutch.io.files import translate_os_error, write_all
from clutch.io.member_names import unsafe
from clutch.io.zip_members import Member, ZipMembers

if TYPE_CHECKING:
    from clutch.io.tarball import Tarball

_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)


class Unpacked(NamedTuple):
    """One file that was written: path with `/` below the folder, SHA-256 as RECORD has it (URL-safe base64 without
    padding), size, and mode 0o755 or 0o644."""

    path: str
    sha256: str
    size_bytes: int
    mode: int


def unpack_wheel(path: str, folder: str, platform: str = sys.platform) -> list[Unpacked]:
    """Write all files of a wheel below `folder` and return them in the archive's order; empty folders are left out.

    Reading and writing release the interpreter lock, so threads help. Raises: NotFoundError `no-file`; ClutchError
    `unsafe-archive`, `damaged-archive`, `disk-full`, `not-writable`, `not-readable`.
    """
    with ZipMembers(path, platform) as members:
        made = {folder}
        return [_write_member(members, member, folder, made) for member in members.files]


def unpack_sdist(path: str, folder: str, platform: str = sys.platform) -> str:
    """Unpack a source archive (`.tar.gz` and other tarballs, `.zip`) and return the path of its one top folder.

    Raises: as `unpack_wheel`; `unsafe-archive` too where there is not exactly one top folder.
    """
    if _is_zip(path):
        top = _unpack_zip_sdist(path, folder, platform)
    else:
        with _tarball(path, platform) as tar:
            top = tar.unpack(folder)
    return os.path.join(folder, top)


def read_member(path: str, predicate: Callable[[str], bool]) -> bytes:
    """The content of the first member (of a wheel or sdist) whose path satisfies `predicate`; writes nothing.

    Raises: NotFoundError `no-member` where none does; else as `unpack_wheel`.
    """
    if _is_zip(path):
        with ZipMembers(path) as members:
            for member in members.files:
                if predicate(member.path):
                    return members.read(member)
    else:
        with _tarball(path, sys.platform) as tar:
            content = tar.read(predicate)
        if content is not None:
            return content
    archive = os.path.basename(path)
    raise NotFoundError("no-member", f"`{archive}` has no such member", subject=archive)


def list_members(path: str) -> Sequence[str]:
    """The paths of all files of a wheel or zip, in the archive's order; reads its directory only.

    Raises: as `unpack_wheel`.
    """
    with ZipMembers(path) as members:
        return [member.path for member in members.files]


def one_top_folder(archive: str, paths: Sequence[str]) -> str:
    """The folder in which all of `paths` lie.

    Raises: ClutchError `unsafe-archive` where there is none, or more than one.
    """
    top = ""
    for path in paths:
        first, slash, _ = path.partition("/")
        if not slash or (top and first != top):
            raise unsafe(archive, path, "is outside of the one folder that a source archive has")
        top = first
    if not top:
        raise ClutchError("damaged-archive", f"`{archive}` is damaged: it is empty", subject=archive)
    return top


def _write_member(members: ZipMembers, member: Member, folder: str, made: set[str]) -> Unpacked:
    import hashlib
    from binascii import b2a_base64

    target = f"{folder}/{member.path}"
    digest = hashlib.sha256()
    try:
        parent = target[: target.rfind("/")]
        if parent not in made:
            os.makedirs(parent, exist_ok=True)
            made.add(parent)
        descriptor = os.open(target, _NEW, 0o777 if member.is_executable else 0o666)
        try:
            for piece in members.pieces(member):
                digest.update(piece)
                write_all(descriptor, piece)
        finally:
            os.close(descriptor)
    except OSError as error:
        raise translate_os_error(error, target) from error
    text = b2a_base64(digest.digest(), newline=False).translate(_URL_SAFE, b"=").decode("ascii")
    return Unpacked(member.path, text, member.size_bytes, 0o755 if member.is_executable else 0o644)


_URL_SAFE = bytes.maketrans(b"+/", b"-_")


def _unpack_zip_sdist(path: str, folder: str, platform: str) -> str:
    with ZipMembers(path, platform) as members:
        paths = [*(f"{each}/" for each in members.folders), *(member.path for member in members.files)]
        top = one_top_folder(members.archive, paths)
        made = {folder}
        for member in members.files:
            _write_member(members, member, folder, made)
    return top


def _tarball(path: str, platform: str) -> Tarball:
    from clutch.io.tarball import Tarball

    return Tarball(path, platform)


def _is_zip(path: str) -> bool:
    try:
        with open(path, "rb") as file:
            magic = file.read(4)
    except OSError as error:
        raise translate_os_error(error, path, "read") from error
    return magic in (b"PK\x03\x04", b"PK\x05\x06")
