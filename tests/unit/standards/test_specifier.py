from __future__ import annotations

import pytest

from clutch.base.errors import ClutchError
from clutch.standards import specifier
from clutch.standards.specifier import parse_specifiers, python_bounds
from clutch.standards.version import parse_version

SLIPS = {
    ">>2": ">2",
    "=2": "==2",
    ">=1 <2": ">=1,<2",
    "~>1.4": "~=1.4",
    "^1.2.3": ">=1.2.3,<2",
    "^0.2": ">=0.2,<0.3",
    "1.0": "==1.0",
    "=>1": ">=1",
    "~=1": "==1.*",
    ">=1.*": ">=1",
    ">=3.6 and <4": ">=3.6,<4",
    "<>2": "!=2",
}


@pytest.mark.parametrize("text", SLIPS)
def test_common_slips_get_a_hint(text: str) -> None:
    with pytest.raises(ClutchError) as caught:
        parse_specifiers(text)
    assert caught.value.hints == (f"write `{SLIPS[text]}`",)


def test_the_message_says_what_was_expected_and_where() -> None:
    with pytest.raises(ClutchError) as caught:
        parse_specifiers(">=1.0,<x")
    assert caught.value.message == (
        "`>=1.0,<x` is not a version specifier: expected a version after `<` at column 8, found `x`"
    )


def test_canonical_text_is_sorted_and_without_duplicates() -> None:
    assert parse_specifiers(" >= v1.0 , <2,>=1.0,").text == "<2,>=1.0"
    assert parse_specifiers("").text == ""


def test_mask_parses_few_versions(monkeypatch: pytest.MonkeyPatch) -> None:
    versions = [f"1.{minor}" for minor in range(1023, -1, -1)]
    specifiers = parse_specifiers(">=1.100,!=1.200,<1.900")
    asked: list[str] = []

    def counting(text: str) -> object:
        asked.append(text)
        return parse_version(text)

    monkeypatch.setattr(specifier, "parse_version", counting)
    assert specifiers.mask(versions).bit_count() == 799
    assert len(asked) <= 3 * 2 * 11


def test_arbitrary_equality_compares_texts() -> None:
    exact = parse_specifiers("===1.0+Downstream1")
    assert exact.mask(["1.0+downstream1", "1.0"]) == 0b01
    assert not exact.contains(parse_version("1.0"))
    assert exact.pins_exactly


@pytest.mark.parametrize(
    ("text", "pins", "upper", "lower"),
    [
        ("", False, False, ""),
        ("==1.0", True, True, "1.0"),
        ("==1.*", False, True, "1"),
        (">=1,>2,<3", False, True, "2"),
        ("~=1.4", False, True, "1.4"),
        ("!=1", False, False, ""),
        ("===x", True, True, ""),
    ],
)
def test_what_a_specifier_tells_of_itself(text: str, pins: bool, upper: bool, lower: str) -> None:
    specifiers = parse_specifiers(text)
    assert (specifiers.pins_exactly, specifiers.has_upper_bound, specifiers.lower_bound) == (pins, upper, lower)


def test_python_bounds() -> None:
    assert python_bounds(parse_specifiers(">=3.9,<4")) == ("3.9", "4")
    assert python_bounds(parse_specifiers("==3.12.*")) == ("3.12", "3.13")
    assert python_bounds(parse_specifiers("<=3.12.4")) == ("", "3.12.5")
    assert python_bounds(parse_specifiers("<=3.12")) == ("", "3.12.1")
    assert python_bounds(parse_specifiers("~=3.9")) == ("3.9", "4")
    assert python_bounds(parse_specifiers("!=3.10.*")) == ("", "")


@pytest.mark.parametrize("version", ["1", "1.0", "01.002", "2026.10.19", "1.*", "0.0.*"])
@pytest.mark.parametrize("operator", [">=", "<=", "==", "!=", "<", ">", "~=", "==="])
@pytest.mark.parametrize("form", ["{}{}", " {} {} ", "{}{},>=0", ">=0 , {}\t{}"])
def test_common_clauses_are_read_as_any_clauses_are(form: str, operator: str, version: str) -> None:
    text = form.format(operator, version)

    def outcome(text: str) -> str:
        try:
            return parse_specifiers(text).text
        except ClutchError as error:
            return error.code

    assert outcome(text) == outcome(f"{text},")  # what ends in a comma is not read as a row of common clauses


def test_letters_and_blanks_beyond_ascii_are_not_read_as_common_clauses() -> None:
    for text in ("==\u0661", ">=\u00a01"):
        with pytest.raises(ClutchError):
            parse_specifiers(text)
