"""Universal answers against an oracle that tries everything in one environment at a time.

Answers are read back with `packaging` alone: nothing of `clutch.resolve` evaluates a marker here.
"""

from __future__ import annotations

import runpy
from itertools import product
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from packaging.markers import Marker
from packaging.specifiers import SpecifierSet

from clutch.base.events import Silence
from clutch.resolve.explain import Unsatisfiable
from clutch.resolve.problem import Problem, Root
from clutch.resolve.resolve import resolve

_memory = runpy.run_path(str(Path(__file__).parents[2] / "scenario" / "resolve" / "memory_index.py"))
MemoryIndex, requirement = _memory["MemoryIndex"], _memory["requirement"]

NAMES = ("a", "b", "c", "d")
MARKERS = (
    "",
    "",
    "sys_platform == 'win32'",
    "sys_platform != 'win32'",
    "python_version < '3.12'",
    "python_version >= '3.12'",
    "python_version >= '3.13'",
    "python_full_version < '3.12.3'",
    "platform_machine == 'aarch64' and python_version >= '3.12'",
    "sys_platform == 'linux' or python_version >= '3.13'",
)
PYTHONS = ("", "", ">=3.12", ">=3.13", ">=3.12.3")
ENVIRONMENTS = [
    {
        "sys_platform": system,
        "platform_machine": machine,
        "platform_system": {"linux": "Linux", "win32": "Windows", "darwin": "Darwin"}[system],
        "os_name": "nt" if system == "win32" else "posix",
        "python_version": ".".join(full.split(".")[:2]),
        "python_full_version": full,
        "implementation_name": "cpython",
        "platform_python_implementation": "CPython",
        "extra": "",
    }
    for system, machine in (("linux", "x86_64"), ("linux", "aarch64"), ("darwin", "arm64"), ("win32", "AMD64"))
    for full in ("3.11.0", "3.12.0", "3.12.7", "3.13.1")
]


@st.composite
def universes(draw):
    """Releases by name: (version, python, requirement texts), newest first; and root requirement texts."""

    def texts(most):
        found = []
        for _ in range(draw(st.integers(0, most))):
            name = draw(st.sampled_from(NAMES))
            allowed = draw(st.sampled_from(("", ">=2", "<2", "==1", ">=3", "!=2")))
            marker = draw(st.sampled_from(MARKERS))
            found.append(f"{name}{allowed}" + (f" ; {marker}" if marker else ""))
        return found

    releases = {
        name: [
            (str(version), draw(st.sampled_from(PYTHONS)), texts(2))
            for version in range(draw(st.integers(1, 3)), 0, -1)
        ]
        for name in NAMES
    }
    return releases, texts(3) or ["a"]


def render(releases):
    lines = []
    for name, found in releases.items():
        for version, python, requires in found:
            lines.append(f"{name} {version} {python}")
            lines += [f"  {text}" for text in requires]
    return "\n".join(lines)


def parts(text):
    head, _, marker = text.partition(";")
    name = head.strip()[0]
    return name, SpecifierSet(head.strip()[1:]), Marker(marker) if marker.strip() else None


def is_closed(releases, roots, chosen, environment):
    waiting, seen = list(roots), set()
    while waiting:
        name, allowed, marker = parts(waiting.pop())
        if marker is not None and not marker.evaluate(environment):
            continue
        version = chosen.get(name)
        if version is None or not allowed.contains(version):
            return False
        if name in seen:
            continue
        seen.add(name)
        _, python, requires = next(one for one in releases[name] if one[0] == version)
        if not SpecifierSet(python).contains(environment["python_full_version"]):
            return False
        waiting += requires
    return True


def is_solvable(releases, roots, environment):
    options = [[None, *[version for version, _, _ in releases[name]]] for name in NAMES]
    return any(
        is_closed(releases, roots, dict(zip(NAMES, pick, strict=True)), environment) for pick in product(*options)
    )


def selected(resolution, environment):
    chosen = {}
    for pin in resolution.pins:
        if not pin.marker or Marker(pin.marker).evaluate(environment):
            assert pin.name not in chosen, f"two versions of {pin.name} in {environment}"
            chosen[pin.name] = pin.version
    return chosen


def answer(releases, roots, choose=None, fork="newest"):
    problem = Problem(
        tuple(Root("", requirement(text, "pyproject.toml", line)) for line, text in enumerate(roots, 1)),
        python=">=3.11,<3.14",
        released=("3.11", "3.12", "3.13", "3.14"),
        fork=fork,
    )
    return resolve(problem, MemoryIndex(render(releases), choose).as_indexes(), Silence())


@settings(max_examples=150, deadline=None)
@given(universes(), st.sampled_from(("newest", "fewest")))
def test_answer_exists_exactly_when_every_environment_has_one(made, fork):
    releases, roots = made
    try:
        resolution = answer(releases, roots, fork=fork)
    except Unsatisfiable:
        assert not all(is_solvable(releases, roots, environment) for environment in ENVIRONMENTS)
        return
    for environment in ENVIRONMENTS:
        assert is_closed(releases, roots, selected(resolution, environment), environment)


@settings(max_examples=40, deadline=None)
@given(universes(), st.randoms(use_true_random=False))
def test_answer_does_not_depend_on_the_order_of_network_answers(made, chance):
    releases, roots = made

    def outcome(choose):
        try:
            return answer(releases, roots, choose)
        except Unsatisfiable as error:
            return error.message

    assert outcome(None) == outcome(lambda waiting: chance.randrange(len(waiting)))
