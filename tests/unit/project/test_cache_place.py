from __future__ import annotations

import os

import pytest

from clutch.project.cache_place import find_cache

HOME = {"HOME": "/home/ada"}


@pytest.mark.parametrize(
    ("environ", "platform", "expected"),
    [
        (HOME, "linux", "/home/ada/.cache/clutch"),
        ({**HOME, "XDG_CACHE_HOME": "/var/cache/ada"}, "linux", "/var/cache/ada/clutch"),
        ({**HOME, "XDG_CACHE_HOME": ""}, "linux", "/home/ada/.cache/clutch"),
        (HOME, "darwin", "/home/ada/Library/Caches/clutch"),
        ({**HOME, "XDG_CACHE_HOME": "/x"}, "darwin", "/x/clutch"),
        ({"USERPROFILE": "C:/ada"}, "win32", "C:/ada/AppData/Local/clutch/cache"),
        ({"USERPROFILE": "C:/ada", "LOCALAPPDATA": "D:/local"}, "win32", "D:/local/clutch/cache"),
    ],
)
def test_the_users_own_cache_on_each_system(environ, platform, expected):
    assert find_cache("", "/work", environ, platform) == expected


def test_a_stated_folder_is_seen_from_where_the_command_works():
    here = os.path.abspath("work")
    assert find_cache("cache", here, HOME, "linux") == os.path.join(here, "cache")
    assert find_cache("../cache", here, HOME, "linux") == os.path.join(os.path.dirname(here), "cache")
    assert find_cache("~/cache", here, HOME, "linux") == os.path.expanduser("~/cache")
