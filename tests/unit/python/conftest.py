"""Fixtures of the tests of `clutch.python`: real interpreters, records in memory, fake machines in folders."""

from __future__ import annotations

import glob
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from clutch.python.discover import Search
from clutch.python.platform import Platform


class MemoryRecords:
    """The store's records, in memory, with the questions counted."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], bytes] = {}
        self.written = 0

    def read_record(self, kind: str, key: str) -> bytes | None:
        return self.kept.get((kind, key))

    def write_record(self, kind: str, key: str, content: bytes) -> None:
        self.written += 1
        self.kept[kind, key] = content


@pytest.fixture(scope="session")
def records() -> MemoryRecords:
    """Shared, so that each interpreter of the machine is asked once in the whole run."""
    return MemoryRecords()


@pytest.fixture
def fresh_records() -> MemoryRecords:
    return MemoryRecords()


@pytest.fixture
def real_python() -> Callable[[str], str]:
    """The executable of a minor version under pyenv; the test is skipped when it is absent."""

    def find(minor: str) -> str:
        root = os.environ.get("PYENV_ROOT") or os.path.expanduser("~/.pyenv")
        found = sorted(glob.glob(f"{root}/versions/{minor}.*/bin/python"))
        if not found:
            pytest.skip(f"there is no Python {minor} under pyenv on this machine")
        return found[-1]

    return find


@pytest.fixture
def fake_python() -> Callable[..., str]:
    """Writes an executable that answers the probe as told, without being a Python."""

    def write(path: Path, version: str = "3.12.4", **changed: str) -> str:
        minor = ".".join(version.split(".")[:2])
        answers = {
            "version": version,
            "implementation": "cpython",
            "executable": "",
            "base_executable": "",
            "prefix": str(path.parent.parent),
            "base_prefix": str(path.parent.parent),
            "platform": "linux-x86_64",
            "bits": "64",
            "soabi": f"cpython-{minor.replace('.', '')}-x86_64-linux-gnu",
            "ext_suffix": f".cpython-{minor.replace('.', '')}-x86_64-linux-gnu.so",
            "abiflags": "",
            "free_threaded": "0",
            "debug": "0",
            "libc": "glibc 2.36",
            "macos": "",
            "external": "0",
            "marker.python_version": minor,
            "marker.python_full_version": version,
            "marker.platform_python_implementation": "CPython",
            "marker.platform_machine": "x86_64",
            "marker.platform_release": os.uname().release,
            "marker.platform_version": os.uname().version,
            "marker.sys_platform": "linux",
            "marker.os_name": "posix",
            "path.purelib": f"/lib/python{minor}/site-packages",
            "path.platlib": f"/lib/python{minor}/site-packages",
            "path.scripts": "/bin",
            "path.data": "",
        }
        answers.update({key.replace("__", "."): value for key, value in changed.items()})
        lines = ["clutch-probe=1", *(f"{key}={value}" for key, value in answers.items()), "end="]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("#!/bin/sh\ncat <<'END'\n" + "\n".join(lines) + "\nEND\n")
        path.chmod(0o755)
        return str(path)

    return write


@pytest.fixture
def machine(tmp_path: Path, fresh_records: MemoryRecords) -> Search:
    """A machine without any Python, in a folder."""
    (tmp_path / "home").mkdir()
    (tmp_path / "work").mkdir()
    return Search(
        environ={"PATH": str(tmp_path / "bin")},
        store=fresh_records,
        folder=str(tmp_path / "work"),
        home=str(tmp_path / "home"),
        managed=str(tmp_path / "managed"),
        platform=Platform("linux", root=str(tmp_path / "root")),
    )
