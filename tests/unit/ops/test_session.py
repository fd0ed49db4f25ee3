"""What a session remembers of the manifest, and when it reads it anew."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from clutch.base.events import Silence
from clutch.ops.session import Session, Surroundings

LONG_AGO_NS = 1_000_000_000_000_000_000


@pytest.fixture
def session(tmp_path: Path) -> Session:
    environ = {"HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path / "cache"), "PIP_CONFIG_FILE": os.devnull}
    session = Session(Surroundings(str(tmp_path), environ, time.time), {}, Silence())
    _write(session, "one", LONG_AGO_NS)
    return session


def _write(session: Session, name: str, time_ns: int = 0) -> None:
    manifest = Path(session.folder, "pyproject.toml")
    manifest.write_text(f'[project]\nname = "{name}"\nversion = "1"\n')
    if time_ns:
        os.utime(manifest, ns=(time_ns, time_ns))


def test_a_manifest_that_nobody_changed_is_not_read_twice(session: Session) -> None:
    before = session.project
    with session.hold():
        assert session.project is before


def test_a_manifest_that_changed_before_the_project_was_held_is_read_anew(session: Session) -> None:
    assert session.project.name == "one"
    _write(session, "two", LONG_AGO_NS + 1)
    with session.hold():
        assert session.project.name == "two"


def test_a_manifest_so_young_that_its_time_tells_nothing_is_read_anew(session: Session) -> None:
    _write(session, "one", time.time_ns() + 1_000_000_000)
    before = session.project
    with session.hold():
        assert session.project is not before


def test_a_manifest_that_was_put_in_its_place_is_not_taken_for_the_one_on_disk(session: Session) -> None:
    session.use_project(session.project._replace(name="other"))
    with session.hold():
        assert session.project.name == "one"
