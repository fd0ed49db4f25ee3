"""`lock`, `update`, `upgrade` and `outdated`: which versions, and when they move."""

from __future__ import annotations

import json
import re
import tomllib
from typing import Any

import pytest


def _versions(world: Any) -> dict[str, str]:
    packages = tomllib.loads(world.lock.read_text())["packages"]
    return {package["name"]: package.get("version", "") for package in packages}


@pytest.fixture
def old(world: Any) -> Any:
    """A project whose lock is older than its index."""
    world.write('"web==2.4", "text==1.0"')
    world("lock")
    world.write('"web>=2,<3", "text"')
    world("lock")
    assert _versions(world) == {"text": "1.0", "web": "2.4"}, "locked versions stay while they fit"
    return world


def test_a_lock_is_checked_without_being_written(world: Any) -> None:
    world.write('"web"')
    missing = world("lock", "--check", code=3)
    assert missing.err == f"error: `{world.lock}` is stale: there is no lock yet\nhint: run `clutch lock`\n"
    world("lock")
    assert world("lock", "--check").err.startswith("the lock is up to date")
    world.write('"web", "pipe"')
    before = world.state()
    stale = world("lock", "--check", code=3)
    assert stale.err.startswith(f"error: `{world.lock}` is stale: ")
    assert "pipe" in stale.err
    assert world.state() == before


def test_the_same_question_gives_the_same_bytes(world: Any) -> None:
    world.write('"web[fast]", "checker"')
    world("lock")
    first = world.lock.read_bytes()
    world.lock.unlink()
    world.index.speaks_json = False
    world("lock", more={"CLUTCH_CACHE_DIR": str(world.home / "other")})
    assert world.lock.read_bytes() == re.sub(rb"size = \d+, ", b"", first), "HTML tells no sizes"
    world.lock.unlink()
    world.index.reset()
    world("lock", more={"CLUTCH_CACHE_DIR": str(world.home / "third")})
    assert world.lock.read_bytes() == first


def test_one_package_or_all_are_let_go(old: Any) -> None:
    before = old.lock.read_bytes()
    dry = old("lock", "--dry-run", "-P", "text")
    assert dry.err == " ~ text 1.0 -> 2.0\nwould lock 2 packages\n"
    assert old.lock.read_bytes() == before
    assert " ~ text 1.0 -> 2.0" in old("lock", "-P", "text").err
    assert _versions(old) == {"text": "2.0", "web": "2.4"}
    old.lock.write_bytes(before)
    old("lock", "-U")
    assert _versions(old) == {"text": "2.0", "web": "2.4"}
    unknown = old("lock", "-P", "txt", code=1)
    assert unknown.err == "error: `txt` is not in the lock\nhint: did you mean `text`?\n"


def test_update_stays_inside_the_bounds_and_upgrade_moves_them(old: Any) -> None:
    updated = old("update")
    assert " ~ text 1.0 -> 2.0" in updated.err
    assert old.installed() == {"text": "2.0", "web": "2.4"}
    manifest = old.manifest.read_text()
    assert "everything is as new as the bounds" in old("update").err
    dry = old("upgrade", "--dry-run")
    assert "would move `web>=2,<3` to `web>=3.0,<4`" in dry.err
    assert old.manifest.read_text() == manifest
    upgraded = old("upgrade")
    assert "moved `web>=2,<3` to `web>=3.0,<4`" in upgraded.err
    assert " ~ web 2.4 -> 3.0" in upgraded.err
    assert old.installed() == {"text": "2.0", "web": "3.0"}
    assert old("upgrade").err.startswith("the bounds in pyproject.toml allow the newest versions already\n")
    assert old("upgrade", "wbe", code=1).err.endswith("hint: did you mean `web`?\n")


def test_upgrade_of_one_that_states_no_bound_to_move(world: Any) -> None:
    world.write('"web!=1.0"')
    world("lock")
    world.lock.write_text(world.lock.read_text().replace("3.0", "2.4"))
    world.write('"web==2.4"')
    world("lock")
    world.write('"web!=1.0"')
    world("lock")
    assert _versions(world)["web"] == "2.4"
    world("upgrade")
    assert _versions(world)["web"] == "3.0"


def test_outdated_shows_what_the_bounds_allow_and_what_there_is(old: Any) -> None:
    report = json.loads(old("outdated", "--json").out)
    rows = {row["name"]: (row["locked"], row["allowed"], row["newest"]) for row in report["packages"]}
    assert rows == {"text": ("1.0", "2.0", "2.0"), "web": ("2.4", "2.4", "3.0")}
    assert "3.0" in old("outdated").out


def test_a_lock_with_conflict_marks_of_git_heals(world: Any) -> None:
    world.write('"web"')
    world("lock")
    lines = world.lock.read_text().splitlines(keepends=True)
    middle = len(lines) // 2
    world.lock.write_text(
        "".join([*lines[:middle], "<<<<<<< ours\n", "=======\n", ">>>>>>> theirs\n", *lines[middle:]])
    )
    world("sync")
    assert "<<<<" not in world.lock.read_text()
    assert world.installed() == {"text": "2.0", "web": "3.0"}


@pytest.mark.parametrize("speaks_json", [True, False])
@pytest.mark.parametrize("serves_ranges", [True, False])
def test_both_forms_of_an_index_with_and_without_ranges(world: Any, speaks_json: bool, serves_ranges: bool) -> None:
    world.index.speaks_json, world.index.serves_ranges = speaks_json, serves_ranges
    world.write('"web[fast]"')
    world("sync")
    assert world.installed() == {"engine": "1.0", "pipe": "1.5", "text": "2.0", "web": "3.0"}


def test_a_second_index_is_asked_first_and_an_explicit_one_only_for_its_own(world: Any) -> None:
    nothing = world.index.root + "/nothing/"
    table = f'[[tool.clutch.index]]\nname = "spare"\nurl = "{nothing}"\n'
    world.write('"web"', table)
    world("lock")
    assert "/nothing/web/" in world.index.asked
    world.index.reset()
    world.write('"web"', table + "explicit = true\n")
    world("lock", "-U")
    assert not [path for path in world.index.asked if path.startswith("/nothing")]
