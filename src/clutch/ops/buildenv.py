"""Provides the isolated environments that builds from source run in (PEP 517, PEP 518); the one knot, tied here.

A build needs an environment, which needs a resolution and an installation, which may need a build. A package that needs
itself to be built is refused by name.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from clutch.base.errors import ClutchError
from clutch.model.environment import Interpreter

if TYPE_CHECKING:
    from clutch.ops.session import Session


class SessionBuildEnv:
    """Implements `BuildEnv`: one environment in the cache for each set of requirements and interpreter."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._open: list[tuple[str, ...]] = []

    def provision(self, requires: Sequence[str], interpreter: Interpreter) -> str:
        """The Python of an environment that has `requires`; made when it is not there yet.

        Raises: ClutchError `build-cycle`, and what resolving and installing raise, with the fact that it was for a
        build.
        """
        from clutch.ops.one_target import make_side_environment, requirements_from, solve_for

        wanted = tuple(sorted(requires))
        if wanted in self._open:
            raise ClutchError("build-cycle", f"building needs {', '.join(wanted)}, which need themselves to be built")
        root = f"{self._session.cache_folder}/builds/{_digest(wanted, interpreter)}"
        self._open.append(wanted)
        try:
            from clutch.ops.one_target import READY

            if _is_there(f"{root}/{READY}"):
                return make_side_environment(self._session, root, (), interpreter).python
            requirements = requirements_from(wanted, "[build-system] requires")
            installs = solve_for(self._session, requirements, interpreter)
            return make_side_environment(self._session, root, installs, interpreter).python
        except ClutchError as error:
            raise error.with_fact(f"while providing what a build requires ({', '.join(wanted)})") from None
        finally:
            self._open.pop()


def _is_there(path: str) -> bool:
    import os

    return os.path.exists(path)


def _digest(wanted: Sequence[str], interpreter: Interpreter) -> str:
    import hashlib

    text = "\n".join((*wanted, interpreter.real_path, interpreter.version))
    return hashlib.sha256(text.encode()).hexdigest()[:24]
