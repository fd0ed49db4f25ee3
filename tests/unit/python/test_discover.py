import itertools
import os
from pathlib import Path

import pytest

from clutch.base.errors import ClutchError, NotFoundError
from clutch.python.discover import find_at, find_command, find_interpreters, make_search
from clutch.python.platform import Platform

SHIM = '#!/usr/bin/env bash\nexport PYENV_ROOT="x"\nexec "/x/libexec/pyenv" exec "$program" "$@"\n'


def seen(search) -> list[tuple[str, str, str]]:
    top = str(Path(search.home).parent)
    rows = []
    for found in find_interpreters(search):
        version = found.interpreter.version if found.interpreter else ""
        rows.append((os.path.relpath(found.path, top), found.where, version))
    return rows


def test_an_empty_machine_has_none(machine) -> None:
    assert seen(machine) == []


def test_path_comes_first_then_clutchs_own_then_other_tools(tmp_path: Path, machine, fake_python) -> None:
    fake_python(tmp_path / "root/usr/bin/python3.9", "3.9.1")
    fake_python(tmp_path / "root/opt/python/cp38-cp38/bin/python3", "3.8.1")
    fake_python(tmp_path / "home/.local/share/uv/python/cpython-3.13.1-linux-x86_64-gnu/bin/python3", "3.13.1")
    fake_python(tmp_path / "home/.local/share/hatch/pythons/3.11/python/bin/python3", "3.11.5")
    fake_python(tmp_path / "home/.pyenv/versions/3.9.7/bin/python", "3.9.7")
    fake_python(tmp_path / "home/.pyenv/versions/3.10.2/bin/python", "3.10.2")
    fake_python(tmp_path / "home/miniforge3/bin/python", "3.12.0")
    fake_python(tmp_path / "home/miniforge3/envs/science/bin/python", "3.12.1")
    fake_python(tmp_path / "managed/cpython-3.9.1/bin/python3", "3.9.1")
    fake_python(tmp_path / "managed/cpython-3.12.7/bin/python3", "3.12.7")
    fake_python(tmp_path / "managed/.half-made/bin/python3", "3.12.8")
    fake_python(tmp_path / "bin/python3.12", "3.12.3")
    fake_python(tmp_path / "bin/python3", "3.11.2")
    fake_python(tmp_path / "bin/pypy3", "3.10.14", implementation="pypy")
    (tmp_path / "bin/python3-config").write_text("#!/bin/sh\n")
    assert seen(machine) == [
        ("bin/python3", "PATH", "3.11.2"),
        ("bin/python3.12", "PATH", "3.12.3"),
        ("bin/pypy3", "PATH", "3.10.14"),
        ("managed/cpython-3.12.7/bin/python3", "managed", "3.12.7"),
        ("managed/cpython-3.9.1/bin/python3", "managed", "3.9.1"),
        ("home/.pyenv/versions/3.10.2/bin/python", "pyenv", "3.10.2"),
        ("home/.pyenv/versions/3.9.7/bin/python", "pyenv", "3.9.7"),
        ("home/miniforge3/bin/python", "conda environment", "3.12.0"),
        ("home/miniforge3/envs/science/bin/python", "conda environment", "3.12.1"),
        ("home/.local/share/uv/python/cpython-3.13.1-linux-x86_64-gnu/bin/python3", "uv", "3.13.1"),
        ("home/.local/share/hatch/pythons/3.11/python/bin/python3", "Hatch", "3.11.5"),
        ("root/usr/bin/python3.9", "system", "3.9.1"),
        ("root/opt/python/cp38-cp38/bin/python3", "system", "3.8.1"),
    ]


def test_the_first_is_found_without_asking_the_others(tmp_path: Path, machine, fake_python, fresh_records) -> None:
    fake_python(tmp_path / "bin/python3", "3.12.4")
    fake_python(tmp_path / "bin/python3.11", "3.11.4")
    fake_python(tmp_path / "home/.pyenv/versions/3.9.7/bin/python", "3.9.7")
    next(find_interpreters(machine))
    assert fresh_records.written == 1


def test_one_executable_under_many_names_is_one(tmp_path: Path, machine, fake_python) -> None:
    fake_python(tmp_path / "opt/python3.12", "3.12.4")
    (tmp_path / "bin").mkdir()
    for name in ("python", "python3", "python3.12"):
        (tmp_path / "bin" / name).symlink_to(tmp_path / "opt/python3.12")
    (tmp_path / "root/etc/alternatives").mkdir(parents=True)
    (tmp_path / "root/etc/alternatives/python").symlink_to(tmp_path / "opt/python3.12")
    assert seen(machine) == [("bin/python", "PATH", "3.12.4")]


def test_debians_alternatives_are_looked_at(tmp_path: Path, machine, fake_python) -> None:
    fake_python(tmp_path / "opt/thing", "3.12.4")
    (tmp_path / "root/etc/alternatives").mkdir(parents=True)
    (tmp_path / "root/etc/alternatives/python3").symlink_to(tmp_path / "opt/thing")
    assert seen(machine) == [("root/etc/alternatives/python3", "alternatives", "3.12.4")]


def test_an_environment_counts_beside_its_base(tmp_path: Path, machine, fake_python) -> None:
    base = fake_python(tmp_path / "root/usr/bin/python3", "3.12.4")
    (tmp_path / "bin").mkdir()
    (tmp_path / "pyvenv.cfg").write_text("home = /\n")
    for name in ("python", "python3"):
        (tmp_path / "bin" / name).symlink_to(base)
    assert [row[0] for row in seen(machine)] == ["bin/python", "root/usr/bin/python3"]
    first = next(find_interpreters(machine)).interpreter
    assert first is not None
    assert first.is_virtual
    assert first.real_path == base


def test_broken_old_and_foreign_ones_are_named(tmp_path: Path, machine, fake_python) -> None:
    fake_python(tmp_path / "bin/python2.7", "2.7.18", implementation="python2")
    broken = tmp_path / "bin/python3.12"
    broken.write_bytes(b"\x7fELF\x02\x01 of another machine")
    broken.chmod(0o755)
    problems = {os.path.basename(found.path): found.problem for found in find_interpreters(machine)}
    assert problems["python2.7"] == "is Python 2.7.18; 3.8 is the oldest that is supported"
    assert "cannot be run" in problems["python3.12"]


@pytest.fixture
def pyenv(tmp_path: Path, machine, fake_python):
    root = tmp_path / "pyenv"
    for version in ("3.11.7", "3.12.1", "3.12.10"):
        fake_python(root / f"versions/{version}/bin/python", version)
    fake_python(root / "versions/3.12.10/bin/python3.12", "3.12.10")
    (root / "shims").mkdir()
    for name in ("python", "python3.12"):
        (root / "shims" / name).write_text(SHIM)
        (root / "shims" / name).chmod(0o755)
    (root / "version").write_text("3.11.7\n")
    environ = {"PATH": str(root / "shims"), "PYENV_ROOT": str(root)}
    return machine._replace(environ=environ)


def version_of_shim(search, **environ: str) -> str:
    found = next(find_interpreters(search._replace(environ={**search.environ, **environ})))
    return found.interpreter.version if found.interpreter else found.problem


def test_a_shim_of_pyenv_is_followed_by_pyenvs_rules(tmp_path: Path, pyenv) -> None:
    assert version_of_shim(pyenv) == "3.11.7"
    (tmp_path / "work/.python-version").write_text("# x\n3.12\n")
    assert version_of_shim(pyenv) == "3.12.10"
    assert version_of_shim(pyenv, PYENV_VERSION="3.12.1:3.11.7") == "3.12.1"
    (tmp_path / "work/.python-version").write_text("3.5\n3.12.1\n")
    assert version_of_shim(pyenv) == "3.12.1"


def test_a_shim_that_leads_nowhere_is_named(tmp_path: Path, pyenv) -> None:
    assert version_of_shim(pyenv, PYENV_VERSION="3.5").endswith(
        "is a shim of pyenv, where `PYENV_VERSION` chooses `3.5`, which has no `python`"
    )
    assert "the system's Python" in version_of_shim(pyenv, PYENV_VERSION="system")
    found = list(find_interpreters(pyenv))
    assert "which has no `python3.12`" in found[1].problem
    with pytest.raises(ClutchError, match=r"python3\.12` is a shim of pyenv"):
        find_command("python3.12", pyenv)


def test_other_shims_are_named(tmp_path: Path, machine) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / "mise").write_bytes(b"\x7fELF")
    (tmp_path / "mise").chmod(0o755)
    (tmp_path / "bin/python3").symlink_to(tmp_path / "mise")
    (tmp_path / "bin/python").write_text('#!/usr/bin/env bash\nexec asdf exec "python" "$@"\n')
    (tmp_path / "bin/python").chmod(0o755)
    assert sorted(found.problem.split(";")[0].split(",")[0] for found in find_interpreters(machine)) == [
        "is a shim of asdf",
        "is a shim of mise",
    ]


def test_macos_frameworks_and_homebrew(tmp_path: Path, machine, fake_python) -> None:
    search = machine._replace(platform=Platform("darwin", root=str(tmp_path / "root")))
    fake_python(tmp_path / "root/opt/homebrew/Cellar/python@3.13/3.13.1/bin/python3.13", "3.13.1")
    opt = tmp_path / "root/opt/homebrew/opt"
    opt.mkdir()
    (opt / "python@3.13").symlink_to(tmp_path / "root/opt/homebrew/Cellar/python@3.13/3.13.1")
    versions = "Library/Frameworks/Python.framework/Versions"
    fake_python(tmp_path / f"root/{versions}/3.12/bin/python3.12", "3.12.1")
    fake_python(tmp_path / f"home/{versions}/3.11/bin/python3.11", "3.11.1")
    fake_python(tmp_path / "home/Library/Application Support/hatch/pythons/3.10/python/bin/python3", "3.10.1")
    assert [(where, version) for _, where, version in seen(search)] == [
        ("Hatch", "3.10.1"),
        ("Homebrew", "3.13.1"),
        ("framework", "3.12.1"),
        ("framework", "3.11.1"),
    ]


def test_apples_stub_is_not_run_without_the_developer_tools(tmp_path: Path, machine, fake_python) -> None:
    fake_python(tmp_path / "root/usr/bin/python3", "3.9.6")
    search = machine._replace(platform=Platform("darwin", root=str(tmp_path / "root")))
    assert [found.problem for found in find_interpreters(search)] == [
        "stands for Apple's developer tools, which are not installed"
    ]
    (tmp_path / "root/Library/Developer/CommandLineTools").mkdir(parents=True)
    assert [row[2] for row in seen(search)] == ["3.9.6"]


def test_windows_registry_launcher_and_store(tmp_path: Path, machine, fake_python) -> None:
    registered = fake_python(tmp_path / "Python312/python.exe", "3.12.1")
    apps = tmp_path / "local/Microsoft/WindowsApps"
    fake_python(apps / "PythonSoftwareFoundation.Python.3.11_qbz/python.exe", "3.11.1")
    (apps / "python.exe").touch(mode=0o755)
    fake_python(tmp_path / "local/Python/pythoncore-3.14-64/python.exe", "3.14.0")
    search = machine._replace(
        environ={"PATH": str(apps), "LOCALAPPDATA": str(tmp_path / "local")},
        platform=Platform("windows", root=str(tmp_path / "root"), read_registry=lambda: [registered]),
    )
    found = list(find_interpreters(search))
    assert found[0].problem == "is the Microsoft Store's placeholder, not an interpreter"
    assert [(one.where, one.interpreter.version) for one in found[1:] if one.interpreter] == [
        ("registry", "3.12.1"),
        ("py", "3.14.0"),
        ("Microsoft Store", "3.11.1"),
    ]


def test_a_path_may_name_an_executable_an_environment_or_an_installation(tmp_path: Path, machine, fake_python) -> None:
    path = fake_python(tmp_path / "home/py/bin/python3", "3.12.4")
    for name in (path, str(tmp_path / "home/py"), "../home/py/bin/python3", "~/py", "~/py/bin/python3"):
        assert find_at(name, machine).real_path == path
    (tmp_path / "empty").mkdir()
    with pytest.raises(NotFoundError, match="no interpreter in the folder"):
        find_at(str(tmp_path / "empty"), machine)
    with pytest.raises(NotFoundError, match="no interpreter at"):
        find_at("nowhere/python", machine)


def test_a_command_is_the_first_of_its_name_on_path(tmp_path: Path, machine, fake_python) -> None:
    path = fake_python(tmp_path / "bin/my-python", "3.12.4")
    assert find_command("my-python", machine).path == path
    with pytest.raises(NotFoundError, match="no command `other` on PATH"):
        find_command("other", machine)


def test_this_machine_can_be_searched(records) -> None:
    search = make_search(os.environ, records, os.getcwd())
    assert next(itertools.chain(find_interpreters(search), [None])) is not None
