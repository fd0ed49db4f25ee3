"""Two clutches at once, in one project and on one store."""

from __future__ import annotations

import fcntl
import subprocess
import time
import tomllib
from pathlib import Path
from typing import Any


def _all(processes: list[Any]) -> list[str]:
    """Waits for all of them; every one has to succeed."""
    said = []
    for process in processes:
        out, err = process.communicate(timeout=60)
        assert process.returncode == 0, err
        assert "Traceback" not in err
        said.append(out + err)
    return said


def test_two_adds_in_one_project_both_count(world: Any) -> None:
    world.write()
    _all([world.start("add", "web"), world.start("add", "checker"), world.start("add", "--dev", "pipe")])
    written = tomllib.loads(world.manifest.read_text())
    assert written["project"]["dependencies"] == ["checker>=0.9", "web>=3.0"]
    assert written["dependency-groups"] == {"dev": ["pipe>=1.5"]}
    assert world.installed() == {"checker": "0.9", "pipe": "1.5", "text": "2.0", "web": "3.0"}
    assert world("lock", "--check").code == 0


def test_two_adds_read_the_manifest_after_they_hold_the_project(world: Any) -> None:
    """Without the variable the folder of the store is a setting, for which the manifest is read first."""
    world.write()
    more = {"CLUTCH_CACHE_DIR": ""}
    _all([world.start("add", name, more=more) for name in ("web", "checker", "pipe")])
    written = tomllib.loads(world.manifest.read_text())
    assert written["project"]["dependencies"] == ["checker>=0.9", "pipe>=1.5", "web>=3.0"]


def test_many_runs_at_once_make_one_environment(world: Any) -> None:
    world.write('"web", "raw"')
    code = "import web, raw, text; print(text.version)"
    said = _all([world.start("run", "-q", "python", "-c", code) for _ in range(4)])
    assert all(text.endswith("2.0\n") for text in said)
    assert world("sync", "--check").code == 0


def test_two_projects_share_a_cold_store(world: Any, wide: str) -> None:
    folders = []
    for name in ("one", "two", "three"):
        folder = world.home / name
        folder.mkdir()
        (folder / "pyproject.toml").write_text(
            f'[project]\nname = "{name}"\nversion = "1"\nrequires-python = ">=3.11"\ndependencies = [{wide}, "raw"]\n'
        )
        folders.append(folder)
    _all([world.start("sync", cwd=folder) for folder in folders])
    for folder in folders:
        site = next((folder / ".venv/lib").glob("python*")) / "site-packages"
        assert len(world.installed(site)) == 14
        assert len(list((site / "wide3").glob("part*.py"))) == 40
    assert "is whole" in world("cache", "verify").err


def test_the_store_is_emptied_while_another_installs(world: Any, wide: str) -> None:
    world.write(wide)
    world("lock")
    process = world.start("sync")
    for _ in range(3):
        world("cache", "clean")
    _all([process])
    assert len(world.installed()) == 12
    assert all(len(list((world.site / f"wide{number}").glob("part*.py"))) == 40 for number in range(12))


def test_whoever_waits_says_for_whom(world: Any) -> None:
    world.write('"text"')
    world.index.slow("/simple/text/", 1.5)
    first = world.start("add", "web")
    deadline = time.monotonic() + 10
    while not _is_held(world.store) and time.monotonic() < deadline:
        time.sleep(0.02)
    second = world.start("sync")
    said = _all([first, second])[1]
    assert f"waiting for the project {world.project}, held by process {first.pid} (clutch add web)\n" in said


def _is_held(store: Path) -> bool:
    """Whether somebody holds a project's lock."""
    for path in (store / "locks").glob("*") if (store / "locks").is_dir() else ():
        with path.open("rb") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                return True
    return False


def test_packages_of_the_store_stay_whole_when_an_environment_is_edited_by_pip(world: Any) -> None:
    world.write('"text"')
    world("sync")
    (world.site / "text.py").unlink()
    subprocess.run(["rm", "-rf", str(world.project / ".venv")], check=True)
    world("--offline", "sync")
    assert (world.site / "text.py").read_text() == "version = '2.0'\n"
