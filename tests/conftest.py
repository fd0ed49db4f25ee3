"""What holds for every test: no setting of the person who runs them, and the public index only where it answers."""

from __future__ import annotations

import os
import urllib.error
import urllib.request

import pytest

FOREIGN = ("CLUTCH_", "VIRTUAL_ENV", "PYTHONPATH", "PYTHONHOME", "NO_COLOR", "FORCE_COLOR", "CLICOLOR")
NETWORK_SWITCH = "CLUTCH_TEST_NETWORK"
"""`0`: tests marked `network` are skipped; `1`: they run, whatever a first look says."""


def pytest_configure(config: pytest.Config) -> None:
    config.stash[_NETWORK] = os.environ.get(NETWORK_SWITCH, "")
    for name in [name for name in os.environ if name.startswith(FOREIGN)]:
        del os.environ[name]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    marked = [item for item in items if item.get_closest_marker("network")]
    if not marked or config.stash[_NETWORK] == "1":
        return
    if config.stash[_NETWORK] == "0":
        reason = f"{NETWORK_SWITCH} is 0"
    elif not _index_answers():
        reason = "the public index does not answer"
    else:
        return
    for item in marked:
        item.add_marker(pytest.mark.skip(reason=reason))


def _index_answers() -> bool:
    from distlib.index import DEFAULT_INDEX

    try:
        with urllib.request.urlopen(DEFAULT_INDEX, timeout=10) as answer:
            return bool(answer.status)
    except urllib.error.HTTPError:
        return True  # an answer all the same
    except OSError:
        return False


_NETWORK = pytest.StashKey[str]()
