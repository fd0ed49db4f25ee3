from __future__ import annotations

import pytest

from clutch.model.artifact import Artifact
from clutch.model.lock import Asked, Lock, LockedPackage
from clutch.model.requirement import Source

BASE = "https://index.example/files"


def wheel(name: str, size: int = 0, uploaded: str = "", url: str = "") -> Artifact:
    return Artifact("wheel", name, url or f"{BASE}/{name}", (("sha256", "ab" * 32),), size, uploaded)


@pytest.fixture
def full_lock() -> Lock:
    """A lock with one of everything, in the order in which it is written."""
    index = "https://index.example/simple/"
    sdist = Artifact("sdist", "anyio-4.9.0.tar.gz", f"{BASE}/anyio-4.9.0.tar.gz", (("sha256", "cd" * 32),), 7)
    many = (("md5", "0a"), ("sha256", "ef" * 32))
    return Lock(
        ">=3.11",
        ('sys_platform == "linux"', "sys_platform == 'win32' and platform_machine == 'x'"),
        ("fast",),
        ("dev", "docs"),
        ("dev",),
        (
            LockedPackage(
                "anyio",
                "4.9.0",
                index_url=index,
                wheels=(wheel("anyio-4.9.0-py3-none-any.whl", 100, "2025-03-17T00:02:54.77Z"),),
                sdist=sdist,
                extras=("trio",),
                edges=("idna>=2.8", 'sniffio ; python_version < "3.13"'),
            ),
            LockedPackage("app", "", source=Source("directory", ".", editable=True), edges=("anyio>=4",)),
            LockedPackage(
                "fromgit",
                "1.0",
                source=Source("vcs", "https://git.example/x", "sub", vcs="git", revision="v1", commit="a" * 40),
            ),
            LockedPackage("fromurl", "2", source=Source("archive", f"{BASE}/fromurl-2.zip", hashes=many)),
            LockedPackage(
                "idna",
                "2.0",
                'python_version < "3.12"',
                ">=3.8",
                index,
                wheels=(wheel("idna-2.0-py3-none-any.whl", url=f"{BASE}/idna%2D2.0-py3-none-any.whl?x=1"),),
            ),
            LockedPackage(
                "idna",
                "10.0",
                'python_version >= "3.12" and "dev" in dependency_groups',
                "",
                index,
                wheels=(
                    wheel("idna-10.0-cp312-cp312-linux_x86_64.whl", 5),
                    wheel("idna-10.0-py3-none-any.whl", 5, url="files/other.bin"),
                ),
            ),
            LockedPackage(
                "toys",
                "1-b_2",
                index_url="https://toys.example/",
                wheels=(Artifact("toy", "toys-1.toy", f"{BASE}/toys-1.toy", (("sha256", "00"),), 3),),
                edges=("blocks 1.*",),
                world="toyland",
            ),
        ),
        Asked(
            {"": ("anyio>=4",), "group:dev": (), "extra:fast": ('idna ; os_name == "nt"',)},
            {"constraints": 'it\'s "a\\b"\n', "resolution": "highest"},
            "3.15",
        ),
    )
