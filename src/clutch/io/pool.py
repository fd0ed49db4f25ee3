"""Threads for work that releases the interpreter lock (inflating, hashing, system calls); the caller keeps one thread.

Functions that run here get values and return values: they never touch a ticket, the network or a reporter.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from types import TracebackType
from typing import TYPE_CHECKING, Any, TypeVar

from clutch.base.tickets import Ticket

if TYPE_CHECKING:
    from threading import Thread

T = TypeVar("T")
R = TypeVar("R")
Pump = Callable[[float], bool]
"""Turns the network for at most so many seconds; False when nothing was in flight (`clutch.io.fetch.Fetcher.pump`)."""

# How long one turn of the network may keep a finished thread waiting.
_TURN_S = 0.005
_REST_S = 0.05


class Pool:
    """A fixed number of threads, started when first needed, ended by `close` or at the end of `with`.

    With `pump`, waiting for a thread turns the network.
    """

    def __init__(self, workers: int, pump: Pump | None = None) -> None:
        import queue

        self.workers = max(1, workers)
        self.pump = pump
        self._threads: list[Thread] = []
        self._work: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._done: queue.SimpleQueue[tuple[Ticket[Any], Any, BaseException | None]] = queue.SimpleQueue()
        self._pending = 0
        self._is_closed = False

    def __enter__(self) -> Pool:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def submit(self, function: Callable[..., R], *arguments: Any) -> Ticket[R]:
        """Run `function(*arguments)` on a thread; the ticket settles on the caller's thread, inside `get` or `turn`."""
        assert not self._is_closed, "the pool is closed"
        ticket: Ticket[R] = Ticket(self._drive)
        self._pending += 1
        self._work.put((ticket, function, arguments))
        if len(self._threads) < min(self.workers, self._pending):
            self._start_thread()
        return ticket

    def turn(self, timeout_s: float) -> bool:
        """Settle what has finished, waiting for at most so long for the first; False when nothing was under way."""
        if not self._pending:
            return False
        self._settle(timeout_s)
        while not self._done.empty():
            self._settle(0.0)
        return True

    def map_as_ready(
        self, function: Callable[[T], R], items: Iterable[T | Ticket[T]], pump: Pump | None = None
    ) -> Iterator[tuple[int, R]]:
        """(place in `items`, `function(item)`) in the order in which they get ready.

        An item that is a ticket starts as soon as it is settled. Raises: the first error, of an item or of a function;
        what runs is left to finish.
        """
        if pump is not None:
            self.pump = pump
        ready: list[tuple[int, Ticket[R]]] = []
        tickets: list[Ticket[R]] = []
        for place, item in enumerate(items):
            if isinstance(item, Ticket):
                ticket = item.then_ticket(lambda value: self.submit(function, value))
            else:
                ticket = self.submit(function, item)
            tickets.append(ticket)
            ticket.on_settled(lambda settled, place=place: ready.append((place, settled)))  # type: ignore[misc]
        yielded = 0
        while yielded < len(tickets):
            while not ready:
                self._wait()
            place, settled = ready.pop(0)
            yielded += 1
            yield place, settled.get()

    def close(self) -> None:
        """Let the threads end after what they run; what was not begun is dropped. Harmless twice."""
        if self._is_closed:
            return
        self._is_closed = True
        import queue

        try:
            while True:
                self._work.get_nowait()
        except queue.Empty:
            pass
        for _ in self._threads:
            self._work.put(None)
        for thread in self._threads:
            thread.join()

    def _drive(self, ticket: Ticket[Any]) -> None:
        self._wait()

    def _wait(self) -> None:
        is_moving = self.pump is not None and self.pump(_TURN_S if self._pending else _REST_S)
        if self._pending:
            self.turn(0.0 if is_moving else _REST_S)
        elif not is_moving:
            raise RuntimeError("nothing is under way that could settle this ticket")

    def _settle(self, timeout_s: float) -> None:
        import queue

        try:
            ticket, value, error = self._done.get(timeout=timeout_s) if timeout_s else self._done.get_nowait()
        except queue.Empty:
            return
        self._pending -= 1
        if error is None:
            ticket.settle(value)
        elif isinstance(error, Exception):
            ticket.fail(error)
        else:
            raise error

    def _start_thread(self) -> None:
        from threading import Thread

        thread = Thread(target=self._work_on, name=f"clutch-{len(self._threads)}", daemon=True)
        self._threads.append(thread)
        thread.start()

    def _work_on(self) -> None:
        while (job := self._work.get()) is not None:
            ticket, function, arguments = job
            try:
                self._done.put((ticket, function(*arguments), None))
            except BaseException as error:  # handed to the thread that waits
                self._done.put((ticket, None, error))
