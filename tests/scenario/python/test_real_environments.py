"""Environments made for the real interpreters of the machine, used as people use them."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from clutch.io.store import Store
from clutch.python.choose import Wish, choose_interpreter
from clutch.python.create import create_environment
from clutch.python.discover import find_at, find_interpreters, make_search
from clutch.python.environment import read_environment
from clutch.python.inspect import inspect_interpreter

MINORS = ("3.8", "3.9", "3.10", "3.11", "3.12", "3.13")
LOOK = """
import json, sys, sysconfig
paths = sysconfig.get_paths()
print(json.dumps([sys.prefix, sys.base_prefix, sys.executable, paths["purelib"], paths["platlib"], sys.path]))
"""


def run(*argv: str, **variables: str) -> str:
    environ = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "VIRTUAL_ENV"))}
    finished = subprocess.run(argv, env={**environ, **variables}, capture_output=True, text=True, timeout=60)
    assert finished.returncode == 0, finished.stderr
    return finished.stdout


@pytest.mark.parametrize("minor", MINORS)
def test_the_environments_python_sees_itself(minor: str, tmp_path: Path, real_python, records) -> None:
    base = inspect_interpreter(real_python(minor), records)
    made = create_environment(str(tmp_path / ".venv"), base)
    for name in ("python", "python3", f"python{minor}"):
        path = f"{made.root}/bin/{name}"
        prefix, base_prefix, executable, purelib, platlib, search_path = json.loads(run(path, "-c", LOOK))
        assert prefix == made.root
        assert base_prefix == base.base_prefix
        assert executable == path
        assert purelib == platlib == made.site_packages
        assert made.site_packages in search_path
        assert not any("site-packages" in folder and not folder.startswith(made.root) for folder in search_path)
    assert read_environment(made.root, records) == made


@pytest.mark.parametrize("minor", ["3.8", "3.10", "3.13"])
def test_pip_installs_into_it(minor: str, tmp_path: Path, real_python, records) -> None:
    made = create_environment(str(tmp_path / ".venv"), inspect_interpreter(real_python(minor), records))
    package = tmp_path / "package"
    (package / "hello-1.0.dist-info").mkdir(parents=True)
    (package / "hello.py").write_text("def main(): print('hello from', __file__)\n")
    (package / "hello-1.0.dist-info/METADATA").write_text("Metadata-Version: 2.1\nName: hello\nVersion: 1.0\n")
    (package / "hello-1.0.dist-info/WHEEL").write_text("Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
    (package / "hello-1.0.dist-info/entry_points.txt").write_text("[console_scripts]\nhello = hello:main\n")
    (package / "hello-1.0.dist-info/RECORD").write_text("")
    shutil.make_archive(str(tmp_path / "hello"), "zip", package)
    wheel = tmp_path / "hello-1.0-py3-none-any.whl"
    os.rename(tmp_path / "hello.zip", wheel)
    bundled = f"{made.interpreter.base_prefix}/lib/python{minor}/ensurepip/_bundled"
    pip = next(Path(bundled).glob("pip-*.whl"), None)
    if pip is None:
        pytest.skip(f"Python {minor} carries no pip")
    run(made.python, f"{pip}/pip", "install", "--no-index", "--no-cache-dir", "-q", str(wheel))
    assert run(f"{made.root}/bin/hello") == f"hello from {made.site_packages}/hello.py\n"


def test_ensurepip_puts_pip_into_it(tmp_path: Path, real_python, records) -> None:
    made = create_environment(str(tmp_path / ".venv"), inspect_interpreter(real_python("3.12"), records))
    run(made.python, "-m", "ensurepip")
    assert made.site_packages in run(f"{made.root}/bin/pip3", "--version")


def test_debians_python_can_be_the_base(tmp_path: Path, records) -> None:
    if not os.path.exists("/usr/bin/python3.11"):
        pytest.skip("this machine has no Debian Python 3.11")
    made = create_environment(str(tmp_path / ".venv"), inspect_interpreter("/usr/bin/python3", records))
    prefix, base_prefix, _, purelib, platlib, _ = json.loads(run(made.python, "-c", LOOK))
    assert (prefix, base_prefix) == (made.root, "/usr")
    assert purelib == platlib == made.site_packages
    assert not made.interpreter.is_external


def test_an_environment_made_from_an_environment_has_the_same_base(tmp_path: Path, real_python, records) -> None:
    first = create_environment(str(tmp_path / "one"), inspect_interpreter(real_python("3.12"), records))
    inside = inspect_interpreter(first.python, records)
    assert inside.is_virtual
    second = create_environment(str(tmp_path / "two"), inside)
    shutil.rmtree(tmp_path / "one")
    prefix, base_prefix, *_ = json.loads(run(second.python, "-c", LOOK))
    assert (prefix, base_prefix) == (second.root, inside.base_prefix)


@pytest.mark.parametrize("minor", ["3.8", "3.13"])
@pytest.mark.parametrize("options", [(), ("--copies",)])
def test_environments_of_the_standard_library_are_understood(
    minor: str, options: tuple[str, ...], tmp_path: Path, real_python, records
) -> None:
    base = real_python(minor)
    run(base, "-m", "venv", "--without-pip", *options, str(tmp_path / "e"))
    found = read_environment(str(tmp_path / "e"), records)
    assert found is not None
    assert found.interpreter.version.startswith(minor)
    assert found.interpreter.base_prefix == os.path.dirname(os.path.dirname(base))
    search = make_search(os.environ, records, str(tmp_path))
    chosen = choose_interpreter(Wish(f"{tmp_path}/e", "--python"), Wish(), Wish(), search)
    assert chosen.version.startswith(minor)


SHELLS = {
    "bash": ". bin/activate; echo $VIRTUAL_ENV; command -v python; deactivate; echo ${VIRTUAL_ENV-none}; echo $PATH",
    "zsh": ". bin/activate; echo $VIRTUAL_ENV; command -v python; deactivate; echo ${VIRTUAL_ENV-none}; echo $PATH",
    "dash": ". bin/activate; echo $VIRTUAL_ENV; command -v python; deactivate; echo ${VIRTUAL_ENV-none}; echo $PATH",
    "fish": "source bin/activate.fish; echo $VIRTUAL_ENV; command -v python; deactivate;"
    " set -q VIRTUAL_ENV; or echo none; string join : $PATH",
    "tcsh": "source bin/activate.csh; echo $VIRTUAL_ENV; which python; deactivate;"
    " if (! $?VIRTUAL_ENV) echo none; echo $PATH",
    "pwsh": ". bin/Activate.ps1; $env:VIRTUAL_ENV; (Get-Command python).Source; deactivate;"
    " if (-not $env:VIRTUAL_ENV) {'none'}; $env:PATH",
}


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize("name", [".venv", "it's a $HOME ä"])
def test_activation_in_a_real_shell(shell: str, name: str, tmp_path: Path, real_python, records) -> None:
    program = shutil.which(shell)
    if program is None:
        pytest.skip(f"{shell} is not on this machine")
    made = create_environment(str(tmp_path / name), inspect_interpreter(real_python("3.12"), records))
    path = "/usr/local/bin:/usr/bin:/bin"
    option = {"tcsh": "-fc", "pwsh": "-Command"}.get(shell, "-c")
    flags = ("--no-config",) if shell == "fish" else ()
    finished = subprocess.run(
        [program, *flags, option, SHELLS[shell]],
        cwd=made.root,
        env={"PATH": path, "HOME": str(tmp_path), "LC_ALL": "C.UTF-8"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert finished.stderr == ""
    assert finished.stdout.splitlines() == [made.root, f"{made.root}/bin/python", "none", path]


def test_activation_twice_and_under_strict_shell_options(tmp_path: Path, real_python, records) -> None:
    python = inspect_interpreter(real_python("3.12"), records)
    one = create_environment(str(tmp_path / "one"), python, "first")
    two = create_environment(str(tmp_path / "two"), python, "second")
    script = f'set -eu; PS1=\'$ \'; . {one.root}/bin/activate; echo "$PS1"; . {two.root}/bin/activate; echo "$PS1"'
    script += '; command -v python; deactivate; echo "$PS1"; echo $PATH'
    told = run("bash", "-c", script, PATH="/usr/bin:/bin")
    assert told.splitlines() == ["(first) $ ", "(second) $ ", f"{two.root}/bin/python", "$ ", "/usr/bin:/bin"]


def test_every_python_of_the_machine_is_listed(real_python, records, tmp_path: Path) -> None:
    search = make_search(os.environ, records, str(tmp_path))
    versions = {one.interpreter.version.rsplit(".", 1)[0]: one for one in find_interpreters(search) if one.interpreter}
    for minor in ("2.7", "3.6", "3.7", *MINORS):
        real_python(minor)
        assert minor in versions
        assert bool(versions[minor].problem) is (minor in ("2.7", "3.6", "3.7"))


def test_a_search_that_remembers_runs_nothing(records, tmp_path: Path) -> None:
    search = make_search(os.environ, records, str(tmp_path))
    first = list(find_interpreters(search))
    written = records.written
    assert list(find_interpreters(search)) == first
    assert records.written == written


def test_a_request_takes_the_version_asked_for(real_python, records, tmp_path: Path) -> None:
    real_python("3.10")
    search = make_search(os.environ, records, str(tmp_path))
    for text in ("3.10", "cp310", "cpython-3.10", ">=3.10,<3.11", "python3.10"):
        assert choose_interpreter(Wish(text), Wish(), Wish(), search).version.startswith("3.10.")
    assert find_at(real_python("3.10"), search).version.startswith("3.10.")


def test_the_store_on_disk_remembers_between_runs(tmp_path: Path, real_python) -> None:
    path = real_python("3.12")
    first = inspect_interpreter(path, Store(str(tmp_path / "store")))
    assert inspect_interpreter(path, Store(str(tmp_path / "store"))) == first
    assert any(entry.is_file() for entry in (tmp_path / "store").rglob("*"))
