from __future__ import annotations

import pytest

from clutch.ops.manifest_change import with_bound
from clutch.ops.upgrade import moved


@pytest.mark.parametrize(
    ("requirement", "version", "bounds", "expected"),
    [
        ("rich", "14.1.0", "", "rich>=14.1.0"),
        ("rich", "14.1.0", "lower", "rich>=14.1.0"),
        ("rich", "14.1.0", "major", "rich>=14.1.0,<15"),
        ("rich", "14.1.0", "minor", "rich>=14.1.0,<14.2"),
        ("rich", "14.1.0", "exact", "rich==14.1.0"),
        ("rich", "0.4.2", "major", "rich>=0.4.2,<0.5"),
        ("rich", "0.0.7", "major", "rich>=0.0.7,<0.0.8"),
        ("rich", "2!1.3", "major", "rich>=2!1.3,<2!2"),
        ("torch", "2.1.0+cpu", "", "torch>=2.1.0"),
        ("fastapi[standard]", "0.119.0", "", "fastapi[standard]>=0.119.0"),
        ("tomli ; python_version < '3.11'", "2.0", "", "tomli>=2.0 ; python_version < '3.11'"),
        ("rich<15", "14.1.0", "", "rich<15"),
        ("rich @ https://index.example/rich.whl", "14.1.0", "", "rich @ https://index.example/rich.whl"),
        ("rich", "", "", "rich"),
    ],
)
def test_bound_is_written_only_where_none_is_stated(requirement: str, version: str, bounds: str, expected: str) -> None:
    assert with_bound(requirement, version, bounds) == expected


@pytest.mark.parametrize(
    ("requirement", "version", "expected"),
    [
        ("rich>=13", "14.1.0", "rich>=14.1.0"),
        ("Rich[jupyter]>=13,<14", "14.1.0", "Rich[jupyter]>=14.1.0,<15"),
        ("rich>=13,<20", "14.1.0", "rich>=14.1.0,<20"),
        ("rich==13.0", "14.1.0", "rich==14.1.0"),
        ("rich~=13.0", "14.1.0", "rich~=14.1.0"),
        ("rich>=13,!=13.5", "14.1.0", "rich>=14.1.0,!=13.5"),
        ("rich", "14.1.0", "rich"),
        ("rich>=13 ; sys_platform == 'win32'", "14.1.0", "rich>=14.1.0 ; sys_platform == 'win32'"),
    ],
)
def test_moved_bounds_keep_their_form(requirement: str, version: str, expected: str) -> None:
    assert moved(requirement, version) == expected
