"""`run`: brings everything up to date, then becomes the command."""

from __future__ import annotations

import shutil
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

PIP = Path("/tmp/peers/pip/bin/pip")


def _any_pip() -> list[str]:
    """A pip new enough to read pylock.toml; skips where there is none."""
    for program in (str(PIP), shutil.which("pip") or ""):
        if program and Path(program).exists():
            words = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout.split()
            if len(words) > 1 and tuple(map(int, words[1].split(".")[:2])) >= (26, 1):
                return [program, "--disable-pip-version-check"]
    pytest.skip("no pip of 26.1 or newer is here")


def test_run_locks_syncs_and_passes_arguments_and_exit_code_on(world: Any) -> None:
    world.write('"checker", "web"')
    finished = world("run", "checker", "--verbose", "-q", code=2)
    assert finished.out == "checked --verbose -q\n"
    assert world.lock.exists()
    assert world("run", "-q", "--", "checker", code=0).out == "checked\n"
    assert world("run", "-m", "checker").code == 0
    (world.project / "script.py").write_text("import sys, web\nprint(sys.argv[1:], web.version)\nsys.exit(7)\n")
    assert world("run", "script.py", "-x", code=7).out == "['-x'] 3.0\n"


def test_a_warm_run_asks_nobody(world: Any) -> None:
    world.write('"web"')
    world("run", "python", "-c", "")
    world.index.reset()
    finished = world("run", "python", "-c", "import web")
    assert (finished.out, finished.err, world.index.asked) == ("", "", [])


def test_a_changed_manifest_is_seen_by_the_next_run(world: Any) -> None:
    world.write('"web"')
    world("run", "python", "-c", "import web")
    world.write('"web", "pipe"')
    assert world("run", "python", "-c", "import pipe; print(pipe.version)").out == "1.5\n"
    world.write('"pipe"')
    world("run", "python", "-c", "import pipe")
    assert world.installed() == {"pipe": "1.5"}


def test_what_pip_uninstalled_behind_our_back_is_back(world: Any) -> None:
    pip = _any_pip()
    world.write('"web"')
    world("sync")
    gone = [*pip, "--python", str(world.python), "uninstall", "-y", "text"]
    subprocess.run(gone, env=world.environ, capture_output=True, check=True)
    assert world.installed() == {"web": "3.0"}
    assert world("run", "python", "-c", "import text; print(text.version)").out == "2.0\n"


def test_with_brings_a_package_for_once(world: Any) -> None:
    world.write('"text==1.0"')
    code = "import text, pipe; print(text.version, pipe.version)"
    assert world("run", "--with", "pipe", "python", "-c", code).out == "1.0 1.5\n"
    assert world.installed() == {"text": "1.0"}
    assert world("run", "--with", "web", "--with", "checker", "checker").out == "checked\n"
    assert "pipe" not in world.manifest.read_text()
    unknown = world("run", "--with", "reqeusts", "python", code=1)
    assert "there is no package called `reqeusts`" in unknown.err


def test_env_files(world: Any) -> None:
    world.write()
    (world.project / ".env").write_text("# ours\nexport COLOUR='deep blue'\nSIZE=3 # wide\n\n")
    code = "import os; print(os.environ['COLOUR'], os.environ['SIZE'])"
    assert world("run", "--env-file", ".env", "python", "-c", code).out == "deep blue 3\n"
    (world.project / ".env").write_text("COLOUR=blue\nwhat is this\n")
    wrong = world("run", "--env-file", ".env", "python", code=1)
    assert wrong.err == f"error: expected `NAME=value`, found `what is this`\n  at {world.project}/.env:2\n"
    missing = world("run", "--env-file", "nope", "python", code=1)
    assert f"{world.project}/nope" in missing.err


def test_no_sync_takes_the_environment_as_it_is(world: Any) -> None:
    world.write('"text"')
    none = world("run", "--no-sync", "python", "-c", "", code=1)
    assert none.err == (
        f"error: there is no environment at `{world.project}/.venv`\n"
        "hint: leave out `--no-sync`, or run `clutch sync`\n"
    )
    world("sync")
    world.write('"web"')
    assert world("run", "--no-sync", "python", "-c", "print(1)").out == "1\n"
    assert world.installed() == {"text": "2.0"}


def test_a_command_that_is_nowhere(world: Any) -> None:
    world.write('"checker"')
    finished = world("run", "chekcer", code=1)
    assert finished.err.splitlines()[-2:] == [
        "error: there is no program `chekcer` in the environment or on PATH",
        "hint: did you mean `checker`?",
    ]


def test_the_child_dies_of_its_signal_and_gets_ours(world: Any) -> None:
    world.write()
    world("sync")
    code = "import time; print('up', flush=True); time.sleep(30)"
    with world.start("run", "python", "-c", code) as process:
        assert process.stdout.readline() == "up\n"
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) in (-signal.SIGTERM, 143)


def test_run_from_a_folder_inside_and_with_c(world: Any) -> None:
    world.write('"text"')
    inside = world.project / "deep" / "er"
    inside.mkdir(parents=True)
    out = world("run", "python", "-c", "import os, text; print(os.getcwd())", cwd=inside).out
    assert out == f"{inside}\n"
    assert world(
        "-C", str(world.project), "run", "python", "-c", "import os; print(os.getcwd())", cwd=world.home
    ).out == (f"{world.project}\n")


def test_an_environment_whose_python_is_gone_is_made_anew(world: Any) -> None:
    world.write('"text"')
    world("sync")
    python = world.project / ".venv/bin/python"
    names = [path for path in python.parent.iterdir() if path.name.startswith("python") and path.is_symlink()]
    for path in names:
        path.unlink()
        path.symlink_to("/nowhere/python3")
    assert world("run", "python", "-c", "import text; print(text.version)").out == "2.0\n"


def test_a_module_edited_in_the_environment_is_seen(world: Any) -> None:
    world.write('"text"')
    world("run", "python", "-c", "import text")
    time.sleep(0.01)
    path = world.site / "text.py"
    path.unlink()
    path.write_text("version = 'mine'\n")
    assert world("run", "python", "-c", "import text; print(text.version)").out == "mine\n"
