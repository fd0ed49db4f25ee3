"""Two branches that each added a package, merged by the real git."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from clutch.model.artifact import Artifact
from clutch.model.lock import Asked, Lock, LockedPackage
from clutch.project.lock_conflict import conflict_pins, has_conflict
from clutch.project.lock_reading import parse_lock
from clutch.project.lockfile import render_lock

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="needs git")


def lock_of(*names: str) -> str:
    packages = []
    for name in names:
        bare, _, version = name.partition("==")
        filename = f"{bare}-{version or '1.0'}-py3-none-any.whl"
        wheel = Artifact("wheel", filename, f"https://f.example/{filename}", (("sha256", "ab"),), 1)
        packages.append(LockedPackage(bare, version or "1.0", wheels=(wheel,)))
    asked = Asked({"": tuple(names)}, {}, "3.15")
    return render_lock(Lock(">=3.11", (), (), (), (), tuple(packages), asked))


def merged(folder: Path, base: str, ours: str, theirs: str) -> str:
    for name, text in (("base", base), ("ours", ours), ("theirs", theirs)):
        (folder / name).write_text(text)
    command = ["git", "merge-file", "-p", "ours", "base", "theirs"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False).stdout


def test_packages_that_are_no_neighbours_merge_cleanly(tmp_path: Path) -> None:
    base = ("apple", "fig", "kiwi", "lemon", "mango", "pear")
    ours, theirs = sorted([*base, "banana"]), sorted([*base, "nut"])
    text = merged(tmp_path, lock_of(*base), lock_of(*ours), lock_of(*theirs))
    assert not has_conflict(text)
    lock = parse_lock(text, "pylock.toml")
    assert [one.name for one in lock.packages] == sorted([*base, "banana", "nut"])
    assert text == lock_of(*sorted([*base, "banana", "nut"]))


def test_neighbours_conflict_and_both_sides_are_read(tmp_path: Path) -> None:
    text = merged(tmp_path, lock_of("a", "z"), lock_of("a", "m==1.5", "z"), lock_of("a", "n==2.5", "z"))
    assert has_conflict(text)
    ours, theirs = conflict_pins(text)
    assert ours == {"a": ("1.0",), "m": ("1.5",), "z": ("1.0",)}
    assert theirs == {"a": ("1.0",), "n": ("2.5",), "z": ("1.0",)}
