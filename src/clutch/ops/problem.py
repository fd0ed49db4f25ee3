"""Turns a project and its settings into the problem that the resolver solves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from clutch.model.parse import requirement_from_text
from clutch.model.requirement import Origin, Requirement
from clutch.resolve.problem import Problem, Root
from clutch.standards.pythons import RELEASED
from clutch.standards.worlds import NATIVE

if TYPE_CHECKING:
    from clutch.ops.session import Session
    from clutch.project.manifest import Manifest
    from clutch.project.tool_table import Stated

Preferred = Mapping[str, tuple[str, ...]]


def problem_of(session: Session, preferred: Preferred) -> Problem:
    """The whole project as one universal problem; `preferred` are the versions to stay at where they will do.

    Raises: ClutchError `invalid-value` for a date that cannot be read.
    """
    manifest, settings = session.project, session.settings
    tool, now_s = manifest.clutch, session.surroundings.clock()
    policy = settings.value("prereleases")
    of_names = {name: word for name, word in policy.items() if name != "*"} if isinstance(policy, dict) else {}
    limits = settings.value("exclude-newer-package")
    return Problem(
        roots=roots_of(manifest),
        python=manifest.python,
        released=RELEASED,
        environments=tuple(stated.text for stated in tool.environments),
        required_environments=tuple(stated.text for stated in tool.required_environments),
        constraints=_requirements(tool.constraints, manifest.path),
        overrides=_requirements(tool.overrides, manifest.path),
        excludes=tuple(stated.text for stated in tool.excludes),
        prereleases=policy if isinstance(policy, str) else policy.get("*", "if-necessary"),
        prereleases_of=of_names,
        resolution=settings.text("resolution"),
        fork=settings.text("fork"),
        conflicts=tuple(tuple(f"{one.kind}:{one.name}" for one in row) for row in tool.conflicts),
        exclude_newer=_moment(settings.text("exclude-newer"), now_s),
        exclude_newer_of={name: _moment(text, now_s) for name, text in limits.items()},
        preferred=preferred,
        python_bounds="strict" if settings.text("python-bounds") == "strict" else "",
    )


def roots_of(manifest: Manifest) -> tuple[Root, ...]:
    """Every requirement of the manifest with its section: the project's own, its extras, its groups.

    A requirement on the project itself (`name[extra]`, PEP 621 allows it) stands for that extra's requirements.
    """
    sections: list[tuple[str, tuple[Requirement, ...]]] = [("", manifest.dependencies)]
    sections += [(f"extra:{name}", found) for name, found in sorted(manifest.optional.items())]
    sections += [(f"group:{name}", found) for name, found in sorted(manifest.groups.items())]
    return tuple(
        Root(section, requirement)
        for section, requirements in sections
        for requirement in _without_self(requirements, manifest, frozenset())
    )


def _without_self(
    requirements: Iterable[Requirement], manifest: Manifest, seen: frozenset[str]
) -> Iterable[Requirement]:
    for requirement in requirements:
        if not manifest.name or requirement.name != manifest.name:
            yield requirement
            continue
        for extra in requirement.extras:
            if extra not in seen and extra in manifest.optional:
                yield from _without_self(manifest.optional[extra], manifest, seen | {extra})


def _requirements(stated: Iterable[Stated], path: str) -> tuple[Requirement, ...]:
    return tuple(
        requirement_from_text(one.text, world=NATIVE, origin=Origin(path, one.line, one.text)) for one in stated
    )


def _moment(text: str, now_s: float) -> str:
    from clutch.project.moment import resolve_moment

    return resolve_moment(text, now_s) if text else ""
