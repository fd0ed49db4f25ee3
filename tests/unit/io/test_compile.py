from __future__ import annotations

import glob
import os
import subprocess
import sys

import pytest

from clutch.base.errors import ClutchError, NotFoundError
from clutch.io.compile import compile_files, compile_folder

PYTHONS = sorted(glob.glob("/root/.pyenv/versions/3.*/bin/python"))
PYTHONS = [path for path in PYTHONS if int(path.split("/versions/3.")[1].split(".")[0]) >= 8]


def make_files(folder, number: int) -> list[str]:
    folder.mkdir()
    paths = []
    for at in range(number):
        path = folder / f"m{at}.py"
        path.write_text(f"value = {at}\n")
        paths.append(str(path))
    return paths


@pytest.mark.parametrize("python", PYTHONS or [pytest.param("", marks=pytest.mark.skip(reason="no pyenv here"))])
def test_byte_code_is_taken_by_the_interpreter_it_was_made_for(tmp_path, python):
    paths = make_files(tmp_path / "pkg", 3)
    assert compile_files(python, paths, 2) == (3, ())
    (pyc, *_) = sorted(os.listdir(tmp_path / "pkg" / "__pycache__"))
    assert pyc.startswith("m0.cpython-3")
    script = "import sys; sys.path.insert(0, sys.argv[1]); sys.dont_write_bytecode = True; import m0; print(m0.value)"
    result = subprocess.run(
        [python, "-I", "-v", "-c", script, str(tmp_path / "pkg")], capture_output=True, text=True, check=True
    )
    assert result.stdout == "0\n"
    assert f"matches {tmp_path}/pkg/m0.py" in result.stderr


def test_edited_module_is_seen(tmp_path):
    (path,) = make_files(tmp_path / "pkg", 1)
    compile_files(sys.executable, [path], 1)
    with open(path, "w") as file:
        file.write("value = 'edited'\n")
    script = "import sys; sys.path.insert(0, sys.argv[1]); import m0; print(m0.value)"
    argv = [sys.executable, "-I", "-c", script, str(tmp_path / "pkg")]
    assert subprocess.run(argv, capture_output=True, text=True, check=True).stdout == "edited\n"


def test_many_files_on_many_workers(tmp_path):
    paths = make_files(tmp_path / "pkg", 300)
    assert compile_files(sys.executable, iter(paths), 2) == (300, ())
    assert len(os.listdir(tmp_path / "pkg" / "__pycache__")) == 300


def test_files_that_do_not_compile_are_named_and_stop_nothing(tmp_path):
    paths = make_files(tmp_path / "pkg", 40)
    for at, text in ((3, "x = = 1\n"), (7, "# coding: nonsense\n"), (9, "x = '\0'\n"), (35, "(" * 5000)):
        with open(paths[at], "w") as file:
            file.write(text)
    compiled = compile_files(sys.executable, [*paths, str(tmp_path / "missing.py")], 2)
    expected = [paths[3], paths[7], paths[9], paths[35], str(tmp_path / "missing.py")]
    assert compiled.skipped == tuple(sorted(expected))
    assert compiled.done == 36


def test_warnings_and_odd_names_are_no_trouble(tmp_path):
    folder = tmp_path / "größe mit leer"
    paths = make_files(folder, 2)
    with open(paths[0], "w") as file:
        file.write("x = '\\d'\nassert (x, 1)\n")
    assert compile_files(sys.executable, paths, 1).done == 2


def test_folder(tmp_path):
    make_files(tmp_path / "a", 2)
    make_files(tmp_path / "a" / "b", 2)
    (tmp_path / "a" / "__pycache__").mkdir()
    (tmp_path / "a" / "__pycache__" / "x.py").write_text("")
    (tmp_path / "a" / "text.txt").write_text("x")
    assert compile_folder(sys.executable, [str(tmp_path / "a")], 2).done == 4
    assert compile_folder(sys.executable, [str(tmp_path / "none")], 2).done == 0


def test_interpreter_that_does_not_run(tmp_path):
    paths = make_files(tmp_path / "pkg", 1)
    with pytest.raises(NotFoundError):
        compile_files(str(tmp_path / "none"), paths, 1)
    with pytest.raises(ClutchError) as caught:
        compile_files("/bin/false", paths, 1)
    assert caught.value.code == "compile-failed"
