"""Stopped at any moment: Ctrl-C, a kill, a full disk, a folder that cannot be written; and the next run heals."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

_MOMENTS = 4
"""How many moments of a command are tried each time, spread over its length."""

_START_S = 0.12
"""Before that the interpreter itself is starting, and Ctrl-C is its matter."""


@pytest.fixture
def settled(world: Any) -> Any:
    """A project that is locked and synced, so that there is something to lose."""
    world.write('"text==1.0"')
    world("sync")
    return world


def _moments(length_s: float) -> list[float]:
    """Points of time in a command that takes so long, the same in every run of the tests but for its speed."""
    dice = random.Random(7)
    return [max(_START_S, length_s * (number + dice.random()) / _MOMENTS) for number in range(_MOMENTS)]


def _duration(world: Any, *words: str) -> float:
    """How long the command takes, undisturbed, in a copy of everything."""
    begin = time.monotonic()
    world(*words)
    return time.monotonic() - begin


def _stop(world: Any, words: tuple[str, ...], after_s: float, number: signal.Signals) -> tuple[int, str]:
    with world.start(*words) as process:
        time.sleep(after_s)
        process.send_signal(number)
        _, err = process.communicate(timeout=30)
    return process.returncode, err


def test_ctrl_c_during_add_is_before_or_after(settled: Any, wide: str) -> None:
    words = ("add", *wide.replace('"', "").split(", "))
    files = (settled.manifest, settled.lock)
    before = [path.read_bytes() for path in files]
    length_s = _duration(settled, *words)
    after = [path.read_bytes() for path in files]
    for moment in _moments(length_s):
        _reset(settled, before)
        code, err = _stop(settled, words, moment, signal.SIGINT)
        assert code in (130, 0, -signal.SIGINT), err
        assert "Traceback" not in err
        if code == 130 and err:
            assert err.splitlines()[-1] == "interrupted"
        # Stopped while packages come and go, both files stay as the environment is going to be: never one of each.
        allowed = [after] if code == 0 else [before, after]
        assert [path.read_bytes() for path in files] in allowed
        _heals(settled)


def test_a_kill_during_add_leaves_whole_files(settled: Any, wide: str) -> None:
    words = ("add", *wide.replace('"', "").split(", "))
    files = (settled.manifest, settled.lock)
    before = [path.read_bytes() for path in files]
    length_s = _duration(settled, *words)
    after = [path.read_bytes() for path in files]
    for moment in _moments(length_s):
        _reset(settled, before)
        _stop(settled, words, moment, signal.SIGKILL)
        for path, old, new in zip(files, before, after, strict=True):
            assert path.read_bytes() in (old, new), path
        _heals(settled, may_leave=".tmp")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_stopped_sync_is_healed_by_a_plain_run(settled: Any, wide: str, number: signal.Signals) -> None:
    settled.write(f'"text==1.1", {wide}')
    settled("lock")
    settled("sync", more={"CLUTCH_PROJECT_ENVIRONMENT": str(settled.home / "other")})
    length_s = _duration(settled, "sync", "--reinstall", "wide1") + 0.1
    for moment in _moments(length_s):
        shutil.rmtree(settled.project / ".venv")
        code, err = _stop(settled, ("sync",), moment, number)
        assert "Traceback" not in err
        assert code in (0, {signal.SIGINT: 130, signal.SIGTERM: 143}.get(number, -number), -number)
        _heals(settled)


def test_a_kill_with_a_cold_store_leaves_it_whole(world: Any, wide: str) -> None:
    world.write(wide)
    world("lock")
    for moment in _moments(0.8):
        shutil.rmtree(world.project / ".venv", ignore_errors=True)
        world("cache", "clean")
        _stop(world, ("sync",), moment, signal.SIGKILL)
        assert "is whole" in world("cache", "verify").err
        _heals(world, needs_network=True)


def _reset(world: Any, contents: list[bytes]) -> None:
    world.manifest.write_bytes(contents[0])
    world.lock.write_bytes(contents[1])
    world("sync")


def _heals(world: Any, *, needs_network: bool = False, may_leave: str = "") -> None:
    """A plain run, without a network where the store has it all, gives an environment as the lock says.

    `may_leave` ends the names of what a killed write of manifest or lock leaves: it goes by itself once it is old
    (tests/faults/sync/test_killed.py).
    """
    network = () if needs_network else ("--offline",)
    code = "import importlib.metadata as m; print(*sorted(d.name for d in m.distributions()))"
    out = world(*network, "run", "python", "-c", code).out
    assert world("sync", "--check").code == 0
    for name in out.split():
        if name.startswith("wide"):
            assert len(list((world.site / name).glob("part*.py"))) == 40, name
    left = {path.name for path in world.project.iterdir()} - {".clutch"}
    leftovers = {name for name in left if not may_leave or not name.endswith(may_leave)}
    assert leftovers == {".venv", "pylock.toml", "pyproject.toml"}


@pytest.fixture
def unwritable(tmp_path: Path) -> Iterator[Any]:
    """A function that makes a folder unwritable, for root too."""
    frozen: list[Path] = []

    def freeze(folder: Path) -> None:
        if os.geteuid() != 0:
            folder.chmod(0o555)
        else:
            chattr = shutil.which("chattr")
            if chattr is None or subprocess.run([chattr, "+i", str(folder)], capture_output=True).returncode:
                pytest.skip("root writes everywhere, and this file system has no immutable folders")
        frozen.append(folder)

    yield freeze
    for folder in frozen:
        if os.geteuid() != 0:
            folder.chmod(0o755)
        else:
            subprocess.run(["chattr", "-i", str(folder)], check=True)


def test_a_project_folder_that_cannot_be_written(world: Any, unwritable: Any) -> None:
    world.write('"text"')
    before = world.state()
    unwritable(world.project)
    for words in (("lock",), ("sync",), ("add", "web")):
        err = world(*words, code=1).err
        assert f"`{world.project}" in err, err
        assert err.count("error:") == 1
        assert "permi" in err or "writ" in err
    assert world.state() == before


def test_an_environment_that_cannot_be_written(settled: Any, unwritable: Any) -> None:
    settled.write('"text==1.1"')
    before = settled.state()
    unwritable(settled.site)
    err = settled("sync", code=1).err
    assert f"{settled.site}" in err, err
    changed = {path for path, digest in settled.state().items() if before.get(path) != digest}
    assert {path for path in changed if not path.endswith("clutch-unfinished")} <= {"pylock.toml"}


def test_a_store_that_cannot_be_written(world: Any, unwritable: Any) -> None:
    world.write('"text"')
    world.store.mkdir()
    unwritable(world.store)
    before = world.state()
    err = world("sync", code=1).err
    assert str(world.store) in err, err
    assert world.state() == before


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A folder on a disk of 8 MiB; root alone can make one."""
    mount = shutil.which("mount")
    if os.geteuid() != 0 or mount is None:
        pytest.skip("only root can mount a small disk")
    folder = tmp_path / "disk"
    folder.mkdir()
    made = subprocess.run([mount, "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(folder)], capture_output=True)
    if made.returncode:
        pytest.skip("no small disk can be mounted here")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def _fill(folder: Path, leave_bytes: int) -> Path:
    """Takes all the room of the disk but so much."""
    path = folder / "filler"
    free = os.statvfs(folder).f_bavail * os.statvfs(folder).f_frsize
    path.write_bytes(b"x" * max(0, free - leave_bytes))
    return path


@pytest.mark.parametrize("leave_bytes", [0, 8_192, 65_536, 200_000])
def test_a_full_disk_under_the_store(world: Any, small_disk: Path, wide: str, leave_bytes: int) -> None:
    world.write(wide)
    before = world.state()
    filler = _fill(small_disk, leave_bytes)
    more = {"CLUTCH_CACHE_DIR": str(small_disk / "store")}
    err = world("sync", more=more, code=1).err
    assert err.count("error:") == 1
    assert "full" in err or "space" in err, err
    assert str(small_disk) in err
    filler.unlink()
    assert world.state() == before
    world("sync", more=more)
    assert len(world.installed()) == 12


@pytest.mark.parametrize("leave_bytes", [0, 16_384, 120_000])
def test_a_full_disk_under_the_project(world: Any, small_disk: Path, wide: str, leave_bytes: int) -> None:
    shutil.rmtree(world.project)
    world.project = small_disk / "shop"
    world.project.mkdir()
    world.write('"text==1.0"')
    world("sync")
    files = {path: path.read_bytes() for path in (world.manifest, world.lock)}
    filler = _fill(small_disk, leave_bytes)
    finished = world("add", *wide.replace('"', "").split(", "), code=1)
    assert "full" in finished.err or "space" in finished.err, finished.err
    assert str(world.project) in finished.err
    assert {path: path.read_bytes() for path in files} == files
    filler.unlink()
    _heals(world)
    assert world.installed() == {"text": "1.0"}
