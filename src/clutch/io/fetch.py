"""Fetches URLs, many at once, on the caller's thread.

libcurl's multi interface does the work. It turns while somebody waits for a ticket, and in `Fetcher.pump`; nothing
happens in between, and there is no thread. Redirects are followed here and not by libcurl, because credentials, trust
and private headers belong to one origin.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from types import TracebackType
from typing import Any, Protocol

from clutch.base.errors import ClutchError, OfflineError, Place
from clutch.base.events import Event, Reporter, Silence
from clutch.base.tickets import Ticket, failed
from clutch.io.auth import origin_of, redact, strip_credentials, url_credentials
from clutch.io.exchange import Network as Network
from clutch.io.exchange import RangesRefused as RangesRefused
from clutch.io.exchange import Request as Request
from clutch.io.exchange import Response as Response
from clutch.io.http_errors import (
    LONGEST_WAIT_S,
    RETRIED_STATUSES,
    backoff_s,
    retry_after_s,
    status_error,
    transport_error,
)
from clutch.io.transfer import Transfer, total_bytes

MOST_REDIRECTS = 10

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_RANGE_REFUSALS = frozenset({405, 416, 501})
_TURN_S = 1.0
# Without a descriptor to wait for (libcurl is about to look up a name) this is slept instead.
_NAP_S = 0.002


class CredentialSource(Protocol):
    """Says who to be at a URL (`clutch.io.auth.Credentials`, or any function)."""

    def __call__(self, url: str) -> tuple[str, str] | None: ...


def no_credentials(url: str) -> tuple[str, str] | None:
    """Nobody, everywhere."""
    return None


class Fetcher:
    """Sends requests and settles their tickets; keeps connections until `close`.

    `credentials(url)` gives user and password for an origin, and its method `after_refusal(url)`, where it has one, is
    asked once after a 401. `requests` counts what was sent, redirects and retries included; `received_bytes` the bodies
    as they are on the wire.
    """

    def __init__(
        self,
        network: Network | None = None,
        credentials: CredentialSource | None = None,
        reporter: Reporter | None = None,
    ) -> None:
        self.network = network or Network()
        self.requests = 0
        self.received_bytes = 0
        self._credentials = credentials or no_credentials
        self._reporter = reporter or Silence()
        self._multi: Any = None
        self._bundle = ""
        self._idle_handles: list[Any] = []
        self._in_flight: dict[Request, Transfer] = {}
        self._waiting: deque[Transfer] = deque()
        self._delayed: list[Transfer] = []
        self._active: dict[Any, Transfer] = {}
        self._finished: deque[tuple[Transfer, int, str]] = deque()
        self._companions: list[Callable[[float], bool]] = []
        self._is_closed = False

    def __enter__(self) -> Fetcher:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def fetch(self, request: Request) -> Ticket[Response]:
        """A ticket for the answer; never blocks. The same request twice in flight is one.

        The ticket fails with NotFoundError `http-not-found` (404, 410); OfflineError `offline`; RangesRefused;
        ClutchError `http-unauthorized`, `http-forbidden`, `http-status`, `network-unreachable`, `network-timeout`,
        `network-cut-off`, `network-failed`, `tls-failed`, `hash-mismatch`, `size-mismatch`, `bad-url`, `bad-netrc`, and
        what writing a file may give.
        """
        known = self._in_flight.get(request)
        if known is not None:
            return known.ticket
        scheme = request.url.partition(":")[0].lower()
        if scheme == "file":
            from clutch.io.file_urls import answer

            return answer(request)
        shown = redact(request.url)
        if scheme not in ("http", "https") or not _is_plain(strip_credentials(request.url), request.url):
            return failed(ClutchError("bad-url", f"`{shown}` is not a URL that can be fetched", subject=shown))
        if self.network.offline:
            message = f"`{shown}` is needed, but clutch is offline"
            return failed(OfflineError("offline", message, subject=shown, place=Place(shown)))
        transfer = Transfer(request, Ticket(self._drive), self._tell_progress if request.to_file else None)
        self._in_flight[request] = transfer
        self._waiting.append(transfer)
        return transfer.ticket

    def pump(self, timeout_s: float = 0.0) -> bool:
        """Turn the network once, waiting for at most so long, and settle what has arrived.

        False when nothing is in flight. After an interrupt nothing half done is left, and the fetcher is closed.
        """
        try:
            return self._turn(timeout_s)
        except Exception:
            raise
        except BaseException:
            self.close()
            raise

    def accompany(self, turn: Callable[[float], bool]) -> None:
        """Also call `turn(timeout_s)` while a ticket is waited for and nothing is in flight here (`Pool.turn`)."""
        self._companions.append(turn)

    def close(self) -> None:
        """End everything: transfers are dropped with their temporary files, connections closed. Harmless twice."""
        self._is_closed = True
        for transfer in self._in_flight.values():
            transfer.discard()
        for curl in self._active:
            self._multi.remove_handle(curl)
            curl.close()
        for curl in self._idle_handles:
            curl.close()
        self._in_flight, self._active = {}, {}
        self._waiting, self._delayed, self._idle_handles = deque(), [], []
        self._finished = deque()
        if self._multi is not None:
            self._multi.close()
            self._multi = None

    def _drive(self, ticket: Ticket[Any]) -> None:
        if self.pump(_TURN_S):
            return
        for turn in self._companions:
            if turn(_TURN_S):
                return
        if not ticket.is_settled:
            raise RuntimeError("nothing is under way that could settle this ticket")

    def _turn(self, timeout_s: float) -> bool:
        if not self._in_flight:
            return False
        if not self._finished:
            self._start()
            self._perform()
            if not self._finished and timeout_s > 0 and self._in_flight:
                self._wait(timeout_s)
                self._perform()
        while self._finished:
            transfer, number, text = self._finished.popleft()
            self._conclude(transfer, number, text)
        if self._waiting:
            # What the callbacks have asked for goes out before they compute on.
            self._start()
            self._perform()
        return True

    def _start(self) -> None:
        if self._delayed:
            now_s = time.monotonic()
            due = [transfer for transfer in self._delayed if transfer.due_s <= now_s]
            self._delayed = [transfer for transfer in self._delayed if transfer.due_s > now_s]
            self._waiting.extendleft(reversed(due))
        while self._waiting and len(self._active) < self.network.parallel:
            self._send(self._waiting.popleft())

    def _send(self, transfer: Transfer) -> None:
        from clutch.io.curl_setup import set_up

        multi = self._multi or self._open()
        transfer.restart()
        transfer.attempts += 1
        try:
            credentials = self._choose_credentials(transfer)
        except ClutchError as error:
            self._fail(transfer, error)
            return
        transfer.user = credentials[0] if credentials else ""
        import pycurl

        curl = self._idle_handles.pop() if self._idle_handles else pycurl.Curl()
        set_up(curl, transfer, self.network, self._bundle, credentials)
        if transfer.attempts == 1 and not transfer.redirects and transfer.request.to_file:
            self._tell_progress(transfer)
        self._active[curl] = transfer
        self.requests += 1
        multi.add_handle(curl)

    def _open(self) -> Any:
        import pycurl

        from clutch.io.curl_setup import find_bundle

        if self._is_closed:
            raise RuntimeError("the fetcher is closed")
        self._bundle = self.network.ca_bundle or find_bundle()
        self._multi = pycurl.CurlMulti()
        self._multi.setopt(pycurl.M_PIPELINING, 2)  # CURLPIPE_MULTIPLEX
        self._multi.setopt(pycurl.M_MAX_TOTAL_CONNECTIONS, self.network.parallel)
        self._multi.setopt(pycurl.M_MAXCONNECTS, self.network.parallel)
        return self._multi

    def _choose_credentials(self, transfer: Transfer) -> tuple[str, str] | None:
        own = url_credentials(transfer.url)
        if own is not None and own[1]:
            return own
        url = transfer.url
        if origin_of(url) == origin_of(transfer.request.url) and own is None:
            # A redirect inside one origin goes on as who it began.
            inherited = url_credentials(transfer.request.url)
            if inherited is not None and inherited[1]:
                return inherited
        return self._credentials(url) or own

    def _perform(self) -> None:
        if not self._active:
            return
        import pycurl

        while self._multi.perform()[0] == pycurl.E_CALL_MULTI_PERFORM:
            continue
        while True:
            left, good, bad = self._multi.info_read()
            for curl in good:
                self._release(curl, 0, "")
            for curl, number, text in bad:
                self._release(curl, number, text)
            if not left:
                return

    def _release(self, curl: Any, number: int, text: str) -> None:
        import pycurl

        transfer = self._active.pop(curl)
        self.received_bytes += int(curl.getinfo(pycurl.SIZE_DOWNLOAD_T))
        self._multi.remove_handle(curl)
        self._idle_handles.append(curl)
        refusal = transfer.refusal
        if refusal is not None and not isinstance(refusal, Exception):
            raise refusal
        self._finished.append((transfer, number, text))

    def _wait(self, timeout_s: float) -> None:
        if self._delayed:
            soonest = min(transfer.due_s for transfer in self._delayed)
            timeout_s = min(timeout_s, max(0.0, soonest - time.monotonic()))
        if not self._active:
            time.sleep(timeout_s)
            return
        own_ms = self._multi.timeout()
        if own_ms >= 0:
            timeout_s = min(timeout_s, own_ms / 1000)
        if timeout_s > 0 and self._multi.select(timeout_s) < 0:
            time.sleep(min(timeout_s, _NAP_S))

    def _conclude(self, transfer: Transfer, number: int, text: str) -> None:
        if isinstance(transfer.refusal, Exception):
            self._fail(transfer, transfer.refusal)
        elif number:
            error, passes = transport_error(number, text, transfer.url)
            if not passes or not self._again(transfer, None):
                self._fail(transfer, error)
        elif transfer.status in _REDIRECTS and transfer.headers.get("location"):
            self._redirect(transfer)
        elif transfer.status == 304 or 200 <= transfer.status < 300:
            self._finish(transfer)
        else:
            self._refused(transfer)

    def _finish(self, transfer: Transfer) -> None:
        try:
            response = transfer.finish()
        except Exception as error:
            self._fail(transfer, error)
            return
        if transfer.request.to_file:
            self._tell(transfer, "fetched")
        self._in_flight.pop(transfer.request, None)
        transfer.ticket.settle(response)

    def _refused(self, transfer: Transfer) -> None:
        status = transfer.status
        if status == 401 and not transfer.was_refused:
            transfer.was_refused = True
            if self._ask_credentials(transfer):
                self._waiting.appendleft(transfer)
                return
        if status in _RANGE_REFUSALS and transfer.request.has_range:
            self._fail(transfer, transfer.ranges_refused())
            return
        if status in RETRIED_STATUSES:
            wanted_s = retry_after_s(transfer.headers.get("retry-after", ""), time.time())
            if self._again(transfer, wanted_s):
                return
        self._fail(transfer, status_error(status, transfer.url, transfer.user))

    def _ask_credentials(self, transfer: Transfer) -> bool:
        ask = getattr(self._credentials, "after_refusal", None)
        # From now on `credentials(url)` answers with what was found.
        return ask is not None and ask(transfer.url) is not None

    def _redirect(self, transfer: Transfer) -> None:
        from urllib.parse import urljoin

        before = transfer.url
        after = urljoin(strip_credentials(before), transfer.headers["location"])
        transfer.redirects += 1
        reason = ""
        if transfer.redirects > MOST_REDIRECTS:
            reason = f"redirects more than {MOST_REDIRECTS} times"
        elif not after.lower().startswith(("http://", "https://")):
            reason = f"redirects to `{redact(after)}`, which cannot be fetched"
        elif before.lower().startswith("https:") and not self._is_safe(after):
            reason = f"redirects to `{redact(after)}`, which is not secure"
        if reason:
            shown = redact(before)
            self._fail(transfer, ClutchError("bad-redirect", f"`{shown}` {reason}", subject=shown, place=Place(shown)))
            return
        transfer.url = after
        transfer.attempts -= 1
        self._waiting.appendleft(transfer)

    def _is_safe(self, url: str) -> bool:
        from clutch.io.curl_setup import is_trusted

        return url.lower().startswith("https:") or is_trusted(url, self.network.trusted_hosts)

    def _again(self, transfer: Transfer, wanted_s: float | None) -> bool:
        """Put the transfer back for later; False when it has had its attempts."""
        if transfer.attempts > self.network.retries or (wanted_s or 0.0) > LONGEST_WAIT_S:
            return False
        pause_s = backoff_s(transfer.attempts) if wanted_s is None else wanted_s
        transfer.discard()
        transfer.due_s = time.monotonic() + pause_s
        self._delayed.append(transfer)
        return True

    def _fail(self, transfer: Transfer, error: Exception) -> None:
        transfer.discard()
        self._in_flight.pop(transfer.request, None)
        transfer.ticket.fail(error)

    def _tell_progress(self, transfer: Transfer) -> None:
        self._tell(transfer, "fetching")

    def _tell(self, transfer: Transfer, kind: str) -> None:
        url = redact(transfer.request.url)
        name = url.partition("#")[0].partition("?")[0].rpartition("/")[2]
        total = total_bytes(transfer.request, transfer.headers)
        self._reporter.emit(Event(kind, name, url, transfer.received_bytes, total))


def _is_plain(bare: str, url: str) -> bool:
    """Whether every reader of this URL finds the same host in it; `bare` is it without credentials."""
    has_host = bool(origin_of(bare).partition("://")[2])
    return has_host and url.isprintable() and " " not in bare and "\\" not in url
