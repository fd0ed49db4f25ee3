from __future__ import annotations

import pytest

from clutch.base.errors import ClutchError
from clutch.pypi.page_files import PageFiles, Shelf
from clutch.pypi.page_store import PageStore, StoredPage, checksum_of
from clutch.pypi.pages import Releases
from clutch.standards.simple import OpenPage

BASE = "https://index.example/simple/demo/"


def page_of(version, folder="f"):
    return b"""{"name": "demo", "meta": {"api-version": "1.1"}, "files": [
        {"filename": "demo-%s.tar.gz", "url": "/%s/demo-%s.tar.gz", "hashes": {"sha256": "%s"}}]}""" % (
        version,
        folder.encode(),
        version,
        b"a" * 64,
    )


def stored(body, media="application/vnd.pypi.simple.v1+json"):
    return StoredPage("", 0, 0, checksum_of(body), "", "", media, BASE)


@pytest.fixture
def pages(tools):
    return PageStore(tools.store)


def test_files_that_were_wanted_once_are_read_without_the_page(pages, tools):
    body = page_of(b"1.0")
    pages.write(BASE, stored(body), body)
    first = PageFiles(BASE, stored(body), pages, Shelf()).paragraph("1.0")
    assert "https://index.example/f/*" in first
    tools.store.clean("page")
    assert PageFiles(BASE, stored(body), pages, Shelf()).paragraph("1.0") == first


def test_files_of_another_state_of_the_page_are_not_taken(pages):
    old, new = page_of(b"1.0", "old"), page_of(b"1.0", "new")
    for body, folder in ((old, "old"), (new, "new")):
        pages.write(BASE, stored(body), body)
        assert f"/{folder}/" in PageFiles(BASE, stored(body), pages, Shelf()).paragraph("1.0")
    assert pages.read_files(BASE, "1.0", checksum_of(old)) is None


def test_page_that_does_not_fit_its_listing_is_an_error_and_forgotten(pages):
    old, new = page_of(b"1.0"), page_of(b"2.0")
    pages.write(BASE, stored(new), new)
    with pytest.raises(ClutchError) as caught:
        PageFiles(BASE, stored(old), pages, Shelf()).paragraph("1.0")
    assert caught.value.code == "index-changed"
    assert pages.read(BASE, 0) is None


def test_page_that_may_not_be_stored_is_kept_in_memory(pages, tools):
    body = page_of(b"1.0")
    files = PageFiles(BASE, stored(body), pages, Shelf(), body)
    assert "demo-1.0.tar.gz" in files.paragraph("1.0")
    assert tools.store.size_bytes() == {}


def test_page_with_wrong_hashes_is_refused_when_they_are_wanted(pages):
    body = page_of(b"1.0").replace(b'{"sha256"', b'{"sha256": [], "x"')
    with pytest.raises(ClutchError) as caught:
        PageFiles(BASE, stored(body), pages, Shelf(), body).paragraph("1.0")
    assert caught.value.code == "invalid-index-page"


def test_listing_of_a_page_that_may_not_be_stored_gives_its_files(tools):
    tools.simple.cache_control = "no-store"
    tools.simple.add_wheel("demo", "1.0")
    listing = tools.index().listing("demo").get()
    assert [one.filename for one in listing.artifacts(0)] == ["demo-1.0-py3-none-any.whl"]


def test_package_asked_by_name_and_from_its_index_is_one_listing(tools):
    tools.simple.add_wheel("demo", "1.0")
    index = tools.index()
    assert index.listing("demo").get() is index.listing("demo", "main").get()


def test_shelf_drops_the_oldest_and_keeps_one_that_is_too_large():
    shelf = Shelf()
    releases = Releases("demo", OpenPage([], lambda file: file))
    for key in ("a", "b"):
        shelf.put(key, releases, 5 << 20)
    assert shelf.get("a") is None
    assert shelf.get("b") is releases
    shelf.put("c", releases, 100 << 20)
    assert shelf.get("c") is releases
