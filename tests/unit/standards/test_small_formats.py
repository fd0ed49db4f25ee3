"""RECORD, entry_points.txt, direct_url.json, dependency groups and the list of Pythons."""

from __future__ import annotations

import pytest

from clutch.base.errors import ClutchError
from clutch.standards import pythons
from clutch.standards.direct_url import DirectUrl, parse_direct_url, render_direct_url
from clutch.standards.entry_points import parse_entry_points
from clutch.standards.groups import expand_groups
from clutch.standards.record import RecordRow, parse_record, render_record


def test_record_is_read_back() -> None:
    rows = (
        RecordRow("a/__init__.py", "sha256", "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU", 0),
        RecordRow('a/odd,"name".txt', "sha256", "x", 12),
        RecordRow("a-1.dist-info/RECORD"),
    )
    text = render_record(rows)
    assert text.splitlines()[1:] == ['"a/odd,""name"".txt",sha256=x,12', "a-1.dist-info/RECORD,,"]
    assert parse_record(text) == rows
    assert parse_record("a/b,c.py,sha256=x,3\n") == (RecordRow("a/b,c.py", "sha256", "x", 3),)


def test_record_with_a_bad_row() -> None:
    with pytest.raises(ClutchError, match="three fields"):
        parse_record("a,b\n")
    with pytest.raises(ClutchError, match="as its size"):
        parse_record("a,sha256=x,big\n")


def test_entry_points() -> None:
    text = "# c\n[console_scripts]\nrun = a.b : main [extra]\n\n[x.y]\n; c\nplug=a\n"
    assert parse_entry_points(text) == {"console_scripts": (("run", "a.b:main"),), "x.y": (("plug", "a"),)}
    with pytest.raises(ClutchError, match="line 1 of the entry points"):
        parse_entry_points("run = a:b\n")


@pytest.mark.parametrize(
    "source",
    [
        DirectUrl("archive", "https://index.example/a.whl", hashes=(("sha256", "ab"),)),
        DirectUrl("archive", "https://index.example/a.tar.gz", "sub"),
        DirectUrl("directory", "file:///a", editable=True),
        DirectUrl("directory", "file:///a"),
        DirectUrl("vcs", "https://index.example/a.git", "", False, "git", "main", "0" * 40),
    ],
)
def test_direct_url_is_read_back(source: DirectUrl) -> None:
    assert parse_direct_url(render_direct_url(source)) == source


def test_direct_url_of_old_tools_and_bad_ones() -> None:
    old = '{"url": "https://index.example/a.whl", "archive_info": {"hash": "sha256=ab"}}'
    assert parse_direct_url(old).hashes == (("sha256", "ab"),)
    for text in ("", "[]", "{}", '{"url": "x"}'):
        with pytest.raises(ClutchError) as caught:
            parse_direct_url(text)
        assert caught.value.code == "invalid-direct-url"


def test_groups_are_expanded_in_place() -> None:
    groups = {"Test": ["pytest"], "dev_all": ["a", {"include-group": "test"}, "b"], "empty": []}
    assert expand_groups(groups) == {"test": ("pytest",), "dev-all": ("a", "pytest", "b"), "empty": ()}


@pytest.mark.parametrize(
    ("groups", "message"),
    [
        ({"a": [{"include-group": "b"}], "b": [{"include-group": "a"}]}, "`a` includes `b` includes `a`"),
        ({"a": [{"include-group": "a"}]}, "`a` includes `a`"),
        ({"a": [{"include-group": "tset"}], "test": []}, "includes `tset`, which does not exist"),
        ({"a": [{"include": "b"}]}, "neither a text nor"),
        ({"a": [1]}, "neither a text nor"),
        ({"a": "pytest"}, "is not a list"),
        ({"a-b": [], "A_b": []}, "have the same name"),
        ({"-": []}, "not a valid name"),
    ],
)
def test_bad_groups_are_explained(groups: dict[str, object], message: str) -> None:
    with pytest.raises(ClutchError) as caught:
        expand_groups(groups)
    assert caught.value.code == "invalid-dependency-groups"
    assert message in caught.value.message


def test_released_pythons_are_in_order() -> None:
    minors = [int(version.partition(".")[2]) for version in pythons.RELEASED]
    assert minors == list(range(8, 16))
    assert pythons.NEWEST == "3.15"
    assert pythons.SUPPORTED in pythons.RELEASED
