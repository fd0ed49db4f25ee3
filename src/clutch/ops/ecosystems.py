"""The table of plugs: which worlds of packages there are, and how each is joined to a session."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

from clutch.base.errors import ClutchError
from clutch.model.environment import Environment, Interpreter
from clutch.model.flaw import Flaw
from clutch.model.plan import Install, Installed
from clutch.model.ports import Index, Installer

if TYPE_CHECKING:
    from clutch.ops.session import Session


class Plug(Protocol):
    """One world, joined to one session."""

    @property
    def index(self) -> Index: ...

    @property
    def installer(self) -> Installer: ...

    @property
    def well_known(self) -> tuple[str, ...]:
        """Names that people often mean when they mistype one."""
        ...

    def address(self, index_name: str) -> str:
        """The address of an index as a lock records it: no credentials, no mirror."""
        ...

    def is_same(self, installed: Installed, install: Install) -> bool:
        """Whether what is installed is what would be installed."""
        ...

    def is_stored(self, install: Install, interpreter: Interpreter) -> bool:
        """Whether the store has it already, so that nothing is fetched."""
        ...

    def flaws(self, environment: Environment) -> Sequence[Flaw]:
        """What is not as it was installed; reads every file."""
        ...

    def drop_damaged(self, damaged: Sequence[Installed], interpreter: Interpreter) -> None:
        """Takes out of the store what these packages were made from, where it is damaged there as well."""
        ...


def _make_pypi(session: Session) -> Plug:
    from clutch.ops.pypi_plug import PypiPlug

    return PypiPlug(session)


WORLDS: Mapping[str, Callable[[Session], Plug]] = {"pypi": _make_pypi}
"""World name to what makes its plug."""


def make_plug(world: str, session: Session) -> Plug:
    """The plug of this world. Raises: ClutchError `unknown-world`."""
    maker = WORLDS.get(world)
    if maker is None:
        raise ClutchError("unknown-world", f"there is no kind of packages called `{world}`", subject=world)
    return maker(session)
