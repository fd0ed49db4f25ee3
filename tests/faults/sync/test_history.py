"""`env history` and `env rollback`: the lock and the environment of before, also when going back fails half way."""

from __future__ import annotations

import json
import shutil
from typing import Any

_ONE = ("alpha==1.0", "beta")
_TWO = ("alpha==2.0", "gamma")


def _begin(shop: Any) -> None:
    """One, then two, with a history that begins here."""
    shutil.rmtree(shop.project / ".clutch", ignore_errors=True)
    shutil.rmtree(shop.project / ".venv", ignore_errors=True)
    shop.bring(_ONE)
    shop.bring(_TWO)


def test_every_lock_of_the_environment_is_listed(shop: Any) -> None:
    _begin(shop)
    assert shop("env", "history").code == 0
    first, *lines = shop.out().splitlines()
    assert first.startswith("2  ")
    assert first.endswith("Z  2 packages  (now)")
    assert lines[:3] == [" ~ alpha 1.0 -> 2.0", " - beta 1.0", " + gamma 1.0"]
    assert shop("env", "history", "--json").code == 0
    steps = json.loads(shop.out())["steps"]
    assert [(step["number"], step["is_current"]) for step in steps] == [(1, False), (2, True)]
    assert (shop.project / ".clutch/.gitignore").read_text() == "*\n"
    shop("--offline", "sync", "--reinstall", "alpha")
    assert len(list((shop.project / ".clutch/history").iterdir())) == 2


def test_going_back_restores_lock_and_environment(shop: Any) -> None:
    _begin(shop)
    finished = shop("--offline", "env", "rollback")
    assert finished.code == 0, finished.err
    assert "back to step 1" in finished.err
    assert "the next `clutch sync` locks again, because of pyproject.toml" in finished.err
    assert shop.environment() == shop.good[_ONE][0]
    assert shop.lock.read_bytes() == shop.good[_ONE][1]
    assert not shop.is_trusted()
    assert shop("--offline", "env", "rollback").code == 0
    assert shop.environment() == shop.good[_TWO][0]
    assert shop("--offline", "env", "rollback", "1").code == 0
    assert shop.environment() == shop.good[_ONE][0]
    shop.check_healed(_TWO, "--offline")


def test_no_history_and_no_such_step_are_told(shop: Any) -> None:
    shop.bring(_ONE)
    shutil.rmtree(shop.project / ".clutch", ignore_errors=True)
    assert "no history" in shop("env", "history").err
    assert "error: there is no earlier lock to go back to" in shop("env", "rollback").err
    assert shop("env", "rollback", "7").code == 2
    assert shop("env", "rollback", "last").code == 2


def test_going_back_survives_every_failing_call(shop: Any) -> None:
    _begin(shop)
    for number in range(1, 1000, 7):
        finished = shop("--offline", "env", "rollback", fail=number)
        assert finished.code in (0, 1), finished.err
        assert shop.lock.read_bytes() in (shop.good[_ONE][1], shop.good[_TWO][1])
        shop.check_store()
        shop.check_healed(_TWO, "--offline")
        if finished.seen < number:
            break
    assert finished.seen < number


def test_a_history_that_cannot_be_written_stops_no_sync(shop: Any) -> None:
    shop.bring(_ONE)
    shutil.rmtree(shop.project / ".clutch", ignore_errors=True)
    (shop.project / ".clutch").write_text("in the way")
    shop.bring(_TWO)
    (shop.project / ".clutch").unlink()
