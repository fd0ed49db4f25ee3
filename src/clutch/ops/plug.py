"""What a session needs of one world of packages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from clutch.model.environment import Environment, Interpreter
from clutch.model.flaw import Flaw
from clutch.model.plan import Install, Installed
from clutch.model.ports import Index, Installer


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
