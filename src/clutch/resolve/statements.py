"""What a clause stands for, so that a proof can be told in sentences."""

from __future__ import annotations

from clutch.base.values import NamedTuple
from clutch.model.requirement import Requirement

ROOT = "root"
NEEDS = "needs"
CONSTRAINT = "constraint"
PRERELEASE = "prerelease"
WITHDRAWN = "withdrawn"
CUT_OFF = "cut-off"
PYTHON_LOW = "python-low"
PYTHON_HIGH = "python-high"
FITS = "fits"
NO_METADATA = "no-metadata"
NOT_PICKED = "not-picked"


class Statement(NamedTuple):
    """One true sentence about packages.

    `package` is the solver's number of the package that it is about (for `root` and `constraint` the one wanted),
    `mask` its candidates that it is about, `target` the number of the package wanted by `needs`. `detail` is a
    requires-python text, a time or a reason, as `kind` has it.
    `wanted` is a mask of the target's candidates where a statement sums up several.
    """

    kind: str
    package: int
    mask: int = 0
    target: int = -1
    requirement: Requirement | None = None
    detail: str = ""
    wanted: int = 0


class Statements:
    """All of them; a cause number is a position here."""

    __slots__ = ("_list",)

    def __init__(self) -> None:
        self._list: list[Statement] = []

    def add(self, statement: Statement) -> int:
        """The cause number of a new statement."""
        self._list.append(statement)
        return len(self._list) - 1

    def __getitem__(self, cause: int) -> Statement:
        return self._list[cause]
