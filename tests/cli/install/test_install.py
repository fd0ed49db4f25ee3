"""`install.py` itself, run as a person runs it."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
POSIX = pytest.mark.skipif(os.name == "nt", reason="shebangs are of POSIX")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "home"
    folder.mkdir()
    return folder


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    """A copy of what an installation is made from, as a clone that nobody edits meanwhile."""
    copy = tmp_path / "clone"
    shutil.copytree(ROOT / "src", copy / "src", ignore=shutil.ignore_patterns("__pycache__", ".*"))
    for name in ("install.py", "pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, copy / name)
    return copy


@pytest.fixture
def install(home: Path, sources: Path):
    """Runs install.py with an empty home; `python` is the interpreter that runs it."""

    def run(*words: str, python: str = sys.executable, path: str = os.defpath) -> subprocess.CompletedProcess[str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("XDG_")}
        environ = {**kept, "HOME": str(home), "PATH": path, "PYTHONDONTWRITEBYTECODE": "1"}
        environ.setdefault("PIP_CACHE_DIR", str(Path.home() / ".cache" / "pip"))
        return subprocess.run(
            [python, str(sources / "install.py"), *words], env=environ, capture_output=True, text=True, check=False
        )

    return run


def _old_python() -> str:
    root = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv") / "versions"
    try:
        found = sorted(name for name in os.listdir(root) if name.startswith("3.8."))
    except OSError:
        found = []
    if not found:
        pytest.skip("no Python 3.8 here that may be run")
    return str(root / found[0] / "bin" / "python")


def test_it_is_written_for_python_3_8():
    ast.parse((ROOT / "install.py").read_text(), feature_version=(3, 8))


def test_it_runs_on_python_3_8(install):
    done = install("--help", python=_old_python())
    assert done.returncode == 0, done.stderr
    assert "--prefix DIR" in done.stdout


def test_an_old_python_alone_gets_one_sentence(install, tmp_path):
    done = install("--prefix", str(tmp_path / "there"), "--python", _old_python())
    assert done.returncode == 1
    assert "is not a Python 3.11 or newer" in done.stderr
    assert "Traceback" not in done.stderr


@POSIX
def test_a_python_without_venv_and_pip_names_the_package(install, tmp_path):
    """A Debian without python3-venv and python3-pip, played by an interpreter that cannot find them."""
    bare = tmp_path / "bare-python"
    hide = "import importlib.util as u; real = u.find_spec; gone = 'ensurepip', 'pip'"
    hide += "; u.find_spec = lambda name: None if name in gone else real(name)"
    bare.write_text(f'#!/bin/sh\nexec "{sys.executable}" -c "{hide}\nimport sys; exec(sys.argv[2])" "$2" "$3"\n')
    bare.chmod(0o755)
    done = install("--prefix", str(tmp_path / "there"), "--python", str(bare))
    assert done.returncode == 1
    assert f"sudo apt install python3.{sys.version_info.minor}-venv" in done.stderr


def test_uninstalling_nothing_says_so(install, tmp_path):
    done = install("uninstall", "--prefix", str(tmp_path / "there"))
    assert (done.returncode, done.stderr) == (0, "")
    assert "there is no clutch in" in done.stdout


def test_an_unknown_option_is_a_usage_error(install):
    assert install("--prefux", "x").returncode == 2


@POSIX
@pytest.mark.network
def test_install_keep_and_uninstall(install, home, tmp_path):
    """One story, since each installation takes some seconds: a prefix with a space, twice, then nothing is left."""
    prefix = tmp_path / "a place"
    first = install("--prefix", str(prefix))
    assert first.returncode == 0, first.stderr
    program = prefix / "bin" / "clutch"
    version = subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout
    assert version.startswith("clutch ")
    (settings,) = prefix.glob("lib/clutch/*/clutch-installation.toml")
    assert "/simple/" in settings.read_text()
    assert list((settings.parent / "lib").glob("python3*/site-packages/clutch/__pycache__/_entry.*.pyc"))

    again = install("--prefix", str(prefix))
    assert again.returncode == 0
    assert f"kept: {program}" in again.stdout
    assert "making" not in again.stdout

    shutil.rmtree(settings.parent / "bin")  # broken behind our back: made again
    mended = install("--prefix", str(prefix))
    assert mended.returncode == 0, mended.stderr
    assert "making an environment" in mended.stdout

    (prefix / "bin" / "theirs").write_text("not ours")
    gone = install("uninstall", "--prefix", str(prefix))
    assert gone.returncode == 0
    assert [path.name for path in prefix.rglob("*")] == ["bin", "theirs"]
    assert not (home / ".local").exists()
