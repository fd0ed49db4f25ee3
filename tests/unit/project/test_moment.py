from __future__ import annotations

import pytest

from clutch.base.errors import ClutchError
from clutch.project.manifest import parse_manifest
from clutch.project.moment import check_moment, resolve_moment

NOW = 1_767_225_600.0  # 2026-01-01T00:00:00Z


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2025-12-31", "2026-01-01T00:00:00Z"),
        ("2025-12-31T12:00:00Z", "2025-12-31T12:00:00Z"),
        ("2025-12-31t12:00:00.5+02:00", "2025-12-31T10:00:00Z"),
        ("7 days", "2025-12-25T00:00:00Z"),
        ("36h", "2025-12-30T12:00:00Z"),
        ("2 weeks", "2025-12-18T00:00:00Z"),
        ("P7D", "2025-12-25T00:00:00Z"),
        ("P1W", "2025-12-25T00:00:00Z"),
        ("P1DT12H", "2025-12-30T12:00:00Z"),
    ],
)
def test_moments(text: str, moment: str) -> None:
    assert resolve_moment(text, NOW) == moment


@pytest.mark.parametrize("text", ["soon", "2025-13-01", "2025-12-31T12:00:00", "P", "-1 days", "99999 weeks of rain"])
def test_what_is_no_moment_is_refused(text: str) -> None:
    with pytest.raises(ClutchError) as caught:
        check_moment(text)
    assert caught.value.code == "invalid-value"


def test_a_manifest_may_hold_a_toml_date() -> None:
    manifest = parse_manifest("[tool.clutch]\nexclude-newer = 2026-01-01\n", "pyproject.toml")
    assert manifest.clutch.settings["exclude-newer"] == "2026-01-01"
    with pytest.raises(ClutchError) as caught:
        parse_manifest('[tool.clutch]\nexclude-newer = "soon"\n', "pyproject.toml")
    assert str(caught.value.place) == "pyproject.toml:2"
    with pytest.raises(ClutchError) as caught:
        parse_manifest('[tool.clutch.exclude-newer-package]\na = "7 days"\nb = "soon"\n', "pyproject.toml")
    assert str(caught.value.place) == "pyproject.toml:3"
