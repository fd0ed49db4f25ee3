from __future__ import annotations

from pathlib import Path

from clutch.project.root import find_project


def test_nearest_manifest_upward_wins(tmp_path: Path) -> None:
    inner = tmp_path / "a" / "b"
    (inner / "c").mkdir(parents=True)
    (tmp_path / "pyproject.toml").write_text("")
    assert find_project(str(inner / "c")) == str(tmp_path)
    (inner / "pyproject.toml").write_text("")
    assert find_project(str(inner / "c")) == str(inner)


def test_no_manifest_is_none(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").mkdir()
    assert find_project(str(tmp_path)) is None
