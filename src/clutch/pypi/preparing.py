"""Unpacks and compiles many wheels while others are still being fetched."""

from __future__ import annotations

from collections.abc import Sequence

from clutch.base.events import Event, Reporter
from clutch.base.tickets import Ticket
from clutch.io.fetch import Fetcher
from clutch.io.pool import Pool
from clutch.io.store import Store
from clutch.model.environment import Interpreter
from clutch.pypi.install_options import InstallOptions
from clutch.pypi.wheel_store import PreparedWheel, WheelFile, compile_wheels, needs_compiling, unpack


class Preparation:
    """Threads unpack what has arrived, and one of them compiles what is unpacked, batch after batch."""

    def __init__(
        self, fetcher: Fetcher, store: Store, reporter: Reporter, interpreter: Interpreter, options: InstallOptions
    ) -> None:
        self._fetcher = fetcher
        self._store = store
        self._reporter = reporter
        self._interpreter = interpreter
        self._options = options
        self._waiting: list[PreparedWheel] = []
        self._compiling: Ticket[None] | None = None

    def run(self, files: Sequence[Ticket[WheelFile]], uncompiled: Sequence[PreparedWheel]) -> list[PreparedWheel]:
        """The wheels of the archives, in their order; `uncompiled` are compiled too.

        Raises: the first error of an archive or of its unpacking.
        """
        found: list[PreparedWheel | None] = [None] * len(files)
        with Pool(self._options.workers, self._fetcher.pump) as pool:
            self._compile(pool, uncompiled)
            ready = pool.map_as_ready(self._unpack, files)
            for done, (place, wheel) in enumerate(ready, 1):
                found[place] = wheel
                self._reporter.emit(Event("preparing", wheel.name, wheel.version, done, len(files)))
                self._compile(pool, [wheel])
            while self._compiling is not None:
                self._compiling.get()
                self._compile(pool, ())
        return [wheel for wheel in found if wheel is not None]

    def _unpack(self, file: WheelFile) -> PreparedWheel:
        return unpack(self._store, file)

    def _compile(self, pool: Pool, wheels: Sequence[PreparedWheel]) -> None:
        """Note that these have to be compiled, and begin with all that wait unless a batch is under way."""
        if self._options.compile:
            self._waiting += [wheel for wheel in wheels if needs_compiling(wheel, self._interpreter)]
        if self._compiling is not None and not self._compiling.is_settled:
            return
        self._compiling = None
        if self._waiting:
            batch, self._waiting = self._waiting, []
            self._compiling = pool.submit(compile_wheels, batch, self._interpreter, self._options.workers)
