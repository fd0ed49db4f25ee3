from __future__ import annotations

import pytest

from clutch.model.artifact import Artifact
from clutch.ops import lock_building


def kept(python: str, *filenames: str) -> list[str]:
    artifacts = [Artifact("wheel", name, f"https://index.example/{name}") for name in filenames]
    return [artifact.filename for artifact in lock_building.within(artifacts, python)]


@pytest.mark.parametrize(
    ("python", "tag", "is_kept"),
    [
        (">=3.11", "py3-none-any", True),
        (">=3.11", "py2.py3-none-any", True),
        (">=3.11", "py2-none-any", False),
        (">=3.11", "cp310-cp310-win32", False),
        (">=3.11", "cp311-cp311-win32", True),
        (">=3.11", "cp39-abi3-win32", True),
        (">=3.11,<3.14", "cp314-cp314-win32", False),
        (">=3.11,<3.14", "cp313-cp313t-win32", True),
        (">=3.11,<3.14", "cp314-abi3-win32", False),
        (">=3.11,<=3.14.2", "cp314-cp314-win32", True),
        (">=3.11", "pp311-pypy311_pp73-win_amd64", True),
        (">=3.11", "pp310-pypy310_pp73-win_amd64", False),
        (">=3.11", "py37.py38-none-any", True),
        ("", "cp27-cp27m-win32", True),
    ],
)
def test_wheels_for_no_python_of_the_project_stay_out_of_the_lock(python: str, tag: str, is_kept: bool) -> None:
    name = f"a-1.0-{tag}.whl"
    assert kept(python, name) == ([name] if is_kept else [])
