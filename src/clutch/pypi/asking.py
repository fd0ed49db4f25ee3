"""Tickets that go on with something else when the first try fails, and tickets for work that waits to be wanted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from clutch.base.tickets import Ticket

T = TypeVar("T")


def or_else(first: Ticket[T], recover: Callable[[Exception], Ticket[T] | None]) -> Ticket[T]:
    """The value of `first`; when it fails, that of the ticket that `recover(error)` gives, or the failure when it
    gives None.

    What `recover` itself raises becomes the failure.
    """
    current = first

    def drive(_: Ticket[Any]) -> None:
        _wait_for(current)

    result: Ticket[T] = Ticket(drive)

    def step_second(settled: Ticket[T]) -> None:
        if settled.error is not None:
            result.fail(settled.error)
        else:
            result.settle(settled.get())

    def step_first(settled: Ticket[T]) -> None:
        nonlocal current
        if settled.error is None:
            result.settle(settled.get())
            return
        try:
            following = recover(settled.error)
        except Exception as error:
            result.fail(error)
            return
        if following is None:
            result.fail(settled.error)
            return
        current = following
        following.on_settled(step_second)

    first.on_settled(step_first)
    return result


def when_wanted(work: Callable[[], T]) -> Ticket[T]:
    """A ticket for `work()`, which is done when somebody waits for it and not before.

    Builds are of this kind: an answer that was asked for on suspicion must not cost a minute, and a build must not run
    inside of a turn of the network.
    """

    def drive(ticket: Ticket[Any]) -> None:
        try:
            value = work()
        except Exception as error:
            ticket.fail(error)
        else:
            ticket.settle(value)

    return Ticket(drive)


def _wait_for(ticket: Ticket[Any]) -> None:
    """Wait until the ticket is settled; its failure is left to its callbacks."""
    try:
        ticket.get()
    except Exception:
        if not ticket.is_settled:
            raise
