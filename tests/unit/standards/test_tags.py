from __future__ import annotations

import itertools
import platform
import sys

import packaging.tags as oracle
import pytest

from clutch.standards.marker import evaluate, parse_marker
from clutch.standards.tags import PythonFacts, compatible_tags, wheel_marker


def expected(version: tuple[int, int], abis: list[str], platforms: list[str]) -> list[str]:
    interpreter = f"cp{version[0]}{version[1]}"
    tags = itertools.chain(
        oracle.cpython_tags(version, abis, platforms), oracle.compatible_tags(version, interpreter, platforms)
    )
    return list(dict.fromkeys(map(str, tags)))


@pytest.mark.skipif(sys.platform != "linux" or not platform.libc_ver()[1], reason="needs Linux with glibc")
def test_this_interpreter_has_packagings_tags() -> None:
    family, libc = platform.libc_ver()
    major, minor = map(int, libc.split(".")[:2])
    facts = PythonFacts("cpython", sys.version_info[:2], "linux", platform.machine(), (family, major, minor))
    assert list(compatible_tags(facts)) == list(dict.fromkeys(map(str, oracle.sys_tags())))


@pytest.mark.parametrize("machine", ["arm64", "x86_64"])
@pytest.mark.parametrize("system", [(10, 15), (11, 2), (14, 5), (26, 0)])
@pytest.mark.parametrize("version", [(3, 8), (3, 14)])
def test_macos_has_packagings_tags(machine: str, system: tuple[int, int], version: tuple[int, int]) -> None:
    if (machine, system[0]) == ("arm64", 10):
        pytest.skip("never existed")
    facts = PythonFacts("cpython", version, "darwin", machine, macos=system)
    platforms = list(oracle.mac_platforms(system, machine))
    assert list(compatible_tags(facts)) == expected(version, [f"cp{version[0]}{version[1]}"], platforms)


def test_windows_has_packagings_tags() -> None:
    facts = PythonFacts("cpython", (3, 12), "win32", "AMD64")
    assert list(compatible_tags(facts)) == expected((3, 12), ["cp312"], ["win_amd64"])


def test_free_threaded_and_debug_abis() -> None:
    facts = PythonFacts("cpython", (3, 15), "win32", "ARM64", is_free_threaded=True, is_debug=True)
    assert list(compatible_tags(facts)) == expected((3, 15), ["cp315td", "cp315t"], ["win_arm64"])


def test_pypy_takes_its_own_and_pure_wheels() -> None:
    facts = PythonFacts("pypy", (3, 11), "linux", "x86_64", ("glibc", 2, 17), abi="pypy311_pp73")
    tags = compatible_tags(facts)
    assert tags[0] == "pp311-pypy311_pp73-linux_x86_64"
    assert "pp311-pypy311_pp73-manylinux2014_x86_64" in tags
    assert "pp3-none-any" in tags
    assert not any("abi3" in tag for tag in tags)


def test_musl() -> None:
    tags = compatible_tags(PythonFacts("cpython", (3, 13), "linux", "aarch64", ("musl", 1, 2)))
    assert tags[:4] == (
        "cp313-cp313-linux_aarch64",
        "cp313-cp313-musllinux_1_2_aarch64",
        "cp313-cp313-musllinux_1_1_aarch64",
        "cp313-cp313-musllinux_1_0_aarch64",
    )


LINUX = 'sys_platform == "linux" and platform_machine == "x86_64"'
CPYTHON = 'implementation_name == "cpython"'


@pytest.mark.parametrize(
    ("tags", "marker"),
    [
        (["py2-none-any", "py3-none-any"], ""),
        (["py3-none-any", "cp311-cp311-win32"], ""),
        (["py2-none-any"], "never"),
        (["cp27-cp27mu-linux_x86_64"], "never"),
        (["cp311-cp311-solaris_sparc"], "never"),
        ([], "never"),
        (["py36-none-any"], 'python_version >= "3.6"'),
        (["py3-none-manylinux_2_17_x86_64", "py3-none-musllinux_1_1_x86_64"], LINUX),
        (["cp38-abi3-manylinux1_x86_64"], f'{CPYTHON} and python_version >= "3.8" and {LINUX}'),
        (
            ["cp39-cp39-linux_x86_64", "cp310-cp310-linux_x86_64", "cp311-abi3-linux_x86_64"],
            f'{CPYTHON} and python_version >= "3.9" and {LINUX}',
        ),
        (
            ["cp39-cp39-linux_x86_64", "cp310-cp310-linux_x86_64", "cp313-cp313t-linux_x86_64"],
            f'{CPYTHON} and (python_version >= "3.9" and python_version < "3.11" or python_version == "3.13")'
            f" and {LINUX}",
        ),
        (
            ["cp312-cp312-macosx_11_0_universal2"],
            f'{CPYTHON} and python_version == "3.12" and sys_platform == "darwin"'
            ' and (platform_machine == "arm64" or platform_machine == "x86_64")',
        ),
        (
            ["pp310-pypy310_pp73-win_amd64", "pp3-none-win_arm64"],
            'implementation_name == "pypy" and python_version == "3.10"'
            ' and sys_platform == "win32" and platform_machine == "AMD64"'
            ' or implementation_name == "pypy" and sys_platform == "win32" and platform_machine == "ARM64"',
        ),
    ],
)
def test_markers_of_wheels(tags: list[str], marker: str) -> None:
    assert wheel_marker(tags) == marker


MACHINES = [("linux", "x86_64"), ("linux", "aarch64"), ("darwin", "arm64"), ("darwin", "x86_64"), ("win32", "AMD64")]
WHEELS = [
    "cp39-cp39-manylinux_2_17_x86_64",
    "cp310-cp310-manylinux2014_aarch64",
    "cp312-cp312-macosx_11_0_arm64",
    "cp38-abi3-win_amd64",
    "cp311-abi3-macosx_10_9_universal2",
    "py3-none-linux_x86_64",
    "pp310-pypy310_pp73-linux_x86_64",
    "cp313-none-any",
    "py312-none-any",
]


@pytest.mark.parametrize("size", [1, 2, 3])
def test_a_marker_holds_exactly_where_an_interpreter_can_take_a_wheel(size: int) -> None:
    environments = []
    for (system, machine), minor, name in itertools.product(MACHINES, (8, 9, 10, 12, 13), ("cpython", "pypy")):
        abi = f"pypy3{minor}_pp73" if name == "pypy" else ""
        facts = PythonFacts(name, (3, minor), system, machine, ("glibc", 2, 36), (14, 0), abi=abi)
        values = {
            "implementation_name": name,
            "python_version": f"3.{minor}",
            "sys_platform": system,
            "platform_machine": machine,
        }
        environments.append((values, frozenset(compatible_tags(facts))))
    for wheels in itertools.combinations(WHEELS, size):
        marker = parse_marker(wheel_marker(wheels))
        for values, tags in environments:
            assert evaluate(marker, values) == bool(tags & set(wheels)), (wheels, values)
