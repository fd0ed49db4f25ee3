"""The commands that only read, on real files."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

Clutch = Callable[..., "subprocess.CompletedProcess[str]"]

_MANIFEST = """\
[project]
name = "shop"
version = "1.0"
requires-python = ">=3.11"
dependencies = ["web>=2"]

[dependency-groups]
dev = ["checker"]

[tool.clutch]
resolution = "lowest"
"""

_LOCK = """\
lock-version = "1.0"
requires-python = ">=3.11"
extras = []
dependency-groups = ["dev"]
default-groups = ["dev"]
created-by = "clutch"

[tool.clutch]
format = 1
newest-python = "3.15"

[[packages]]
name = "checker"
version = "0.9"
marker = '"dev" in dependency_groups'
wheels = [
  {url = "https://index.example/checker-0.9-py3-none-any.whl", hashes = {sha256 = "00"}},
]

[[packages]]
name = "text"
version = "1.1"
wheels = [
  {url = "https://index.example/text-1.1-py3-none-any.whl", hashes = {sha256 = "11"}},
]

[[packages]]
name = "web"
version = "2.4"
wheels = [
  {url = "https://index.example/web-2.4-py3-none-any.whl", hashes = {sha256 = "22"}},
]

[packages.tool.clutch]
edges = [
  "text>=1",
]
"""


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    folder = tmp_path / "shop"
    folder.mkdir()
    (folder / "pyproject.toml").write_text(_MANIFEST)
    (folder / "pylock.toml").write_text(_LOCK)
    return folder


def test_tree(clutch: Clutch, shop: Path) -> None:
    finished = clutch("tree", cwd=shop)
    assert (finished.returncode, finished.stderr) == (0, "")
    assert finished.stdout == (
        "shop 1.0\n├── web 2.4 (>=2)\n│   └── text 1.1 (>=1)\n└── checker 0.9 [group dev]\n"
    )  # fmt: skip
    assert (
        clutch("graph", "--ascii", cwd=shop).stdout
        == clutch("tree", cwd=shop, more={"PYTHONIOENCODING": "ascii"}).stdout
    )


def test_tree_as_json(clutch: Clutch, shop: Path) -> None:
    report = json.loads(clutch("tree", "--json", "--depth", "1", cwd=shop).stdout)
    (project,) = report["trees"]
    assert [child["name"] for child in project["children"]] == ["web", "checker"]


def test_why(clutch: Clutch, shop: Path) -> None:
    assert clutch("-C", str(shop), "why", "text").stdout == (
        "text 1.1\n  shop  pyproject.toml:5\n  └─ web 2.4  (>=2)\n     └─ text 1.1  (>=1)\n"
    )
    finished = clutch("why", "wbe", cwd=shop)
    assert (finished.returncode, finished.stdout) == (1, "")
    assert finished.stderr == "error: `wbe` is not in the lock\nhint: did you mean `web`?\n"


def test_list_and_show_without_a_name(clutch: Clutch, shop: Path) -> None:
    listing = clutch("list", cwd=shop)
    assert listing.stdout == "package  locked\nchecker  0.9\ntext     1.1\nweb      2.4\n"
    assert clutch("show", cwd=shop).stdout == listing.stdout
    report = json.loads(clutch("--json", "ls", cwd=shop).stdout)
    assert report["packages"][-1] == {
        "name": "web",
        "locked": ["2.4"],
        "installed": "",
        "is_direct": True,
        "remark": "",
        "editable": "",
    }


def test_show(clutch: Clutch, shop: Path) -> None:
    assert clutch("info", "text", cwd=shop).stdout == (
        "text\n  installed: no\n  locked: 1.1\n    required by:\n      web 2.4 >=1\n"
    )


def test_export(clutch: Clutch, shop: Path) -> None:
    finished = clutch("export", "--frozen", "--no-dev", cwd=shop)
    assert finished.stdout == (
        "# made by `clutch export` from pylock.toml\n"
        "text==1.1 \\\n    --hash=sha256:11\n"
        "web==2.4 \\\n    --hash=sha256:22\n"
    )
    written = clutch("export", "--frozen", "--no-hashes", "-o", "requirements.txt", cwd=shop)
    assert (written.stdout, written.stderr) == ("", "wrote 3 packages to requirements.txt\n")
    assert (shop / "requirements.txt").read_text().splitlines()[1:] == ["checker==0.9", "text==1.1", "web==2.4"]


def test_config_explains_who_decided(clutch: Clutch, shop: Path) -> None:
    assert clutch("config", "get", "resolution", cwd=shop).stdout == "lowest\n"
    assert (
        f"decided by: project {shop}/pyproject.toml:11\n" in clutch("config", "explain", "resolution", cwd=shop).stdout
    )
    by_variable = clutch("config", "explain", "offline", cwd=shop, more={"CLUTCH_OFFLINE": "1"})
    assert by_variable.stdout.startswith("offline = true\n  decided by: variable CLUTCH_OFFLINE\n")
    by_option = clutch("config", "explain", "offline", "--no-offline", cwd=shop, more={"CLUTCH_OFFLINE": "1"})
    assert by_option.stdout.startswith("offline = false\n  decided by: option --offline\n")
    secret = clutch("config", "list", "--index", "https://anna:hunter2@index.example/simple/", cwd=shop)
    assert "index.example" in secret.stdout
    assert "hunter2" not in secret.stdout + secret.stderr


def test_an_unknown_setting_names_the_nearest(clutch: Clutch, shop: Path) -> None:
    finished = clutch("config", "get", "ofline", cwd=shop)
    assert (finished.returncode, finished.stderr) == (
        1,
        "error: there is no setting `ofline`\nhint: did you mean `offline`?\n",
    )


def test_the_folder_of_the_store(clutch: Clutch, shop: Path, environ: dict[str, str]) -> None:
    assert clutch("cache", "dir").stdout == f"{environ['XDG_CACHE_HOME']}/clutch\n"
    assert clutch("cache", "dir", "--cache-dir", str(shop / "store")).stdout == f"{shop}/store\n"
    assert clutch("cache", "size", "--cache-dir", str(shop / "store")).stdout == "0 B\n"


@pytest.mark.parametrize("verb", ["tree", "list", "export", "outdated"])
def test_outside_a_project_there_is_one_sentence(clutch: Clutch, verb: str) -> None:
    finished = clutch(verb)
    assert finished.returncode == 1
    assert finished.stderr.startswith("error: there is no `pyproject.toml` in ")
    assert len(finished.stderr.splitlines()) == 2


def test_a_malformed_manifest_is_named_with_its_line(clutch: Clutch, shop: Path) -> None:
    (shop / "pyproject.toml").write_text("[project]\nname = \n")
    finished = clutch("tree", cwd=shop)
    assert finished.returncode == 1
    assert f"{shop}/pyproject.toml:2" in finished.stderr
    assert "Traceback" not in finished.stderr
