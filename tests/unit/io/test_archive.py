from __future__ import annotations

import base64
import gzip
import hashlib
import io
import os
import stat
import struct
import tarfile
import zipfile
from pathlib import Path

import pytest

from clutch.base.errors import ClutchError, NotFoundError
from clutch.io.archive import list_members, read_member, unpack_sdist, unpack_wheel

FILES = {
    "pkg/__init__.py": b"x = 1\n" * 50,
    "pkg/empty": b"",
    "pkg/größe.txt": "größe".encode(),
    "pkg-1.0.dist-info/METADATA": b"Name: pkg\n",
}


def make_zip(path: Path, files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> str:
    with zipfile.ZipFile(path, "w", method) as opened:
        for name, content in files.items():
            opened.writestr(name, content)
    return str(path)


def make_tar(path: Path, *members: tuple[str, bytes | tarfile.TarInfo], mode: str = "w:gz") -> str:
    with tarfile.open(path, mode) as opened:
        for name, content in members:
            if isinstance(content, tarfile.TarInfo):
                content.name = name
                opened.addfile(content)
                continue
            member = tarfile.TarInfo(name)
            member.size = len(content)
            opened.addfile(member, io.BytesIO(content))
    return str(path)


def special(kind: bytes, target: str = "") -> tarfile.TarInfo:
    member = tarfile.TarInfo()
    member.type = kind
    member.linkname = target
    return member


def folder(tmp_path: Path) -> str:
    made = tmp_path / "out" / "in"
    made.mkdir(parents=True)
    return str(made)


def files_below(root: str | Path) -> dict[str, bytes]:
    found = {}
    for parent, _, names in os.walk(root):
        for name in names:
            path = os.path.join(parent, name)
            with open(path, "rb") as file:
                found[os.path.relpath(path, root)] = file.read()
    return found


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_wheel_is_written_and_told(tmp_path, method):
    path = make_zip(tmp_path / "a.whl", FILES, method)
    out = folder(tmp_path)
    unpacked = unpack_wheel(path, out)
    assert files_below(out) == FILES
    assert [each.path for each in unpacked] == list(FILES) == list_members(path)
    for each in unpacked:
        digest = base64.urlsafe_b64encode(hashlib.sha256(FILES[each.path]).digest()).rstrip(b"=").decode()
        assert each.sha256 == digest
        assert each.size_bytes == len(FILES[each.path])
        assert each.mode == 0o644


def test_executable_bit_is_kept_and_nothing_else(tmp_path):
    path = tmp_path / "a.whl"
    with zipfile.ZipFile(path, "w") as opened:
        member = zipfile.ZipInfo("pkg/run")
        member.external_attr = (stat.S_IFREG | 0o4777) << 16
        opened.writestr(member, b"x")
        opened.mkdir("pkg/folder")
    out = folder(tmp_path)
    (unpacked,) = unpack_wheel(str(path), out)
    assert unpacked.mode == 0o755
    mode = os.stat(f"{out}/pkg/run").st_mode
    assert mode & 0o111
    assert not mode & 0o7022


def test_large_members_are_streamed(tmp_path):
    content = os.urandom(1 << 20) * 9 + b"end"
    for number, method in enumerate((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)):
        path = make_zip(tmp_path / f"{number}.whl", {"big": content}, method)
        out = folder(tmp_path / str(number))
        (unpacked,) = unpack_wheel(path, out)
        assert files_below(out) == {"big": content}
        assert unpacked.size_bytes == len(content)


def test_local_header_with_a_long_extra_field(tmp_path):
    path = tmp_path / "a.whl"
    with zipfile.ZipFile(path, "w") as opened:
        member = zipfile.ZipInfo("a")
        member.extra = struct.pack("<HH", 0x4444, 500) + b"x" * 500
        opened.writestr(member, b"content")
    unpack_wheel(str(path), folder(tmp_path))
    assert read_member(str(path), lambda name: name == "a") == b"content"


HOSTILE = {
    "absolute": ["/etc/passwd"],
    "drive": ["C:/x"],
    "up": ["pkg/../../x"],
    "only up": [".."],
    "backslash": ["..\\x"],
    "empty part": ["a//b"],
    "dot part": ["a/./b"],
    "twice": ["a", "a"],
    "case": ["pkg/A.py", "pkg/a.py"],
    "composition": ["pkg/\u00e9", "pkg/e\u0301"],
    "file and folder": ["pkg", "pkg/a"],
    "folder and file": ["pkg/a", "pkg"],
    "folder and file in another case": ["pkg/a", "PKG"],
}


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("kind", HOSTILE)
@pytest.mark.parametrize("form", ["wheel", "zip", "tar"])
def test_hostile_names_are_refused(tmp_path, kind, form):
    if form != "tar":
        path = str(tmp_path / "bad.zip")
        with zipfile.ZipFile(path, "w") as opened:
            for name in HOSTILE[kind]:
                opened.writestr(name if form == "wheel" or name[0] in "/.C" else f"top/{name}", b"x")
    else:
        members = [(name if name[0] in "/.C" else f"top/{name}", b"x") for name in HOSTILE[kind]]
        path = make_tar(tmp_path / "bad.tar.gz", *members)
    out = folder(tmp_path)
    with pytest.raises(ClutchError) as caught:
        unpack_wheel(path, out) if form == "wheel" else unpack_sdist(path, out)
    assert caught.value.code == "unsafe-archive"
    assert f"`bad.{'tar.gz' if form == 'tar' else 'zip'}`" in caught.value.message
    assert os.listdir(tmp_path / "out") == ["in"]
    if form != "tar":
        assert os.listdir(out) == []


def test_zero_byte_in_a_name(tmp_path):
    path = Path(make_zip(tmp_path / "a.whl", {"aXb": b"x"}))
    path.write_bytes(path.read_bytes().replace(b"aXb", b"a\0b"))
    with pytest.raises(ClutchError) as caught:
        unpack_wheel(str(path), folder(tmp_path))
    assert caught.value.code == "unsafe-archive"


@pytest.mark.parametrize("name", ["con", "pkg/NUL.txt", "name:b", "end.", "end ", "a?"])
def test_names_that_windows_cannot_store(tmp_path, name):
    path = make_zip(tmp_path / "a.whl", {name: b"x"})
    unpack_wheel(path, folder(tmp_path), platform="linux")
    with pytest.raises(ClutchError, match="Windows"):
        unpack_wheel(path, folder(tmp_path / "again"), platform="win32")


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFCHR, stat.S_IFIFO, stat.S_IFSOCK])
def test_links_and_devices_in_a_zip(tmp_path, kind):
    path = tmp_path / "a.whl"
    with zipfile.ZipFile(path, "w") as opened:
        member = zipfile.ZipInfo("a")
        member.create_system = 3
        member.external_attr = (kind | 0o777) << 16
        opened.writestr(member, b"/etc/passwd")
    with pytest.raises(ClutchError) as caught:
        unpack_wheel(str(path), folder(tmp_path))
    assert caught.value.code == "unsafe-archive"


def patch_directory(path: Path, offset: int, value: bytes) -> None:
    raw = bytearray(path.read_bytes())
    at = raw.rfind(b"PK\x01\x02")
    raw[at + offset : at + offset + len(value)] = value
    path.write_bytes(raw)


@pytest.mark.parametrize("size_bytes", [100, 9 << 20])
def test_member_that_is_larger_than_it_says(tmp_path, size_bytes):
    path = Path(make_zip(tmp_path / "a.whl", {"a": os.urandom(1000) * (size_bytes // 1000 + 1)}))
    patch_directory(path, 24, struct.pack("<I", size_bytes))
    with pytest.raises(ClutchError, match="larger than it says"):
        unpack_wheel(str(path), folder(tmp_path))


@pytest.mark.parametrize("size_bytes", [100, 9 << 20])
def test_member_that_is_smaller_than_it_says(tmp_path, size_bytes):
    path = Path(make_zip(tmp_path / "a.whl", {"a": b"x" * size_bytes}))
    patch_directory(path, 24, struct.pack("<I", size_bytes + 1))
    with pytest.raises(ClutchError) as caught:
        unpack_wheel(str(path), folder(tmp_path))
    assert caught.value.code == "damaged-archive"


def test_bomb_is_refused_before_anything_is_written(tmp_path):
    path = Path(make_zip(tmp_path / "a.whl", {"a": b"x"}))
    patch_directory(path, 24, struct.pack("<I", 4_000_000_000))
    out = folder(tmp_path)
    with pytest.raises(ClutchError, match="would grow"):
        unpack_wheel(str(path), out)
    assert os.listdir(out) == []


def test_members_that_share_bytes(tmp_path):
    path = Path(make_zip(tmp_path / "a.whl", {"a": b"x" * 100, "b": b"y" * 100}))
    patch_directory(path, 42, struct.pack("<I", 0))
    with pytest.raises(ClutchError, match="shares its bytes"):
        unpack_wheel(str(path), folder(tmp_path))


def test_two_names_for_one_member(tmp_path):
    path = Path(make_zip(tmp_path / "a.whl", {"aaaa": b"x"}))
    patch_directory(path, 46, b"bbbb")
    with pytest.raises(ClutchError, match="another name"):
        unpack_wheel(str(path), folder(tmp_path))


def test_wrong_checksum_and_encryption_and_methods(tmp_path):
    for number, (offset, value, code) in enumerate(
        [(16, b"\0\0\0\0", "damaged-archive"), (8, b"\1\0", "unsafe-archive"), (10, b"\x63\0", "damaged-archive")]
    ):
        path = Path(make_zip(tmp_path / f"{number}.whl", {"a": b"x" * 9}))
        patch_directory(path, offset, value)
        with pytest.raises(ClutchError) as caught:
            unpack_wheel(str(path), folder(tmp_path / str(number)))
        assert caught.value.code == code


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"no archive" * 100, b"PK\x05\x06" + b"\xff" * 18])
def test_what_is_no_archive(tmp_path, content):
    path = tmp_path / "a.whl"
    path.write_bytes(content)
    for unpack in (unpack_wheel, unpack_sdist):
        with pytest.raises(ClutchError) as caught:
            unpack(str(path), str(tmp_path / "out"))
        assert caught.value.code in ("damaged-archive", "unsafe-archive")


def test_missing_archive(tmp_path):
    for unpack in (unpack_wheel, unpack_sdist):
        with pytest.raises(NotFoundError):
            unpack(str(tmp_path / "none"), str(tmp_path))


@pytest.mark.parametrize("form", ["w:gz", "w:bz2", "w:xz", "w"])
def test_sdist_tarballs(tmp_path, form):
    link = special(tarfile.SYMTYPE, "../README")
    path = make_tar(
        tmp_path / "a-1.tar.gz",
        ("a-1", special(tarfile.DIRTYPE)),
        ("a-1/README", b"read"),
        ("a-1/docs/link", link),
        ("a-1/hard", special(tarfile.LNKTYPE, "a-1/README")),
        mode=form,
    )
    out = folder(tmp_path)
    top = unpack_sdist(path, out)
    assert top == f"{out}/a-1"
    assert files_below(top) == {"README": b"read", "docs/link": b"read", "hard": b"read"}
    assert os.readlink(f"{top}/docs/link") == "../README"
    assert not os.path.samefile(f"{top}/hard", f"{top}/README")


def test_sdist_zip(tmp_path):
    path = make_zip(tmp_path / "a-1.zip", {"a-1/setup.py": b"x", "a-1/a/b.py": b"y"})
    out = folder(tmp_path)
    assert unpack_sdist(path, out) == f"{out}/a-1"
    assert files_below(out) == {"a-1/setup.py": b"x", "a-1/a/b.py": b"y"}


def test_executable_files_of_a_tarball_lose_other_bits(tmp_path):
    member = tarfile.TarInfo()
    member.mode = 0o6777
    path = make_tar(tmp_path / "a.tar.gz", ("a/run", member))
    mode = os.stat(unpack_sdist(path, folder(tmp_path)) + "/run").st_mode
    assert mode & 0o111
    assert not mode & 0o7022


BAD_TARS = {
    "link out": [("a/l", special(tarfile.SYMTYPE, "../../x"))],
    "link out and in again": [("a/l", special(tarfile.SYMTYPE, "../../a/x"))],
    "absolute link": [("a/l", special(tarfile.SYMTYPE, "/etc/passwd"))],
    "empty link": [("a/l", special(tarfile.SYMTYPE, ".."))],
    "hard link out": [("a/l", special(tarfile.LNKTYPE, "../x"))],
    "absolute hard link": [("a/l", special(tarfile.LNKTYPE, "/etc/passwd"))],
    "hard link to nothing": [("a/l", special(tarfile.LNKTYPE, "a/none"))],
    "through a link": [("a/l", special(tarfile.SYMTYPE, "b")), ("a/l/x", b"x")],
    "over a link": [("a/l", special(tarfile.SYMTYPE, "b")), ("a/l", b"x")],
    "through a link in another case": [("a/L", special(tarfile.SYMTYPE, "b")), ("a/l/x", b"x")],
    "hard link through a link": [
        ("a/b/f", b"x"),
        ("a/l", special(tarfile.SYMTYPE, "b")),
        ("a/h", special(tarfile.LNKTYPE, "a/l/f")),
    ],
    "hard link to a link": [
        ("a/f", b"x"),
        ("a/l", special(tarfile.SYMTYPE, "f")),
        ("a/h", special(tarfile.LNKTYPE, "a/l")),
    ],
    "device": [("a/d", special(tarfile.CHRTYPE))],
    "pipe": [("a/d", special(tarfile.FIFOTYPE))],
    "two tops": [("a/x", b"x"), ("b/x", b"x")],
    "no top": [("x", b"x")],
}


@pytest.mark.parametrize("kind", BAD_TARS)
def test_hostile_tarballs_are_refused(tmp_path, kind):
    path = make_tar(tmp_path / "bad.tar.gz", *BAD_TARS[kind])
    out = folder(tmp_path)
    with pytest.raises(ClutchError) as caught:
        unpack_sdist(path, out)
    assert caught.value.code == "unsafe-archive"
    assert "`bad.tar.gz`" in caught.value.message
    assert os.listdir(tmp_path / "out") == ["in"]


def test_tarball_that_grows_beyond_reason(tmp_path, monkeypatch):
    monkeypatch.setattr("clutch.io.zip_members.FREE_BYTES", 1 << 20)
    path = tmp_path / "bomb.tar.gz"
    member = tarfile.TarInfo("a/zeros")
    member.size = 20 << 20
    with gzip.open(path, "wb", compresslevel=9) as packed:
        packed.write(member.tobuf())
        for _ in range(20):
            packed.write(bytes(1 << 20))
    with pytest.raises(ClutchError, match="would grow"):
        read_member(str(path), lambda name: name == "none")


def test_cut_off_tarball(tmp_path):
    path = tmp_path / "a.tar.gz"
    make_tar(path, ("a/x", os.urandom(100_000)))
    path.write_bytes(path.read_bytes()[:50_000])
    with pytest.raises(ClutchError) as caught:
        unpack_sdist(str(path), folder(tmp_path))
    assert caught.value.code == "damaged-archive"


def test_empty_archives(tmp_path):
    for path in (make_tar(tmp_path / "a.tar.gz"), make_zip(tmp_path / "a.zip", {})):
        with pytest.raises(ClutchError) as caught:
            unpack_sdist(path, str(tmp_path))
        assert caught.value.code == "damaged-archive"


def test_one_member_is_read(tmp_path):
    tar = make_tar(tmp_path / "a.tar.gz", ("a/x", b"x"), ("a/PKG-INFO", b"Name: a\n"))
    wheel = make_zip(tmp_path / "a.whl", FILES)
    assert read_member(tar, lambda name: name.endswith("/PKG-INFO")) == b"Name: a\n"
    assert read_member(wheel, lambda name: name.endswith("METADATA")) == b"Name: pkg\n"
    for path in (tar, wheel):
        with pytest.raises(NotFoundError):
            read_member(path, lambda name: False)
    assert sorted(os.listdir(tmp_path)) == ["a.tar.gz", "a.whl"]
