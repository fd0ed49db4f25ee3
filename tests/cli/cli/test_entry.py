"""Process start: how little is imported, that a warm `run` becomes the command, and what has nothing to do says so."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from clutch.project.cache_place import find_cache
from clutch.project.stamp import (
    ENVIRONMENT_STAMP,
    lock_stamp_path,
    mark,
    render_stamp,
    settings_fact,
    write_stamp,
)

Clutch = Callable[..., "subprocess.CompletedProcess[str]"]

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there is no exec on Windows")

_BOOT = "import sys; sys.path.insert(0, {source!r}); from clutch._entry import main; sys.exit(main())"


@pytest.fixture
def project(tmp_path: Path, environ: dict[str, str]) -> Path:
    """A project whose lock and environment, made-up ones, have stamps that hold."""
    folder = tmp_path / "project"
    scripts = folder / ".venv" / "bin"
    scripts.mkdir(parents=True)
    (folder / "pyproject.toml").write_text('[project]\nname = "project"\nversion = "1"\n')
    (scripts / "python").symlink_to(sys.executable)
    tool = scripts / "tool"
    tool.write_text('#!/bin/sh\necho "tool $* VIRTUAL_ENV=$VIRTUAL_ENV PATH=${PATH%%:*} HOME=$PYTHONHOME"\nexit 7\n')
    tool.chmod(0o755)
    _stamp(folder, environ)
    return folder


def _stamp(folder: Path, environ: dict[str, str]) -> None:
    environment, variables = str(folder / ".venv"), settings_fact(environ)
    cache = find_cache(environ.get("CLUTCH_CACHE_DIR", ""), str(folder), environ, sys.platform)
    stamps = {
        f"{environment}/{ENVIRONMENT_STAMP}": ("selection default", variables, f"environment {environment}"),
        lock_stamp_path(cache, str(folder)): ("flags ", variables),
    }
    for path, facts in stamps.items():
        assert write_stamp(path, render_stamp(facts, [mark(str(folder / "pyproject.toml"))]))


def _imported(environ: dict[str, str], cwd: Path, *words: str) -> set[str]:
    """The modules that a process imports on the way, besides those of an interpreter that does nothing."""
    source = environ["PYTHONPATH"]
    runs = [
        subprocess.run(
            [sys.executable, "-I", "-S", "-X", "importtime", "-c", code, *words],
            env=environ,
            cwd=cwd,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        for code in ("pass", _BOOT.format(source=source))
    ]
    nothing, whole = ({row.split("|")[-1].strip() for row in run.stderr.splitlines()} for run in runs)
    return whole - nothing


def test_the_version_imports_next_to_nothing(environ: dict[str, str], tmp_path: Path) -> None:
    assert _imported(environ, tmp_path, "--version") == {
        "__future__",
        "clutch",
        "clutch._entry",
        "clutch.cli",
        "clutch.cli.release",
    }


def test_a_warm_run_imports_next_to_nothing(environ: dict[str, str], project: Path) -> None:
    imported = _imported(environ, project, "run", "tool")
    ours = {name for name in imported if name.startswith("clutch")}
    assert ours == {
        *("clutch", "clutch._entry", "clutch.cli", "clutch.cli.warm"),
        *("clutch.project", "clutch.project.root", "clutch.project.stamp"),
    }
    assert imported - ours <= {"__future__", "_collections_abc", "_stat", "genericpath", "os", "posixpath", "stat"}


@pytest.mark.parametrize(
    ("words", "arguments"),
    [
        (("tool", "a", "-q", "--", "b"), "a -q -- b"),
        (("-q", "tool"), ""),
        (("--", "tool", "-m"), "-m"),
    ],
)
def test_a_warm_run_becomes_the_command(
    clutch: Clutch, project: Path, words: tuple[str, ...], arguments: str
) -> None:  # fmt: skip
    below = project / "src"
    below.mkdir()
    finished = clutch("run", *words, cwd=below, more={"PYTHONHOME": ""})
    environment = project / ".venv"
    assert finished.returncode == 7
    assert finished.stdout == f"tool {arguments} VIRTUAL_ENV={environment} PATH={environment}/bin HOME=\n"


def test_a_warm_run_of_python_is_the_python_of_the_environment(clutch: Clutch, project: Path) -> None:
    script = "import sys; print(sys.executable)"
    python = str(project / ".venv" / "bin" / "python")
    assert clutch("run", "python", "-c", script, cwd=project).stdout == f"{python}\n"
    (project / "show.py").write_text(script)
    assert clutch("run", "show.py", cwd=project).stdout == f"{python}\n"
    assert clutch("run", "-m", "show", cwd=project).stdout == f"{python}\n"


def test_a_command_outside_the_environment_is_found_on_path(clutch: Clutch, project: Path) -> None:
    assert clutch("run", "echo", "hello", cwd=project).stdout == "hello\n"
    assert clutch("run", "/bin/echo", "hello", cwd=project).stdout == "hello\n"


@pytest.mark.skipif(not os.path.exists("/proc/self/status"), reason="reads /proc")
def test_the_command_gets_the_signals_that_python_ignores(clutch: Clutch, project: Path) -> None:
    shown = clutch("run", "grep", "SigIgn", "/proc/self/status", cwd=project).stdout
    assert int(shown.split()[1], 16) & (1 << (signal.SIGPIPE - 1)) == 0


def test_a_command_that_does_not_exist_is_no_warm_run(environ: dict[str, str], project: Path) -> None:
    assert "clutch.cli.main" in _imported(environ, project, "run", "no-such-tool")


@pytest.mark.parametrize("variable", ["CLUTCH_PYTHON", "CLUTCH_PROJECT_ENVIRONMENT"])
def test_another_setting_is_no_warm_run(environ: dict[str, str], project: Path, variable: str) -> None:
    assert "clutch.cli.main" not in _imported(environ, project, "run", "tool")
    assert "clutch.cli.main" in _imported({**environ, variable: "other"}, project, "run", "tool")


def test_a_changed_manifest_is_no_warm_run(environ: dict[str, str], project: Path) -> None:
    os.utime(project / "pyproject.toml", ns=(1, 1))
    assert "clutch.cli.main" in _imported(environ, project, "run", "tool")


def test_an_option_that_changes_something_is_no_warm_run(environ: dict[str, str], project: Path) -> None:
    for words in (("--with", "x", "tool"), ("--no-sync", "tool"), ("--dev", "tool"), ()):
        assert "clutch.cli.main" in _imported(environ, project, "run", *words)


def test_without_a_stamp_there_is_no_warm_run(environ: dict[str, str], project: Path) -> None:
    (project / ".venv" / ENVIRONMENT_STAMP).unlink()
    assert "clutch.cli.main" in _imported(environ, project, "run", "tool")


@pytest.mark.parametrize("verb", ["lock", "sync"])
def test_nothing_to_do_is_said_as_the_command_says_it(
    clutch: Clutch, environ: dict[str, str], project: Path, verb: str
) -> None:
    for switches in ((), ("--check",), ("-q",), ("-q", "--check", "--quiet")):
        assert "clutch.cli.main" not in _imported(environ, project, verb, *switches)
        short = clutch(verb, *switches, cwd=project)
        long = clutch("-v", verb, *switches, cwd=project)
        assert (short.returncode, short.stdout) == (long.returncode, long.stdout) == (0, "")
        assert re.sub(r"\d+ ms", "# ms", short.stderr) == re.sub(r"\d+ ms", "# ms", long.stderr)
    assert re.fullmatch(r"the (lock|environment) is up to date \(\d+ ms\)\n", clutch(verb, cwd=project).stderr)


@pytest.mark.parametrize("verb", ["lock", "sync"])
def test_with_anything_in_doubt_the_command_decides(environ: dict[str, str], project: Path, verb: str) -> None:
    for words in (("--help",), ("-v",), ("--json",), ("stray",), ("-qq",)):
        assert "clutch.cli.main" in _imported(environ, project, verb, *words)
    assert "clutch.cli.main" in _imported({**environ, "CLUTCH_PYTHON": "3"}, project, verb)
    os.utime(project / "pyproject.toml", ns=(1, 1))
    assert "clutch.cli.main" in _imported(environ, project, verb)


@pytest.mark.parametrize("folder", ["elsewhere", "../elsewhere"])
def test_a_stamp_of_the_lock_is_found_in_the_stated_cache(environ: dict[str, str], project: Path, folder: str) -> None:
    environ["CLUTCH_CACHE_DIR"] = folder
    assert "clutch.cli.main" in _imported(environ, project, "lock", "-q")
    _stamp(project, environ)
    assert "clutch.cli.main" not in _imported(environ, project, "lock", "-q")


def test_nobody_to_tell_that_there_is_nothing_to_do(environ: dict[str, str], project: Path) -> None:
    boot = _BOOT.format(source=environ["PYTHONPATH"])
    closed = subprocess.run(
        ["/bin/sh", "-c", '"$0" -c "$1" sync 2>&-', sys.executable, boot], env=environ, cwd=project, check=False
    )
    assert closed.returncode == 0
