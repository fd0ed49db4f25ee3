from __future__ import annotations

import contextlib
import io
import os
import tarfile
import tempfile
import zipfile

from hypothesis import given, settings
from hypothesis import strategies as st

from clutch.base.errors import ClutchError
from clutch.io.archive import unpack_sdist, unpack_wheel
from clutch.io.fetch import Fetcher
from clutch.io.file_urls import file_url
from clutch.io.member_names import NameGuard
from clutch.io.remote_zip import fetch_member

PARTS = st.sampled_from(["a", "B", "b", "..", ".", "", "c.py", "é", "e\u0301", "x\\y", "C:", " ", "..."])
NAMES = st.lists(PARTS, min_size=1, max_size=4).map("/".join)


def everything_below(root: str) -> list[str]:
    return [os.path.join(parent, name) for parent, folders, names in os.walk(root) for name in folders + names]


@given(NAMES)
def test_an_accepted_name_stays_inside(name):
    with contextlib.suppress(ClutchError):
        path = NameGuard("a.zip").file(name)
        check_inside(path)


def check_inside(path):
    assert os.path.normpath(f"/root/{path}") == f"/root/{path}"
    assert os.path.normpath(f"/root/{path}").startswith("/root/")


@given(st.lists(NAMES, max_size=6))
def test_accepted_names_are_different_files_on_every_system(names):
    import unicodedata

    guard = NameGuard("a.zip")
    accepted = []
    for name in names:
        try:
            accepted.append(guard.file(name))
        except ClutchError:
            continue
    folded = [unicodedata.normalize("NFC", path).casefold() for path in accepted]
    assert len(set(folded)) == len(folded)
    for one in folded:
        assert not any(other.startswith(one + "/") for other in folded)


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(st.sampled_from(["a", "b/c", "b/d.py", "e/f/g"]), st.binary(max_size=3000), max_size=4))
def test_what_was_packed_comes_out(files):
    with tempfile.TemporaryDirectory() as root:
        path = os.path.join(root, "a.whl")
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as opened:
            for name, content in files.items():
                opened.writestr(name, content)
        out = os.path.join(root, "out")
        os.mkdir(out)
        assert [each.path for each in unpack_wheel(path, out)] == list(files)
        for name, content in files.items():
            with open(os.path.join(out, name), "rb") as file:
                assert file.read() == content


def sample_zip() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as opened:
        opened.writestr("top/a.py", b"x = 1\n" * 40)
        opened.writestr("top/b/c.py", b"")
        opened.writestr("top/d.bin", os.urandom(50))
    return buffer.getvalue()


def sample_tar() -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as opened:
        for name, content in (("top/a.py", b"x" * 600), ("top/b/c.py", b"y")):
            member = tarfile.TarInfo(name)
            member.size = len(content)
            opened.addfile(member, io.BytesIO(content))
        link = tarfile.TarInfo("top/link")
        link.type = tarfile.SYMTYPE
        link.linkname = "a.py"
        opened.addfile(link)
    return buffer.getvalue()[:5120]


ZIP, TAR = sample_zip(), sample_tar()


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_a_damaged_archive_is_refused_in_words_and_writes_nothing_outside(data):
    content = bytearray(data.draw(st.sampled_from([ZIP, TAR]), label="archive"))
    for _ in range(data.draw(st.integers(1, 4), label="damages")):
        at = data.draw(st.integers(0, len(content) - 1))
        content[at] = data.draw(st.integers(0, 255))
    if data.draw(st.booleans()):
        del content[data.draw(st.integers(0, len(content) - 1)) :]
    with tempfile.TemporaryDirectory() as root:
        path = os.path.join(root, "a.archive")
        with open(path, "wb") as file:
            file.write(content)
        out = os.path.join(root, "x", "out")
        os.makedirs(out)
        for unpack in (unpack_wheel, unpack_sdist):
            inside = os.path.join(out, unpack.__name__)
            os.mkdir(inside)
            with contextlib.suppress(ClutchError):
                unpack(path, inside)
        assert sorted(os.listdir(root)) == ["a.archive", "x"]
        assert os.listdir(os.path.join(root, "x")) == ["out"]
        for each in everything_below(out):
            assert os.path.realpath(each).startswith(os.path.realpath(out))


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_a_damaged_zip_on_a_server_is_refused_in_words(data):
    content = bytearray(ZIP)
    for _ in range(data.draw(st.integers(1, 3), label="damages")):
        at = data.draw(st.integers(0, len(content) - 1))
        content[at] = data.draw(st.integers(0, 255))
    with tempfile.TemporaryDirectory() as root:
        path = os.path.join(root, "a.whl")
        with open(path, "wb") as file:
            file.write(content)
        with Fetcher() as fetcher, contextlib.suppress(ClutchError):
            size_bytes = len(content) if data.draw(st.booleans()) else 0
            name, found = fetch_member(fetcher, file_url(path), size_bytes, lambda each: each.endswith("a.py")).get()
            assert name.endswith("a.py")
            assert found == b"x = 1\n" * 40
