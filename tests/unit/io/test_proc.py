from __future__ import annotations

import os
import subprocess
import sys
import time

import pytest

from clutch.base.errors import ClutchError, NotFoundError
from clutch.io.proc import become, cores, run


def test_output_status_and_input():
    script = "import sys; print(sys.stdin.read()); print('err', file=sys.stderr); sys.exit(3)"
    finished = run([sys.executable, "-c", script], stdin=b"hello")
    assert finished == (3, b"hello\n", b"err\n")


def test_folder_and_variables(tmp_path):
    script = "import os; print(os.getcwd(), os.environ.get('A'), os.environ.get('HOME'))"
    finished = run([sys.executable, "-c", script], cwd=str(tmp_path), env={"A": "1"})
    assert finished.stdout.decode().split() == [str(tmp_path), "1", "None"]


def test_signal_is_a_negative_status():
    assert run([sys.executable, "-c", "import os; os.kill(os.getpid(), 9)"]).status == -9


def test_timeout_ends_the_program_even_when_its_children_hold_the_pipes():
    began = time.monotonic()
    with pytest.raises(ClutchError) as caught:
        run(["sh", "-c", "sleep 4 & sleep 4"], timeout_s=0.2)
    assert caught.value.code == "program-timeout"
    assert time.monotonic() - began < 3


@pytest.mark.parametrize("start", ["run", "become"])
def test_what_cannot_be_run(tmp_path, start):
    plain = tmp_path / "plain"
    plain.write_text("x")
    lost = tmp_path / "lost"
    lost.write_text("#!/no/such/interpreter\n")
    lost.chmod(0o755)
    begin = run if start == "run" else lambda argv, **more: become(argv, dict(os.environ), **more)
    with pytest.raises(NotFoundError, match="there is no program `no-such-program`"):
        begin(["no-such-program"])
    with pytest.raises(ClutchError, match="it is not executable"):
        begin([str(plain)])
    with pytest.raises(ClutchError, match="first line"):
        begin([str(lost)])
    with pytest.raises(NotFoundError, match="there is no folder"):
        begin([sys.executable], cwd=str(tmp_path / "none"))


BECOME = """
import sys
from clutch.io.proc import become
print("before")
become([sys.executable, "-c", sys.argv[1]], {"A": "1"}, "/")
print("never")
"""


def test_become_takes_the_place_of_this_process():
    script = "import os, signal; print(os.getcwd(), os.environ['A'], os.getpid()); os._exit(7)"
    script = script.replace("os._exit", "import sys; sys.exit")
    child = subprocess.Popen([sys.executable, "-c", BECOME, script], stdout=subprocess.PIPE)
    stdout, _ = child.communicate()
    assert stdout.decode().split() == ["before", "/", "1", str(child.pid)]
    assert child.returncode == 7


def test_become_gives_the_child_the_usual_signals():
    script = BECOME.replace("[sys.executable, ", "['sh', ").replace('"A": "1"', '"PATH": "/bin:/usr/bin"')
    argv = [sys.executable, "-c", script, "kill -PIPE $$; echo survived"]
    result = subprocess.run(argv, capture_output=True)
    assert b"survived" not in result.stdout


def test_where_a_process_cannot_be_replaced_its_status_comes_back():
    assert become([sys.executable, "-c", "raise SystemExit(5)"], dict(os.environ), platform="win32") == 5


def test_cores():
    assert cores() >= 1
