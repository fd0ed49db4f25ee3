from __future__ import annotations

import json
import time
from urllib.parse import urljoin

import pytest

from clutch.base.errors import ClutchError
from clutch.standards.simple import SimpleFile, parse_simple_html, parse_simple_json

BASE = "https://index.example/simple/a/"


def page(**changes: object) -> bytes:
    content = {"meta": {"api-version": "1.1"}, "name": "a", "files": []}
    return json.dumps({**content, **changes}).encode()


def test_json_with_everything() -> None:
    file = {
        "filename": "a-1.0-py3-none-any.whl",
        "url": "../../files/a-1.0-py3-none-any.whl#x",
        "hashes": {"sha256": "ab", "md5": "cd"},
        "requires-python": ">=3.8",
        "core-metadata": {"sha256": "ef"},
        "data-dist-info-metadata": False,
        "yanked": "broken",
        "size": 12,
        "upload-time": "2024-01-01T00:00:00.5Z",
    }
    status = {"status": "archived", "reason": "done"}
    parsed = parse_simple_json(page(files=[file], versions=["1.0"], **{"project-status": status}), BASE)
    assert (parsed.name, parsed.versions, parsed.status, parsed.status_reason) == ("a", ("1.0",), "archived", "done")
    assert parsed.files == [
        SimpleFile(
            "a-1.0-py3-none-any.whl",
            "https://index.example/files/a-1.0-py3-none-any.whl",
            (("md5", "cd"), ("sha256", "ab")),
            12,
            "2024-01-01T00:00:00.5Z",
            ">=3.8",
            (("sha256", "ef"),),
            "broken",
        )
    ]


@pytest.mark.parametrize(
    ("fields", "facts", "withdrawn"),
    [
        ({}, None, None),
        ({"core-metadata": True, "yanked": True}, (), ""),
        ({"core-metadata": False, "dist-info-metadata": {"sha256": "a"}, "yanked": False}, None, None),
        ({"dist-info-metadata": {"sha256": "a"}}, (("sha256", "a"),), None),
        ({"data-dist-info-metadata": {"sha256": "a"}, "requires-python": None}, (("sha256", "a"),), None),
    ],
)
def test_json_announcements(fields: dict[str, object], facts: object, withdrawn: object) -> None:
    file = {"filename": "a-1.tar.gz", "url": f"{BASE}a-1.tar.gz", "hashes": {}, **fields}
    parsed = parse_simple_json(page(files=[file])).files[0]
    assert (parsed.facts_hashes, parsed.withdrawn) == (facts, withdrawn)


@pytest.mark.parametrize("content", [b"", b"<html>", b"[]", b'{"name": "a"}', b"\xff\xfe"])
def test_json_that_is_no_page(content: bytes) -> None:
    with pytest.raises(ClutchError) as caught:
        parse_simple_json(content)
    assert caught.value.code == "invalid-index-page"


def test_another_major_version_is_refused() -> None:
    with pytest.raises(ClutchError, match=r"version 2\.0") as caught:
        parse_simple_json(page(meta={"api-version": "2.0"}))
    assert caught.value.code == "unsupported-index-page"
    with pytest.raises(ClutchError, match=r"version 2\.0"):
        parse_simple_html(b'<meta name="pypi:repository-version" content="2.0">', BASE)


def test_html_with_everything() -> None:
    content = b"""<!DOCTYPE html><html><head><meta name="pypi:repository-version" content="1.3" />
    <meta name="pypi:project-status" content="quarantined"></head><body>
    <!-- <a href="hidden-1.0.tar.gz">hidden</a> -->
    <A HREF="../../files/a-1.0%2Bx-py3-none-any.whl#sha256=AB" data-requires-python="&gt;=3.8"
       data-core-metadata="sha256=cd" data-yanked="a &amp; b">a</A><br>
    <a data-requires-python=">=3.6" href='a-1.0.tar.gz?x=1' data-yanked="" data-dist-info-metadata="true">a</a>
    <a href=bare.zip>a</a> <a name="x">no file</a></body></html>"""
    parsed = parse_simple_html(content, BASE)
    assert parsed.status == "quarantined"
    assert parsed.files == [
        SimpleFile(
            "a-1.0+x-py3-none-any.whl",
            "https://index.example/files/a-1.0%2Bx-py3-none-any.whl",
            (("sha256", "ab"),),
            python=">=3.8",
            facts_hashes=(("sha256", "cd"),),
            withdrawn="a & b",
        ),
        SimpleFile("a-1.0.tar.gz", f"{BASE}a-1.0.tar.gz?x=1", python=">=3.6", facts_hashes=(), withdrawn=""),
        SimpleFile("bare.zip", f"{BASE}bare.zip"),
    ]


def test_html_base_moves_relative_links() -> None:
    content = b'<base href="https://files.example/x/"><a href="a-1.zip">a</a>'
    assert parse_simple_html(content, BASE).files[0].url == "https://files.example/x/a-1.zip"


@pytest.mark.parametrize("unit", [b'x="', b"<a b", b"<a x='", b" x", b" x= ", b"<!--", b'<a x="y" ', b"<meta "])
def test_hostile_html_takes_no_long_time(unit: bytes) -> None:
    start = time.process_time()
    parse_simple_html(b"<a " + unit * 20000, BASE)
    assert time.process_time() - start < 2


@pytest.mark.parametrize("base", [BASE, "https://index.example/a", "https://index.example", f"{BASE}x?y=../z"])
@pytest.mark.parametrize(
    "url",
    ["../../b/c.whl", "../c.whl#sha256=ab", "../../../../c", "..", "../", "../../b/../c", "c", "/c", "//h/c", "../a:b"],
)
def test_relative_links_are_resolved_as_rfc_3986_says(base: str, url: str) -> None:
    joined = parse_simple_html(f'<a href="{url}">c</a>'.encode(), base).files[0].url
    assert joined == urljoin(base, url).partition("#")[0]
