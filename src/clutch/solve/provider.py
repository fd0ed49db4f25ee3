"""The solver's one port: what it asks whoever knows what the integers stand for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from clutch.base.values import NamedTuple


class Dependency(NamedTuple):
    """In `environments`, a candidate wants `package` to be in `allowed` (a mask of candidates).

    `package` -1 says that the candidate itself cannot be used in `environments`. `cause` is the provider's number of
    the statement, handed back in proofs.
    """

    package: int
    allowed: int
    environments: int
    cause: int


class Exclusion(NamedTuple):
    """The candidates in `mask` cannot be used in `environments`.

    A region that lies only partly in them may use such a candidate and find out later whether that matters, unless
    `is_partial`.
    """

    mask: int
    environments: int
    cause: int
    is_partial: bool = False


class Refinement(NamedTuple):
    """Cells were cut in two: the bits `(mask >> source) & width` are to be copied to position `target`."""

    source: int
    width: int
    target: int


def refine(mask: int, cuts: Sequence[Refinement]) -> int:
    """A mask over the cells as they were before these cuts, as a mask over the cells after them."""
    for cut in cuts:
        mask |= ((mask >> cut.source) & cut.width) << cut.target
    return mask


class Provider(Protocol):
    """Packages are dense numbers; candidate `i` of a package is bit `1 << i`; environments are bits too."""

    def candidates(self, package: int) -> int:
        """How many candidates it has; never changes. The bit after the last one means "absent"."""
        ...

    def base(self, package: int) -> int:
        """For a part of a package (an extra) the package itself, else -1.

        A part has one candidate, "wanted"; its dependencies hang on the candidate chosen for its base.
        """
        ...

    def rank(self, package: int) -> int:
        """Lower ranks are decided first, conflicts aside."""
        ...

    def exclusions(self, package: int) -> Sequence[Exclusion]:
        """What is known against candidates before any is looked at; asked once."""
        ...

    def misfits(self, package: int, candidate: int) -> Sequence[Exclusion]:
        """What stands against this candidate, and others like it, without knowing what they want; the rest of it once.

        Asked before `dependencies`, which may be dear.
        """
        ...

    def dependencies(self, package: int, candidate: int) -> Sequence[Dependency]:
        """What a candidate wants (for a part: in addition, with that candidate of its base); asked once; may wait."""
        ...

    def prefer(self, package: int, mask: int, region: int) -> int:
        """The candidate of `mask` (never empty) to try first in `region`."""
        ...

    def refinements(self) -> Sequence[Refinement]:
        """How the cells were cut since this was last asked; to be applied in order to every mask kept."""
        ...
