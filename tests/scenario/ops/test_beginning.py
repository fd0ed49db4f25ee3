"""A project begins: `new`, `init`, and what a newcomer does next."""

from __future__ import annotations

import json
import shutil
from typing import Any

import pytest


def test_a_new_application_says_hello(world: Any, tmp_path: Any) -> None:
    finished = world("new", "hello", cwd=tmp_path)
    assert finished.err == "made the project `hello` in hello\nnext: cd hello\n"
    hello = tmp_path / "hello"
    assert world("run", "hello", cwd=hello).out == "Hello from hello!\n"
    assert world("run", "-m", "hello", cwd=hello).out == "Hello from hello!\n"
    assert {"pyproject.toml", "pylock.toml", "README.md", "src", "tests", ".venv"} < {
        path.name for path in hello.iterdir()
    }
    if shutil.which("git"):
        assert (hello / ".git").is_dir()
    site = next((hello / ".venv/lib").glob("python*")) / "site-packages"
    assert world.installed(site) == {"hello": "0.1.0", "pytest": "8.0"}


def test_a_new_library_is_typed_and_imports(world: Any, tmp_path: Any) -> None:
    world("new", "--lib", "my-lib", cwd=tmp_path)
    library = tmp_path / "my-lib"
    assert (library / "src/my_lib/py.typed").exists()
    assert world("run", "python", "-c", "import my_lib; print(my_lib.greet('you'))", cwd=library).out == "Hello, you!\n"


def test_a_bare_project_is_one_file(world: Any, tmp_path: Any) -> None:
    world("new", "--bare", "--no-git", "tiny", cwd=tmp_path)
    assert [path.name for path in (tmp_path / "tiny").iterdir()] == ["pyproject.toml"]
    assert world("run", "python", "-c", "print(6 * 7)", cwd=tmp_path / "tiny").out == "42\n"


def test_init_keeps_what_is_there(world: Any) -> None:
    (world.project / "README.md").write_text("mine")
    finished = world("init", "--no-git")
    assert finished.err == "kept README.md\nmade the project `shop` in this folder\n"
    assert (world.project / "README.md").read_text() == "mine"
    again = world("init", code=1)
    assert "is a project already" in again.err
    assert "hint: add packages with `clutch add NAME`" in again.err


def test_new_does_not_touch_a_folder_with_something_in_it(world: Any, tmp_path: Any) -> None:
    (world.project / "notes.txt").write_text("mine")
    finished = world("new", "shop", cwd=tmp_path, code=1)
    assert finished.err.startswith(f"error: `{world.project}` is not empty\nhint: ")
    assert [path.name for path in world.project.iterdir()] == ["notes.txt"]


@pytest.mark.parametrize("name", ["x-", "naïve", "a b"])
def test_a_name_that_no_project_can_have(world: Any, name: str) -> None:
    finished = world("new", "--name", name, "place", code=2)
    assert f"error: `{name}` cannot be the name of a project" in finished.err
    assert not list(world.project.iterdir())


def test_new_reports_as_json(world: Any) -> None:
    report = json.loads(world("new", "--json", "--bare", "--no-git", "x").out)
    assert (report["name"], report["files"]) == ("x", ["pyproject.toml"])


def test_without_a_project_every_command_says_how_to_make_one(world: Any, tmp_path: Any) -> None:
    for words in (("sync",), ("lock",), ("add", "web"), ("run", "python"), ("list",), ("tree",), ("export",)):
        finished = world(*words, cwd=tmp_path / "home", code=1)
        assert finished.err == (
            f"error: there is no `pyproject.toml` in `{tmp_path}/home` or in a folder above it\n"
            "hint: make a project with `clutch new NAME`, or `clutch init` here\n"
        ), words
