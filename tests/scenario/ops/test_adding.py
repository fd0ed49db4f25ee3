"""`add` and `remove`: the manifest, the lock and the environment change together or not at all."""

from __future__ import annotations

import json
import tomllib
from typing import Any

import pytest


def _dependencies(world: Any) -> list[str]:
    return list(tomllib.loads(world.manifest.read_text())["project"]["dependencies"])


def test_add_writes_a_lower_bound_locks_and_installs(world: Any) -> None:
    world.write()
    finished = world("add", "web")
    assert finished.err.splitlines()[0] == "added `web>=3.0` to dependencies"
    assert finished.err.count("web 3.0") == 1, "one line for one package"
    assert _dependencies(world) == ["web>=3.0"]
    assert world.installed() == {"text": "2.0", "web": "3.0"}


@pytest.mark.parametrize(
    ("bounds", "written"),
    [("lower", "web>=3.0"), ("major", "web>=3.0,<4"), ("minor", "web>=3.0,<3.1"), ("exact", "web==3.0")],
)
def test_bounds(world: Any, bounds: str, written: str) -> None:
    world.write()
    world("add", "--bounds", bounds, "web", "--no-sync")
    assert _dependencies(world) == [written]
    assert world("lock", "--check").code == 0


def test_add_with_extras_markers_groups_and_optional(world: Any) -> None:
    world.write()
    world("add", "web[fast]>=3", 'text ; sys_platform == "linux"')
    world("add", "--dev", "checker")
    world("add", "--group", "docs", "old-text==1.0", "--no-sync", code=1)
    world("add", "--group", "docs", "pipe", "--no-sync")
    world("add", "--optional", "all", "engine", "--no-sync")
    written = tomllib.loads(world.manifest.read_text())
    assert written["project"]["dependencies"] == ['text>=2.0 ; sys_platform == "linux"', "web[fast]>=3"]
    assert written["project"]["optional-dependencies"] == {"all": ["engine>=1.0"]}
    assert written["dependency-groups"] == {"dev": ["checker>=0.9"], "docs": ["pipe>=1.5"]}
    assert {"engine", "pipe", "checker"} < set(world.installed())
    assert world("run", "checker").out == "checked\n"


def test_add_from_a_requirements_file(world: Any) -> None:
    world.write()
    (world.project / "more.txt").write_text("pipe\n")
    (world.project / "requirements.txt").write_text("# ours\nweb==2.4  # old\n-r more.txt\n")
    world("add", "-r", "requirements.txt")
    assert _dependencies(world) == ["pipe>=1.5", "web==2.4"]
    (world.project / "bad.txt").write_text("web\nweb >> 1\n!!\n")
    before = world.state()
    finished = world("add", "-r", "bad.txt", code=1)
    assert "bad.txt:2" in finished.err
    assert "bad.txt:3" in finished.err
    assert world.state() == before


def test_not_one_other_byte_of_the_manifest_changes(world: Any) -> None:
    text = (
        "# ours\r\n[project]\r\nname = 'shop'   # the name\r\nversion = \"1.0\"\r\nrequires-python = '>=3.11'\r\n"
        'dependencies = [\r\n  "text",  # words\r\n  "web",\r\n]\r\n'
    )
    world.manifest.write_bytes(text.encode())
    world("add", "--no-sync", "pipe>=1")
    assert world.manifest.read_bytes().decode() == text.replace('  "text",', '  "pipe>=1",\r\n  "text",')
    world("remove", "--no-sync", "pipe")
    assert world.manifest.read_bytes().decode() == text


def test_a_library_hears_about_a_cap_and_an_application_does_not(world: Any) -> None:
    world.write_package()
    finished = world("add", "--no-sync", "web<3")
    assert "warning: `web<3` caps web: everyone who uses this library inherits the cap" in finished.err
    world.write()
    assert "caps" not in world("add", "--no-sync", "web<3").err


def test_an_unknown_package_changes_nothing(world: Any) -> None:
    world.write('"web"')
    world("sync")
    before = world.state()
    finished = world("add", "no-such-thing", code=1)
    assert finished.err.startswith("error: there is no package called `no-such-thing` in `default`\n")
    assert "pyproject.toml" not in finished.err, "the manifest does not name it any more"
    assert world.state() == before


def test_a_mistyped_package_gets_the_nearest_one(world: Any) -> None:
    world.write('"web"')
    world("lock")
    finished = world("add", "txet", code=1)
    assert "hint: did you mean `text`?" in finished.err


def test_add_as_a_dry_run_changes_nothing(world: Any) -> None:
    world.write('"text"')
    world("sync")
    before, stat = world.state(), world.manifest.stat()
    finished = world("add", "--dry-run", "web")
    assert finished.err.splitlines()[0] == "would add `web>=3.0` to dependencies"
    assert "would install 1 package" in finished.err
    assert world.state() == before
    after = world.manifest.stat()
    assert (after.st_mtime_ns, after.st_ino) == (stat.st_mtime_ns, stat.st_ino), "not even for a moment"


def test_a_conflict_names_the_command_line_and_the_own_line(world: Any) -> None:
    world.write('"old-text"')
    world("sync")
    before = world.state()
    finished = world("add", "new-text", code=1)
    assert "you require `new-text` (the command line)" in finished.err
    assert f"you require `old-text` ({world.manifest}:5)" in finished.err
    assert world.state() == before


def test_adding_again_moves_the_requirement(world: Any) -> None:
    world.write('"web==2.4"')
    world("sync")
    finished = world("add", "web>=3")
    assert " ~ web 2.4 -> 3.0" in finished.err
    assert _dependencies(world) == ["web>=3"]


def test_remove_takes_the_orphans_away(world: Any) -> None:
    world.write()
    world("add", "web[fast]", "checker")
    assert {"engine", "pipe", "text", "web"} < set(world.installed())
    finished = world("remove", "web")
    assert finished.err.splitlines()[:5] == [
        "removed `web[fast]>=3.0`",
        " - engine 1.0",
        " - pipe 1.5",
        " - text 2.0",
        " - web 3.0",
    ]
    assert world.installed() == {"checker": "0.9"}
    assert not (world.site / "web.py").exists()


def test_remove_of_what_is_not_there_names_the_nearest(world: Any) -> None:
    world.write('"web"')
    before = world.state()
    finished = world("remove", "wbe", code=1)
    assert "`wbe`" in finished.err
    assert "hint: did you mean `web`?" in finished.err
    assert world.state() == before


def test_add_reports_as_json(world: Any) -> None:
    world.write()
    report = json.loads(world("add", "--json", "web").out)
    assert report["added"] == ["web>=3.0"]
    assert {each["name"] for each in report["sync"]["installed"]} == {"text", "web"}


def test_a_yanked_release_is_not_taken_by_itself(world: Any) -> None:
    world.write()
    world("add", "shaky")
    assert world.installed() == {"shaky": "1.0"}
    world("add", "shaky==1.1")
    assert world.installed() == {"shaky": "1.1"}


def test_frozen_writes_the_manifest_alone(world: Any) -> None:
    world.write('"text"')
    world("sync")
    lock = world.lock.read_bytes()
    world.index.reset()
    assert world("add", "--frozen", "web").err == "added `web` to dependencies\n"
    assert _dependencies(world) == ["text", "web"]
    assert (world.lock.read_bytes(), world.index.asked) == (lock, [])
    assert world.installed() == {"text": "2.0"}


def test_what_a_plain_sync_leaves_out_is_said(world: Any) -> None:
    world.write()
    said = world("add", "--group", "docs", "pipe").err
    assert "`docs` is no default group: `clutch sync --group docs` has it too\n" in said
    assert "`clutch sync --extra fast` has this one too\n" in world("add", "--optional", "fast", "engine").err
    assert "default" not in world("add", "--dev", "checker").err
