from __future__ import annotations

import threading
import time

import pytest

from clutch.base.tickets import Ticket, failed, ready
from clutch.io.fetch import Request
from clutch.io.pool import Pool


def test_work_runs_on_other_threads_and_settles_on_this_one():
    with Pool(2) as pool:
        ticket = pool.submit(threading.get_ident)
        settled_on = []
        ticket.on_settled(lambda _: settled_on.append(threading.get_ident()))
        assert ticket.get() != threading.get_ident()
        assert settled_on == [threading.get_ident()]


def test_no_more_threads_than_workers():
    names = set()

    def work(_: int) -> None:
        names.add(threading.current_thread().name)
        time.sleep(0.002)

    with Pool(3) as pool:
        for ticket in [pool.submit(work, number) for number in range(20)]:
            ticket.get()
    assert 1 <= len(names) <= 3


def test_map_gives_each_as_soon_as_it_is_ready():
    def work(seconds: float) -> float:
        time.sleep(seconds)
        return seconds

    with Pool(3) as pool:
        assert list(pool.map_as_ready(work, [0.15, 0.0, 0.07])) == [(1, 0.0), (2, 0.07), (0, 0.15)]


def test_error_of_a_function_is_raised_here():
    def work(number: int) -> int:
        if number == 2:
            raise ValueError("two")
        return number

    with Pool(1) as pool, pytest.raises(ValueError, match="two"):
        list(pool.map_as_ready(work, [1, 2, 3]))
    with Pool(1) as pool, pytest.raises(KeyError):
        list(pool.map_as_ready(work, [failed(KeyError("x"))]))


def test_items_may_be_tickets_of_the_network(server, fetcher):
    urls = [server.answer(f"/{number}", b"x" * number) for number in range(20)]
    with Pool(2) as pool:
        tickets = [fetcher.fetch(Request(url)) for url in urls]
        results = dict(pool.map_as_ready(lambda response: len(response.body), tickets, fetcher.pump))
    assert results == {number: number for number in range(20)}


def test_network_turns_while_threads_are_waited_for(server, fetcher):
    ticket = fetcher.fetch(Request(server.answer("/a", b"x")))
    with Pool(1, fetcher.pump) as pool:
        pool.submit(time.sleep, 0.3).get()
    assert ticket.is_settled


def test_ticket_of_the_network_that_leads_to_a_thread(server, fetcher):
    with Pool(1, fetcher.pump) as pool:
        fetcher.accompany(pool.turn)
        ticket = fetcher.fetch(Request(server.answer("/a", b"xyz")))
        chained = ticket.then_ticket(lambda response: pool.submit(len, response.body)).then(lambda size: size + 1)
        assert chained.get() == 4


def test_nothing_under_way_is_a_defect_and_not_a_hang():
    with Pool(1) as pool:
        waiting: Ticket[int] = Ticket(pool._drive)
        with pytest.raises(RuntimeError):
            waiting.get()
        assert list(pool.map_as_ready(len, [ready("ab")])) == [(0, 2)]
        assert not pool.turn(1.0)


def test_close_drops_what_was_not_begun():
    done = []
    pool = Pool(1)
    for number in range(10):
        pool.submit(lambda number=number: (time.sleep(0.05), done.append(number)))
    time.sleep(0.02)
    pool.close()
    pool.close()
    assert len(done) < 10
