from __future__ import annotations

import pytest

from clutch.base.errors import ClutchError
from clutch.standards.marker import FALSE, TRUE, conjunction, disjunction, evaluate, parse_marker, render_marker
from clutch.standards.marker import variables_of as variables


def test_the_variable_always_stands_first() -> None:
    assert parse_marker('"3.8" <= python_version') == ("cmp", "python_version", ">=", "3.8")
    assert parse_marker("'nux' in sys.platform") == ("cmp", "sys_platform", "contains", "nux")
    assert parse_marker("os.name not in 'nt java'") == ("cmp", "os_name", "not in", "nt java")
    assert parse_marker("python_implementation=='CPython'")[1] == "platform_python_implementation"


def test_and_binds_tighter_than_or() -> None:
    marker = parse_marker('os_name == "a" or os_name == "b" and (os_name == "c" or os_name == "d")')
    assert marker[0] == "or"
    assert render_marker(marker) == 'os_name == "a" or os_name == "b" and (os_name == "c" or os_name == "d")'


def test_duplicates_and_neutral_parts_disappear() -> None:
    one = parse_marker('os_name == "nt"')
    assert conjunction(one, TRUE, one) == one
    assert disjunction(one, FALSE) == one
    assert conjunction(one, FALSE) == FALSE
    assert disjunction(one, TRUE) == TRUE
    assert conjunction() == TRUE
    assert disjunction() == FALSE
    assert render_marker(TRUE) == ""
    assert not evaluate(parse_marker(render_marker(FALSE)), {"python_version": "3.11"})


def test_extra_is_asked_of_a_set() -> None:
    marker = parse_marker('extra == "Foo_Bar"')
    assert evaluate(marker, {}, extras={"foo-bar", "x"})
    assert not evaluate(marker, {})
    assert evaluate(parse_marker('extra != "x"'), {}, extras={"y"})
    assert not evaluate(parse_marker('extra != "x"'), {}, extras={"x", "y"})
    assert evaluate(parse_marker('extra == ""'), {})


def test_groups_and_extras_of_a_lock() -> None:
    marker = parse_marker("'Dev' in dependency_groups and 'x' not in extras")
    assert evaluate(marker, {}, groups={"dev"})
    assert not evaluate(marker, {}, extras={"x"}, groups={"dev"})
    assert render_marker(marker) == '"dev" in dependency_groups and "x" not in extras'
    assert variables(marker) == {"dependency_groups", "extras"}


def test_a_literal_with_double_quotes_is_rendered_with_single_ones() -> None:
    marker = parse_marker("platform_version == 'a \"b\"'")
    assert parse_marker(render_marker(marker)) == marker


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("python_vers < '3'", "expected a marker variable or a quoted text at column 1", "write `python_version`"),
        ("python_version > 3.8", "expected a quoted text at column 18", 'write `python_version > "3.8"`'),
        ("os_name = 'nt'", "expected a comparison", "write `os_name == 'nt'`"),
        ("os_name == 'nt' and", "at column 20, found the end", ""),
        ("(os_name == 'nt'", "expected `)`, `and` or `or` at column 17", ""),
        ("os_name == 'nt' 'x'", "expected `and`, `or` or the end at column 17", ""),
        ("os_name == sys_platform", "a quoted text, not another variable", ""),
        ("extras == 'x'", 'expected `"name" in extras`', ""),
        ("'x' == extras", "expected `in` or `not in` before `extras`", ""),
        ("(" * 500 + "os_name == 'nt'", "less than a hundred nested parentheses", ""),
    ],
)
def test_messages_say_what_was_expected_and_where(text: str, message: str, hint: str) -> None:
    with pytest.raises(ClutchError) as caught:
        parse_marker(text)
    assert caught.value.code == "invalid-marker"
    assert message in caught.value.message
    assert caught.value.hints == ((hint,) if hint else ())
