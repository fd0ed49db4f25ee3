"""`sync`: the environment is what the lock says for the groups and extras chosen, and nothing happens twice."""

from __future__ import annotations

import json
import subprocess
from typing import Any

import pytest

_GROUPS = """
[project.optional-dependencies]
fast = ["engine"]

[dependency-groups]
dev = ["checker"]
docs = ["pytest"]
"""


@pytest.fixture
def grouped(world: Any) -> Any:
    """A package with an extra, the group `dev` and another group."""
    world.write_package('"text==1.0"', _GROUPS)
    return world


_CHOICES: tuple[tuple[tuple[str, ...], str], ...] = (
    ((), "checker shop text"),
    (("--no-dev",), "shop text"),
    (("--group", "docs"), "checker pytest shop text"),
    (("--no-group", "dev", "--group", "docs"), "pytest shop text"),
    (("--all-groups", "--all-extras"), "checker engine pipe pytest shop text"),
    (("--only-group", "docs"), "pytest"),
    (("--extra", "fast", "--no-dev"), "engine pipe shop text"),
    (("--no-install-project",), "checker text"),
)


def test_what_is_chosen_is_installed_and_nothing_else(grouped: Any) -> None:
    for words, names in _CHOICES:
        grouped("sync", *words)
        assert " ".join(grouped.installed()) == names, words
    grouped("sync", "--check", "--no-install-project")
    grouped("sync", "--check", code=3)


def test_exact_takes_away_and_inexact_leaves(grouped: Any) -> None:
    grouped("sync", "--all-groups")
    finished = grouped("sync", "--inexact", "--no-dev")
    assert "the environment is up to date" in finished.err
    assert "pytest" in grouped.installed()
    assert " - pytest 8.0" in grouped("sync").err
    assert "pytest" not in grouped.installed()


def test_an_unknown_group_or_extra_names_those_that_exist(grouped: Any) -> None:
    finished = grouped("sync", "--group", "dosc", code=2)
    assert finished.err == (
        "error: the project has no group `dosc`; there are dev and docs\nhint: did you mean `docs`?\n"
    )
    assert "no extra `quick`; there are fast" in grouped("sync", "--extra", "quick", code=2).err


def test_a_second_sync_asks_nobody_and_changes_nothing(grouped: Any) -> None:
    grouped("sync")
    grouped.index.reset()
    before = _times(grouped)
    finished = grouped("sync")
    assert finished.err.startswith("the environment is up to date")
    assert grouped.index.asked == []
    assert _times(grouped) == before


def test_dry_run_and_check_change_nothing(grouped: Any) -> None:
    grouped("lock")
    before = grouped.state()
    dry = grouped("sync", "--dry-run")
    assert "would install 3 packages" in dry.err
    assert f"error: `{grouped.project}/.venv` does not match the lock\nhint: run `clutch sync`\n" == (
        grouped("sync", "--check", code=3).err
    )
    assert grouped.state() == before
    grouped("sync")
    assert grouped("sync", "--check").code == 0


def test_locked_refuses_and_frozen_does_not_look(grouped: Any) -> None:
    missing = grouped("sync", "--frozen", code=1)
    assert missing.err == (f"error: there is no `{grouped.lock}` to be frozen to\nhint: make it with `clutch lock`\n")
    assert grouped("sync", "--locked", code=3).err.startswith(f"error: `{grouped.lock}` is stale")
    assert not grouped.lock.exists()
    grouped("lock")
    grouped.write_package('"text==1.1"', _GROUPS)
    before = grouped.lock.read_bytes()
    assert "is stale" in grouped("sync", "--locked", code=3).err
    grouped("sync", "--frozen")
    assert grouped.installed()["text"] == "1.0"
    assert grouped.lock.read_bytes() == before
    grouped("sync")
    assert grouped.installed()["text"] == "1.1"


def test_the_project_itself_is_editable(grouped: Any) -> None:
    grouped("sync")
    (grouped.project / "src/shop/__init__.py").write_text("answer = 43\n")
    assert grouped("run", "python", "-c", "import shop; print(shop.answer)").out == "43\n"
    direct = json.loads(next(grouped.site.glob("shop-*/direct_url.json")).read_text())
    assert direct == {"url": f"file://{grouped.project}", "dir_info": {"editable": True}}


def test_what_an_installer_must_record(grouped: Any) -> None:
    grouped("sync")
    info = next(grouped.site.glob("text-*.dist-info"))
    assert (info / "INSTALLER").read_text().strip() == "clutch"
    assert (info / "REQUESTED").exists()
    assert (grouped.project / ".venv/bin/checker").exists()


def test_a_package_that_only_has_an_sdist_is_built(world: Any) -> None:
    world.write('"raw"')
    finished = world("sync")
    assert "building raw-1.0.tar.gz" in finished.err
    assert world.installed() == {"raw": "1.0", "text": "2.0"}
    assert world("run", "python", "-c", "import raw; print(raw.version)").out == "1.0\n"


def test_offline_works_from_a_warm_store(grouped: Any) -> None:
    grouped("sync", "--all-groups")
    subprocess.run(["rm", "-rf", str(grouped.project / ".venv"), str(grouped.lock)], check=True)
    grouped.index.reset()
    grouped("--offline", "sync", "--all-groups")
    assert grouped.index.asked == []
    assert "pytest" in grouped.installed()


def test_offline_with_a_cold_store_says_what_is_missing(world: Any) -> None:
    world.write('"web"')
    before = world.state()
    finished = world("--offline", "sync", code=1)
    assert "offline" in finished.err
    assert "web" in finished.err
    assert world.state() == before
    assert world.index.asked == []


def test_something_else_in_the_place_of_the_environment_is_left_alone(world: Any) -> None:
    world.write('"text"')
    (world.project / ".venv").mkdir()
    (world.project / ".venv" / "mine.txt").write_text("mine")
    finished = world("sync", code=1)
    assert f"`{world.project}/.venv` is in the way: it is no environment" in finished.err
    assert (world.project / ".venv" / "mine.txt").read_text() == "mine"


def test_another_folder_for_the_environment(world: Any) -> None:
    world.write('"text"')
    place = world.home / "env"
    world("sync", more={"CLUTCH_PROJECT_ENVIRONMENT": str(place)})
    assert (place / "bin/python").exists()
    assert not (world.project / ".venv").exists()
    out = world(
        "run", "python", "-c", "import text, sys; print(sys.prefix)", more={"CLUTCH_PROJECT_ENVIRONMENT": str(place)}
    )
    assert out.out == f"{place}\n"


def test_reinstall_puts_files_back(world: Any) -> None:
    world.write('"text"')
    world("sync")
    (world.site / "text.py").unlink()
    world("sync", "--reinstall", "text")
    assert (world.site / "text.py").exists()


def _times(world: Any) -> dict[str, tuple[int, int]]:
    """Every file of the project with its inode and time of change."""
    paths = [path for path in world.project.rglob("*") if not path.is_symlink()]
    return {str(path): (path.stat().st_ino, path.stat().st_mtime_ns) for path in paths}
