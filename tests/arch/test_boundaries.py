from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

PURE = {"base", "standards", "solve", "model", "resolve"}
OUTSIDE_WORLD = {
    *("asyncio", "concurrent", "ctypes", "datetime", "fcntl", "getpass", "glob", "http", "io", "locale", "logging"),
    *("multiprocessing", "os", "pathlib", "platform", "pycurl", "random", "secrets", "select", "selectors", "shutil"),
    *("signal", "socket", "ssl", "subprocess", "sys", "tempfile", "threading", "time", "urllib.request", "uuid"),
}
THREADS = {"threading", "_thread", "concurrent.futures", "multiprocessing", "asyncio"}
TALKATIVE = {"cli", "_entry", "__main__"}
WORLDS = frozenset({"pypi", "conda"})


def _imports_any(imported: str, names: set[str]) -> bool:
    return any(imported == name or imported.startswith(name + ".") for name in names)


def _importers(shape, modules, names: set[str]) -> list[str]:
    return sorted(
        {
            f"{m.path}:{line} {name}"
            for m in modules
            for line, name in shape.find_imports(m)
            if _imports_any(name, names)
        }
    )


def test_imports_go_down_only(root):
    """The floors, exhaustive, imports inside functions and under TYPE_CHECKING included."""
    tool = shutil.which("lint-imports", path=str(Path(sys.executable).parent))
    assert tool, "import-linter is not installed: it is in the dependency group `dev`"
    done = subprocess.run([tool, "--no-cache"], cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_pure_floors_do_not_touch_the_outside_world(shape, modules):
    assert _importers(shape, [m for m in modules if m.floor in PURE], OUTSIDE_WORLD) == []


def test_threads_live_in_io_alone(shape, modules):
    assert _importers(shape, [m for m in modules if m.floor != "io"], THREADS) == []


def test_nothing_is_async(modules):
    assert [m.path for m in modules if re.search(r"^\s*async (def|with|for) ", m.text, re.MULTILINE)] == []


def test_no_module_uses_dataclasses(shape, modules):
    assert _importers(shape, modules, {"dataclasses"}) == []


def test_only_the_command_line_prints(shape, modules):
    # `io/proc.py` flushes both streams before the process becomes another one.
    quiet = [m for m in modules if m.floor not in TALKATIVE and m.path != "io/proc.py"]
    assert [place for m in quiet for place in shape.find_output(m)] == []


def test_only_the_command_line_ends_the_process(shape, modules):
    # A child between fork and exec may only leave by `os._exit`, and `io/proc.py` is where children are made.
    quiet = [m for m in modules if m.floor not in TALKATIVE and m.path != "io/proc.py"]
    assert [place for m in quiet for place in shape.find_exits(m)] == []


def test_every_library_is_declared(shape, modules, root):
    """See docs/internals/dependencies.md: each has its case there."""
    table = tomllib.loads((root / "pyproject.toml").read_text())["project"]["dependencies"]
    declared = {re.split(r"[^\w-]", text)[0].replace("-", "_") for text in table}
    imported = {name.partition(".")[0] for module in modules for _, name in shape.find_imports(module)}
    assert imported - declared - set(sys.stdlib_module_names) - {"clutch"} == set()


def test_packages_are_empty(modules):
    assert [m.path for m in modules if m.path.endswith("__init__.py") and m.text.strip()] == []


def test_everything_public_has_a_docstring(shape, modules):
    assert [place for m in modules for place in shape.find_undocumented(m)] == []


def test_worlds_are_named_in_few_places(shape, modules):
    """A second world is a row in a table: see docs/internals/map.md."""

    def may_name(module) -> bool:
        return module.floor in {"pypi", "conda", "standards"} or module.path in {"ops/ecosystems.py", *SETTINGS_PARSING}

    assert [place for m in modules if not may_name(m) for place in shape.find_literals(m, WORLDS)] == []


SETTINGS_PARSING = {
    "project/index_table.py",
    "project/setting_table.py",
    "project/settings.py",
    "project/tool_table.py",
}


def _tracked(root: Path) -> list[Path]:
    git = shutil.which("git")
    command = [git or "git", "ls-files", "-z", "-co", "--exclude-standard"]
    listed = subprocess.run(command, cwd=root, capture_output=True, check=False)
    if not git or listed.returncode:
        pytest.skip("not a git clone: what is tracked cannot be listed")
    return [root / name for name in listed.stdout.decode().split("\0") if name and (root / name).is_file()]


def test_no_registry_is_named_in_any_file(root):
    """Addresses come from the libraries that keep them: see docs/internals/decisions/0003-addresses.md."""
    names = ["py" + "pi", "python" + "hosted", "ana" + "conda", "pre" + "fix", "registry.np" + "mjs", "crat" + "es"]
    pattern = re.compile(rf"({'|'.join(map(re.escape, names))})\.(org|com|dev|io)".encode(), re.IGNORECASE)
    assert [str(path.relative_to(root)) for path in _tracked(root) if pattern.search(path.read_bytes())] == []
