"""The sockets that a world of packages plugs into; `ops/ecosystems.py` joins plugs to them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from clutch.base.tickets import Ticket
from clutch.model.artifact import Artifact
from clutch.model.environment import Environment, Interpreter
from clutch.model.facts import Facts
from clutch.model.listing import Listing
from clutch.model.plan import Install, Installed
from clutch.model.requirement import Requirement, Source


class Index(Protocol):
    """Where candidates and their facts come from. Tickets make it possible to ask early and to wait late."""

    def listing(self, name: str, index: str = "") -> Ticket[Listing]:
        """All candidates of `name`; asking twice is free. `index` names the only index to ask.

        The ticket fails with NotFoundError `unknown-package` where no index has it.
        """
        ...

    def facts(self, listing: Listing, candidate: int) -> Ticket[Facts]:
        """What this candidate says of itself; asking twice is free.

        The ticket fails with ClutchError `no-metadata` where it cannot be had.
        """
        ...

    def source_facts(self, requirement: Requirement) -> Ticket[tuple[Source, Facts]]:
        """The facts of a requirement that has a `source`, with the source made exact (commit, hashes)."""
        ...


class Prepared(Protocol):
    """An artifact that lies unpacked in the store, ready to be linked."""

    @property
    def name(self) -> str: ...

    @property
    def version(self) -> str: ...


class Installer(Protocol):
    """How artifacts of one world come into an environment and leave it."""

    def installed(self, environment: Environment) -> Sequence[Installed]:
        """What is there now, whoever put it there; reads the environment, nothing else."""
        ...

    def choose(self, artifacts: Sequence[Artifact], interpreter: Interpreter) -> Artifact | None:
        """The artifact that serves this interpreter best, None when none does."""
        ...

    def prepare(self, installs: Sequence[Install], interpreter: Interpreter) -> Sequence[Prepared]:
        """Fetch, check, unpack and compile all of them in parallel, in the order given.

        What is in the store is not fetched.
        """
        ...

    def install(self, prepared: Prepared, install: Install, environment: Environment) -> None:
        """Put it into the environment; the caller has removed an older one first."""
        ...

    def remove(self, installed: Installed, environment: Environment) -> None:
        """Take away exactly the files of its record, and the folders that this leaves empty."""
        ...


class BuildEnv(Protocol):
    """Gives a source build the Python environment that it asks for (PEP 517, PEP 518)."""

    def provision(self, requires: Sequence[str], interpreter: Interpreter) -> str:
        """The path of a Python executable whose environment satisfies these PEP 508 texts."""
        ...
