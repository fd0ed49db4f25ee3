"""Where a region of environments is cut in two."""

from __future__ import annotations

from collections.abc import Sequence

from clutch.solve.clause import Clause
from clutch.solve.provider import Dependency


class Fork:
    """Different demands of one candidate on one package: (allowed candidates, environments) of each."""

    __slots__ = ("demands", "package")

    def __init__(self, package: int) -> None:
        self.package: int = package
        self.demands: list[tuple[int, int]] = []


def find_forks(dependencies: Sequence[Dependency]) -> list[Fork]:
    """The packages that are demanded with more than one mask, in the order of the dependencies."""
    forks: dict[int, Fork] = {}
    for dependency in dependencies:
        if dependency.package < 0:
            continue
        fork = forks.get(dependency.package)
        if fork is None:
            fork = forks[dependency.package] = Fork(dependency.package)
        demand = (dependency.allowed, dependency.environments)
        if demand not in fork.demands:
            fork.demands.append(demand)
    return [fork for fork in forks.values() if len({allowed for allowed, _ in fork.demands}) > 1]


def cut_by_causes(causes: Sequence[Clause], region: int) -> int:
    """The environments of the first cause that is true in a part of `region`; 0 when there is none."""
    for cause in causes:
        if cause.environments & region and region & ~cause.environments:
            return cause.environments & region
    for cause in causes:
        if cause.causes:
            inner = cut_by_causes(cause.causes, region)
            if inner:
                return inner
    return 0
