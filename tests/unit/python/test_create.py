import os
from pathlib import Path

import pytest

from clutch.base.errors import ClutchError
from clutch.python.create import create_environment, stable_path
from clutch.python.environment import read_configuration, read_environment
from clutch.python.inspect import inspect_interpreter
from clutch.python.platform import Platform


@pytest.fixture
def python(tmp_path: Path, fake_python, fresh_records):
    return inspect_interpreter(fake_python(tmp_path / "opt/bin/python3.12"), fresh_records)


def listing(root: Path) -> list[str]:
    return sorted(str(path.relative_to(root)) for path in root.rglob("*"))


def test_the_whole_layout_on_linux(tmp_path: Path, python) -> None:
    environment = create_environment(str(tmp_path / "project/.venv"), python, platform=Platform("linux"))
    root = tmp_path / "project/.venv"
    assert listing(root) == [
        ".gitignore",
        "CACHEDIR.TAG",
        "bin",
        "bin/Activate.ps1",
        "bin/activate",
        "bin/activate.bat",
        "bin/activate.csh",
        "bin/activate.fish",
        "bin/activate.nu",
        "bin/activate.xsh",
        "bin/deactivate.bat",
        "bin/python",
        "bin/python3",
        "bin/python3.12",
        "include",
        "lib",
        "lib/python3.12",
        "lib/python3.12/site-packages",
        "lib64",
        "pyvenv.cfg",
    ]
    assert os.readlink(root / "bin/python") == python.real_path
    assert os.readlink(root / "bin/python3.12") == "python"
    assert os.readlink(root / "lib64") == "lib"
    assert (root / ".gitignore").read_text() == "*\n"
    assert (root / "CACHEDIR.TAG").read_text().startswith("Signature: 8a477f597d28d172789f06886806bc55\n")
    assert read_configuration(str(root)) == {
        "home": str(tmp_path / "opt/bin"),
        "implementation": "CPython",
        "version_info": "3.12.4",
        "include-system-site-packages": "false",
        "executable": python.real_path,
        "prompt": "project",
    }
    assert environment.root == str(root)
    assert environment.python == f"{root}/bin/python"
    assert environment.site_packages == f"{root}/lib/python3.12/site-packages"
    assert environment.interpreter.is_virtual
    assert environment.interpreter.tags == python.tags
    assert os.listdir(tmp_path / "project") == [".venv"]


def test_macos_has_no_lib64(tmp_path: Path, python) -> None:
    create_environment(str(tmp_path / "e"), python, platform=Platform("darwin"))
    assert not (tmp_path / "e/lib64").exists()


def test_pypy_and_free_threaded_builds_get_their_names(tmp_path: Path, python) -> None:
    create_environment(str(tmp_path / "pp"), python._replace(implementation="pypy"), platform=Platform("linux"))
    assert (tmp_path / "pp/bin/pypy3.12").is_symlink()
    assert not (tmp_path / "pp/lib64").exists()
    create_environment(str(tmp_path / "ft"), python._replace(is_free_threaded=True), platform=Platform("linux"))
    assert (tmp_path / "ft/bin/python3.12t").is_symlink()


@pytest.mark.parametrize("launcher", ["venvlauncher.exe", "python.exe"])
def test_windows_gets_a_copy_of_the_launcher(tmp_path: Path, python, launcher: str) -> None:
    base = tmp_path / "Python312"
    (base / "Lib/venv/scripts/nt").mkdir(parents=True)
    (base / "python.exe").write_bytes(b"whole")
    (base / "Lib/venv/scripts/nt" / launcher).write_bytes(b"launcher")
    paths = {**python.paths, "scripts": "Scripts", "purelib": "Lib/site-packages", "platlib": "Lib/site-packages"}
    markers = {**python.markers, "os_name": "nt"}
    windows = python._replace(real_path=str(base / "python.exe"), base_prefix=str(base), paths=paths, markers=markers)
    environment = create_environment(str(tmp_path / "e"), windows, platform=Platform("windows"))
    assert Path(environment.python).read_bytes() == b"launcher"
    assert environment.python == f"{tmp_path}/e/Scripts/python.exe"
    assert (tmp_path / "e/Lib/site-packages").is_dir()
    assert read_configuration(environment.root)["home"] == str(base)
    assert not (tmp_path / "e/lib64").exists()


def test_an_environment_is_only_replaced_on_demand(tmp_path: Path, python) -> None:
    root = tmp_path / "e"
    create_environment(str(root), python)
    (root / "mine").write_text("x")
    with pytest.raises(ClutchError) as caught:
        create_environment(str(root), python)
    assert caught.value.code == "environment-exists"
    assert (root / "mine").exists()
    create_environment(str(root), python, is_replaced=True)
    assert not (root / "mine").exists()
    assert sorted(os.listdir(tmp_path)) == ["e", "opt"]


def test_what_is_no_environment_is_never_deleted(tmp_path: Path, python) -> None:
    root = tmp_path / "e"
    root.mkdir()
    (root / "thesis.tex").write_text("x")
    for is_replaced in (False, True):
        with pytest.raises(ClutchError, match="holds other files") as caught:
            create_environment(str(root), python, is_replaced=is_replaced)
        assert caught.value.code == "not-an-environment"
    (tmp_path / "file").write_text("x")
    with pytest.raises(ClutchError, match="is a file"):
        create_environment(str(tmp_path / "file"), python, is_replaced=True)
    assert (root / "thesis.tex").read_text() == "x"


def test_an_empty_folder_and_a_link_to_one_are_filled(tmp_path: Path, python) -> None:
    (tmp_path / "e").mkdir()
    create_environment(str(tmp_path / "e"), python)
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    create_environment(str(tmp_path / "link"), python)
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "elsewhere/pyvenv.cfg").exists()


def test_leftovers_of_a_killed_call_go_away(tmp_path: Path, python) -> None:
    (tmp_path / "e.clutch-new-1").mkdir()
    (tmp_path / "e.clutch-old-1").mkdir()
    (tmp_path / "f.clutch-new-1").mkdir()
    create_environment(str(tmp_path / "e"), python)
    assert sorted(os.listdir(tmp_path)) == ["e", "f.clutch-new-1", "opt"]


def test_homebrews_patch_folders_are_not_written_down(tmp_path: Path) -> None:
    cellar = tmp_path / "Cellar/python@3.12/3.12.4/bin/python3.12"
    cellar.parent.mkdir(parents=True)
    cellar.touch()
    assert stable_path(str(cellar)) == str(cellar)
    stable = tmp_path / "opt/python@3.12"
    stable.parent.mkdir()
    stable.symlink_to(tmp_path / "Cellar/python@3.12/3.12.4")
    assert stable_path(str(cellar)) == f"{stable}/bin/python3.12"
    assert stable_path("/usr/bin/python3") == "/usr/bin/python3"


def test_reading_gives_what_was_made(tmp_path: Path, python, fresh_records) -> None:
    made = create_environment(str(tmp_path / "e"), python)
    asked = fresh_records.written
    assert read_environment(str(tmp_path / "e"), fresh_records) == made
    assert fresh_records.written == asked


def test_nothing_there_is_none(tmp_path: Path, fresh_records) -> None:
    assert read_environment(str(tmp_path / "e"), fresh_records) is None
    (tmp_path / "e").mkdir()
    assert read_environment(str(tmp_path / "e"), fresh_records) is None


def expect_broken(root: Path, records, text: str) -> None:
    with pytest.raises(ClutchError) as caught:
        read_environment(str(root), records)
    assert caught.value.code == "broken-environment"
    assert text in caught.value.message
    assert f"`{root}`" in caught.value.message


def test_a_folder_of_other_things_is_broken(tmp_path: Path, fresh_records) -> None:
    (tmp_path / "e").mkdir()
    (tmp_path / "e/x").touch()
    expect_broken(tmp_path / "e", fresh_records, "has no `pyvenv.cfg`")


def test_a_lost_base_is_named(tmp_path: Path, python, fresh_records) -> None:
    create_environment(str(tmp_path / "e"), python)
    os.remove(python.real_path)
    expect_broken(tmp_path / "e", fresh_records, f"has lost its base interpreter: `{python.real_path}` is gone")


def test_a_base_of_another_version_is_named(tmp_path: Path, python, fresh_records, fake_python) -> None:
    create_environment(str(tmp_path / "e"), python)
    fake_python(Path(python.real_path), "3.12.9")
    assert read_environment(str(tmp_path / "e"), fresh_records) is not None
    fake_python(Path(python.real_path), "3.13.1")
    expect_broken(tmp_path / "e", fresh_records, "was made for Python 3.12.4, but")
    fake_python(Path(python.real_path), "3.12.4", implementation="pypy")
    expect_broken(tmp_path / "e", fresh_records, "was made for cpython")


def test_a_base_that_no_longer_runs_is_named(tmp_path: Path, python, fresh_records) -> None:
    create_environment(str(tmp_path / "e"), python)
    Path(python.real_path).write_text("#!/bin/sh\necho no library >&2\nexit 1\n")
    expect_broken(tmp_path / "e", fresh_records, "does not answer as a Python (no library)")


def test_missing_parts_are_named(tmp_path: Path, python, fresh_records) -> None:
    create_environment(str(tmp_path / "e"), python)
    os.rmdir(tmp_path / "e/lib/python3.12/site-packages")
    expect_broken(tmp_path / "e", fresh_records, "has no folder `lib/python3.12/site-packages`")
    os.remove(tmp_path / "e/bin/python")
    expect_broken(tmp_path / "e", fresh_records, "has no interpreter of its own")


def test_an_environment_of_copies_finds_its_base_by_home(tmp_path: Path, python, fresh_records) -> None:
    create_environment(str(tmp_path / "e"), python)
    link = tmp_path / "e/bin/python"
    link.unlink()
    link.write_bytes(b"a copy")
    found = read_environment(str(tmp_path / "e"), fresh_records)
    assert found is not None
    assert found.interpreter.real_path == python.real_path
    os.remove(python.real_path)
    expect_broken(tmp_path / "e", fresh_records, "has lost its base interpreter: there is none in")


def test_odd_letters_in_paths_and_prompts_survive(tmp_path: Path, python, fresh_records) -> None:
    root = tmp_path / 'it\'s 100% "ä" $HOME `x`'
    create_environment(str(root), python, prompt="a = b\nc")
    assert read_configuration(str(root))["prompt"] == "a = b c"
    assert read_environment(str(root), fresh_records) is not None
