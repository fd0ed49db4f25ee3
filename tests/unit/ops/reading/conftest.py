"""A project with a lock, as real files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from clutch.base.events import Silence
from clutch.model.artifact import Artifact
from clutch.model.lock import Asked, Lock, LockedPackage
from clutch.model.requirement import Source
from clutch.ops.assembly import open_session
from clutch.ops.session import Session, Surroundings
from clutch.project.lockfile import render_lock

MANIFEST = """\
[project]
name = "Shop"
version = "1.0"
requires-python = ">=3.11"
dependencies = [
    "web[fast]>=2",
    "text",
]

[project.optional-dependencies]
cli = ["colour>=1 ; sys_platform == 'win32'"]

[dependency-groups]
dev = ["checker"]
docs = ["text>=1"]
"""


def _wheel(name: str, version: str) -> Artifact:
    filename = f"{name}-{version}-py3-none-any.whl"
    return Artifact("wheel", filename, f"https://index.example/{filename}", (("sha256", name[0].encode().hex() * 32),))


def _locked(name: str, version: str, *edges: str, marker: str = "") -> LockedPackage:
    return LockedPackage(name, version, marker, wheels=(_wheel(name, version),), edges=edges)


PACKAGES = (
    _locked("checker", "0.9", "text", "colour", marker='"dev" in dependency_groups'),
    _locked("colour", "1.5", marker='(sys_platform == "win32" and "cli" in extras) or "dev" in dependency_groups'),
    _locked("engine", "3.0", 'socket>=1 ; python_version < "3.13"', "web"),
    _locked("socket", "1.0", marker='python_version < "3.12"'),
    _locked("socket", "2.0", marker='python_version >= "3.12" and python_version < "3.13"'),
    LockedPackage("shop", "", source=Source("directory", ".", editable=True)),
    _locked("text", "1.1"),
    _locked("web", "2.4", "engine>=3", "text>=1"),
)

Maker = Callable[..., Session]


@pytest.fixture
def make_session(tmp_path: Path) -> Maker:
    """Writes the project and its lock, and gives a session in its folder."""

    def make(*, manifest: str = MANIFEST, packages: tuple[LockedPackage, ...] | None = PACKAGES) -> Session:
        folder = tmp_path / "shop"
        folder.mkdir(exist_ok=True)
        (folder / "pyproject.toml").write_text(manifest)
        if packages is not None:
            lock = Lock(">=3.11", (), ("cli",), ("dev", "docs"), ("dev",), packages, Asked({}, {}, "3.15"))
            (folder / "pylock.toml").write_text(render_lock(lock))
        home = str(tmp_path / "home")
        environ = {"HOME": home, "XDG_CONFIG_HOME": f"{home}/.config", "XDG_CACHE_HOME": f"{home}/.cache"}
        return open_session(Surroundings(str(folder), environ, lambda: 0.0), {}, Silence())

    return make
