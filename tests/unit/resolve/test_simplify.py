import pytest

from clutch.resolve.universe import GridUniverse
from clutch.standards.marker import render_marker

RELEASED = ("3.9", "3.10", "3.11", "3.12", "3.13")


@pytest.mark.parametrize(
    ("written", "simplest"),
    [
        ("sys_platform == 'win32'", 'sys_platform == "win32"'),
        ("platform_system == 'Windows'", 'sys_platform == "win32"'),
        ("os_name == 'nt'", 'sys_platform == "win32"'),
        ("python_version >= '3.12'", 'python_version >= "3.12"'),
        ("python_version > '3.11'", 'python_version >= "3.12"'),
        ("python_version < '3.8'", None),
        ("python_version >= '3.9'", ""),
        ("python_version == '3.11'", 'python_version == "3.11"'),
        ("python_version != '3.11'", 'python_version != "3.11"'),
        ("python_full_version < '3.11.3'", 'python_full_version < "3.11.3"'),
        ("python_full_version <= '3.11.0a6'", 'python_version < "3.11"'),
        ("sys_platform == 'win32' or sys_platform == 'darwin'", 'sys_platform == "darwin" or sys_platform == "win32"'),
        (
            "(python_version < '3.12' and sys_platform == 'win32') or (python_version >= '3.12' and os_name == 'nt')",
            'sys_platform == "win32"',
        ),
        (
            "python_version < '3.12' or sys_platform == 'win32'",
            'python_version < "3.12" or sys_platform == "win32"',
        ),
        (
            "python_version < '3.12' and sys_platform != 'win32'",
            'python_version < "3.12" and sys_platform != "win32"',
        ),
        ("implementation_name == 'pypy'", 'platform_python_implementation == "PyPy"'),
        ("platform_release >= '20'", 'platform_release >= "20"'),
    ],
)
def test_marker_comes_back_in_its_simplest_form(written, simplest):
    universe = GridUniverse(">=3.9", RELEASED, (), ())
    universe.learn(written)
    mask = universe.mask(written) & universe.everything
    if simplest is None:
        assert mask == 0
        return
    marker = universe.marker(mask, universe.everything)
    assert (render_marker(marker) if marker != ("true",) else "").replace("'", '"') == simplest


def test_a_cut_keeps_earlier_masks_right():
    universe = GridUniverse(">=3.9", RELEASED, (), ())
    before = universe.mask("python_version >= '3.11'")
    universe.learn("python_full_version < '3.11.3'")
    universe.learn("platform_release >= '20'")
    from clutch.solve.provider import refine

    assert refine(before, universe.refinements) == universe.mask("python_version >= '3.11'")


def test_text_and_negation_share_nothing():
    universe = GridUniverse(">=3.9", RELEASED, (), ())
    for one, other in (
        ("sys_platform == 'linux'", "sys_platform != 'linux'"),
        ("python_version < '3.11'", "python_version >= '3.11'"),
    ):
        assert universe.mask(one) & universe.mask(other) == 0
        assert universe.mask(one) | universe.mask(other) == universe.grid.everything
