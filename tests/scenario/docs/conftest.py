"""The world of the stories in `ops`, with what README and guide name published as well."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

_HERE = Path(__file__).resolve().parent


def _ops() -> ModuleType:
    name = "stories_of_ops"
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, _HERE.parent / "ops" / "conftest.py")
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        spec.loader.exec_module(module)
    return sys.modules[name]


_RELEASES: dict[str, dict[str, tuple[str, ...]]] = {
    "anyio": {"4.16.0": ("idna>=2.8", "typing-extensions>=4.5")},
    "certifi": {"2026.10.19.post1": ()},
    "cowsay": {"6.1": ()},
    "h11": {"0.16.0": ()},
    "httpcore": {"1.0.9": ("certifi", "h11>=0.16")},
    "httpx": {"0.27.0": ("certifi",), "0.28.1": ("anyio", "certifi", "httpcore==1.*", "idna")},
    "idna": {"3.20": ()},
    "iniconfig": {"2.3.1": ()},
    "markdown-it-py": {"4.3.0": ("mdurl",)},
    "mdurl": {"0.1.2": ()},
    "packaging": {"26.3": ()},
    "pluggy": {"1.7.0": ()},
    "pygments": {"2.21.0": ()},
    "pytest": {"9.2.0": ("iniconfig", "packaging", "pluggy", "pygments")},
    "rich": {"14.0.0": ("markdown-it-py", "pygments"), "15.0.0": ("markdown-it-py", "pygments")},
    "sphinx": {"9.2.0": ()},
    "typing-extensions": {"4.16.0": ()},
    "uvloop": {"0.23.0": ()},
}
_PROGRAMS = {
    "cowsay": "def main():\n    import sys\n    print(*sys.argv[1:])\n",
    "pytest": "def main():\n    print('.' + ' ' * 72 + '[100%]\\n1 passed in 0.01s')\n",
}
"""Programs by package; pytest's only says what the real one says of the one test of a new project."""


def _publish(index: Any, archives: ModuleType) -> None:
    for name, releases in _RELEASES.items():
        module = name.replace("-", "_")
        for version, requires in releases.items():
            files = {f"{module}.py": _PROGRAMS.get(name, f"version = {version!r}\n").encode()}
            script = f"{name}={module}:main" if name in _PROGRAMS else ""
            content = archives.wheel_bytes(name, version, files, requires=requires, scripts=script)
            index.add(name, f"{module}-{version}-py3-none-any.whl", content)


@pytest.fixture(scope="session")
def documented_index() -> Iterator[Any]:
    ops = _ops()
    served = ops._served.ServedIndex()
    ops.publish(served)
    del served.files["pytest"]
    _publish(served, ops._archives)
    yield served
    served.close()


@pytest.fixture
def world(tmp_path: Path, documented_index: Any) -> Any:
    documented_index.reset()
    return _ops().World(tmp_path, documented_index)
