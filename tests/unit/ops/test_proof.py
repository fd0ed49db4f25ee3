"""The stamp of an environment is void as soon as anything that was read is something else."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from clutch.base.events import Silence
from clutch.model.environment import Environment, Interpreter
from clutch.model.lock import Lock
from clutch.ops.environments import UNFINISHED
from clutch.ops.proof import is_proven, is_synced, prove_synced
from clutch.ops.selection import Selection
from clutch.ops.session import Session, Surroundings
from clutch.ops.sync import SyncOptions
from clutch.project.lock_reading import parse_lock
from clutch.project.lockfile import render_lock

_MANIFEST = '[project]\nname = "shop"\nversion = "1"\n'
_LOCK = 'lock-version = "1.0"\ncreated-by = "clutch"\npackages = []\n\n[tool.clutch]\nformat = 1\n'
_OPTIONS = SyncOptions()


class _Project:
    """A project with an environment that is nothing but the files a stamp looks at."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.manifest = folder / "pyproject.toml"
        self.lock_file = folder / "pylock.toml"
        self.root = folder / ".venv"
        self.site = self.root / "lib/site-packages"
        self.site.mkdir(parents=True)
        (self.root / "bin").mkdir()
        (self.root / "bin/python").write_text("")
        (self.root / "pyvenv.cfg").write_text("home = /nowhere\n")
        self.manifest.write_text(_MANIFEST)
        self.lock: Lock = parse_lock(_LOCK, str(self.lock_file))
        self.lock_file.write_text(render_lock(self.lock))
        for path in (self.manifest, self.lock_file):
            os.utime(path, (1_700_000_000, 1_700_000_000))
        environ = {"HOME": str(folder / "home"), "CLUTCH_CACHE_DIR": str(folder / "cache")}
        self.session = Session(Surroundings(str(folder), environ, lambda: 1_800_000_000.0), {}, Silence())
        paths = {"purelib": "lib/site-packages", "scripts": "bin"}
        interpreter = Interpreter("", "", "3.12.0", "cpython", {"os_name": "posix"}, (), paths, "")
        self.environment = Environment(str(self.root), interpreter)

    def prove(self, options: SyncOptions = _OPTIONS) -> None:
        prove_synced(options, self.session, self.environment, self.lock)

    @property
    def is_synced(self) -> bool:
        return is_synced(_OPTIONS, self.session)


@pytest.fixture
def project(tmp_path: Path) -> _Project:
    made = _Project(tmp_path)
    made.session.note_sources()
    assert made.session.project.text == _MANIFEST
    return made


def test_what_was_proven_holds(project: _Project) -> None:
    assert not project.is_synced
    project.prove()
    assert project.is_synced
    assert is_proven(project.session)


@pytest.mark.parametrize("name", ["pyproject.toml", "pylock.toml", ".venv/pyvenv.cfg", ".venv/bin/python"])
def test_a_change_makes_the_stamp_void(project: _Project, name: str) -> None:
    project.prove()
    (project.folder / name).write_text("something else")
    assert not project.is_synced
    assert not is_proven(project.session)


@pytest.mark.parametrize("name", [".python-version", f".venv/{UNFINISHED}", ".venv/lib/site-packages/new.py"])
def test_a_new_file_makes_the_stamp_void(project: _Project, name: str) -> None:
    project.prove()
    (project.folder / name).write_text("")
    assert not project.is_synced


def test_a_manifest_edited_after_it_was_read_is_not_proven(project: _Project) -> None:
    project.manifest.write_text(_MANIFEST + "dependencies = []\n")
    project.prove()
    assert not project.is_synced


def test_a_lock_edited_after_it_was_read_is_not_proven(project: _Project) -> None:
    project.lock_file.write_text(_LOCK + "\n# by hand\n")
    project.prove()
    assert not project.is_synced


def test_what_the_command_itself_wrote_is_proven(project: _Project) -> None:
    """Another time and another inode, and word for word what it works with."""
    for path in (project.manifest, project.lock_file):
        text = path.read_text()
        path.unlink()
        path.write_text(text)
    project.prove()
    assert project.is_synced


def test_a_file_that_changed_this_moment_is_not_trusted_by_its_time(tmp_path: Path) -> None:
    """Its next change could carry the same time; only the content of manifest and lock can be compared."""
    project = _Project(tmp_path)
    pin = tmp_path / ".python-version"
    pin.write_text("3.12\n")
    os.utime(pin, (1_800_000_000, 1_800_000_000))
    project.session.note_sources()
    project.prove()
    assert not project.is_synced


def test_nothing_is_proven_without_the_marks_of_before(tmp_path: Path) -> None:
    project = _Project(tmp_path)
    project.prove()
    assert not project.is_synced


def test_another_choice_is_another_stamp(project: _Project) -> None:
    project.prove(SyncOptions(Selection(all_groups=True)))
    assert not project.is_synced
    assert is_proven(project.session)


@pytest.mark.parametrize("options", [SyncOptions(frozen=True), SyncOptions(exact=False)])
def test_frozen_and_inexact_prove_nothing(project: _Project, options: SyncOptions) -> None:
    project.prove(options)
    assert not (project.root / "clutch-stamp").exists()
