from __future__ import annotations

import pytest

from clutch.base.tickets import Ticket, failed, ready
from clutch.pypi.asking import after, gather, or_else, when_wanted


def test_success_needs_no_second_try():
    assert or_else(ready(1), lambda error: ready(2)).get() == 1


def test_failure_goes_on_with_the_second():
    assert or_else(failed(KeyError("a")), lambda error: ready(str(error))).get() == "'a'"


def test_failure_stays_where_nothing_follows():
    with pytest.raises(KeyError):
        or_else(failed(KeyError("a")), lambda error: None).get()


def test_what_recovering_raises_is_the_failure():
    def recover(error):
        raise ValueError("worse")

    with pytest.raises(ValueError, match="worse"):
        or_else(failed(KeyError("a")), recover).get()


def test_waits_for_both_in_turn():
    order = []

    def drive_first(ticket):
        order.append("first")
        ticket.fail(KeyError("a"))

    def drive_second(ticket):
        order.append("second")
        ticket.settle(5)

    result = or_else(Ticket(drive_first), lambda error: Ticket(drive_second))
    assert result.get() == 5
    assert order == ["first", "second"]


def test_lost_callback_is_an_error_and_no_endless_loop():
    def drive(ticket):
        ticket.settle(1)

    first = Ticket(drive)
    first.on_settled(lambda ticket: 1 / 0)
    result = or_else(first, lambda error: None)
    with pytest.raises((RuntimeError, ZeroDivisionError)):
        result.get()


def test_work_is_done_when_wanted_and_once():
    done = []
    ticket = when_wanted(lambda: done.append(1) or len(done))
    assert not ticket.is_settled
    assert ticket.get() == 1
    assert ticket.get() == 1


def test_failing_work_fails_the_ticket():
    with pytest.raises(ZeroDivisionError):
        when_wanted(lambda: 1 // 0).get()


def test_what_is_built_on_wanted_work_does_it_too():
    assert when_wanted(lambda: 1).then(lambda value: value + 1).get() == 2
    assert after(ready(1), lambda value: when_wanted(lambda: value + 1)).then(str).get() == "2"


def test_all_values_in_the_order_of_their_tickets():
    assert gather([when_wanted(lambda: 1), ready(2), when_wanted(lambda: 3)]).then(sum).get() == 6
    assert gather([]).get() == []


def test_first_failure_of_many():
    with pytest.raises(KeyError):
        gather([ready(1), failed(KeyError("a")), failed(ValueError("b"))]).get()
