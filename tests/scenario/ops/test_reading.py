"""The commands that only read, what they leave for other tools, and settings."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

PIP = Path("/tmp/peers/pip/bin/pip")


@pytest.fixture
def pip() -> list[str]:
    """A pip that reads pylock.toml."""
    for program in (str(PIP), shutil.which("pip") or ""):
        if program and Path(program).exists():
            words = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout.split()
            if len(words) > 1 and tuple(map(int, words[1].split(".")[:2])) >= (26, 1):
                return [program, "--disable-pip-version-check"]
    pytest.skip("no pip of 26.1 or newer is here")


@pytest.fixture
def ready(world: Any) -> Any:
    world.write('"web[fast]"', '\n[dependency-groups]\ndev = ["checker"]\n')
    world("sync")
    return world


def _empty_environment(world: Any) -> tuple[Path, Path]:
    """Python and site-packages of a fresh environment."""
    root = world.home / "empty"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(root)], check=True, env=world.environ)
    return root / "bin/python", next((root / "lib").glob("python*")) / "site-packages"


def test_the_real_pip_installs_from_our_lock(ready: Any, pip: list[str]) -> None:
    python, site = _empty_environment(ready)
    command = [*pip, "--python", str(python), "install", "--no-deps", "-r", str(ready.lock)]
    finished = subprocess.run(command, capture_output=True, text=True, check=False, env=ready.environ, cwd=ready.home)
    assert finished.returncode == 0, finished.stdout + finished.stderr
    assert ready.installed(site) == ready.installed()


def test_the_real_pip_installs_what_export_writes(ready: Any, pip: list[str]) -> None:
    ready("export", "-o", "requirements.txt")
    text = (ready.project / "requirements.txt").read_text()
    assert text == ready("export").out
    assert "checker==0.9 \\\n    --hash=sha256:" in text
    assert "checker" not in ready("export", "--no-dev").out
    assert "--hash" not in ready("export", "--no-hashes").out
    python, site = _empty_environment(ready)
    command = [*pip, "--python", str(python), "install", "--require-hashes", "-i", ready.index.url]
    command += ["-r", str(ready.project / "requirements.txt")]
    finished = subprocess.run(command, capture_output=True, text=True, check=False, env=ready.environ)
    assert finished.returncode == 0, finished.stdout + finished.stderr
    assert ready.installed(site) == ready.installed()


def test_list_tree_why_and_show(ready: Any) -> None:
    assert ready("list").out == (
        "package  locked  installed\n"
        "checker  0.9     0.9\n"
        "engine   1.0     1.0\n"
        "pipe     1.5     1.5\n"
        "text     2.0     2.0\n"
        "web      3.0     3.0\n"
    )
    assert ready("tree").out == (
        "shop 1.0\n"
        "├── web 3.0 ([fast])\n"
        "│   ├── engine 1.0 (for the extra fast)\n"
        "│   │   └── pipe 1.5 (>=1)\n"
        "│   └── text 2.0 (>=1)\n"
        "└── checker 0.9 [group dev]\n"
    )
    assert "pipe" not in ready("tree", "--depth", "2").out
    assert ready("tree", "--invert", "pipe").out.splitlines()[0] == "pipe 1.5"
    why = ready("why", "pipe").out
    assert why == (
        "pipe 1.5\n"
        "  shop  pyproject.toml:5\n"
        "  └─ web 3.0  ([fast])\n"
        "     └─ engine 1.0  (for the extra fast)\n"
        "        └─ pipe 1.5  (>=1)\n"
    )
    shown = ready("show", "text").out
    assert "text, for a test" in shown
    assert "web 3.0 >=1" in shown
    for verb in ("list", "tree", "outdated"):
        assert json.loads(ready(verb, "--json").out)
    for verb in ("why", "show"):
        assert json.loads(ready(verb, "--json", "text").out)


def test_a_name_that_is_not_locked_gets_the_nearest(ready: Any) -> None:
    for words in (("why", "txet"), ("show", "txet"), ("tree", "txet")):
        finished = ready(*words, code=1)
        assert "hint: did you mean `text`?" in finished.err, words


def test_reading_without_a_lock_says_how_to_make_one(world: Any) -> None:
    world.write('"web"')
    for words in (("tree",), ("why", "web"), ("outdated",)):
        finished = world(*words, code=1)
        assert "hint: make it with `clutch lock`" in finished.err, (words, finished.err)
    assert "hint: make both with `clutch sync`" in world("list", code=1).err


def test_venv_makes_an_empty_environment(world: Any) -> None:
    finished = world("venv", "here", cwd=world.home)
    assert finished.err.startswith(f"made {world.home}/here with Python {sys.version.split()[0]}")
    assert world.installed(next((world.home / "here/lib").glob("python*")) / "site-packages") == {}
    again = world("venv", "here", cwd=world.home, code=1)
    assert "hint:" in again.err
    assert "--clear" in again.err
    world("venv", "--clear", "here", cwd=world.home)
    (world.home / "full").mkdir()
    (world.home / "full/mine").write_text("mine")
    world("venv", "--clear", "full", cwd=world.home, code=1)
    assert (world.home / "full/mine").read_text() == "mine"


def test_the_store_is_found_measured_and_emptied(ready: Any) -> None:
    assert ready("cache", "dir").out == f"{ready.store}\n"
    assert json.loads(ready("cache", "size", "--json").out)["size_bytes"] > 10_000
    assert "is whole" in ready("cache", "verify").err
    assert ready("cache", "clean").err.startswith(f"emptied {ready.store} (")
    assert json.loads(ready("cache", "size", "--json").out)["size_bytes"] < 2_000
    assert ready("run", "python", "-c", "import web; print(web.version)").out == "3.0\n", (
        "environments keep their files"
    )


def test_config_explains_and_never_shows_a_secret(world: Any) -> None:
    url = "https://ada:hush@index.example/simple/"
    world.write("", f'[tool.clutch]\ndefault-index = "{url}"\n')
    for more in ({"CLUTCH_DEFAULT_INDEX": url}, {"CLUTCH_DEFAULT_INDEX": ""}):
        for words in (("config", "explain", "default-index"), ("config", "list"), ("config", "get", "default-index")):
            for flags in ((), ("--json",)):
                finished = world(*words, *flags, more=more)
                assert "hush" not in finished.out + finished.err
                assert "index.example" in finished.out
    out = world("config", "explain", "default-index", more={"CLUTCH_DEFAULT_INDEX": ""}).out
    assert "pyproject.toml:7" in out
    assert "CLUTCH_RETRIES" in world("config", "explain", "retries").out
    assert "decided by: option --retries" in world("--retries", "2", "config", "explain", "retries").out
    wrong = world("config", "explain", "defualt-index", code=None)
    assert wrong.code in (1, 2)
    assert "hint: did you mean `default-index`?" in wrong.err


def test_credentials_open_an_index_and_are_written_nowhere(world: Any) -> None:
    host = world.index.root.removeprefix("http://")
    private = {"CLUTCH_DEFAULT_INDEX": f"http://ada:lovelace@{host}/private/"}
    world.write('"web"')
    world("sync", more=private)
    assert world.installed() == {"text": "2.0", "web": "3.0"}
    world.write('"pipe"')
    with world.start("--default-index", private["CLUTCH_DEFAULT_INDEX"], "sync") as process:
        while process.poll() is None:
            for path in (world.store / "locks").iterdir():
                assert b"lovelace" not in path.read_bytes()
    for folder in (world.project, world.store, world.home):
        for path in folder.rglob("*"):
            if path.is_file() and not path.is_symlink():
                assert b"lovelace" not in path.read_bytes(), path
    wrong = {"CLUTCH_DEFAULT_INDEX": f"http://ada:hush@{host}/private/"}
    world.write('"checker"')
    finished = world("lock", more=wrong, code=1)
    assert "the password of `ada` is not accepted" in finished.err
    assert "hush" not in finished.err


def test_credentials_from_netrc(world: Any) -> None:
    (world.home / ".netrc").write_text("machine 127.0.0.1 login ada password lovelace\n")
    (world.home / ".netrc").chmod(0o600)
    world.write('"web"')
    world("lock", more={"CLUTCH_DEFAULT_INDEX": f"{world.index.root}/private/"})
    assert "lovelace" not in world.lock.read_text()
