"""Errors, changes and reports as text."""

from __future__ import annotations

import json
from typing import NamedTuple

from clutch.base.errors import ClutchError, Place
from clutch.cli.render import (
    error_as_json,
    render_changes,
    render_columns,
    render_error,
    render_json,
    render_moves,
    render_seconds,
    short_path,
)
from clutch.cli.terminal import Terminal
from clutch.ops.changes import Change

_PLAIN = Terminal({"NO_COLOR": "1"})


def _error() -> ClutchError:
    place = Place("pyproject.toml", 7)
    error = ClutchError(
        "invalid-specifier", "`=>1` is no specifier", subject="numpy", place=place, hints=("write `>=1`",)
    )
    error.with_fact("while reading the group `dev`")
    return error


def test_an_error_is_sentence_place_facts_hints() -> None:
    assert render_error(_error(), _PLAIN) == (
        "error: `=>1` is no specifier\n  at pyproject.toml:7\n  while reading the group `dev`\nhint: write `>=1`\n"
    )


def test_a_place_that_the_sentence_names_is_not_said_twice() -> None:
    error = ClutchError("malformed-toml", "`pyproject.toml:3` is not TOML", place=Place("pyproject.toml", 3))
    assert render_error(error, _PLAIN) == "error: `pyproject.toml:3` is not TOML\n"


def test_colour_marks_the_word_alone() -> None:
    terminal = Terminal({})
    terminal.configure("always", 0, 0)
    assert render_error(ClutchError("x", "it broke"), terminal) == "\x1b[1;31merror:\x1b[0m it broke\n"


def test_an_error_as_json() -> None:
    assert json.loads(error_as_json(_error())) == {
        "error": {
            "code": "invalid-specifier",
            "message": "`=>1` is no specifier",
            "subject": "numpy",
            "file": "pyproject.toml",
            "line": 7,
            "facts": ["while reading the group `dev`"],
            "hints": ["write `>=1`"],
        }
    }


class _Row(NamedTuple):
    name: str
    version: str
    more: object = None


def test_named_tuples_are_objects_and_others_arrays() -> None:
    value = {"rows": (_Row("a", "1", (True, 2)), _Row("ü", "2"))}
    assert json.loads(render_json(value)) == {
        "rows": [{"name": "a", "version": "1", "more": [True, 2]}, {"name": "ü", "version": "2", "more": None}]
    }
    assert "ü" in render_json(value)


def test_columns_are_aligned_without_trailing_blanks() -> None:
    assert render_columns([("a", "1", ""), ("long", "10", "x")], ("name", "n", "")) == (
        "name  n\n"
        "a     1\n"
        "long  10  x\n"
    )  # fmt: skip
    assert render_columns([]) == ""


def test_changes_of_a_lock() -> None:
    changes = (Change("a", "", "1"), Change("b", "1", ""), Change("c", "1", "2"))
    assert render_changes(changes, _PLAIN) == " + a 1\n - b 1\n ~ c 1 -> 2\n"


def test_moves_of_an_environment_join_a_replacement() -> None:
    removed = (_Row("b", "1"), _Row("c", "1"), _Row("d", "1"))
    installed = (_Row("a", "1"), _Row("c", "2"), _Row("d", "1"), _Row("self", ""))
    assert render_moves(removed, installed, _PLAIN) == " + a 1\n - b 1\n ~ c 1 -> 2\n ~ d 1\n + self\n"


def test_seconds_for_people() -> None:
    assert [render_seconds(value) for value in (0.0123, 0.9999, 3.44, 125.0)] == [
        "12 ms",
        "1000 ms",
        "3.4 s",
        "2 min 5 s",
    ]


def test_a_path_inside_the_folder_is_shortened() -> None:
    assert short_path("/a/b/pyproject.toml", "/a/b") == "pyproject.toml"
    assert short_path("/a/bc/pyproject.toml", "/a/b") == "/a/bc/pyproject.toml"
    assert short_path("/x", "/") == "x"
