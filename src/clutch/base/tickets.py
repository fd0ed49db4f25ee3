"""Tickets: values that arrive later, waited for by whoever needs them first."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar, cast

T = TypeVar("T")
U = TypeVar("U")

_PENDING = object()


class Ticket(Generic[T]):
    """A value that may not be here yet.

    `drive` is called with the ticket, again and again, until it is settled; it does the waiting (for `io`, one turn
    of the network loop). Everything happens on the thread that calls `get`, and callbacks run there too.
    """

    __slots__ = ("_callbacks", "_drive", "_error", "_value")

    def __init__(self, drive: Callable[[Ticket[Any]], None] | None = None) -> None:
        self._drive = drive
        self._value: Any = _PENDING
        self._error: Exception | None = None
        self._callbacks: list[Callable[[Ticket[T]], None]] = []

    @property
    def is_settled(self) -> bool:
        return self._value is not _PENDING or self._error is not None

    @property
    def error(self) -> Exception | None:
        """The failure, once settled; None while pending or when it succeeded."""
        return self._error

    def settle(self, value: T) -> None:
        """Fill in the value and run the callbacks; settling twice is a defect."""
        assert not self.is_settled, "ticket settled twice"
        self._value = value
        self._run_callbacks()

    def fail(self, error: Exception) -> None:
        """Fill in the failure that `get` will raise, and run the callbacks."""
        assert not self.is_settled, "ticket settled twice"
        self._error = error
        self._run_callbacks()

    def on_settled(self, callback: Callable[[Ticket[T]], None]) -> None:
        """Run `callback(self)` as soon as this ticket is settled (at once if it is)."""
        if self.is_settled:
            callback(self)
        else:
            self._callbacks.append(callback)

    def get(self) -> T:
        """The value; waits for it when need be.

        Raises: the error that the ticket failed with.
        """
        while not self.is_settled:
            self._drive_on(self)
        if self._error is not None:
            raise self._error
        return cast(T, self._value)

    def then(self, change: Callable[[T], U]) -> Ticket[U]:
        """A ticket for `change(value)`, run as soon as the value is here; its errors fail the new ticket."""
        result: Ticket[U] = Ticket(self._drive_on)

        def step(source: Ticket[T]) -> None:
            if source._error is not None:
                result.fail(source._error)
                return
            try:
                value = change(cast(T, source._value))
            except Exception as error:
                result.fail(error)
                return
            result.settle(value)

        self.on_settled(step)
        return result

    def then_ticket(self, change: Callable[[T], Ticket[U]]) -> Ticket[U]:
        """Like `then`, where `change` itself gives a ticket."""
        result: Ticket[U] = Ticket(self._drive_on)

        def inner_step(inner: Ticket[U]) -> None:
            if inner._error is not None:
                result.fail(inner._error)
            else:
                result.settle(cast(U, inner._value))

        def step(source: Ticket[T]) -> None:
            if source._error is not None:
                result.fail(source._error)
                return
            try:
                following = change(cast(T, source._value))
            except Exception as error:
                result.fail(error)
                return
            result._drive = following._drive_on
            following.on_settled(inner_step)

        self.on_settled(step)
        return result

    def _drive_on(self, waiting: Ticket[Any]) -> None:
        """One turn of whatever settles this ticket now, for itself or for one that follows from it.

        Looked up at each turn: what `then_ticket` gives is driven by another loop once its inner ticket is known.
        """
        if self.is_settled:
            return
        if self._drive is None:
            raise RuntimeError("a ticket without a driver can never be settled")
        self._drive(waiting)

    def _run_callbacks(self) -> None:
        callbacks, self._callbacks = self._callbacks, []
        for callback in callbacks:
            callback(self)


def ready(value: T) -> Ticket[T]:
    """A ticket that is settled already."""
    ticket: Ticket[T] = Ticket()
    ticket.settle(value)
    return ticket


def failed(error: Exception) -> Ticket[Any]:
    """A ticket that has failed already."""
    ticket: Ticket[Any] = Ticket()
    ticket.fail(error)
    return ticket
