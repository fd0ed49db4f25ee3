"""Three tiny packages on a loopback index, one project, and children that run `clutch sync` and are made to fail."""

from __future__ import annotations

import errno
import hashlib
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import pytest

from clutch.io.store import Store
from clutch.project.lock_reading import parse_lock
from clutch.project.stamp import ENVIRONMENT_STAMP, holds, settings_fact
from clutch.pypi.flaws import is_whole
from clutch.pypi.wheel_layout import parse_layout
from clutch.pypi.wheel_store import KIND, PreparedWheel

HERE = Path(__file__).resolve().parent
TESTS = HERE.parents[1]

ONE = ("alpha==1.0", "beta")
TWO = ("alpha==2.0", "gamma")
"""From one to two: one package goes, one comes, one is replaced by another version of itself."""


def _load(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"support_{name}", TESTS / "support" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


_archives = _load("archives")
_served = _load("served_index")


class Finished(NamedTuple):
    code: int
    seen: int
    err: str
    took_s: float


class Shop:
    """A project whose environment is to be `ONE` or `TWO`, and what both look like when nothing goes wrong."""

    def __init__(self, folder: Path, index: Any) -> None:
        self.folder = folder
        self.index = index
        self.project = folder / "shop"
        self.environ = {
            "PATH": os.environ.get("PATH", os.defpath),
            "HOME": str(folder / "home"),
            "XDG_CONFIG_HOME": str(folder / "home/.config"),
            "CLUTCH_CACHE_DIR": str(folder / "store"),
            "CLUTCH_DEFAULT_INDEX": index.url,
            "CLUTCH_PYTHON": sys.executable,
            "CLUTCH_RETRIES": "0",
            "CLUTCH_TIMEOUT": "5",
            "CLUTCH_COMPILE_BYTECODE": "false",
            "PIP_CONFIG_FILE": os.devnull,
        }
        self.project.mkdir()
        (folder / "home").mkdir()
        self._server = subprocess.Popen(
            [sys.executable, str(HERE / "forked.py")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**self.environ, "PYTHONPATH": str(TESTS.parent / "src")},
            text=True,
        )
        self.good: dict[tuple[str, ...], tuple[dict[str, str], bytes]] = {TWO: ({}, b""), ONE: ({}, b"")}

    def prepare(self) -> None:
        """Makes both environments once, undisturbed."""
        self.ask_for(ONE)
        assert self("sync").code == 0
        for wanted in self.good:
            shutil.rmtree(self.project / ".venv")
            (self.project / "pylock.toml").unlink()
            self.ask_for(wanted)
            finished = self("sync")
            assert finished.code == 0, finished.err
            self.good[wanted] = (self.environment(), self.lock.read_bytes())

    def __call__(self, *argv: str, fail: int = 0, error: int = errno.ENOSPC, kill_after_s: float = 0.0) -> Finished:
        """Runs `clutch ARGV` in a child; the first one runs inside of the server."""
        order = {
            "argv": argv,
            "folder": str(self.project),
            "environ": self.environ,
            "root": str(self.folder),
            "logs": str(self.folder.parent),
            "fail": fail,
            "error": error,
            "kill_after_s": kill_after_s,
        }
        assert self._server.stdin is not None
        assert self._server.stdout is not None
        self._server.stdin.write(json.dumps(order) + "\n")
        self._server.stdin.flush()
        return Finished(**json.loads(self._server.stdout.readline()))

    def out(self) -> str:
        """What the last command wrote to standard output."""
        return (self.folder.parent / "out").read_text()

    def close(self) -> None:
        assert self._server.stdin is not None
        assert self._server.stdout is not None
        self._server.stdin.close()
        self._server.wait(timeout=10)
        self._server.stdout.close()

    @property
    def lock(self) -> Path:
        return self.project / "pylock.toml"

    @property
    def site(self) -> Path:
        return next((self.project / ".venv/lib").glob("python*")) / "site-packages"

    def ask_for(self, wanted: tuple[str, ...]) -> None:
        """Writes the manifest that asks for these."""
        (self.project / "pyproject.toml").write_text(_manifest(wanted))

    def bring(self, wanted: tuple[str, ...]) -> None:
        """The environment with its stamp, made from whatever was there before."""
        self.ask_for(wanted)
        finished = self("--offline", "sync")
        assert finished.code == 0, finished.err
        assert self.environment() == self.good[wanted][0]

    def forget(self) -> None:
        """No lock, no environment, no store."""
        shutil.rmtree(self.folder / "store", ignore_errors=True)
        shutil.rmtree(self.project, ignore_errors=True)
        self.project.mkdir()

    def environment(self) -> dict[str, str]:
        """Path to a digest of the content for everything in `.venv` but its stamp and bytecode."""
        return tree(self.project / ".venv")

    def is_trusted(self) -> bool:
        """Whether a warm `run` would start a program in the environment without looking at it."""
        environment = f"{self.project}/.venv"
        facts = ("selection default", settings_fact(self.environ), f"environment {environment}")
        return holds(f"{environment}/{ENVIRONMENT_STAMP}", facts)

    def check_whole(self, wanted: tuple[str, ...], before: tuple[str, ...]) -> None:
        """Project files and store are as before or as after; an environment that is trusted is as it should be."""
        assert (self.project / "pyproject.toml").read_text() == _manifest(wanted)
        if self.lock.exists():
            text = self.lock.read_text()
            parse_lock(text, str(self.lock))
            assert text.encode() in (self.good[wanted][1], self.good[before][1])
        self.check_store()
        if self.is_trusted():
            assert self.environment() == self.good[wanted][0]

    def check_store(self) -> None:
        """Every record agrees with its checksum, every unpacked wheel with its hashes."""

        def is_good(kind: str, path: str) -> bool:
            if kind != KIND:
                return True
            layout = parse_layout(Path(path, "layout").read_text())
            return is_whole(PreparedWheel(layout.name, layout.version, path, layout))

        assert Store(str(self.folder / "store")).verify(is_good) == ()

    def check_healed(self, wanted: tuple[str, ...], *words: str) -> None:
        """After a sync that nothing disturbs, the environment is what a fresh one is; nothing lies about."""
        finished = self(*words, "sync")
        assert finished.code == 0, finished.err
        assert self.environment() == self.good[wanted][0]
        assert self.lock.read_bytes() == self.good[wanted][1]
        # What an atomic write would have renamed goes later, when it is old: another machine might be at it.
        names = [name for name in os.listdir(self.project) if not name.endswith(".tmp") and name != ".clutch"]
        assert sorted(names) == [".venv", "pylock.toml", "pyproject.toml"]
        assert self.is_trusted()


def tree(root: Path) -> dict[str, str]:
    """Path to a digest of the content (for a link its target, for a folder nothing)."""
    found = {}
    for parent, folders, names in os.walk(root):
        folders[:] = sorted(folder for folder in folders if folder != "__pycache__")
        for name in (*folders, *names):
            path = Path(parent, name)
            shown = str(path.relative_to(root))
            if shown == "clutch-stamp":
                continue
            if path.is_symlink():
                found[shown] = f"-> {os.readlink(path)}"
            else:
                found[shown] = "" if path.is_dir() else hashlib.sha256(path.read_bytes()).hexdigest()[:12]
    return found


def _manifest(wanted: tuple[str, ...]) -> str:
    dependencies = ", ".join(f'"{text}"' for text in wanted)
    return f'[project]\nname = "shop"\nversion = "1.0"\nrequires-python = ">=3.11"\ndependencies = [{dependencies}]\n'


def _publish(index: Any) -> None:
    def add(name: str, version: str, files: Mapping[str, bytes], requires: tuple[str, ...] = ()) -> None:
        scripts = f"{name}-tool={name}:main"
        content = _archives.wheel_bytes(name, version, files, requires=requires, scripts=scripts)
        index.add(name, f"{name}-{version}-py3-none-any.whl", content)

    for version in ("1.0", "2.0"):
        code = f"version = {version!r}\ndef main():\n    print(version)\n".encode()
        old = {"alpha/old.py": b"", "alpha/deep/er/old.txt": b"old"} if version == "1.0" else {}
        add("alpha", version, {"alpha/__init__.py": code, "alpha/deep/kept.txt": version.encode(), **old})
    add("beta", "1.0", {"beta.py": b"def main(): pass\n", "beta_part/one.py": b""}, ("alpha",))
    add("gamma", "1.0", {"gamma.py": b"def main(): pass\n", "gamma_part/deep/one.py": b""})


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    served = _served.ServedIndex()
    _publish(served)
    folder = tmp_path_factory.mktemp("faults") / "world"
    folder.mkdir()
    made = Shop(folder, served)
    try:
        made.prepare()
        yield made
    finally:
        made.close()
        served.close()


@pytest.fixture
def sentence() -> re.Pattern[str]:
    """What a failure has to look like: one sentence for people."""
    return re.compile(r"(?m)^error: [^\n]+$")
