"""What PEP 751 demands of a lock, asked of other readers."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import tomllib
import zipfile
from pathlib import Path

import pytest
from packaging.pylock import Pylock

from clutch.model.artifact import Artifact
from clutch.model.lock import Asked, Lock, LockedPackage
from clutch.model.requirement import Source
from clutch.project.lockfile import render_lock

INDEX = "https://index.example/simple/"
PIP = os.environ.get("CLUTCH_TEST_PIP") or shutil.which("pip") or ""
"""A pip that is new enough; the variable names one beside the tests."""


def reads_locks() -> bool:
    if not PIP:
        return False
    shown = subprocess.run([PIP, "--version"], capture_output=True, text=True, check=False).stdout.split()
    return len(shown) > 1 and [int(part) for part in shown[1].split(".")[:2]] >= [26, 1]


def made_wheel(folder: Path, name: str, version: str) -> Artifact:
    path = folder / f"{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"{name}.py", f"VERSION = {version!r}\n")
        start = f"{name}-{version}.dist-info"
        archive.writestr(f"{start}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
        archive.writestr(
            f"{start}/WHEEL", "Wheel-Version: 1.0\nGenerator: x\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        archive.writestr(f"{start}/RECORD", "")
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return Artifact(
        "wheel", path.name, path.as_uri(), (("sha256", digest),), path.stat().st_size, "2025-01-02T03:04:05Z"
    )


def lock_of(folder: Path) -> Lock:
    edges = ("beta>=1",)
    packages = (
        LockedPackage("alpha", "1.0", "", ">=3.8", INDEX, wheels=(made_wheel(folder, "alpha", "1.0"),), edges=edges),
        LockedPackage("beta", "1.0", 'python_version < "3.9"', wheels=(made_wheel(folder, "beta", "1.0"),)),
        LockedPackage("beta", "2.0", 'python_version >= "3.9"', wheels=(made_wheel(folder, "beta", "2.0"),)),
        LockedPackage("gamma", "3.0", '"dev" in dependency_groups', wheels=(made_wheel(folder, "gamma", "3.0"),)),
        LockedPackage("delta", "3.0", '"fast" in extras', wheels=(made_wheel(folder, "delta", "3.0"),)),
    )
    asked = Asked({"": ("alpha",), "group:dev": ("gamma",)}, {}, "3.15")
    return Lock(">=3.8", ('sys_platform == "linux"',), ("fast",), ("dev",), (), packages, asked)


def test_packaging_accepts_every_kind_of_entry(tmp_path: Path) -> None:
    """§Specification: "The file format of the lock file" as the reference reader validates it."""
    lock = lock_of(tmp_path)
    more = (
        LockedPackage("app", "", source=Source("directory", ".", editable=True), edges=("alpha",)),
        LockedPackage("fromgit", "1", source=Source("vcs", "https://git.example/x", vcs="git", commit="a" * 40)),
        LockedPackage("fromurl", "1", source=Source("archive", "https://f.example/x.zip", hashes=(("sha256", "ab"),))),
    )
    lock = lock._replace(packages=(*lock.packages, *more))
    pylock = Pylock.from_dict(tomllib.loads(render_lock(lock)))
    assert [str(package.version) for package in pylock.packages if package.name == "beta"] == ["1.0", "2.0"]
    assert pylock.default_groups == []
    beta = pylock.packages[2].wheels
    assert beta is not None
    assert beta[0].upload_time is not None


def test_a_lock_without_packages_is_valid() -> None:
    """§packages: the key is required, and may be empty."""
    lock = Lock(">=3.8", (), (), (), (), (), Asked({}, {}, ""))
    assert Pylock.from_dict(tomllib.loads(render_lock(lock))).packages == []


def test_groups_and_extras_select(tmp_path: Path) -> None:
    """§packages.marker: `extras` and `dependency_groups` are sets that markers can ask."""
    pylock = Pylock.from_dict(tomllib.loads(render_lock(lock_of(tmp_path))))
    assert [package.name for package, _ in pylock.select()] == ["alpha", "beta"]
    chosen = [package.name for package, _ in pylock.select(extras=["fast"], dependency_groups=["dev"])]
    assert sorted(chosen) == ["alpha", "beta", "delta", "gamma"]


@pytest.mark.skipif(not reads_locks(), reason="needs pip 26.1 or newer, named by CLUTCH_TEST_PIP")
def test_the_real_pip_reads_it(tmp_path: Path) -> None:
    lock = tmp_path / "pylock.toml"
    lock.write_text(render_lock(lock_of(tmp_path)))
    report = tmp_path / "report.json"
    command = [
        PIP,
        "install",
        "--dry-run",
        "--ignore-installed",
        "--quiet",
        "--no-index",
        "--report",
        str(report),
        "-r",
        str(lock),
    ]
    subprocess.run(command, check=True, capture_output=True, text=True)
    found = {
        item["metadata"]["name"]: item["metadata"]["version"] for item in json.loads(report.read_text())["install"]
    }
    assert found == {"alpha": "1.0", "beta": "2.0"}
