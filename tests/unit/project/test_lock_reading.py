from __future__ import annotations

import tomllib

import pytest

from clutch.base.errors import ClutchError
from clutch.model.lock import Asked, Lock
from clutch.project import lock_reading
from clutch.project.lock_reading import parse_by_tomllib, parse_lock
from clutch.project.lockfile import render_lock

EMPTY = Lock(">=3.11", (), (), (), (), (), Asked({"": ()}, {}, ""))


def plain(lock: Lock) -> Lock:
    """Without the one setting whose escapes send the reader to tomllib."""
    return lock._replace(asked=lock.asked._replace(settings={"resolution": "highest"}))


def test_reading_gives_what_was_written(full_lock: Lock) -> None:
    assert parse_lock(render_lock(full_lock), "pylock.toml") == full_lock
    assert parse_lock(render_lock(EMPTY), "pylock.toml") == EMPTY


def test_the_quick_way_reads_our_files_and_agrees_with_tomllib(
    full_lock: Lock, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = render_lock(plain(full_lock))
    slow = parse_by_tomllib(text, "pylock.toml")
    monkeypatch.setattr(tomllib, "loads", None)
    assert parse_lock(text, "pylock.toml") == slow == plain(full_lock)


@pytest.mark.parametrize(
    "change", [("\n", "\r\n"), ("  ", "    "), (" = ", "="), ("[[packages]]", "[[ packages ]] # x")]
)
def test_other_peoples_style_is_read_too(full_lock: Lock, change: tuple[str, str]) -> None:
    text = render_lock(plain(full_lock)).replace(*change)
    assert parse_lock(text, "pylock.toml") == plain(full_lock)


def test_a_newer_format_is_refused_in_words() -> None:
    text = render_lock(EMPTY)
    for newer in (text.replace("format = 1", "format = 2"), text.replace('"1.0"', '"2.0"')):
        with pytest.raises(ClutchError) as caught:
            parse_lock(newer, "pylock.toml")
        assert caught.value.code == "lock-too-new"
        assert "does not know" in caught.value.message


def test_a_minor_lock_version_is_read() -> None:
    assert parse_lock(render_lock(EMPTY).replace('"1.0"', '"1.3"'), "pylock.toml") == EMPTY


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "invalid-lock"),
        ("name = 1\n", "invalid-lock"),
        ("a = \n", "malformed-toml"),
        ('lock-version = "1.0"\n[[packages]]\nversion = "1"\n', "invalid-lock"),
        ('lock-version = "1.0"\npackages = 3\n', "invalid-lock"),
        ('lock-version = "1.0"\n[[packages]]\nname = "a"\nwheels = ["x"]\n', "invalid-lock"),
        ('lock-version = "1.0"\nextras = [\n  "a",\n', "malformed-toml"),
        ('lock-version = "1.0"\n<<<<<<< HEAD\n=======\n>>>>>>> x\n', "lock-conflict"),
    ],
)
def test_what_is_no_lock_is_refused(text: str, code: str) -> None:
    with pytest.raises(ClutchError) as caught:
        parse_lock(text, "some/pylock.toml")
    assert caught.value.code == code
    assert caught.value.place is not None
    assert caught.value.place.file == "some/pylock.toml"


def test_duplicate_keys_go_to_tomllib() -> None:
    with pytest.raises(ClutchError) as caught:
        parse_lock('lock-version = "1.0"\nextras = []\nextras = []\n', "pylock.toml")
    assert caught.value.code == "malformed-toml"
    assert lock_reading.FORMAT == 1
