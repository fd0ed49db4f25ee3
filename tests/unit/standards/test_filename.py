from __future__ import annotations

import pytest

from clutch.base.errors import ClutchError
from clutch.standards.filename import WheelName, expand_tags, parse_sdist_filename, parse_wheel_filename


def test_compressed_tags_are_written_out() -> None:
    assert parse_wheel_filename("Foo_Bar-1.0.0-1a-py2.py3-none-any.whl") == WheelName(
        "foo-bar", "1.0.0", "1a", ("py2-none-any", "py3-none-any")
    )


@pytest.mark.parametrize(
    "text",
    ["a.zip", "a-1-py3-none.whl", "a-1-x-py3-none-any.whl", "a-x-py3-none-any.whl", "a__b-1-py3-none-any.whl"],
)
def test_what_is_no_wheel_is_refused(text: str) -> None:
    with pytest.raises(ClutchError) as caught:
        parse_wheel_filename(text)
    assert caught.value.code == "invalid-filename"


def test_a_name_cannot_stand_for_thousands_of_tags() -> None:
    many = ".".join(f"p{number}" for number in range(50))
    with pytest.raises(ClutchError, match="too many tags"):
        parse_wheel_filename(f"a-1-{many}-{many}-{many}.whl")


def test_sdist_names_with_hyphens_in_both_parts() -> None:
    assert parse_sdist_filename("foo-bar-1.0-1.tar.gz", "foo_bar") == ("foo-bar", "1.0.post1")
    assert parse_sdist_filename("foo_bar-1.0.zip", "foo-bar") == ("foo-bar", "1.0")
    with pytest.raises(ClutchError, match="does not begin with `foo-`"):
        parse_sdist_filename("foobar-1.0.tar.gz", "foo")
    with pytest.raises(ClutchError, match="no source archive"):
        parse_sdist_filename("foo-1.0.exe", "foo")


def test_a_set_of_tags_has_three_parts() -> None:
    assert expand_tags("CP311.cp312-abi3-any") == ("cp311-abi3-any", "cp312-abi3-any")
    for text in ("", "py3-none", "1-py3-none-any"):
        with pytest.raises(ClutchError, match="not 3"):
            expand_tags(text)
