"""Every system call that changes something fails once during `sync`: nothing is half, and the next sync heals it."""

from __future__ import annotations

import errno
import os
import re
import shutil
from typing import Any

import pytest

MOST_CALLS = 1500
EVERY_NTH = 1 if os.environ.get("FAULTS_ALL") else 9
"""How many of the points of the long story are tried; each ordinary run begins at the same one."""
_ERRORS = (errno.ENOSPC, errno.EIO)

_ONE = ("alpha==1.0", "beta")
_TWO = ("alpha==2.0", "gamma")


def _check_told(finished: Any, sentence: re.Pattern[str]) -> None:
    """A call that may fail is no error, any other is one sentence."""
    assert finished.code in (0, 1), finished.err
    assert "Traceback" not in finished.err
    assert finished.code == 0 or sentence.search(finished.err), finished.err


@pytest.mark.parametrize("start", [0, 1] if os.environ.get("FAULTS_ALL") else [0])
def test_a_change_of_packages(shop: Any, sentence: re.Pattern[str], start: int) -> None:
    """To and fro: each point is tried in one of the two directions, with `FAULTS_ALL` in both."""
    ways = ((_ONE, _TWO), (_TWO, _ONE))
    shop.bring(ways[(start + 1) % 2][0])
    failures = 0
    for number in range(1, MOST_CALLS):
        before, wanted = ways[(start + number) % 2]
        shop.ask_for(wanted)
        finished = shop("--offline", "sync", fail=number, error=_ERRORS[number // 2 % 2])
        _check_told(finished, sentence)
        failures += finished.code
        shop.check_whole(wanted, before)
        shop.check_healed(wanted, "--offline")
        if finished.seen < number:
            break
    assert finished.seen < number
    assert failures > 20


def test_a_reinstallation_under_a_stamp_that_holds(shop: Any, sentence: re.Pattern[str]) -> None:
    shop.bring(_ONE)
    for number in range(1, MOST_CALLS):
        assert shop.is_trusted()
        finished = shop("--offline", "sync", "--reinstall", "alpha", fail=number, error=_ERRORS[number % 2])
        _check_told(finished, sentence)
        shop.check_whole(_ONE, _ONE)
        shop.check_healed(_ONE, "--offline")
        if finished.seen < number:
            break
    assert finished.seen < number


def test_an_environment_that_is_replaced(shop: Any, sentence: re.Pattern[str]) -> None:
    shop.bring(_ONE)
    for number in range(1, MOST_CALLS):
        (shop.project / ".venv/clutch-unfinished").write_text("")
        finished = shop("--offline", "sync", fail=number, error=_ERRORS[number % 2])
        _check_told(finished, sentence)
        shop.check_whole(_ONE, _ONE)
        shop.check_healed(_ONE, "--offline")
        if finished.seen < number:
            break
    assert finished.seen < number


def test_the_first_sync_of_all(shop: Any, sentence: re.Pattern[str]) -> None:
    for number in range(1, MOST_CALLS, EVERY_NTH):
        shop.forget()
        shop.ask_for(_ONE)
        finished = shop("sync", fail=number, error=_ERRORS[number % 2])
        _check_told(finished, sentence)
        shop.check_whole(_ONE, _ONE)
        shop.check_healed(_ONE)
        if finished.seen < number:
            break
    assert finished.seen < number


@pytest.fixture(autouse=True)
def _whole_again(shop: Any) -> Any:
    """A test that failed leaves nothing to the next one."""
    yield
    shop.forget()
    shop.ask_for(_ONE)
    assert shop("sync").code == 0
    shutil.rmtree(shop.project / ".venv")
    shop.ask_for(_TWO)
    assert shop("sync").code == 0
