"""Which locked packages belong into one environment, and which of their artifacts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from clutch.base.errors import ClutchError
from clutch.model.environment import Interpreter
from clutch.model.lock import Lock, LockedPackage
from clutch.model.parse import requirement_from_text
from clutch.model.plan import Install
from clutch.model.requirement import Origin, Requirement
from clutch.ops.selection import Chosen
from clutch.standards.marker import evaluate, parse_marker

if TYPE_CHECKING:
    from clutch.ops.session import Session


def pick(lock: Lock, chosen: Chosen, markers: Mapping[str, str]) -> tuple[LockedPackage, ...]:
    """The packages of the lock for this environment with these groups and extras, in the lock's order.

    Source: PEP 751 §installing with a lock file.
    """
    extras, groups = frozenset(chosen.extras), frozenset(chosen.groups)
    here = tuple(
        package
        for package in lock.packages
        if not package.marker or evaluate(parse_marker(package.marker), markers, extras, groups)
    )
    return here if chosen.with_project else _reached(lock, here, chosen, markers)


def check_environment(lock: Lock, interpreter: Interpreter, lock_path: str) -> None:
    """Raises ClutchError `not-locked-for-python` when the lock was not made for such an environment."""
    from clutch.standards.specifier import parse_specifiers
    from clutch.standards.version import parse_version

    if lock.python and not parse_specifiers(lock.python).contains(parse_version(interpreter.version)):
        message = f"`{lock_path}` holds for Python {lock.python}, and `{interpreter.path}` is {interpreter.version}"
        raise ClutchError("not-locked-for-python", message, hints=("choose another Python with `--python`",))
    if lock.environments and not any(
        not text or evaluate(parse_marker(text), interpreter.markers) for text in lock.environments
    ):
        message = f"`{lock_path}` was not made for this environment (`{interpreter.path}`)"
        hints = ("see `environments` in the lock for those that it holds for",)
        raise ClutchError("not-locked-for-environment", message, hints=hints)


def installs_of(
    packages: tuple[LockedPackage, ...], requested: frozenset[str], interpreter: Interpreter, session: Session
) -> tuple[Install, ...]:
    """What to install for each package: its best wheel for the interpreter, else its sdist, folder or commit.

    Raises: ClutchError `no-artifact`, naming what exists.
    """
    return tuple(_install_of(package, package.name in requested, interpreter, session) for package in packages)


def _install_of(package: LockedPackage, requested: bool, interpreter: Interpreter, session: Session) -> Install:
    if package.source is not None:
        is_project = package.source.url == "." and session.has_project
        version = package.version or (session.project.version if is_project else "")
        return Install(package.world, package.name, version, None, package.source, requested)
    no_binary, no_build = session.settings.value("no-binary"), session.settings.value("no-build")
    installer = session.installer(package.world)
    artifact = None if _covers(no_binary, package.name) else installer.choose(package.wheels, interpreter)
    if artifact is None and package.sdist is not None and not _covers(no_build, package.name):
        artifact = package.sdist
    if artifact is None:
        raise _nothing_fits(package, interpreter)
    return Install(package.world, package.name, package.version, artifact, None, requested)


def _covers(names: object, name: str) -> bool:
    """Whether a setting that is true, false or a list of names holds for this one."""
    return name in names if isinstance(names, (list, tuple)) else bool(names)


def _nothing_fits(package: LockedPackage, interpreter: Interpreter) -> ClutchError:
    from clutch.base.text import join_words

    platform = interpreter.markers.get("platform_machine", "")
    wheels = [wheel.filename for wheel in package.wheels]
    shown = join_words([f"`{name}`" for name in wheels[:3]]) + (f" and {len(wheels) - 3} more" if wheels[3:] else "")
    there = f"it has {shown}" if wheels else "it has no wheel at all"
    system = interpreter.markers.get("sys_platform", "")
    message = (
        f"`{package.name}` {package.version} has no file for {interpreter.implementation} {interpreter.version} "
        f"on {system} {platform}; {there}"
    )
    return ClutchError("no-artifact", message, subject=package.name)


def _reached(
    lock: Lock, here: tuple[LockedPackage, ...], chosen: Chosen, markers: Mapping[str, str]
) -> tuple[LockedPackage, ...]:
    """Those that only the chosen groups (and extras) lead to, by the lock's own edges."""
    by_name = {package.name: package for package in here}
    waiting = [
        _edge(text.partition(" (index ")[0])
        for section in (*(f"group:{name}" for name in chosen.groups), *(f"extra:{name}" for name in chosen.extras))
        for text in lock.asked.requirements.get(section, ())
    ]
    waiting = [edge for edge in waiting if not edge.marker or evaluate(parse_marker(edge.marker), markers)]
    seen: set[tuple[str, tuple[str, ...]]] = set()
    while waiting:
        edge = waiting.pop()
        key = (edge.name, edge.extras)
        if key in seen or edge.name not in by_name:
            continue
        seen.add(key)
        waiting += _leaving(by_name[edge.name], edge.extras, markers)
    names = {name for name, _ in seen}
    return tuple(package for package in here if package.name in names)


def _leaving(package: LockedPackage, extras: tuple[str, ...], markers: Mapping[str, str]) -> list[Requirement]:
    """The edges of a package, wanted with these extras, that hold in this environment."""
    edges = [_edge(text) for text in package.edges]
    values = [{**markers, "extra": extra} for extra in ("", *extras)]
    return [
        edge for edge in edges if not edge.marker or any(evaluate(parse_marker(edge.marker), one) for one in values)
    ]


def _edge(text: str) -> Requirement:
    from clutch.standards.worlds import NATIVE

    name, at, rest = text.partition(" @ ")
    plain = f"{name} ; {rest.rpartition(' ; ')[2]}" if at and " ; " in rest else name
    return requirement_from_text(plain, world=NATIVE, origin=Origin(text=text))


def requirement_name(text: str) -> str:
    """The name at the start of a requirement's canonical text."""
    for at, letter in enumerate(text):
        if not (letter.isalnum() or letter in "-_."):
            return text[:at]
    return text
