from __future__ import annotations

import io
import os
import zipfile

import pytest

from clutch.base.errors import ClutchError, NotFoundError
from clutch.io.fetch import RangesRefused
from clutch.io.remote_zip import FIRST_BYTES, fetch_member

METADATA = b"Metadata-Version: 2.4\nName: pkg\n" * 20


def is_metadata(name: str) -> bool:
    return name.endswith(".dist-info/METADATA")


def make_wheel(members: int = 3, content_bytes: int = 100_000, place: str = "last", front: bytes = b"") -> bytes:
    buffer = io.BytesIO()
    buffer.write(front)
    with zipfile.ZipFile(buffer, "a", zipfile.ZIP_DEFLATED) as opened:
        if place == "first":
            opened.writestr("pkg-1.dist-info/METADATA", METADATA)
        for number in range(members):
            opened.writestr(f"pkg/a_module_with_a_long_name_{number}.py", os.urandom(content_bytes))
        if place == "last":
            opened.writestr("pkg-1.dist-info/METADATA", METADATA)
    return buffer.getvalue()


@pytest.mark.parametrize("is_size_known", [True, False])
@pytest.mark.parametrize(
    ("wheel", "most_requests"),
    [
        (make_wheel(), 1),
        (make_wheel(1, 10), 1),
        (make_wheel(place="first"), 2),
        (make_wheel(2000, 10, place="first"), 3),
        (make_wheel(front=b"#!/bin/sh\n"), 1),
    ],
    ids=["at the end", "tiny", "at the begin", "long directory", "something in front"],
)
def test_member_is_read_with_few_requests(server, fetcher, wheel, most_requests, is_size_known):
    url = server.act("/a.whl", lambda handler: handler.reply_part(wheel))
    name, content = fetch_member(fetcher, url, len(wheel) if is_size_known else 0, is_metadata).get()
    assert name == "pkg-1.dist-info/METADATA"
    assert content == METADATA
    assert fetcher.requests <= most_requests
    assert fetcher.received_bytes <= min(len(wheel), 4 * FIRST_BYTES + 400_000)


def test_server_without_ranges_is_told_apart(server, fetcher):
    url = server.answer("/a.whl", make_wheel())
    with pytest.raises(RangesRefused):
        fetch_member(fetcher, url, 0, is_metadata).get()
    assert server.count("/a.whl") == 1


def test_no_such_member(server, fetcher):
    wheel = make_wheel(place="nowhere")
    url = server.act("/a.whl", lambda handler: handler.reply_part(wheel))
    with pytest.raises(NotFoundError):
        fetch_member(fetcher, url, len(wheel), is_metadata).get()


def test_other_size_than_announced(server, fetcher):
    wheel = make_wheel()
    url = server.act("/a.whl", lambda handler: handler.reply_part(wheel))
    with pytest.raises(ClutchError) as caught:
        fetch_member(fetcher, url, len(wheel) + 5, is_metadata).get()
    assert caught.value.code == "damaged-archive"


@pytest.mark.parametrize("damage", ["no end", "wrong directory", "wrong member", "html"])
def test_damaged_files(server, fetcher, damage):
    wheel = bytearray(make_wheel())
    if damage == "no end":
        del wheel[-30:]
    elif damage == "wrong directory":
        at = wheel.rfind(b"PK\x01\x02")
        wheel[at : at + 4] = b"XXXX"
    elif damage == "wrong member":
        at = wheel.rfind(b"PK\x03\x04")
        wheel[at + 70 : at + 90] = bytes(20)
    else:
        wheel = bytearray(b"<html>please log in</html>" * 2000)
    content = bytes(wheel)
    url = server.act("/a.whl", lambda handler: handler.reply_part(content))
    with pytest.raises(ClutchError) as caught:
        fetch_member(fetcher, url, 0, is_metadata).get()
    assert caught.value.code == "damaged-archive"


def test_file_urls(tmp_path, fetcher):
    wheel = make_wheel()
    (tmp_path / "a.whl").write_bytes(wheel)
    assert fetch_member(fetcher, (tmp_path / "a.whl").as_uri(), 0, is_metadata).get()[1] == METADATA
