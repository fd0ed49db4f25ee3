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
RUN_BUDGET = (14, 200_000)
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
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("CLUTCH_", "PIP_"))}
    done = subprocess.run(
        [sys.executable, "-IS", "-c", script], cwd=folder, env=environ, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return dict(line.split("\t") for line in report.read_text().splitlines())


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
    """A project whose environment carries a stamp that holds, as `sync` leaves it."""
    from clutch.project import stamp

    folder = tmp_path / "project"
    (folder / ".venv" / "bin").mkdir(parents=True)
    (folder / ".venv" / "bin" / "python").symlink_to(sys.executable)
    (folder / "pyproject.toml").write_text('[project]\nname = "warm"\nversion = "1"\n')
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("CLUTCH_", "PIP_"))}
    text = stamp.render_stamp(
        ("selection default", stamp.settings_fact(environ)), [stamp.mark(str(folder / "pyproject.toml"))]
    )
    assert stamp.write_stamp(str(folder / ".venv" / stamp.ENVIRONMENT_STAMP), text)
    return folder


def test_version_loads_next_to_nothing(tmp_path, root):
    _assert_within(_loaded(tmp_path, root, ["--version"], tmp_path), VERSION_BUDGET)


@pytest.mark.skipif(sys.platform == "win32", reason="a warm run becomes its child only on POSIX")
def test_a_warm_run_loads_little(tmp_path, root, warm_project):
    loaded = _loaded(tmp_path, root, ["run", "true"], warm_project)
    assert "clutch.cli.main" not in loaded, "the run was not warm: the stamp was not believed"
    _assert_within(loaded, RUN_BUDGET)


@pytest.mark.parametrize("argv", [["--version"], ["run", "true"]])
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
    }
    assert heavy & {name.partition(".")[0] for name in _loaded(tmp_path, root, argv, warm_project)} == set()
