"""The one root of every error that a user may see, with what is needed to print it."""

from __future__ import annotations


class Place:
    """Where an error was found: a file and line, or a URL."""

    __slots__ = ("file", "line")

    def __init__(self, file: str, line: int = 0) -> None:
        self.file = file
        self.line = line

    def __str__(self) -> str:
        return f"{self.file}:{self.line}" if self.line else self.file


class ClutchError(Exception):
    """One failure, in one sentence, lower case and without a full stop.

    `code` is stable, kebab-case and documented in `docs/reference/errors.md`; `subject` is the package, key or
    file that it is about; `hints` are imperative sentences that have been verified.
    """

    exit_code = 1

    def __init__(
        self,
        code: str,
        message: str,
        *,
        subject: str = "",
        place: Place | None = None,
        hints: tuple[str, ...] = (),
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.subject = subject
        self.place = place
        self.hints = hints
        self.facts: list[str] = []

    def with_fact(self, fact: str) -> ClutchError:
        """The same error, with one more fact that a higher floor knows (`while …`)."""
        self.facts.append(fact)
        return self


class UsageError(ClutchError):
    """The command line itself cannot be understood (exit code 2)."""

    exit_code = 2


class StaleError(ClutchError):
    """A check found that something is not up to date (exit code 3)."""

    exit_code = 3


class NotFoundError(ClutchError):
    """The thing asked for does not exist; callers go on to the next place to look."""


class OfflineError(ClutchError):
    """The network would be needed and may not be used."""
