"""What servers of files turned out to do, so that nobody asks in vain twice: unannounced metadata files, parts of
files.

The record `host` of an origin holds the answers and when they were found, for example `silent=yes ranges=no
1767225600`. A "no" is forgotten after a day, because servers learn.
"""

from __future__ import annotations

from collections.abc import Callable

from clutch.io.auth import origin_of
from clutch.io.store import Store
from clutch.pypi.page_store import remember

_KIND = "host"
_PATIENCE_S = 24 * 3600
_TRIES = 3
"""So many files without unannounced metadata, and none with, say that the server has none; some lack it for single
files.
"""


class _Host:
    __slots__ = ("refusals", "serves_ranges", "serves_silently")

    def __init__(self) -> None:
        self.serves_silently: bool | None = None
        self.serves_ranges: bool | None = None
        self.refusals = 0


class Hosts:
    """What is known of each origin, from the store and from this run."""

    def __init__(self, store: Store, now: Callable[[], float]) -> None:
        self._store = store
        self._now = now
        self._hosts: dict[str, _Host] = {}

    def may_serve_silently(self, url: str) -> bool:
        """Whether it is worth while to ask for a metadata file that was not announced."""
        return self._host(url).serves_silently is not False

    def may_serve_ranges(self, url: str) -> bool:
        """Whether it is worth while to ask for a part of a file."""
        return self._host(url).serves_ranges is not False

    def served_silently(self, url: str) -> None:
        """Note that an unannounced metadata file was there."""
        host = self._host(url)
        if not host.serves_silently:
            host.serves_silently = True
            self._write(url, host)

    def refused_silently(self, url: str) -> None:
        """Note that an unannounced metadata file was not there."""
        host = self._host(url)
        host.refusals += 1
        if host.serves_silently is None and host.refusals >= _TRIES:
            host.serves_silently = False
            self._write(url, host)

    def refused_ranges(self, url: str) -> None:
        """Note that parts of files are not to be had."""
        host = self._host(url)
        if host.serves_ranges is None:
            host.serves_ranges = False
            self._write(url, host)

    def _host(self, url: str) -> _Host:
        origin = origin_of(url)
        host = self._hosts.get(origin)
        if host is None:
            host = self._hosts[origin] = _Host()
            self._read(origin, host)
        return host

    def _read(self, origin: str, host: _Host) -> None:
        content = self._store.read_record(_KIND, origin)
        fields = content.decode().split() if content is not None else []
        if len(fields) != 3 or not fields[2].isdigit():
            return
        is_recent = 0 <= self._now() - int(fields[2]) < _PATIENCE_S
        answers = {"yes": True, "no": False if is_recent else None}
        host.serves_silently = answers.get(fields[0].partition("=")[2])
        host.serves_ranges = answers.get(fields[1].partition("=")[2])

    def _write(self, url: str, host: _Host) -> None:
        words = {True: "yes", False: "no", None: "unknown"}
        text = f"silent={words[host.serves_silently]} ranges={words[host.serves_ranges]} {int(self._now())}"
        remember(self._store, _KIND, origin_of(url), text.encode())
