"""What would make a failed resolution work: every hint was tried, and only those that worked are given.

One requirement or constraint of the user is taken back, or the oldest Pythons of the project are given up, and the
problem is solved again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice

from clutch.base.errors import Place
from clutch.base.text import join_words
from clutch.model.requirement import Requirement
from clutch.model.resolution import Resolution
from clutch.resolve.forks import Failure
from clutch.resolve.problem import Problem
from clutch.resolve.provider import PackageProvider
from clutch.resolve.statements import CONSTRAINT, PYTHON_LOW, ROOT
from clutch.resolve.universe import Universe
from clutch.solve.clause import leaves
from clutch.standards.specifier import parse_specifiers

MOST_HINTS = 3
"""Enough to choose from; each costs a resolution."""

_MOST_ATTEMPTS = 8
"""Requirements freed one after the other; a proof with more of them is rarely cured by one."""

Attempt = Callable[[Problem], "Resolution | None"]
"""Solves a changed problem within what is left of the budget; None when that does not work."""


def find_hints(
    failure: Failure, problem: Problem, provider: PackageProvider, universe: Universe, attempt: Attempt
) -> tuple[str, ...]:
    """Imperative sentences, each of which was seen to work alone."""
    found: dict[str, None] = {}
    for changed, requirement in islice(_relaxed(failure, problem, provider), _MOST_ATTEMPTS):
        resolution = attempt(changed)
        if resolution is not None:
            found.setdefault(_relax_hint(requirement, resolution))
        if len(found) == MOST_HINTS:
            break
    sections = _sections(failure, problem, provider)
    apart = problem._replace(conflicts=(*problem.conflicts, sections))
    if len(sections) > 1 and len(found) < MOST_HINTS and attempt(apart) is not None:
        found.setdefault(f"declare that {join_words([_section_name(one) for one in sections])} conflict")
    python = _newer_python(failure, problem, provider, universe)
    if python and len(found) < MOST_HINTS and attempt(problem._replace(python=python)) is not None:
        found.setdefault(f"set `requires-python` to `{python}`")
    return tuple(found)


def _relaxed(failure: Failure, problem: Problem, provider: PackageProvider) -> Iterator[tuple[Problem, Requirement]]:
    """The problem without the bound of one of the user's requirements that take part in the failure."""
    seen: list[Requirement] = []
    for leaf in leaves(failure.proof):
        statement = provider.statements[leaf.cause]
        requirement = statement.requirement
        if requirement is None or not requirement.allowed or requirement in seen:
            continue
        if statement.kind not in (ROOT, CONSTRAINT):
            continue
        seen.append(requirement)
        free = requirement._replace(allowed="")
        if statement.kind == CONSTRAINT:
            constraints = tuple(one for one in problem.constraints if one != requirement)
            yield problem._replace(constraints=constraints), requirement
            continue
        roots = tuple(
            root._replace(requirement=free) if root.requirement == requirement else root for root in problem.roots
        )
        overrides = tuple(free if one == requirement else one for one in problem.overrides)
        yield problem._replace(roots=roots, overrides=overrides), requirement


def _sections(failure: Failure, problem: Problem, provider: PackageProvider) -> tuple[str, ...]:
    """The groups and extras of the project whose requirements take part in the failure."""
    said = [provider.statements[leaf.cause] for leaf in leaves(failure.proof)]
    requirements = [one.requirement for one in said if one.kind == ROOT]
    roots = [root for root in problem.roots if root.section and root.requirement in requirements]
    return tuple(dict.fromkeys(root.section for root in roots))


def _section_name(section: str) -> str:
    kind, _, name = section.partition(":")
    return f"{kind} `{name}`"


def _relax_hint(requirement: Requirement, resolution: Resolution) -> str:
    versions = [pin.version for pin in resolution.pins if pin.name == requirement.name]
    origin = requirement.origin
    line = f" ({Place(origin.file, origin.line)})" if origin.file else ""
    allow = f" to allow {' and '.join(versions)}" if versions else ""
    return f"relax `{requirement.name}{requirement.allowed}`{line}{allow}"


def _newer_python(failure: Failure, problem: Problem, provider: PackageProvider, universe: Universe) -> str:
    """The project's Python range without the Pythons that are too old for somebody; empty when none is."""
    kinds = [provider.statements[leaf.cause].kind for leaf in leaves(failure.proof)]
    if problem.target is not None or PYTHON_LOW not in kinds:
        return ""
    minor = universe.newest(failure.proven)[0] + 1
    specifiers = parse_specifiers(problem.python)
    is_plain = all(operator in (">=", ">", "<", "<=", "!=") for operator, _ in specifiers.clauses)
    if not is_plain or f"3.{minor}" not in problem.released:
        return ""
    uppers = [f"{op}{version}" for op, version in specifiers.clauses if op in ("<", "<=", "!=")]
    return ",".join([f">=3.{minor}", *uppers])
