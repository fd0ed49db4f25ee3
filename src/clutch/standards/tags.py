"""Compatibility tags: which an interpreter can take, and which environments a set of wheels can serve."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache

from clutch.base.values import NamedTuple

_OLDEST_ABI3 = 2  # the stable ABI came with Python 3.2 (PEP 384)
_LEGACY = {(2, 17): "manylinux2014", (2, 12): "manylinux2010", (2, 5): "manylinux1"}
_LAST_MACOS_10 = 16
_SHORT_NAMES = {"cpython": "cp", "pypy": "pp", "ironpython": "ip", "jython": "jy", "python": "py"}
_LONG_NAMES = {short: name for name, short in _SHORT_NAMES.items()}

_INTERPRETER = re.compile(r"([a-z]+?)(?:_)?([0-9])([0-9]*)")
_MAC_MACHINES = {
    "universal2": ("arm64", "x86_64"),
    "universal": ("x86_64",),
    "intel": ("x86_64",),
    "fat3": ("x86_64",),
    "fat64": ("x86_64",),
    "x86_64": ("x86_64",),
    "arm64": ("arm64",),
}
_WINDOWS_MACHINES = {"win32": "x86", "win_amd64": "AMD64", "win_arm64": "ARM64"}
_LINUX = re.compile(r"(?:linux|manylinux(?:1|2010|2014|_[0-9]+_[0-9]+)|musllinux_[0-9]+_[0-9]+)_(\w+)")
_MACOS = re.compile(r"macosx_[0-9]+_[0-9]+_(\w+)")
_MOBILE = re.compile(r"(android)_[0-9]+_(\w+)|(ios)_[0-9]+_[0-9]+_(\w+)_\w+")
_ANDROID_MACHINES = {"arm64_v8a": "aarch64", "armeabi_v7a": "armv7l", "x86": "i686", "x86_64": "x86_64"}

Platform = tuple[str, str]  # sys_platform and platform_machine; "" for any
Minors = frozenset[int]  # minors of Python 3; a negative one -n-1 stands for n and everything newer


class PythonFacts(NamedTuple):
    """What decides about tags.

    `implementation` is `sys.implementation.name`, `version` major and minor; `platform` is `sys.platform` (`linux`,
    `darwin`, `win32`, ...); `machine` as `platform.machine()` says it, 32-bit Pythons by their own (`i686`, `armv7l`,
    `x86`); `libc` is (`glibc` or `musl`, major, minor), `macos` the system's version; `abi` the ABI tag of an
    implementation other than CPython (`pypy311_pp73`).
    """

    implementation: str
    version: tuple[int, int]
    platform: str
    machine: str
    libc: tuple[str, int, int] = ("", 0, 0)
    macos: tuple[int, int] = (0, 0)
    is_free_threaded: bool = False
    is_debug: bool = False
    abi: str = ""


def compatible_tags(facts: PythonFacts) -> tuple[str, ...]:
    """The tags of all wheels that this Python can take, best first, no duplicates.

    Source: PEP 425 §Use, PEP 600, PEP 656, PEP 384 (`abi3`), PEP 803 (`abi3t`), Platform compatibility tags.
    """
    platforms = tuple(platform_tags(facts))
    short = _SHORT_NAMES.get(facts.implementation, facts.implementation)
    nodot = f"{facts.version[0]}{facts.version[1]}"
    if short == "cp":
        tags = [*_cpython_tags(facts, platforms), *_python_tags(facts.version, platforms, f"cp{nodot}")]
    else:
        abis = [facts.abi, "none"] if facts.abi else ["none"]
        tags = [f"{short}{nodot}-{abi}-{platform}" for abi in abis for platform in platforms]
        tags += _python_tags(facts.version, platforms, "pp3" if short == "pp" else "")
    return tuple(dict.fromkeys(tags))


def platform_tags(facts: PythonFacts) -> Iterator[str]:
    """The platform parts of the tags, best first."""
    if facts.platform == "linux":
        yield from _linux_tags(facts.machine, facts.libc)
    elif facts.platform == "darwin":
        yield from _macos_tags(facts.machine, facts.macos)
    elif facts.platform == "win32":
        yield {"x86": "win32", "amd64": "win_amd64", "arm64": "win_arm64"}.get(facts.machine.lower(), "win32")
    else:
        yield re.sub(r"[-. ]", "_", f"{facts.platform}_{facts.machine}".lower())


def wheel_marker(tags: Iterable[str]) -> str:
    """PEP 508 text of the environments in which some wheel with one of `tags` can be installed.

    "" for all, `never` for none. Libc, macOS version and ABI flavour (free-threaded, debug) are outside of markers: a
    wheel counts when some flavour can take it. Remembered for each set of tags.
    """
    return _wheel_marker(tuple(sorted(set(tags))))


def _cpython_tags(facts: PythonFacts, platforms: tuple[str, ...]) -> Iterator[str]:
    major, minor = facts.version
    threading = "t" if facts.is_free_threaded else ""
    own = f"cp{major}{minor}"
    abis = [f"{own}{threading}d"] if facts.is_debug else []
    abis += [own + threading, f"abi3{threading}", "none"]
    for abi in abis:
        yield from (f"{own}-{abi}-{platform}" for platform in platforms)
    for older in range(minor - 1, _OLDEST_ABI3 - 1, -1):
        yield from (f"cp{major}{older}-abi3{threading}-{platform}" for platform in platforms)


def _python_tags(version: tuple[int, int], platforms: tuple[str, ...], interpreter: str) -> Iterator[str]:
    major, minor = version
    pythons = [f"py{major}{minor}", f"py{major}", *(f"py{major}{older}" for older in range(minor - 1, -1, -1))]
    for python in pythons:
        yield from (f"{python}-none-{platform}" for platform in platforms)
    if interpreter:
        yield f"{interpreter}-none-any"
    yield from (f"{python}-none-any" for python in pythons)


def _linux_tags(machine: str, libc: tuple[str, int, int]) -> Iterator[str]:
    machines = ("armv8l", "armv7l") if machine == "armv8l" else (machine,)
    family, major, minor = libc
    yield from (f"linux_{machine}" for machine in machines)
    for name in machines:
        if family == "glibc" and major == 2:
            oldest = 5 if name in ("x86_64", "i686") else 17
            for step in range(minor, oldest - 1, -1):
                yield f"manylinux_2_{step}_{name}"
                if (2, step) in _LEGACY:
                    yield f"{_LEGACY[2, step]}_{name}"
        elif family == "musl":
            yield from (f"musllinux_{major}_{step}_{name}" for step in range(minor, -1, -1))


def _macos_tags(machine: str, system: tuple[int, int]) -> Iterator[str]:
    formats = ["arm64", "universal2"]
    if machine == "x86_64":
        formats = ["x86_64", "intel", "fat64", "fat3", "universal2", "universal"]
    for major in range(system[0], 10, -1):
        yield from (f"macosx_{major}_0_{form}" for form in formats)
    newest = _LAST_MACOS_10 if system[0] > 10 else system[1]
    if machine == "arm64":
        formats = ["universal2"]  # whose other half may be older than the first arm64 system
    for minor in range(newest, 3, -1):
        yield from (f"macosx_10_{minor}_{form}" for form in formats)


@cache
def _wheel_marker(tags: tuple[str, ...]) -> str:
    cells: dict[tuple[str, Platform], set[int]] = {}
    for tag in tags:
        interpreter, abi, platform = tag.split("-")
        served = _served_pythons(interpreter, abi)
        if served is None:
            continue
        implementation, minor = served
        for place in _served_platforms(platform):
            cells.setdefault((implementation, place), set()).add(minor)
    if not cells:
        return "never"
    if -1 in cells.get(("", ("", "")), ()):
        return ""
    groups: dict[tuple[str, Minors], list[Platform]] = {}
    for (implementation, place), minors in sorted(cells.items()):
        groups.setdefault((implementation, frozenset(minors)), []).append(place)
    texts = [_render_group(implementation, minors, places) for (implementation, minors), places in groups.items()]
    return " or ".join(texts)


@cache
def _served_pythons(interpreter: str, abi: str) -> tuple[str, int] | None:
    """The implementation ("" for all) and minor (`-n-1`: n and newer) that a wheel serves; None for no Python 3."""
    match = _INTERPRETER.fullmatch(interpreter)
    if match is None or match[2] != "3":
        return None
    short, minor = match[1], int(match[3] or 0)
    if short == "py":
        return ("", -minor - 1) if abi == "none" else None
    name = _LONG_NAMES.get(short, short)
    if short == "cp" and abi in ("abi3", "abi3t"):
        return (name, -minor - 1) if match[3] else None
    if not match[3]:
        return (name, -1) if short == "pp" and abi == "none" else None
    if short == "cp" and abi != "none" and re.fullmatch(rf"cp3{match[3]}[a-z]*", abi) is None:
        return None
    return name, minor


@cache
def _served_platforms(platform: str) -> tuple[Platform, ...]:
    if platform == "any":
        return (("", ""),)
    if platform in _WINDOWS_MACHINES:
        return (("win32", _WINDOWS_MACHINES[platform]),)
    if linux := _LINUX.fullmatch(platform):
        return (("linux", linux[1]),)
    if macos := _MACOS.fullmatch(platform):
        return tuple(("darwin", machine) for machine in _MAC_MACHINES.get(macos[1], ()))
    if mobile := _MOBILE.fullmatch(platform):
        if mobile[1]:
            return (("android", _ANDROID_MACHINES.get(mobile[2], mobile[2])),)
        return (("ios", mobile[4]),)
    if platform.startswith(("emscripten_", "pyodide_", "pyemscripten_")):
        return (("emscripten", "wasm32"),)
    return ()


def _render_group(implementation: str, minors: Minors, places: list[Platform]) -> str:
    named = [f'implementation_name == "{implementation}"'] if implementation else []
    platforms = [] if ("", "") in places else _platform_texts(places)
    parts = [choices for choices in (named, _python_ranges(minors), platforms) if choices]
    if len(parts) == 1:
        return " or ".join(parts[0])
    return " and ".join(f"({' or '.join(choices)})" if len(choices) > 1 else choices[0] for choices in parts)


def _platform_texts(places: list[Platform]) -> list[str]:
    systems: dict[str, list[str]] = {}
    for system, machine in sorted(places):
        systems.setdefault(system, []).append(machine)
    texts = []
    for system, machines in systems.items():
        choices = " or ".join(f'platform_machine == "{machine}"' for machine in machines)
        texts.append(f'sys_platform == "{system}" and ' + (f"({choices})" if len(machines) > 1 else choices))
    return texts


def _python_ranges(minors: Minors) -> list[str]:
    """Texts of which one must hold; empty when every Python 3 is served."""
    newer = [-minor - 1 for minor in minors if minor < 0]
    start = min(newer) if newer else None
    exact = sorted(minor for minor in minors if minor >= 0 and (start is None or minor < start))
    runs: list[list[int]] = []
    for minor in exact:
        if runs and runs[-1][1] == minor - 1:
            runs[-1][1] = minor
        else:
            runs.append([minor, minor])
    if start is not None and runs and runs[-1][1] == start - 1:
        start = runs.pop()[0]
    texts = [_run_text(first, last) for first, last in runs]
    if start is not None:
        if start == 0:
            return []
        texts.append(f'python_version >= "3.{start}"')
    return texts


def _run_text(first: int, last: int) -> str:
    if first == last:
        return f'python_version == "3.{first}"'
    return f'python_version >= "3.{first}" and python_version < "3.{last + 1}"'
