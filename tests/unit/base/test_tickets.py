from __future__ import annotations

from typing import Any

import pytest

from clutch.base.tickets import Ticket, failed, ready


class Loop:
    """Settles its tickets one a turn, in order."""

    def __init__(self) -> None:
        self.waiting: list[tuple[Ticket[Any], object]] = []
        self.turns = 0

    def ticket(self, value: object) -> Ticket[Any]:
        ticket: Ticket[Any] = Ticket(self.turn)
        self.waiting.append((ticket, value))
        return ticket

    def turn(self, _: Ticket[Any]) -> None:
        self.turns += 1
        ticket, value = self.waiting.pop(0)
        if isinstance(value, Exception):
            ticket.fail(value)
        else:
            ticket.settle(value)


def test_get_turns_the_loop_until_the_value_is_here() -> None:
    loop = Loop()
    first, second = loop.ticket(1), loop.ticket(2)
    assert second.get() == 2
    assert first.get() == 1
    assert loop.turns == 2


def test_then_runs_when_the_value_arrives_and_passes_errors_on() -> None:
    loop = Loop()
    doubled = loop.ticket(21).then(lambda value: value * 2)
    broken = loop.ticket(ValueError("no")).then(lambda value: value)
    assert doubled.get() == 42
    with pytest.raises(ValueError, match="no"):
        broken.get()


def test_error_of_a_change_fails_the_new_ticket_alone() -> None:
    source = ready(1)
    with pytest.raises(ZeroDivisionError):
        source.then(lambda value: value / 0).get()
    assert source.get() == 1


def test_then_ticket_is_driven_by_the_inner_tickets_loop() -> None:
    outer, inner = Loop(), Loop()
    joined = outer.ticket(1).then_ticket(lambda value: inner.ticket(value + 1))
    assert joined.get() == 2


def test_what_follows_from_a_then_ticket_is_driven_by_the_loop_in_force() -> None:
    outer, inner = Loop(), Loop()
    last = outer.ticket(1).then_ticket(lambda value: inner.ticket(value + 1)).then(lambda value: value * 10)
    assert last.get() == 20
    assert (outer.turns, inner.turns) == (1, 1)


def test_ready_made_inner_ticket_settles_at_once() -> None:
    loop = Loop()
    assert loop.ticket(1).then_ticket(lambda value: ready(value + 1)).then(str).get() == "2"


def test_failed_ticket_raises_each_time() -> None:
    ticket = failed(KeyError("x"))
    for _ in range(2):
        with pytest.raises(KeyError):
            ticket.get()


def test_ticket_without_a_loop_says_so_instead_of_waiting_for_ever() -> None:
    with pytest.raises(RuntimeError, match="never be settled"):
        Ticket[int]().get()
