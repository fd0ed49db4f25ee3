from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from clutch.project import stamp


def written(folder: Path, *facts: str) -> str:
    (folder / "a").write_text("one")
    marks = [stamp.mark(str(folder / "a")), stamp.mark(str(folder / "missing")), stamp.mark(str(folder / "sub"))]
    path = str(folder / "deep" / "stamp")
    assert stamp.write_stamp(path, stamp.render_stamp(facts, marks))
    return path


def test_nothing_changed_holds(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    path = written(tmp_path, "groups dev", "python /x")
    assert stamp.holds(path, ["groups dev", "python /x"])
    assert stamp.facts_of(stamp.read_stamp(path), "python") == "/x"
    assert os.listdir(tmp_path / "deep") == ["stamp"]


def test_every_change_is_seen(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    path = written(tmp_path, "groups dev")
    assert not stamp.holds(path, ["groups docs"])
    assert not stamp.holds(path, [])
    (tmp_path / "missing").write_text("")
    assert not stamp.holds(path, ["groups dev"])
    (tmp_path / "missing").unlink()
    assert stamp.holds(path, ["groups dev"])
    os.utime(tmp_path / "a", ns=(1, 1))
    assert not stamp.holds(path, ["groups dev"])
    path = written(tmp_path, "groups dev")
    (tmp_path / "sub" / "new").write_text("")
    assert not stamp.holds(path, ["groups dev"])


def test_a_cut_or_foreign_stamp_is_void(tmp_path: Path) -> None:
    path = tmp_path / "stamp"
    assert not stamp.holds(str(path), [])
    whole = stamp.render_stamp([], [stamp.mark(str(tmp_path))])
    for text in (
        whole[:-1],
        whole[:-4],
        whole.replace("stamp 1", "stamp 2"),
        "",
        whole.replace("file", "fiel"),
        "\0" * 40,
    ):
        path.write_text(text)
        assert not stamp.holds(str(path), [])
    path.write_bytes(b"\xff\xfe")
    assert not stamp.holds(str(path), [])


def test_a_stamp_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert not stamp.write_stamp(str(tmp_path / "file" / "stamp"), stamp.render_stamp([], []))
    assert not stamp.write_stamp(str(tmp_path / "stamp"), stamp.render_stamp(["two\nlines"], []))
    stamp.remove_stamp(str(tmp_path / "nothing"))


def test_variables_count_and_their_values_are_not_written() -> None:
    one = stamp.settings_fact({"CLUTCH_INDEX": "https://anna:secret@index.example/", "HOME": "/a"})
    other = stamp.settings_fact({"CLUTCH_INDEX": "https://index.example/", "HOME": "/a"})
    assert one != other
    assert "secret" not in one
    assert stamp.settings_fact({"CLUTCH_INDEX_X_PASSWORD": "a"}) == stamp.settings_fact({})


def test_nothing_but_os_is_imported() -> None:
    code = "import sys, os; old = set(sys.modules); import clutch.project.stamp; print(sorted(set(sys.modules) - old))"
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    found = subprocess.run(
        [sys.executable, "-S", "-c", code], capture_output=True, text=True, check=True, env=environ
    ).stdout
    assert found.strip() == "['__future__', 'clutch', 'clutch.project', 'clutch.project.stamp']"
