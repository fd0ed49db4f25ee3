"""Makes the n-th system call of a creation fail, for every n, and looks at what is left."""

import builtins
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from clutch.base.errors import ClutchError
from clutch.python.create import create_environment
from clutch.python.environment import read_environment
from clutch.python.inspect import inspect_interpreter

CALLS = ("mkdir", "symlink", "rename")


class Breaking:
    """Counts calls and fails the n-th with "no space left"."""

    def __init__(self, fatal: int) -> None:
        self.fatal = fatal
        self.calls = 0

    def wrap(self, real: Callable[..., object]) -> Callable[..., object]:
        def call(*args: object, **kwargs: object) -> object:
            self.calls += 1
            if self.calls == self.fatal:
                raise OSError(28, "No space left on device")
            return real(*args, **kwargs)

        return call


def attempt(fatal: int, root: Path, python, monkeypatch, *, is_replaced: bool) -> str:
    """`failed`, `survived` (the call that failed did not matter), or `untouched` when there was no such call."""
    breaking = Breaking(fatal)
    with monkeypatch.context() as patch:
        for name in CALLS:
            patch.setattr(os, name, breaking.wrap(getattr(os, name)))
        patch.setattr(builtins, "open", breaking.wrap(builtins.open))
        try:
            create_environment(str(root), python, is_replaced=is_replaced)
        except ClutchError as error:
            assert error.code == "disk-full"  # noqa: PT017
            return "failed"
    return "untouched" if breaking.calls < fatal else "survived"


@pytest.fixture
def python(tmp_path: Path, fake_python, fresh_records):
    return inspect_interpreter(fake_python(tmp_path / "opt/bin/python3.12"), fresh_records)


def test_a_failed_creation_leaves_nothing(tmp_path: Path, python, monkeypatch, fresh_records) -> None:
    root = tmp_path / "project/.venv"
    root.parent.mkdir()
    outcomes = []
    for fatal in range(1, 60):
        outcomes.append(attempt(fatal, root, python, monkeypatch, is_replaced=False))
        if outcomes[-1] == "failed":
            assert os.listdir(root.parent) == []
            continue
        assert read_environment(str(root), fresh_records) is not None
        if outcomes[-1] == "untouched":
            break
        shutil.rmtree(root)
    assert outcomes.count("failed") > 15
    assert outcomes[-1] == "untouched"


def test_a_failed_replacement_leaves_the_old_one(tmp_path: Path, python, monkeypatch) -> None:
    root = tmp_path / "project/.venv"
    outcomes = []
    for fatal in range(1, 60):
        create_environment(str(root), python, is_replaced=True)
        (root / "mine").write_text("x")
        outcomes.append(attempt(fatal, root, python, monkeypatch, is_replaced=True))
        assert os.listdir(root.parent) == [".venv"]
        assert (root / "mine").exists() is (outcomes[-1] == "failed")
        if outcomes[-1] == "untouched":
            break
    assert outcomes.count("failed") > 15
    assert outcomes[-1] == "untouched"


def test_killed_at_any_call_there_is_a_whole_environment_or_none(tmp_path: Path, python, fresh_records) -> None:
    root = tmp_path / "project/.venv"
    for fatal in range(1, 30):
        child = os.fork()
        if child == 0:
            _die_at(fatal, root, python)
        _, status = os.waitpid(child, 0)
        found = read_environment(str(root), fresh_records)
        if os.WEXITSTATUS(status) == 0:
            assert found is not None
            break
        assert found is None
    create_environment(str(root), python, is_replaced=True)
    assert os.listdir(root.parent) == [".venv"]


def _die_at(fatal: int, root: Path, python) -> None:
    breaking = Breaking(fatal)

    def die(real: Callable[..., object]) -> Callable[..., object]:
        counted = breaking.wrap(real)

        def call(*args: object, **kwargs: object) -> object:
            try:
                return counted(*args, **kwargs)
            except OSError:
                os._exit(9)

        return call

    for name in CALLS:
        setattr(os, name, die(getattr(os, name)))
    builtins.open = die(builtins.open)  # type: ignore[assignment]
    try:
        create_environment(str(root), python)
    except BaseException:
        os._exit(8)
    os._exit(0)
