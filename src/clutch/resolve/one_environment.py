"""The universe of a problem about one concrete environment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from clutch.resolve.universe import Stage
from clutch.solve.provider import Refinement
from clutch.standards.marker import Marker, evaluate, parse_marker
from clutch.standards.specifier import parse_specifiers
from clutch.standards.version import parse_version


class TargetUniverse:
    """One concrete environment: markers are true or false, and a region is bit 0."""

    def __init__(self, markers: Mapping[str, str], python: str) -> None:
        self._markers = markers
        self._python = python
        self.refinements: Sequence[Refinement] = ()

    @property
    def everything(self) -> int:
        return self.python_mask(self._python)

    @property
    def required(self) -> int:
        return self.everything

    @property
    def released(self) -> int:
        return 1

    def stages(self) -> Sequence[Stage]:
        return [Stage(self.everything, is_follower=False)] if self.everything else []

    def learn(self, marker: str) -> None:
        return None

    def mask(self, marker: str, extra: str = "") -> int:
        if not marker or marker == "never":
            return 0 if marker else 1
        return int(evaluate(parse_marker(marker), {**self._markers, "extra": extra}))

    def section_mask(self, section: str) -> int:
        return 1

    def python_mask(self, text: str) -> int:
        if not text:
            return 1
        return int(parse_specifiers(text).contains(parse_version(self._markers["python_full_version"])))

    def above(self, mask: int) -> int:
        return 0

    def newest(self, mask: int) -> tuple[int, int]:
        return (0, 0)

    def marker(self, mask: int, care: int) -> Marker:
        return ("true",) if mask & care == care else ("false",)

    def without_orphans(self, covered: int) -> int:
        return covered

    def with_future(self, mask: int) -> int:
        return mask

    def environment_texts(self, covered: int) -> tuple[str, ...]:
        return ()
