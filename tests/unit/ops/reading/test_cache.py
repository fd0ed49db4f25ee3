"""The store from outside."""

from __future__ import annotations

import os
from collections.abc import Callable

from clutch.ops.cache import cache_folder, cache_size, clean_cache, verify_cache
from clutch.ops.session import Session

Maker = Callable[..., Session]


def test_size_clean_and_folder(make_session: Maker) -> None:
    session = make_session()
    assert cache_folder(session).folder == session.cache_folder
    assert cache_size(session).size_bytes == 0
    session.store.write_record("facts", "web", b"x" * 1000)
    report = cache_size(session)
    assert report.size_bytes >= 1000
    assert dict(report.by_kind) == {"facts": report.size_bytes}
    assert clean_cache(session).size_bytes == report.size_bytes
    assert session.store.read_record("facts", "web") is None
    assert cache_size(session).size_bytes == 0


def test_a_damaged_record_is_dropped(make_session: Maker) -> None:
    session = make_session()
    session.store.write_record("facts", "web", b"x" * 1000)
    assert verify_cache(session).damaged == ()
    (path,) = (
        os.path.join(parent, name)
        for parent, _, names in os.walk(session.cache_folder)
        for name in names
        if "facts" in parent
    )
    with open(path, "r+b") as file:
        file.seek(-1, os.SEEK_END)
        file.write(b"y")
    assert verify_cache(session).damaged == (path,)
    assert not os.path.exists(path)
