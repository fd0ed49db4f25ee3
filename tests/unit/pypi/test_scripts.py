from __future__ import annotations

import os
import subprocess
import sys
import zipfile

import pytest

from clutch.base.errors import ClutchError
from clutch.pypi.scripts import first_line, render_launcher, rewrite_first_line


def launcher(reference, python=sys.executable, name="run", is_windows=False, is_windowed=False):
    return render_launcher(name, reference, python, is_windowed=is_windowed, is_windows=is_windows, machine="AMD64")


def test_short_path_stands_in_the_first_line():
    assert first_line("/usr/bin/python3") == b"#!/usr/bin/python3\n"
    assert first_line("/usr/bin/python3", "-E") == b"#!/usr/bin/python3 -E\n"


@pytest.mark.parametrize("folder", ["with a blank", "long" * 40, 'quo"te and blank'])
def test_other_paths_take_a_detour_and_still_run(tmp_path, folder):
    place = tmp_path / folder
    place.mkdir()
    python = place / "python"
    os.symlink(sys.executable, python)
    script = tmp_path / "script"
    script.write_bytes(
        rewrite_first_line(b"#!python\nimport sys\nprint(sys.argv[1:])\n", str(python), is_windows=False)
    )
    script.chmod(0o755)
    assert subprocess.check_output([str(script), "a b", "c"], text=True) == "['a b', 'c']\n"


def test_other_first_lines_are_left_alone():
    for content in (b"#!/bin/sh\necho\n", b"\x7fELF", b""):
        assert rewrite_first_line(content, "/p", is_windows=False) == content


def test_launcher_calls_a_nested_attribute_and_passes_its_status(tmp_path):
    (tmp_path / "tool.py").write_text("class A:\n    @staticmethod\n    def b():\n        return 7\n")
    script = tmp_path / "run"
    script.write_bytes(launcher("tool:A.b").content)
    script.chmod(0o755)
    finished = subprocess.run([str(script)], env={**os.environ, "PYTHONPATH": str(tmp_path)}, check=False)
    assert finished.returncode == 7


@pytest.mark.parametrize("reference", ["tool", "tool:", "tool:a()", "tool:a;b", "a b:c", "tool:a\nimport os"])
def test_references_that_are_none(reference):
    with pytest.raises(ClutchError) as caught:
        launcher(reference)
    assert caught.value.code == "bad-wheel"


@pytest.mark.parametrize("name", ["../run", "a/b", "a\\b", "", "..", "a:b"])
def test_names_that_are_none(name):
    with pytest.raises(ClutchError):
        launcher("tool:main", name=name)


def test_windows_launcher_carries_its_script(tmp_path):
    script = launcher("tool:main", "C:\\env dir\\Scripts\\python.exe", is_windows=True, is_windowed=True)
    assert script.filename == "run.exe"
    assert script.content[:2] == b"MZ"
    assert b'#!"C:\\env dir\\Scripts\\pythonw.exe"\n' in script.content
    path = tmp_path / "run.exe"
    path.write_bytes(script.content)
    with zipfile.ZipFile(path) as archive:
        assert b"from tool import main" in archive.read("__main__.py")
