"""The grid of environments: one bit per cell, cut finer as markers ask for it.

A cell is one interval of Pythons on one platform, machine and implementation, with one answer to every opaque test. All
cells of one interval and one set of answers are a block of `WIDTH` neighbouring bits, in the order of `PLACES`. Blocks
are only ever appended: a cut copies bits, so that every mask made before stays right once it was widened by the
`Refinement`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from clutch.base.values import NamedTuple
from clutch.solve.provider import Refinement

ANYTHING_ELSE = "unknown"
"""The value that stands for every platform and machine without a name here."""

# sys_platform, platform_system, os_name, platform_machine: what CPython answers on each.
_PLATFORMS = (
    ("linux", "Linux", "posix", "x86_64"),
    ("linux", "Linux", "posix", "aarch64"),
    ("darwin", "Darwin", "posix", "arm64"),
    ("darwin", "Darwin", "posix", "x86_64"),
    ("win32", "Windows", "nt", "AMD64"),
    ("win32", "Windows", "nt", "ARM64"),
    ("win32", "Windows", "nt", "x86"),
    ("linux", "Linux", "posix", "i686"),
    ("linux", "Linux", "posix", "armv7l"),
    ("linux", "Linux", "posix", "ppc64le"),
    ("linux", "Linux", "posix", "s390x"),
    ("linux", "Linux", "posix", "riscv64"),
    ("linux", "Linux", "posix", ANYTHING_ELSE),
    ("cygwin", "CYGWIN", "posix", "x86_64"),
    ("emscripten", "Emscripten", "posix", "wasm32"),
    ("android", "Android", "posix", "aarch64"),
    ("ios", "iOS", "posix", "arm64"),
    (ANYTHING_ELSE, ANYTHING_ELSE, "posix", "amd64"),
    (ANYTHING_ELSE, ANYTHING_ELSE, ANYTHING_ELSE, ANYTHING_ELSE),
)
_REQUIRED = frozenset({("linux", "x86_64"), ("linux", "aarch64"), ("darwin", "arm64"), ("win32", "AMD64")})
_BEST_EFFORT = frozenset({("darwin", "x86_64"), ("win32", "ARM64")})
_IMPLEMENTATIONS = (("cpython", "CPython"), ("pypy", "PyPy"), (ANYTHING_ELSE, ANYTHING_ELSE))

PLACES: tuple[Mapping[str, str], ...] = tuple(
    {
        "sys_platform": platform[0],
        "platform_system": platform[1],
        "os_name": platform[2],
        "platform_machine": platform[3],
        "implementation_name": implementation[0],
        "platform_python_implementation": implementation[1],
    }
    for platform in _PLATFORMS
    for implementation in _IMPLEMENTATIONS
)
WIDTH = len(PLACES)
BLOCK = (1 << WIDTH) - 1


def _places(machines: frozenset[tuple[str, str]]) -> int:
    return sum(
        1 << number
        for number, place in enumerate(PLACES)
        if (place["sys_platform"], place["platform_machine"]) in machines and place["implementation_name"] == "cpython"
    )


REQUIRED_PLACES = _places(_REQUIRED)
BEST_EFFORT_PLACES = _places(_BEST_EFFORT)
ENDLESS = 1 << 30
"""The patch number that no Python reaches."""


class Block(NamedTuple):
    """Pythons `3.minor.low` up to, but without, `3.minor.high`; `answers` to the opaque tests asked so far."""

    minor: int
    low: int
    high: int
    answers: tuple[bool, ...]


class Grid:
    """All blocks. `minors` are the released minor versions of Python 3, and the next one for all to come."""

    def __init__(self, minors: Sequence[int]) -> None:
        self.future = max(minors, default=0) + 1
        self.blocks = [Block(minor, 0, ENDLESS, ()) for minor in [*sorted(set(minors)), self.future]]
        self.opaque: list[tuple[str, str, str]] = []
        self.refinements: list[Refinement] = []

    @property
    def everything(self) -> int:
        return (1 << WIDTH * len(self.blocks)) - 1

    def shift(self, block: int) -> int:
        """The position of the first bit of a block."""
        return WIDTH * block

    def released(self) -> int:
        """The cells of Pythons that exist today."""
        return sum(BLOCK << self.shift(i) for i, block in enumerate(self.blocks) if block.minor != self.future)

    def cut_patch(self, minor: int, patch: int) -> bool:
        """Make `3.minor.patch` the start of an interval; whether anything was cut."""
        cut = [i for i, block in enumerate(self.blocks) if block.minor == minor and block.low < patch < block.high]
        for i in cut:
            block = self.blocks[i]
            self.blocks[i] = block._replace(high=patch)
            self._copy(i, block._replace(low=patch))
        return bool(cut)

    def cut_opaque(self, test: tuple[str, str, str]) -> None:
        """Give every cell a twin, so that a test whose outcome nobody can foresee is true in one of them."""
        self.opaque.append(test)
        for i in range(len(self.blocks)):
            block = self.blocks[i]
            self.blocks[i] = block._replace(answers=(*block.answers, False))
            self._copy(i, block._replace(answers=(*block.answers, True)))

    def _copy(self, source: int, block: Block) -> None:
        self.refinements.append(Refinement(self.shift(source), BLOCK, self.shift(len(self.blocks))))
        self.blocks.append(block)
