import pytest

from clutch.base.errors import UsageError
from clutch.model.environment import Interpreter
from clutch.python.request import parse_request


def interpreter(version: str, implementation: str = "cpython", *, threads: bool = False, debug: bool = False):
    return Interpreter("/p", "/p", version, implementation, {}, (), {}, "/", is_free_threaded=threads, is_debug=debug)


@pytest.mark.parametrize(
    ("text", "version", "is_allowed"),
    [
        ("3.12", "3.12.4", True),
        ("3.12", "3.1.2", False),
        ("3.1", "3.12.4", False),
        ("3", "3.12.4", True),
        ("3.12.4", "3.12.4", True),
        ("3.12.4", "3.12.40", False),
        ("3.15.0rc1", "3.15.0rc1", True),
        ("3.15rc1", "3.15.0rc1", True),
        ("3.15.0rc1", "3.15.0", False),
        (">=3.11,<3.14", "3.13.9", True),
        (">=3.11,<3.14", "3.14.0", False),
        (">=3.11, <3.14", "3.10.1", False),
        ("cp313", "3.13.0", True),
        ("cpython-3.13", "3.13.0", True),
        ("cpython@3.13", "3.12.0", False),
        ("python3.12", "3.12.1", True),
        ("python3", "3.12.1", True),
        ("3.13-dev", "3.13.0", True),
        ("any", "3.8.0", True),
        ("", "3.8.0", True),
    ],
)
def test_versions_in_every_common_form(text: str, version: str, is_allowed: bool) -> None:
    assert parse_request(text).allows(interpreter(version)) is is_allowed


def test_free_threaded_builds_are_meant_only_when_named() -> None:
    plain, threaded = interpreter("3.13.0"), interpreter("3.13.0", threads=True)
    for text in ("3.13t", "cpython-3.13t", "cp313t", "3.13.0t"):
        request = parse_request(text)
        assert request.allows(threaded)
        assert not request.allows(plain)
    assert not parse_request("3.13").allows(threaded)
    assert parse_request(">=3.13").allows(threaded)


def test_debug_builds_are_asked_for_by_d() -> None:
    assert parse_request("3.13d").allows(interpreter("3.13.0", debug=True))
    assert not parse_request("3.13d").allows(interpreter("3.13.0"))
    assert parse_request("3.13td").is_free_threaded


@pytest.mark.parametrize("text", ["pypy3.10", "pypy@3.10", "pypy-3.10", "pp310", "pypy3.10-7.3.12", "pypy", "pypy3"])
def test_pypy_is_only_pypy(text: str) -> None:
    request = parse_request(text)
    assert request.allows(interpreter("3.10.14", "pypy"))
    assert not request.allows(interpreter("3.10.14"))


@pytest.mark.parametrize("text", ["/usr/bin/python3", "./.venv", "~/py/bin/python", "..", "C:\\Python312\\python.exe"])
def test_what_looks_like_a_path_is_one(text: str) -> None:
    assert parse_request(text).path == text


def test_another_word_is_the_name_of_a_command() -> None:
    assert parse_request("my-python").command == "my-python"


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("312", "write `3.12`"),
        ("3.12.*", "write `3.12`"),
        ("3.x", "write `3`"),
        ("3.11,3.12", "write a range with its operators: `>=3.11`"),
        ("3.12.1.1", "write a version such as `3.12`, `3.12.4` or `3.13t`"),
        ("pyhton3.12", "write `python3.12`"),
        ("what is this", "write a version, a range, a path or the name of a command"),
    ],
)
def test_what_cannot_be_understood_says_what_to_write(text: str, hint: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_request(text)
    assert caught.value.code == "invalid-python-request"
    assert caught.value.hints == (hint,)
    assert f"`{text}`" in caught.value.message


def test_a_malformed_range_is_named() -> None:
    with pytest.raises(UsageError, match=r"`>=3\.x\.` is not a range of Python versions"):
        parse_request(">=3.x.")


def test_names_spare_asking() -> None:
    assert parse_request("3.12").may_allow("")
    assert parse_request("3.12").may_allow("3")
    assert not parse_request("3.12").may_allow("3.11")
    assert parse_request("3.12.4").may_allow("3.12")
    assert not parse_request("<3.11").may_allow("3.12")
    assert parse_request(">=3.11.9").may_allow("3.11")
    assert not parse_request(">=3.11.9").may_allow("3.11.7")
