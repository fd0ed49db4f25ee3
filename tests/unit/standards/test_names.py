from __future__ import annotations

import pytest

from clutch.standards.names import is_name, normalize


@pytest.mark.parametrize("name", ["Foo.Bar_baz", "foo-bar-baz", "FOO--bar._.baz"])
def test_runs_of_separators_become_one_hyphen(name: str) -> None:
    assert normalize(name) == "foo-bar-baz"


def test_a_name_begins_and_ends_with_a_letter_or_digit() -> None:
    assert [text for text in ("a", "A-1", "0x", "-a", "a-", "a b", "", "ä") if is_name(text)] == ["a", "A-1", "0x"]
