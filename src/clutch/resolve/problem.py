"""What is to be resolved, as one value."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from clutch.base.values import NamedTuple
from clutch.model.requirement import Requirement
from clutch.model.target import Target


class Root(NamedTuple):
    """One requirement of the user; `section` is `""` (the project itself), `group:NAME` or `extra:NAME`."""

    section: str
    requirement: Requirement


class Problem(NamedTuple):
    """Everything that decides an answer, the packages themselves aside.

    `python` is the project's requires-python; `released` the released minor Pythons, oldest first (`3.8`).
    `environments` limit the universe, `required_environments` add cells that must have a solution; both marker texts.
    `constraints` narrow whatever is chosen, `overrides` replace what packages say of a name, `excludes` are names left
    out. `prereleases` is `if-necessary`, `allow` or `never`, with `prereleases_of` for single names. `resolution` is
    `highest`, `lowest` or `lowest-direct`; `fork` is `newest` or `fewest`. `exclude_newer` is an RFC 3339 time or
    empty, `exclude_newer_of` has other times for single names (empty: no limit). `preferred` are locked versions by
    name. With `target` the answer is for that one environment. `python_bounds` `strict` makes an upper bound of
    requires-python fail rather than leave Pythons out.
    """

    roots: tuple[Root, ...]
    python: str = ""
    released: tuple[str, ...] = ()
    environments: tuple[str, ...] = ()
    required_environments: tuple[str, ...] = ()
    constraints: tuple[Requirement, ...] = ()
    overrides: tuple[Requirement, ...] = ()
    excludes: tuple[str, ...] = ()
    prereleases: str = "if-necessary"
    prereleases_of: Mapping[str, str] = {}
    resolution: str = "highest"
    fork: str = "newest"
    conflicts: tuple[tuple[str, ...], ...] = ()
    exclude_newer: str = ""
    exclude_newer_of: Mapping[str, str] = {}
    preferred: Mapping[str, tuple[str, ...]] = {}
    target: Target | None = None
    python_bounds: str = ""


class Budget(NamedTuple):
    """How much work a resolution may be: `steps` of the solver, and for each attempt at a hint `hint_steps` (0: no
    hints are looked for) as long as `is_time_left` says so.
    """

    steps: int = 1_000_000
    hint_steps: int = 10_000
    is_time_left: Callable[[], bool] | None = None
