from __future__ import annotations

import random

from clutch.model.lock import Lock
from clutch.project.lock_reading import parse_lock
from clutch.project.lockfile import render_lock, time_text


def test_one_order_whatever_the_parts_came_in(full_lock: Lock) -> None:
    text = render_lock(full_lock)
    shuffled = list(full_lock.packages)
    random.Random(7).shuffle(shuffled)
    turned = tuple(
        one._replace(wheels=one.wheels[::-1], edges=one.edges[::-1], extras=one.extras[::-1]) for one in shuffled
    )
    asked = full_lock.asked._replace(settings=dict(reversed(full_lock.asked.settings.items())))
    assert render_lock(full_lock._replace(packages=turned, groups=full_lock.groups[::-1], asked=asked)) == text


def test_versions_of_one_name_stand_oldest_first(full_lock: Lock) -> None:
    text = render_lock(full_lock)
    assert text.index('version = "2.0"') < text.index('version = "10.0"')


def test_rendering_what_was_read_changes_nothing(full_lock: Lock) -> None:
    text = render_lock(full_lock)
    assert render_lock(parse_lock(text, "pylock.toml")) == text


def test_one_fact_a_line(full_lock: Lock) -> None:
    for line in render_lock(full_lock).split("\n"):
        assert line.count("https://") <= 1
        assert not line.endswith(" ")


def test_times_have_one_spelling() -> None:
    assert time_text("2025-03-17T00:02:54.770000Z") == "2025-03-17T00:02:54.77Z"
    assert time_text("2025-03-17 00:02:54.000000+00:00") == "2025-03-17T00:02:54Z"
    assert time_text("2025-03-17T00:02:54.123456789Z") == "2025-03-17T00:02:54.123456Z"
    assert time_text("yesterday") == ""
