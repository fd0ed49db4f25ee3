"""What a start costs, counted: modules and bytes of bytecode that are loaded beyond those of an idle interpreter.

Numbers, not times: they are the same on every machine. A test that fails here is told by whoever added an import to
`_entry.py` or to what it uses; raise a budget only with a measurement of the time that it costs (`benchmarks/`).
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

VERSION_BUDGET = (5, 16_000)
WARM_BUDGET = (16, 200_000)
"""Most modules and most bytes of bytecode, the standard library's (`os` and what it needs, 120 kB of it) included."""

START = """
import sys
idle = set(sys.modules)
sys.path += {path!r}

def tell():
    loaded = [(name, getattr(m, "__file__", None) or "") for name, m in sys.modules.items() if name not in idle]
    with open({report!r}, "w") as file:
        file.writelines(f"{{name}}\\t{{path}}\\n" for name, path in loaded)

sys.addaudithook(lambda event, _: tell() if event == "os.exec" else None)
sys.argv = {argv!r}
from clutch._entry import main
main()
tell()
"""


def _loaded(tmp_path: Path, root: Path, argv: list[str], folder: Path) -> dict[str, str]:
    """Name and file of what is loaded when the command is done, or becomes its child."""
    report = tmp_path / "report.json"
    site = [path for path in sys.path if path.endswith("site-packages")]
    script = START.format(path=[str(root / "src"), *site], report=str(report), argv=["clutch", *argv])
    done = subprocess.run(
        [sys.executable, "-IS", "-c", script],
        cwd=folder,
        env=_environ(tmp_path),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return dict(line.split("\t") for line in report.read_text().splitlines())


def _environ(tmp_path: Path) -> dict[str, str]:
    """This process's variables without those that settings come from, and a cache of the test's own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("CLUTCH_", "PIP_"))}
    return {**kept, "XDG_CACHE_HOME": str(tmp_path / "cache")}


def _bytecode_bytes(files: list[str]) -> int:
    return sum(len(_compiled(file)) for file in files if file.endswith(".py"))


def _compiled(file: str) -> bytes:
    import marshal

    return marshal.dumps(compile(Path(file).read_text(encoding="utf-8"), file, "exec"))


def _assert_within(loaded: dict[str, str], budget: tuple[int, int]) -> None:
    cost = len(loaded), _bytecode_bytes(list(loaded.values()))
    assert cost[0] <= budget[0], sorted(loaded)
    assert cost[1] <= budget[1], cost


@pytest.fixture
def warm_project(tmp_path: Path) -> Path:
    """A project whose lock and environment have stamps that hold, as `lock` and `sync` leave them."""
    from clutch.project import stamp
    from clutch.project.cache_place import find_cache

    folder = tmp_path / "project"
    (folder / ".venv" / "bin").mkdir(parents=True)
    (folder / ".venv" / "bin" / "python").symlink_to(sys.executable)
    (folder / "pyproject.toml").write_text('[project]\nname = "warm"\nversion = "1"\n')
    environ = _environ(tmp_path)
    environment, variables = str(folder / ".venv"), stamp.settings_fact(environ)
    cache = find_cache("", str(folder), environ, sys.platform)
    stamps = {
        f"{environment}/{stamp.ENVIRONMENT_STAMP}": ("selection default", variables, f"environment {environment}"),
        stamp.lock_stamp_path(cache, str(folder)): ("flags ", variables),
    }
    for path, facts in stamps.items():
        assert stamp.write_stamp(path, stamp.render_stamp(facts, [stamp.mark(str(folder / "pyproject.toml"))]))
    return folder


def test_version_loads_next_to_nothing(tmp_path, root):
    _assert_within(_loaded(tmp_path, root, ["--version"], tmp_path), VERSION_BUDGET)


@pytest.mark.skipif(sys.platform == "win32", reason="a warm run becomes its child only on POSIX")
def test_a_warm_run_loads_little(tmp_path, root, warm_project):
    loaded = _loaded(tmp_path, root, ["run", "true"], warm_project)
    assert "clutch.cli.main" not in loaded, "the run was not warm: the stamp was not believed"
    _assert_within(loaded, WARM_BUDGET)


@pytest.mark.parametrize("verb", ["lock", "sync"])
def test_a_lock_and_a_sync_with_nothing_to_do_load_little(tmp_path, root, warm_project, verb):
    loaded = _loaded(tmp_path, root, [verb], warm_project)
    assert "clutch.cli.main" not in loaded, "the stamp was not believed"
    _assert_within(loaded, WARM_BUDGET)


@pytest.mark.parametrize("argv", [["--version"], ["run", "true"], ["lock"], ["sync"]])
def test_heavy_libraries_are_not_loaded_at_start(tmp_path, root, warm_project, argv):
    heavy = {
        "packaging",
        "msgspec",
        "tomllib",
        "distlib",
        "twine",
        "rich",
        "pycurl",
        "argparse",
        "subprocess",
        "hashlib",
        "typing",
        "re",
    }
    assert heavy & {name.partition(".")[0] for name in _loaded(tmp_path, root, argv, warm_project)} == set()
