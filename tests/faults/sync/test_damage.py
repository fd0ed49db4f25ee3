"""Environments that were changed by hand, moved, copied, or lost their Python: `doctor` names it and repairs it."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

_ONE = ("alpha==1.0", "beta")
_TWO = ("alpha==2.0", "gamma")


def _delete(path: Path) -> None:
    shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()


def _replace(path: Path, text: str) -> None:
    """Another file under the same name: the store's own, behind a hard link, stays as it is."""
    path.unlink()
    path.write_text(text)


def _edit(path: Path, text: str) -> None:
    """The same file, and with a hard link the store's."""
    path.chmod(0o644)
    path.write_text(text)


def _record(site: Path, name: str) -> Path:
    return next(site.glob(f"{name}-*.dist-info"))


@pytest.fixture(autouse=True)
def _from_something_whole(shop: Any) -> None:
    """A test that failed leaves nothing to the next one."""
    if (shop.project / ".venv").exists() and shop.environment() not in [good[0] for good in shop.good.values()]:
        shutil.rmtree(shop.project / ".venv")


_DAMAGES: dict[str, tuple[Callable[[Any], object], str]] = {
    "file gone": (lambda shop: _delete(shop.site / "alpha/__init__.py"), "missing-file"),
    "data gone": (lambda shop: _delete(shop.site / "alpha/deep"), "missing-file"),
    "file replaced": (lambda shop: _replace(shop.site / "alpha/__init__.py", "boom"), "changed-file"),
    "same size": (lambda shop: _replace(shop.site / "alpha/deep/kept.txt", "9.9"), "changed-file"),
    "file edited": (lambda shop: _edit(shop.site / "alpha/__init__.py", "boom"), "changed-file"),
    "METADATA gone": (lambda shop: _delete(_record(shop.site, "beta") / "METADATA"), "broken-record"),
    "RECORD gone": (lambda shop: _delete(_record(shop.site, "beta") / "RECORD"), "broken-record"),
    "dist-info gone": (lambda shop: _delete(_record(shop.site, "beta")), "not-installed"),
    "RECORD and mark gone": (
        lambda shop: [_delete(_record(shop.site, "beta") / name) for name in ("RECORD", "CLUTCH")],
        "broken-record",
    ),
    "twice": (
        lambda shop: shutil.copytree(_record(shop.site, "alpha"), shop.site / "alpha-0.5.dist-info"),
        "duplicate",
    ),
    "foreign": (
        lambda shop: [
            (shop.site / "odd-1.0.dist-info").mkdir(),
            (shop.site / "odd-1.0.dist-info/METADATA").write_text("Metadata-Version: 2.1\nName: odd\nVersion: 1.0\n"),
            (shop.site / "odd-1.0.dist-info/RECORD").write_text("odd-1.0.dist-info/METADATA,,\n"),
        ],
        "not-locked",
    ),
    "script gone": (lambda shop: _delete(shop.project / ".venv/bin/alpha-tool"), "missing-file"),
    "script elsewhere": (
        lambda shop: _replace(shop.project / ".venv/bin/alpha-tool", "#!/nowhere/bin/python\n"),
        "broken-script",
    ),
    "interpreter gone": (lambda shop: _delete(shop.project / ".venv/bin/python"), "broken-environment"),
    "base gone": (
        lambda shop: [
            _delete(shop.project / ".venv/bin/python"),
            (shop.project / ".venv/bin/python").symlink_to("/nowhere/python3.11"),
        ],
        "broken-environment",
    ),
    "unfinished": (lambda shop: (shop.project / ".venv/clutch-unfinished").write_text(""), "unfinished-environment"),
    "environment gone": (lambda shop: _delete(shop.project / ".venv"), "no-environment"),
    "configuration nonsense": (
        lambda shop: (shop.project / ".venv/pyvenv.cfg").write_bytes(b"\xff\x00"),
        "unfit-environment",
    ),
}


@pytest.mark.parametrize("name", _DAMAGES)
def test_doctor_finds_and_repairs(shop: Any, name: str) -> None:
    damage, code = _DAMAGES[name]
    shop.bring(_ONE)
    damage(shop)
    finished = shop("doctor", "--json")
    assert finished.code == 3, finished.err
    report = json.loads(shop.out())
    assert code in {problem["code"] for problem in report["problems"]}
    assert shop("doctor").code == 3
    repaired = shop("doctor", "--fix")
    assert repaired.code == 0, f"{shop.out()}\n{repaired.err}"
    assert "repaired:" in shop.out()
    assert shop.environment() == shop.good[_ONE][0]
    shop.check_store()
    assert shop("doctor").code == 0


def test_a_healthy_project_is_told_to_be_well(shop: Any) -> None:
    shop.bring(_ONE)
    assert shop("doctor").code == 0
    page = shop.out()
    assert "all is well" in page
    assert f"environment  {shop.project}/.venv" in page
    assert "(CLUTCH_PYTHON)" in page
    assert shop("doctor", "--json").code == 0
    assert json.loads(shop.out())["problems"] == []


def test_a_file_that_nobody_owns_is_worth_knowing_and_stays(shop: Any) -> None:
    shop.bring(_ONE)
    (shop.site / "mine.py").write_text("")
    assert shop("doctor", "--fix").code == 0
    assert "worth knowing:\n  `.venv/lib/" in shop.out()
    assert (shop.site / "mine.py").exists()
    (shop.site / "mine.py").unlink()


def test_a_stale_lock_is_told(shop: Any) -> None:
    shop.bring(_ONE)
    shop.ask_for(_TWO)
    assert shop("doctor").code == 3
    assert "lock         stale" in shop.out()


def test_a_manifest_that_cannot_be_read_is_told(shop: Any) -> None:
    shop.bring(_ONE)
    (shop.project / "pyproject.toml").write_text("[project\n")
    assert shop("doctor").code == 3
    assert "pyproject.toml" in shop.out()
    shop.bring(_ONE)


@pytest.mark.parametrize(
    "damage",
    [
        lambda shop: _delete(_record(shop.site, "beta")),
        lambda shop: _delete(_record(shop.site, "beta") / "RECORD"),
        lambda shop: _delete(_record(shop.site, "beta") / "METADATA"),
        lambda shop: [_delete(_record(shop.site, "beta") / name) for name in ("RECORD", "CLUTCH")],
        lambda shop: _delete(shop.project / ".venv/bin/python"),
        lambda shop: _delete(shop.project / ".venv/pyvenv.cfg") or _delete(shop.project / ".venv"),
    ],
)
def test_sync_alone_heals_what_it_sees_once_it_looks(shop: Any, damage: Callable[[Any], object]) -> None:
    """What lies deeper than `site-packages` itself does not make a stamp void: only `doctor` reads everything."""
    shop.bring(_ONE)
    (shop.project / ".venv/clutch-stamp").unlink()
    damage(shop)
    shop.check_healed(_ONE, "--offline")


def test_a_moved_environment_is_made_anew(shop: Any) -> None:
    shop.bring(_ONE)
    elsewhere = shop.project.with_name("moved")
    shop.project.rename(elsewhere)
    shutil.copytree(elsewhere, shop.project, symlinks=True)
    shutil.rmtree(elsewhere)
    shop.project.rename(elsewhere)
    shop.project, before = elsewhere, shop.project
    try:
        assert not shop.is_trusted()
        assert shop("doctor").code == 3
        assert f"was made as `{before}/.venv`" in shop.out()
        assert shop("--offline", "sync").code == 0
        first = (elsewhere / ".venv/bin/alpha-tool").read_text().split("\n")[0]
        assert first == f"#!{elsewhere}/.venv/bin/python"
    finally:
        shop.project = before
        shutil.rmtree(elsewhere)
        shop.project.mkdir()


def test_the_stamp_of_a_copied_environment_is_void(shop: Any) -> None:
    shop.bring(_ONE)
    copied = shop.project.with_name("copied")
    shutil.copytree(shop.project, copied, symlinks=True)
    before, shop.project = shop.project, copied
    try:
        assert not shop.is_trusted()
    finally:
        shop.project = before
        shutil.rmtree(copied)
    assert shop.is_trusted()


def test_run_without_sync_refuses_an_unfinished_environment(shop: Any) -> None:
    shop.bring(_ONE)
    (shop.project / ".venv/clutch-unfinished").write_text("")
    assert not shop.is_trusted()
    finished = shop("run", "--no-sync", "python", "-c", "")
    assert finished.code == 1
    assert "was left unfinished" in finished.err
    shop.bring(_ONE)


def test_something_without_configuration_is_left_alone(shop: Any) -> None:
    shop.bring(_ONE)
    (shop.project / ".venv/pyvenv.cfg").unlink()
    finished = shop("sync")
    assert finished.code == 1
    assert "clutch does not delete it\nhint: " in finished.err
    shutil.rmtree(shop.project / ".venv")


def test_an_edit_during_a_sync_is_seen_by_the_next(shop: Any) -> None:
    """The index answers late; the manifest changes while it is waited for."""
    shop.forget()
    shop.ask_for(_ONE)

    def act(handler: Any) -> None:
        shop.ask_for(_TWO)
        handler.usual()

    shop.index.acts["/simple/beta/"] = act
    try:
        assert shop("sync").code == 0
    finally:
        shop.index.reset()
    assert not shop.is_trusted()
    shop.check_healed(_TWO)


def test_a_settings_file_written_during_a_sync_is_seen_by_the_next(shop: Any) -> None:
    shop.forget()
    shop.ask_for(_ONE)
    settings = Path(shop.environ["XDG_CONFIG_HOME"], "clutch/config.toml")

    def act(handler: Any) -> None:
        settings.parent.mkdir(parents=True, exist_ok=True)
        settings.write_text('link-mode = "copy"\n')
        handler.usual()

    shop.index.acts["/simple/beta/"] = act
    try:
        assert shop("sync").code == 0
        assert not shop.is_trusted()
    finally:
        shop.index.reset()
        settings.unlink(missing_ok=True)


def test_two_at_once_make_one_whole_environment(shop: Any) -> None:
    import subprocess

    shop.forget()
    shop.ask_for(_ONE)
    environ = {**shop.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    children = [
        subprocess.Popen(
            [sys.executable, "-m", "clutch", "sync"],
            cwd=shop.project,
            env=environ,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(3)
    ]
    told = [child.communicate(timeout=60)[1] for child in children]
    assert [child.returncode for child in children] == [0, 0, 0], told
    assert shop.environment() == shop.good[_ONE][0]
    assert shop.is_trusted()


def test_a_disk_that_is_full(shop: Any, tmp_path: Path) -> None:
    """A real small file system, larger by 48 KiB each time until everything fits."""
    import subprocess

    if os.geteuid() != 0 or shutil.which("mount") is None:
        pytest.skip("only root can make a small file system")
    failures = 0
    for size in range(48, 1200, 48):
        shop.forget()
        done = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={size}k", "tmpfs", str(shop.project)],
            capture_output=True,
            check=False,
        )
        if done.returncode != 0:
            pytest.skip("no file system may be mounted here")
        try:
            shop.ask_for(_ONE)
            finished = shop("sync")
            failures += finished.code
            assert finished.code == 0 or "no space is left" in finished.err, finished.err
            shop.check_whole(_ONE, _ONE)
            if finished.code == 0:
                break
            subprocess.run(["mount", "-o", "remount,size=4m", str(shop.project)], check=True)
            shop.check_healed(_ONE)
        finally:
            subprocess.run(["umount", "-l", str(shop.project)], check=True)
    assert failures > 0
    assert finished.code == 0


def test_an_edit_during_an_add_is_not_lost(shop: Any) -> None:
    """`add` would write the manifest that it read before: it refuses, and the edit stays."""
    shop.bring(_ONE)
    shutil.rmtree(shop.folder / "store")
    manifest = shop.project / "pyproject.toml"
    before = shop.lock.read_bytes()

    def act(handler: Any) -> None:
        manifest.write_text(manifest.read_text() + "# mine\n")
        handler.usual()

    shop.index.acts["/simple/gamma/"] = act
    try:
        finished = shop("add", "gamma")
    finally:
        shop.index.reset()
    assert finished.code == 1
    assert "was changed by someone else meanwhile" in finished.err
    assert manifest.read_text().endswith("# mine\n")
    assert shop.lock.read_bytes() == before


def test_an_edit_during_a_lock_is_seen_by_the_next(shop: Any) -> None:
    shop.forget()
    shop.ask_for(_ONE)

    def act(handler: Any) -> None:
        shop.ask_for(_TWO)
        handler.usual()

    shop.index.acts["/simple/beta/"] = act
    try:
        assert shop("lock").code == 0
    finally:
        shop.index.reset()
    assert shop.lock.read_bytes() == shop.good[_ONE][1]
    assert shop("lock").code == 0
    assert shop.lock.read_bytes() == shop.good[_TWO][1]
    assert shop("sync").code == 0
