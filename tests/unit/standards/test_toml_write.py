from __future__ import annotations

import datetime
import tomllib

import pytest

from clutch.standards.toml_write import (
    Datetime,
    is_datetime,
    render_array,
    render_header,
    render_key,
    render_pair,
    render_table,
    render_value,
)


@pytest.mark.parametrize(
    "value",
    ["", 'a"b\\c', "line\nend\t\x00\x7f\r", "ü 🐍", 0, -5, True, False, [], ["a", 1], {}, {"a b": {"c": [1]}}],
)
def test_values_are_read_back(value: object) -> None:
    assert tomllib.loads(render_pair("odd key.", value)) == {"odd key.": value}


def test_times_keep_their_digits() -> None:
    assert render_value(Datetime("2024-01-02T03:04:05.120000Z")) == "2024-01-02T03:04:05.120000Z"
    moment = datetime.datetime(2024, 1, 2, tzinfo=datetime.UTC)
    assert render_value(moment) == "2024-01-02T00:00:00Z"
    assert is_datetime("2024-01-02T03:04:05Z")
    assert not is_datetime("yesterday")


def test_layout() -> None:
    assert render_key("a-b_1") == "a-b_1"
    assert render_array(["a", "b"]) == '[\n    "a",\n    "b",\n]'
    assert render_array([]) == "[]"
    assert render_header(["packages", "x.y"], repeated=True) == '[[packages."x.y"]]\n'
    assert render_table(["tool"], {"a": 1}) == "[tool]\na = 1\n"
    assert render_value({"a": 1, "b": "c"}) == '{ a = 1, b = "c" }'


def test_what_toml_cannot_say_is_a_defect() -> None:
    with pytest.raises(TypeError, match="NoneType"):
        render_value(None)
