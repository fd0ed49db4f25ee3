from __future__ import annotations

import pytest

from clutch.base.errors import ClutchError
from clutch.standards.metadata import parse_metadata

SAMPLE = b"""Metadata-Version: 2.2
Name: Sample.Name
Version: 1.0
Summary: one
  line
Requires-Python: >=3.8
Requires-Dist: a (>=1)
Requires-Dist: b ; extra ==
        'X_y'
Provides-Extra: X_y
Provides-Extra: a
Dynamic: License
Home-page: https://index.example/
Project-URL: Docs, https://index.example/docs
Description: text
        Requires-Dist: inside
requires-dist: c

Requires-Dist: not a header
"""


@pytest.mark.parametrize("content", [SAMPLE, SAMPLE.replace(b"\n", b"\r\n"), b"\xef\xbb\xbf" + SAMPLE])
def test_headers_only_with_folded_lines(content: bytes) -> None:
    metadata = parse_metadata(content)
    assert (metadata.name, metadata.version, metadata.python) == ("Sample.Name", "1.0", ">=3.8")
    assert metadata.requires == ("a (>=1)", "b ; extra == 'X_y'", "c")
    assert metadata.extras == ("a", "x-y")
    assert metadata.summary == "one line"
    assert metadata.urls == (("Homepage", "https://index.example/"), ("Docs", "https://index.example/docs"))
    assert metadata.has_static_requirements


def test_requirements_are_static_from_2_2_on_unless_dynamic() -> None:
    assert not parse_metadata(SAMPLE.replace(b"2.2", b"2.1")).has_static_requirements
    assert not parse_metadata(SAMPLE.replace(b"License", b"Requires-Dist")).has_static_requirements
    assert not parse_metadata(SAMPLE.replace(b"2.2", b"x")).has_static_requirements


def test_a_field_without_which_nothing_can_be_known() -> None:
    with pytest.raises(ClutchError, match="has no field `Version`"):
        parse_metadata(b"Name: a\n\nVersion: 1\n")
