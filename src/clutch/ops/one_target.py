"""Resolves and installs a handful of requirements for one interpreter: build requirements, `--with` packages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from clutch.base.errors import NotFoundError
from clutch.model.environment import Environment, Interpreter
from clutch.model.lock import LockedPackage
from clutch.model.parse import requirement_from_text
from clutch.model.plan import Install
from clutch.model.requirement import Origin, Requirement
from clutch.ops.lock_building import without_credentials
from clutch.ops.picking import installs_of
from clutch.standards.worlds import NATIVE

if TYPE_CHECKING:
    from clutch.ops.session import Session

READY = "clutch-ready"


def requirements_from(texts: Sequence[str], place: str) -> tuple[Requirement, ...]:
    """Parsed requirement texts; `place` says in messages where they were written."""
    return tuple(requirement_from_text(text, world=NATIVE, origin=Origin(place, 0, text)) for text in texts)


def solve_for(
    session: Session,
    requirements: Sequence[Requirement],
    interpreter: Interpreter,
    preferred: Mapping[str, tuple[str, ...]] | None = None,
) -> tuple[Install, ...]:
    """What to install for these requirements in this one environment, sorted by name.

    Raises: Unsatisfiable; ClutchError `no-artifact`.
    """
    from clutch.resolve.problem import Problem, Root
    from clutch.resolve.resolve import resolve
    from clutch.standards.pythons import RELEASED

    problem = Problem(
        roots=tuple(Root("", requirement) for requirement in requirements),
        released=RELEASED,
        preferred=preferred or {},
        target=interpreter.target,
    )
    try:
        resolution = resolve(problem, session.indexes, session.reporter)
    except NotFoundError as error:
        from clutch.ops.nearest_package import add_hint

        add_hint(error, problem.preferred, session)
        raise
    names = frozenset(requirement.name for requirement in requirements)
    packages = []
    for pin in resolution.pins:
        if pin.source is not None:
            packages.append(LockedPackage(pin.name, pin.version, source=pin.source, world=pin.world))
            continue
        listing = session.plug(pin.world).index.listing(pin.name, pin.index_name).get()
        artifacts = [without_credentials(one) for one in listing.artifacts(pin.candidate)]
        wheels = tuple(one for one in artifacts if one.kind == "wheel")
        sdist = next((one for one in artifacts if one.kind == "sdist"), None)
        packages.append(LockedPackage(pin.name, pin.version, wheels=wheels, sdist=sdist, world=pin.world))
    return installs_of(tuple(packages), names, interpreter, session)


def make_side_environment(session: Session, root: str, installs: Sequence[Install], base: Interpreter) -> Environment:
    """The environment at `root` with exactly these packages; made once, marked when it is whole, then only read."""
    import os

    from clutch.io.files import FileLock
    from clutch.python.create import create_environment, environment_at

    ready = f"{root}/{READY}"
    if os.path.exists(ready):
        return environment_at(root, base)
    with FileLock(f"{root}.lock", f"clutch, making {root}", session.reporter):
        if os.path.exists(ready):
            return environment_at(root, base)
        environment = create_environment(root, base, "clutch", is_replaced=os.path.exists(f"{root}/pyvenv.cfg"))
        install_all(session, installs, environment)
        with open(ready, "w", encoding="utf-8"):
            pass
        return environment


def install_all(session: Session, installs: Sequence[Install], environment: Environment) -> None:
    """Prepares all of them in the store first, then puts them into the environment."""
    for world in sorted({install.world for install in installs}):
        installer = session.installer(world)
        ours = [install for install in installs if install.world == world]
        for install, prepared in zip(ours, installer.prepare(ours, environment.interpreter), strict=True):
            installer.install(prepared, install, environment)
