from __future__ import annotations

from clutch.model.lock import Lock
from clutch.project.lock_conflict import conflict_pins, has_conflict, read_pins, split_sides
from clutch.project.lockfile import render_lock

CONFLICT = """lock-version = "1.0"
[[packages]]
name = "a"
<<<<<<< HEAD
version = "1"
||||||| base
version = "0"
=======
version = "2"
[[packages]]
name = "b"
version = "3"
>>>>>>> other
"""


def test_both_sides_are_read() -> None:
    assert has_conflict(CONFLICT)
    ours, theirs = conflict_pins(CONFLICT)
    assert ours == {"a": ("1",)}
    assert theirs == {"a": ("2",), "b": ("3",)}
    assert "<<<" not in split_sides(CONFLICT).ours + split_sides(CONFLICT).theirs


def test_pins_of_a_whole_lock(full_lock: Lock) -> None:
    text = render_lock(full_lock)
    assert not has_conflict(text)
    pins = read_pins(text)
    assert pins["idna"] == ("2.0", "10.0")
    assert pins["toys"] == ("1-b_2",)
    assert "app" not in pins
