from __future__ import annotations

import pytest

from clutch.base.errors import ClutchError
from clutch.standards.version import is_version, parse_version


def test_a_plain_and_a_spelled_out_version_are_one() -> None:
    assert parse_version("v1.0.0") == parse_version("1") == parse_version(" 1.0 ")
    assert parse_version("01.02").text == "1.2"


def test_the_same_text_is_the_same_value() -> None:
    assert parse_version("2.0rc1") is parse_version("2.0rc1")


@pytest.mark.parametrize("text", ["", "1.", "french toast", "1.0+", "1..0", "1.0-", "٣.0"])
def test_what_is_no_version_is_refused(text: str) -> None:
    with pytest.raises(ClutchError, match="is not a version as PEP 440 defines it") as caught:
        parse_version(text)
    assert caught.value.code == "invalid-version"
    assert not is_version(text)


def test_a_number_of_thousands_of_digits_is_refused_in_words() -> None:
    with pytest.raises(ClutchError, match="too long"):
        parse_version("1a" + "9" * 5000)
