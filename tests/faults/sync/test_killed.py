"""SIGKILL at random moments of `sync`: the next one heals, without a network where the lock was there before."""

from __future__ import annotations

import os
import random
from typing import Any

import pytest

KILLS = int(os.environ.get("FAULTS_KILLS", "15"))
_ONE = ("alpha==1.0", "beta")
_TWO = ("alpha==2.0", "gamma")


@pytest.fixture
def moments(request: pytest.FixtureRequest) -> random.Random:
    """The same moments in every run, as far as a clock can be the same."""
    return random.Random(request.node.name)


def test_killed_while_packages_change(shop: Any, moments: random.Random) -> None:
    shop.bring(_ONE)
    shop.ask_for(_TWO)
    whole_s = shop("--offline", "sync").took_s
    killed = 0
    for _ in range(KILLS):
        shop.bring(_ONE)
        shop.ask_for(_TWO)
        finished = shop("--offline", "sync", kill_after_s=moments.uniform(0, whole_s))
        killed += finished.code == -9
        shop.check_whole(_TWO, _ONE)
        shop.check_healed(_TWO, "--offline")
    assert killed > KILLS // 3


def test_killed_while_the_environment_is_replaced(shop: Any, moments: random.Random) -> None:
    for _ in range(KILLS):
        shop.bring(_ONE)
        (shop.project / ".venv/clutch-unfinished").write_text("")
        shop("--offline", "sync", kill_after_s=moments.uniform(0, 0.15))
        shop.check_whole(_ONE, _ONE)
        shop.check_healed(_ONE, "--offline")


def test_killed_during_the_first_sync_of_all(shop: Any, moments: random.Random) -> None:
    for _ in range(KILLS):
        shop.forget()
        shop.ask_for(_ONE)
        shop("sync", kill_after_s=moments.uniform(0, 0.3))
        shop.check_whole(_ONE, _ONE)
        shop.check_healed(_ONE)


def test_what_a_killed_write_left_in_the_project_is_removed(shop: Any) -> None:
    shop.bring(_ONE)
    for name in (".pylock.toml.999999999-0123abcd.tmp", ".pyproject.toml.999999999-0123abcd.tmp"):
        (shop.project / name).write_text("half")
        os.utime(shop.project / name, (1_000_000_000, 1_000_000_000))
    kept = shop.project / f".pylock.toml.{os.getpid()}-0123abcd.tmp"
    kept.write_text("another command is at work")
    os.utime(kept, (1_000_000_000, 1_000_000_000))
    shop("--offline", "sync", "--reinstall", "beta")
    assert sorted(os.listdir(shop.project)) == [".clutch", kept.name, ".venv", "pylock.toml", "pyproject.toml"]
    kept.unlink()
