"""The real program in a home of its own, against a real index on loopback with small real packages."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import pytest

TESTS = Path(__file__).resolve().parents[2]
SOURCE = TESTS.parent / "src"


def _load(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"support_{name}", TESTS / "support" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


_archives = _load("archives")
_served = _load("served_index")

_RELEASES: dict[str, dict[str, tuple[str, ...]]] = {
    "web": {"1.0": (), "2.0": ("text>=1",), "2.4": ("text>=1",), "3.0": ("text>=1", "engine; extra == 'fast'")},
    "text": {"1.0": (), "1.1": (), "2.0": ()},
    "engine": {"1.0": ("pipe>=1",)},
    "pipe": {"1.0": (), "1.5": ()},
    "checker": {"0.9": ()},
    "old-text": {"1.0": ("text<1.1",)},
    "new-text": {"1.0": ("text>=2",)},
    "pytest": {"8.0": ()},
}
"""Name to version to what it requires."""


class Finished(NamedTuple):
    code: int
    out: str
    err: str


class World:
    """One home, one project folder, one index; calling it runs the program."""

    def __init__(self, folder: Path, index: Any) -> None:
        self.index = index
        self.archives = _archives
        self.home = folder / "home"
        self.project = folder / "shop"
        self.store = folder / "store"
        self.home.mkdir()
        self.project.mkdir()
        self.environ = {
            "PATH": os.environ.get("PATH", os.defpath),
            "HOME": str(self.home),
            "XDG_CONFIG_HOME": str(self.home / ".config"),
            "XDG_CACHE_HOME": str(self.home / ".cache"),
            "XDG_DATA_HOME": str(self.home / ".local/share"),
            "CLUTCH_CACHE_DIR": str(self.store),
            "CLUTCH_DEFAULT_INDEX": index.url,
            "CLUTCH_PYTHON": sys.executable,
            "CLUTCH_RETRIES": "0",
            "CLUTCH_TIMEOUT": "5",
            "PIP_CONFIG_FILE": os.devnull,
            "PYTHONPATH": str(SOURCE),
            "PYTHONIOENCODING": "utf-8",
        }

    @property
    def manifest(self) -> Path:
        return self.project / "pyproject.toml"

    @property
    def lock(self) -> Path:
        return self.project / "pylock.toml"

    @property
    def python(self) -> Path:
        return self.project / ".venv" / "bin" / "python"

    @property
    def site(self) -> Path:
        return next((self.project / ".venv" / "lib").glob("python*")) / "site-packages"

    def __call__(
        self, *words: str, cwd: Path | None = None, more: Mapping[str, str] | None = None, code: int | None = 0
    ) -> Finished:
        """Runs `clutch WORDS` and checks its exit code (not at all with None)."""
        with self.start(*words, cwd=cwd, more=more) as process:
            out, err = process.communicate(timeout=60)
        assert "Traceback" not in err, err
        assert code is None or process.returncode == code, f"exit code {process.returncode}\n{out}\n{err}"
        return Finished(process.returncode, out, err)

    def start(
        self, *words: str, cwd: Path | None = None, more: Mapping[str, str] | None = None
    ) -> subprocess.Popen[str]:
        """The same without waiting for it."""
        return subprocess.Popen(
            [sys.executable, "-m", "clutch", *words],
            cwd=cwd or self.project,
            env={**self.environ, **(more or {})},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )

    def write(self, dependencies: str = "", more: str = "", head: str = 'name = "shop"\nversion = "1.0"') -> None:
        """A project without a build system that depends on these (the inside of a TOML array)."""
        self.manifest.write_text(
            f'[project]\n{head}\nrequires-python = ">=3.11"\ndependencies = [{dependencies}]\n{more}'
        )

    def write_package(self, dependencies: str = "", more: str = "") -> None:
        """The same as a package that builds itself with a backend in its own tree."""
        self.write(dependencies, f"{more}\n{_archives.IN_TREE}")
        for path, content in (("backend/packing.py", _archives.BACKEND), ("src/shop/__init__.py", "answer = 42\n")):
            (self.project / path).parent.mkdir(parents=True, exist_ok=True)
            (self.project / path).write_text(content)

    def installed(self, folder: Path | None = None) -> dict[str, str]:
        """Name to version of what stands in the environment, as the file system tells."""
        names = [path.name.removesuffix(".dist-info") for path in (folder or self.site).glob("*.dist-info")]
        return dict(sorted((name.rpartition("-")[0], name.rpartition("-")[2]) for name in names))

    def state(self, *, environment: bool = True) -> dict[str, str]:
        """Every file of the project (and its environment) with a digest of its content."""
        return tree(self.project, () if environment else (".venv",))


def tree(root: Path, without: tuple[str, ...] = ()) -> dict[str, str]:
    """Path to a digest of the content (for a link its target); bytecode is left out."""
    found = {}
    for parent, folders, names in os.walk(root):
        folders[:] = sorted(folder for folder in folders if folder not in ("__pycache__", *without))
        for name in sorted(names):
            path = Path(parent, name)
            shown = str(path.relative_to(root))
            if path.is_symlink():
                found[shown] = f"-> {os.readlink(path)}"
            else:
                found[shown] = hashlib.sha256(path.read_bytes()).hexdigest()[:12]
        for folder in folders:
            if not os.listdir(os.path.join(parent, folder)):
                found[str(Path(parent, folder).relative_to(root)) + "/"] = "empty"
    return found


def publish(index: Any) -> None:
    """Everything that the stories need."""
    wheel = _archives.wheel_bytes
    for name, releases in _RELEASES.items():
        for version, requires in releases.items():
            extra = "Provides-Extra: fast\n" if name == "web" and version == "3.0" else ""
            scripts = {"checker": "checker=checker:main"}.get(name, "")
            files = {f"{name.replace('-', '_')}.py": _module(name, version)}
            content = wheel(name, version, files, requires=requires, extra=extra, scripts=scripts)
            metadata = b"" if name == "pipe" else _metadata(content)
            index.add(name, f"{name.replace('-', '_')}-{version}-py3-none-any.whl", content, metadata=metadata)
    for version, yanked in (("1.0", False), ("1.1", "it shakes")):
        index.add("shaky", f"shaky-{version}-py3-none-any.whl", wheel("shaky", version), yanked=yanked)
    newer = wheel("future", "1.0", extra="Requires-Python: >=3.99\n")
    index.add("future", "future-1.0-py3-none-any.whl", newer, **{"requires-python": ">=3.99"})
    index.add("elsewhere", "elsewhere-1.0-py3-none-win_amd64.whl", wheel("elsewhere", "1.0", tag="py3-none-win_amd64"))
    index.add("empty", "empty-1.0.exe", b"MZ")
    tree_of = _archives.source_tree
    index.add("raw", "raw-1.0.tar.gz", _archives.sdist_bytes("raw", "1.0", tree_of("raw", "1.0", requires=("text",))))
    failing = tree_of("broken", "1.0", backend="def build_wheel(*a, **k):\n    raise SystemExit('the compiler hid')\n")
    index.add("broken", "broken-1.0.tar.gz", _archives.sdist_bytes("broken", "1.0", failing))
    flit = {"flit_core/__init__.py": b"", "flit_core/buildapi.py": _archives.BACKEND.encode()}
    index.add("flit-core", "flit_core-3.12.0-py3-none-any.whl", wheel("flit-core", "3.12.0", flit))
    for number in range(12):
        files = {f"wide{number}/part{part}.py": f"part = {part}\n".encode() for part in range(40)}
        index.add(f"wide{number}", f"wide{number}-1.0-py3-none-any.whl", wheel(f"wide{number}", "1.0", files))


WIDE = ", ".join(f'"wide{number}"' for number in range(12))


def _module(name: str, version: str) -> bytes:
    code = f"version = {version!r}\n"
    if name == "checker":
        code += "def main():\n    import sys\n    print('checked', *sys.argv[1:])\n    sys.exit(len(sys.argv) - 1)\n"
    return code.encode()


def _metadata(content: bytes) -> bytes:
    import io
    import zipfile

    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return archive.read(next(name for name in archive.namelist() if name.endswith(".dist-info/METADATA")))


@pytest.fixture(scope="session")
def _shared_index() -> Iterator[Any]:
    served = _served.ServedIndex()
    publish(served)
    yield served
    served.close()


@pytest.fixture
def index(_shared_index: Any) -> Any:
    """The index, well-behaved, with what was published for all."""
    _shared_index.reset()
    return _shared_index


@pytest.fixture(scope="session")
def make_world() -> Callable[[Path, Any], World]:
    """For fixtures that outlive a test: a folder and an index make a world."""
    return World


@pytest.fixture
def world(tmp_path: Path, index: Any) -> World:
    return World(tmp_path, index)


@pytest.fixture
def wide() -> str:
    """Twelve packages of forty files, as the inside of a TOML array."""
    return WIDE
