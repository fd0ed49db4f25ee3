"""The process as its caller sees it: what goes where, exit codes, signals, lost readers."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from clutch.cli.release import VERSION

Clutch = Callable[..., "subprocess.CompletedProcess[str]"]

_STAND_IN = """
import sys, time
from clutch.cli.cmd import version
from clutch.cli.main import main
def run(invocation):
    {body}
    return 0
version.COMMANDS["version"] = version.COMMANDS["version"]._replace(run=run)
sys.exit(main(["version", *sys.argv[1:]]))
"""


def _stand_in(body: str) -> list[str]:
    """A process whose command `version` does this instead."""
    return [sys.executable, "-c", _STAND_IN.format(body=body)]


@pytest.mark.parametrize("words", [("--version",), ("-V",), ("version",), ("lock", "--version"), ("-q", "-V")])
def test_the_version_is_told_everywhere(clutch: Clutch, words: tuple[str, ...]) -> None:
    finished = clutch(*words)
    assert (finished.returncode, finished.stdout, finished.stderr) == (0, f"clutch {VERSION}\n", "")


def test_version_with_v_tells_what_it_runs_on(clutch: Clutch) -> None:
    assert sys.executable in clutch("--version", "-v").stdout
    assert sys.executable in clutch("-v", "version").stdout
    assert json.loads(clutch("version", "--json").stdout) == {"version": VERSION}
    assert json.loads(clutch("--json", "version").stdout) == {"version": VERSION}


def test_help_goes_to_standard_output(clutch: Clutch) -> None:
    pages = [clutch(*words) for words in (("help", "sync"), ("sync", "--help"), ("-h", "sync"), ("install", "-h"))]
    assert {page.stdout for page in pages} == {pages[0].stdout}
    assert pages[0].stdout.startswith("Make the environment match the lock\n")
    assert all((page.returncode, page.stderr) == (0, "") for page in pages)


def test_without_a_verb_help_is_an_error(clutch: Clutch) -> None:
    finished = clutch()
    assert (finished.returncode, finished.stdout) == (2, "")
    assert finished.stderr == clutch("help").stdout == clutch("--help").stdout


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (("lok",), "error: there is no command `lok`\nhint: did you mean `clutch lock`?\n"),
        (("--forlder",), "error: `clutch` has no option `--forlder`\nhint: see `clutch --help`\n"),
        (("--directroy", "x"), "error: `clutch` has no option `--directroy`\nhint: did you mean `--directory`?\n"),
        (("lock", "--chek"), "error: `clutch lock` has no option `--chek`\nhint: did you mean `--check`?\n"),
        (
            ("install", "numpy"),
            "error: `clutch sync` does not take `numpy`\n"
            "hint: to add it to this project, run `clutch add numpy`; to install what is locked, `clutch sync` alone\n",
        ),
        (("-C", "nowhere", "lock"), "error: the folder `nowhere` of `-C` does not exist\n"),
        (("run",), "error: `clutch run` needs COMMAND: the command and its arguments\nhint: see `clutch run --help`\n"),
        (("--json", "run", "x"), "error: `clutch run` has nothing to print as JSON\n"),
    ],
)
def test_a_usage_error_is_one_sentence_and_code_2(clutch: Clutch, words: tuple[str, ...], error: str) -> None:
    finished = clutch(*words)
    assert (finished.returncode, finished.stderr) == (2, error)


def test_an_error_is_json_too_where_json_was_asked_for(clutch: Clutch) -> None:
    finished = clutch("tree", "--json", "--depth", "x")
    assert finished.returncode == 2
    assert json.loads(finished.stdout)["error"]["code"] == "not-a-number"
    assert finished.stderr.startswith("error: ")


def test_json_of_the_child_is_not_ours(clutch: Clutch) -> None:
    finished = clutch("run", "--color=bad", "tool", "--json")
    assert finished.returncode == 2


@pytest.mark.parametrize("variable", ["", "1"])
def test_no_colour_in_a_pipe(clutch: Clutch, variable: str) -> None:
    assert "\x1b" not in clutch("lok", more={"NO_COLOR": variable}).stderr
    assert "\x1b[1;31merror:\x1b[0m" in clutch("--color", "always", "lok", more={"NO_COLOR": variable}).stderr
    assert "\x1b" not in clutch("lok", more={"FORCE_COLOR": "1", "CLUTCH_COLOR": "never"}).stderr


def test_a_defect_asks_to_be_reported(environ: dict[str, str]) -> None:
    finished = subprocess.run(
        _stand_in("raise RuntimeError('oops')"), env=environ, capture_output=True, text=True, timeout=60, check=False
    )
    assert finished.returncode == 70
    assert "Traceback" in finished.stderr
    assert f"internal error: RuntimeError: oops\nThis is a defect of clutch {VERSION}" in finished.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
@pytest.mark.parametrize(
    ("number", "code", "word"), [(signal.SIGINT, 130, "interrupted"), (signal.SIGTERM, 143, "terminated")]
)
def test_a_signal_unwinds_and_has_its_exit_code(environ: dict[str, str], number: int, code: int, word: str) -> None:
    body = """
    try:
        print("ready", flush=True)
        time.sleep(30)
    finally:
        print("unwound", flush=True)
    """
    child = subprocess.Popen(
        _stand_in(body), env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )  # fmt: skip
    assert child.stdout is not None
    assert child.stdout.readline() == "ready\n"
    child.send_signal(number)
    out, error = child.communicate(timeout=30)
    assert (child.returncode, out, error) == (code, "unwound\n", f"{word}\n")


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX pipes")
def test_a_lost_reader_is_no_failure(environ: dict[str, str]) -> None:
    child = subprocess.Popen(
        _stand_in("time.sleep(0.3); invocation.terminal.write_out('x' * 1000000)"),
        env=environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert child.stdout is not None
    assert child.stderr is not None
    child.stdout.close()
    assert child.wait(timeout=30) == 0
    assert child.stderr.read() == b""
    child.stderr.close()


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="has no /dev/full")
@pytest.mark.parametrize("words", [["--version"], ["version"], ["help"]])
def test_a_full_disk_behind_standard_output_is_said(environ: dict[str, str], words: list[str]) -> None:
    with open("/dev/full", "w") as full:
        finished = subprocess.run(
            [sys.executable, "-m", "clutch", *words],
            env=environ,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            timeout=60,
            check=False,
        )
    assert (finished.returncode, finished.stderr) == (
        1,
        "error: standard output cannot be written: no space left on device\n",
    )


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX shell")
@pytest.mark.parametrize("word", ["--version", "version"])
def test_without_standard_output_nothing_is_said(environ: dict[str, str], word: str) -> None:
    finished = subprocess.run(
        ["sh", "-c", f"exec {sys.executable} -m clutch {word} >&-"],
        env=environ,
        stderr=subprocess.PIPE,
        text=True,
        timeout=60,
        check=False,
    )
    assert (finished.returncode, finished.stderr) == (0, "")


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_a_live_line_on_a_real_terminal(environ: dict[str, str]) -> None:
    import pty

    body = """
    from clutch.base.events import Event
    for step in range(8):
        invocation.session.reporter.emit(Event("installing", f"package-{step}", done=step, total=8))
        time.sleep(0.1)
    """
    control, terminal = pty.openpty()
    child = subprocess.Popen(_stand_in(body), env={**environ, "TERM": "xterm"}, stdout=terminal, stderr=terminal)
    os.close(terminal)
    shown = b""
    while True:
        try:
            piece = os.read(control, 65536)
        except OSError:
            break
        if not piece:
            break
        shown += piece
    os.close(control)
    assert child.wait(timeout=30) == 0
    text = shown.decode()
    assert "installing" in text
    assert "of 8 package-" in text
    assert "package-0" not in text
    assert text.endswith("\r\x1b[K")


def test_the_folder_before_the_verb_is_worked_in(clutch: Clutch, tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    body = "invocation.terminal.write_out(invocation.session.folder)"
    finished = subprocess.run(
        [sys.executable, "-c", _STAND_IN.format(body=body).replace('main(["v', 'main(["-C", "a", "--directory=b", "v')],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[3] / "src")},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert finished.stdout == f"{tmp_path / 'a' / 'b'}\n"
