"""Tickets that go on with something else when the first try fails, and tickets for work that waits to be wanted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from clutch.base.tickets import Ticket

T = TypeVar("T")
U = TypeVar("U")


def or_else(first: Ticket[T], recover: Callable[[Exception], Ticket[T] | None]) -> Ticket[T]:
    """The value of `first`; when it fails, that of the ticket that `recover(error)` gives, or the failure when it gives
    None. What `recover` itself raises becomes the failure.
    """

    def follow(settled: Ticket[T]) -> Ticket[T]:
        if settled.error is None:
            return settled
        return recover(settled.error) or settled

    return _chain(first, follow)


def after(first: Ticket[U], follow: Callable[[U], Ticket[T]]) -> Ticket[T]:
    """The value of the ticket that `follow(value)` gives.

    Unlike `Ticket.then_ticket` it can be built upon before it is known what will have to be waited for in the end.
    """
    return _chain(first, lambda settled: follow(settled.get()))


def gather(tickets: Sequence[Ticket[T]]) -> Ticket[list[T]]:
    """All values, in the order of the tickets; fails with the first failure in that order."""

    def drive(_: Ticket[Any]) -> None:
        for ticket in tickets:
            if not ticket.is_settled:
                _wait_for(ticket)
                return

    result: Ticket[list[T]] = Ticket(drive)

    def step(_: Ticket[T]) -> None:
        if result.is_settled or not all(ticket.is_settled for ticket in tickets):
            return
        error = next((ticket.error for ticket in tickets if ticket.error is not None), None)
        if error is not None:
            result.fail(error)
        else:
            result.settle([ticket.get() for ticket in tickets])

    if not tickets:
        result.settle([])
    for ticket in tickets:
        ticket.on_settled(step)
    return result


def when_wanted(work: Callable[[], T]) -> Ticket[T]:
    """A ticket for `work()`, which is done when somebody waits for it and not before.

    Builds are of this kind: an answer that was asked for on suspicion must not cost a minute, and a build must not run
    inside of a turn of the network.
    """

    def drive(_: Ticket[Any]) -> None:
        # A ticket that was built upon this one is driven by this function too, so it is not the one to settle.
        try:
            value = work()
        except Exception as error:
            own.fail(error)
        else:
            own.settle(value)

    own: Ticket[T] = Ticket(drive)
    return own


def _chain(first: Ticket[U], follow: Callable[[Ticket[U]], Ticket[T]]) -> Ticket[T]:
    """The value of the ticket that `follow(first)` gives once `first` is settled; waiting is done for the one that is
    on.
    """
    current: Ticket[Any] = first

    def drive(_: Ticket[Any]) -> None:
        waited_for = current
        _wait_for(waited_for)
        if current is waited_for and not result.is_settled:
            raise RuntimeError("a ticket was settled, but its callbacks were not run")

    result: Ticket[T] = Ticket(drive)

    def finish(settled: Ticket[T]) -> None:
        if settled.error is not None:
            result.fail(settled.error)
        else:
            result.settle(settled.get())

    def step(settled: Ticket[U]) -> None:
        nonlocal current
        try:
            following = follow(settled)
        except Exception as error:
            result.fail(error)
            return
        current = following
        following.on_settled(finish)

    first.on_settled(step)
    return result


def _wait_for(ticket: Ticket[Any]) -> None:
    """Wait until the ticket is settled; its failure is left to its callbacks."""
    try:
        ticket.get()
    except Exception:
        if not ticket.is_settled:
            raise
