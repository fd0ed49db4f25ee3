"""Environments in the cache that lie over a project's own: what `run --with` uses."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

from clutch.model.environment import Environment
from clutch.ops.one_target import make_side_environment, requirements_from, solve_for
from clutch.python.choose import base_interpreter

if TYPE_CHECKING:
    from clutch.ops.session import Session


def layer_over(session: Session, below: Environment, texts: Sequence[str]) -> Environment:
    """An environment with these packages, which sees the packages of `below` after its own.

    Versions that `below` has are preferred; what cannot agree with them is installed in the layer and hides them.
    """
    present = session_installed(session, below)
    base = base_interpreter(below.interpreter, session.search)
    requirements = requirements_from(texts, "--with")
    installs = solve_for(session, requirements, base, {name: (version,) for name, version in present.items()})
    missing = [one for one in installs if present.get(one.name) != one.version]
    root = f"{session.cache_folder}/layers/{_digest([below.root, *sorted(repr(one) for one in missing)])}"
    layer = make_side_environment(session, root, missing, base)
    _link(layer, below)
    return layer


def session_installed(session: Session, environment: Environment) -> dict[str, str]:
    """Name to version of all that is in this environment."""
    from clutch.ops.ecosystems import WORLDS

    return {one.name: one.version for world in WORLDS for one in session.installer(world).installed(environment)}


def _link(layer: Environment, below: Environment) -> None:
    """A `.pth` file that adds the other folder as a site folder, so that its own `.pth` files count too."""
    path = os.path.join(layer.site_packages, "_clutch_below.pth")
    line = f"import site; site.addsitedir({below.site_packages!r})\n"
    try:
        with open(path, encoding="utf-8") as file:
            if file.read() == line:
                return
    except OSError:
        pass
    with open(path, "w", encoding="utf-8") as file:
        file.write(line)


def _digest(texts: Sequence[str]) -> str:
    import hashlib

    return hashlib.sha256("\n".join(texts).encode()).hexdigest()[:24]
