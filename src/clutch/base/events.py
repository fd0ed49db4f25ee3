"""What the lower floors tell about their progress; `cli/` alone turns it into text."""

from __future__ import annotations

from typing import Protocol

from clutch.base.values import NamedTuple


class Event(NamedTuple):
    """One step of work.

    `kind` is one of `resolving`, `resolved`, `fetching`, `fetched`, `building`, `built`, `preparing`, `installing`,
    `installed`, `removed`, `note`, `warning`, `waiting`. `done` and `total` count whatever the kind counts
    (packages or bytes); 0 when unknown.
    """

    kind: str
    subject: str = ""
    detail: str = ""
    done: int = 0
    total: int = 0


class Reporter(Protocol):
    """Port: receives events; must be cheap and must never raise."""

    def emit(self, event: Event) -> None: ...


class Silence:
    """A reporter that drops everything."""

    def emit(self, event: Event) -> None:
        return None
