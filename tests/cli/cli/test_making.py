"""Projects, environments and Pythons, through the real entry; no index is asked."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

Clutch = Callable[..., "subprocess.CompletedProcess[str]"]


def test_new_says_what_comes_next(clutch: Clutch, tmp_path: Path) -> None:
    finished = clutch("new", "hello", "--no-git", cwd=tmp_path)
    assert (finished.returncode, finished.stdout) == (0, "")
    assert finished.stderr == "made the project `hello` in hello\nnext: cd hello\n"
    assert (tmp_path / "hello" / "pyproject.toml").is_file()
    assert not (tmp_path / "hello" / ".git").exists()


def test_new_as_json_names_the_files(clutch: Clutch, tmp_path: Path) -> None:
    report = json.loads(clutch("--json", "-q", "new", "--lib", "below/mathlib", "--name", "sums", cwd=tmp_path).stdout)
    assert (report["name"], report["folder"]) == ("sums", str(tmp_path / "below" / "mathlib"))
    for file in report["files"]:
        assert (tmp_path / "below" / "mathlib" / file).is_file()


def test_new_refuses_a_project_that_is_there(clutch: Clutch, tmp_path: Path) -> None:
    clutch("new", "hello", "--bare", cwd=tmp_path)
    before = (tmp_path / "hello" / "pyproject.toml").read_bytes()
    finished = clutch("new", "hello", cwd=tmp_path)
    assert (finished.returncode, finished.stdout) == (1, "")
    assert finished.stderr.startswith("error: ")
    assert (tmp_path / "hello" / "pyproject.toml").read_bytes() == before


def test_init_keeps_what_is_there(clutch: Clutch, tmp_path: Path) -> None:
    folder = tmp_path / "here"
    folder.mkdir()
    (folder / "README.md").write_text("mine\n")
    finished = clutch("init", "--no-git", cwd=folder)
    assert finished.returncode == 0
    assert finished.stderr == "kept README.md\nmade the project `here` in this folder\n"
    assert (folder / "README.md").read_text() == "mine\n"


def test_the_kinds_contradict(clutch: Clutch) -> None:
    finished = clutch("new", "x", "--lib", "--bare")
    assert (finished.returncode, finished.stderr) == (2, "error: `--lib` and `--bare` contradict each other\n")


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX layout")
def test_venv_makes_an_environment_that_runs(clutch: Clutch, tmp_path: Path) -> None:
    report = json.loads(clutch("venv", "--json", "made", "--prompt", "try", cwd=tmp_path).stdout)
    assert report["root"] == str(tmp_path / "made")
    shown = subprocess.run(
        [report["python"], "-c", "import sys; print(sys.prefix)"],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
        env={"PATH": os.defpath},
    )
    assert shown.stdout == f"{tmp_path / 'made'}\n"
    again = clutch("venv", "made", cwd=tmp_path)
    assert again.returncode == 1
    assert clutch("venv", "made", "--clear", cwd=tmp_path).returncode == 0


def test_python_find_list_and_pin(clutch: Clutch, tmp_path: Path) -> None:
    found = clutch("python", "find", cwd=tmp_path).stdout.strip()
    assert os.path.isfile(found)
    rows = json.loads(clutch("python", "list", "--json", cwd=tmp_path).stdout)["pythons"]
    assert rows
    assert all(row["problem"] == "" for row in rows)
    pinned = clutch("use", "3", cwd=tmp_path)
    assert pinned.stderr == f"pinned Python 3 in {tmp_path}/.python-version\n"
    assert (tmp_path / ".python-version").read_text() == "3\n"


def test_a_python_that_is_not_there_is_said(clutch: Clutch, tmp_path: Path) -> None:
    finished = clutch("python", "find", "3.99", cwd=tmp_path)
    assert (finished.returncode, finished.stdout) == (1, "")
    assert finished.stderr.startswith("error: ")
    assert "Traceback" not in finished.stderr
