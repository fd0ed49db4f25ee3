"""Completion, tried in the real shells."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from clutch.cli.completion import SHELLS, render_completion
from clutch.cli.table import COMMANDS

Clutch = Callable[..., "subprocess.CompletedProcess[str]"]

_CASES = [
    ("clutch ad", {"add"}),
    ("clutch -C /tmp sy", {"sync"}),
    ("clutch --color always ve", {"venv", "version"}),
    ("clutch python ", {"list", "find", "pin"}),
    ("clutch python f", {"find"}),
    ("clutch add --bo", {"--bounds"}),
    ("clutch add --bounds ", {"lower", "major", "minor", "exact"}),
    ("clutch add --bounds lower --dr", {"--dry-run"}),
    ("clutch lock --up", {"--upgrade", "--upgrade-package"}),
    ("clutch completion ", {"bash", "zsh", "fish", "powershell"}),
    ("clutch help sy", {"sync"}),
    ("clutch --color a", {"always", "auto"}),
    ("clutch install --loc", {"--locked"}),
    ("clutch config ls --ch", {"--changed"}),
]


def _shell(name: str) -> str:
    path = shutil.which(name)
    if path is None:
        pytest.skip(f"{name} is not installed here: its completion is not tried")
    return path


@pytest.mark.parametrize(("line", "words"), _CASES)
def test_bash_completes(tmp_path: Path, line: str, words: set[str]) -> None:
    bash = _shell("bash")
    script = tmp_path / "clutch.bash"
    script.write_text(render_completion("bash"))
    drive = (
        'source "$1"; shift; complete -p clutch >/dev/null || exit 1; COMP_WORDS=("$@"); '
        'COMP_CWORD=$(($# - 1)); _clutch; printf "%s\\n" "${COMPREPLY[@]}"'
    )
    finished = subprocess.run(
        [bash, "--norc", "-c", drive, "bash", str(script), *line.split(" ")],
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
    )
    assert finished.stderr == ""
    assert set(finished.stdout.split()) == words


@pytest.mark.parametrize("line", ["clutch run pyt", "clutch run pytest --loc", "clutch new pa"])
def test_bash_leaves_file_names_to_the_shell(tmp_path: Path, line: str) -> None:
    bash = _shell("bash")
    script = tmp_path / "clutch.bash"
    script.write_text(render_completion("bash"))
    drive = 'source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _clutch; echo "${#COMPREPLY[@]}"'
    finished = subprocess.run(
        [bash, "--norc", "-c", drive, "bash", str(script), *line.split(" ")],
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
    )
    assert finished.stdout == "0\n"


def test_fish_completes(tmp_path: Path) -> None:
    fish = _shell("fish")
    script = tmp_path / "clutch.fish"
    script.write_text(render_completion("fish"))
    lines = "; ".join(f"echo '== {line}'; complete -C '{line}'" for line, _ in _CASES)
    finished = subprocess.run(
        [fish, "--no-config", "-c", f"source {script}; {lines}"],
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
        env={"PATH": os.defpath, "HOME": str(tmp_path)},
    )
    assert finished.stderr == ""
    parts = finished.stdout.split("== ")[1:]
    found = {part.split("\n")[0]: {row.split("\t")[0] for row in part.split("\n")[1:] if row} for part in parts}
    assert found == dict(_CASES)


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
@pytest.mark.parametrize(
    ("typed", "line"),
    [
        ("clutch ad", b"clutch add "),
        ("clutch python f", b"clutch python find "),
        ("clutch add --bo", b"clutch add --bounds "),
        ("clutch add --bounds ma", b"clutch add --bounds major "),
        ("clutch -C /tmp syn", b"clutch -C /tmp sync "),
    ],
)
def test_zsh_completes(tmp_path: Path, typed: str, line: bytes) -> None:
    zsh = _shell("zsh")
    script = tmp_path / "clutch.zsh"
    script.write_text(render_completion("zsh"))
    assert line in _type_into_zsh(zsh, script, typed)


def _type_into_zsh(zsh: str, script: Path, typed: str) -> bytes:
    """What a real zsh on a pseudo-terminal shows after the words and a tab."""
    import pty

    control, terminal = pty.openpty()
    environ = {"PATH": os.defpath, "HOME": str(script.parent), "TERM": "dumb"}
    child = subprocess.Popen(
        [zsh, "-f", "-i"], stdin=terminal, stdout=terminal, stderr=terminal, env=environ, start_new_session=True
    )
    os.close(terminal)
    os.write(control, f"autoload -U compinit; compinit -u -D; source {script}; unsetopt beep; print REA''DY\n".encode())
    _read_until(control, b"READY\r")
    os.write(control, typed.encode() + b"\t")
    shown = _read_until(control, b"never shown", limit_s=0.7)
    child.terminate()
    child.kill()
    child.wait(timeout=10)
    os.close(control)
    return shown


def _read_until(control: int, mark: bytes, limit_s: float = 10) -> bytes:
    import select

    shown = b""
    end = time.monotonic() + limit_s
    while mark not in shown and time.monotonic() < end:
        ready, _, _ = select.select([control], [], [], 0.1)
        if ready:
            shown += os.read(control, 65536)
    return shown


@pytest.mark.parametrize("shell", SHELLS)
def test_every_script_knows_every_verb(shell: str) -> None:
    script = render_completion(shell)
    for verb, *_ in COMMANDS:
        assert verb.split()[-1] in script


def test_powershell_reads_its_script(tmp_path: Path) -> None:
    pwsh = _shell("pwsh")
    script = tmp_path / "clutch.ps1"
    script.write_text(render_completion("powershell"))
    drive = f". {script}; (TabExpansion2 'clutch ad' 9).CompletionMatches.CompletionText"
    finished = subprocess.run(
        [pwsh, "-NoProfile", "-Command", drive], capture_output=True, text=True, timeout=60, check=True
    )
    assert finished.stdout.split() == ["add"]


def test_the_shell_is_taken_from_its_variable(clutch: Clutch) -> None:
    assert clutch("completion", more={"SHELL": "/usr/bin/fish"}).stdout == render_completion("fish")
    finished = clutch("completion", more={"SHELL": "/bin/tcsh"})
    assert finished.returncode == 2
    assert "needs the name of a shell" in finished.stderr
