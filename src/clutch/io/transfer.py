"""One request on its way: where it is by now, what has arrived, and whether that is what was asked for."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from clutch.base.errors import ClutchError, Place
from clutch.base.text import plural
from clutch.base.tickets import Ticket
from clutch.io.auth import redact, strip_credentials
from clutch.io.exchange import RangesRefused, Request, Response
from clutch.io.files import temporary_beside, translate_os_error, write_all

if TYPE_CHECKING:
    import hashlib

LARGEST_BODY_BYTES = 1 << 30
"""No answer that is kept in memory is larger (a gzip bomb would be)."""

_PROGRESS_BYTES = 1 << 20
# Strongest first; the first that this Python knows decides, the others add nothing.
_STRENGTH = ("sha512", "sha384", "sha256", "blake2b", "sha224", "sha1", "md5")


class Transfer:
    """Receives one answer at a time into memory or a file; `restart` makes it ready for another attempt.

    `on_progress(transfer)` is called about once a megabyte of a body that goes to a file.
    """

    def __init__(
        self, request: Request, ticket: Ticket[Response], on_progress: Callable[[Transfer], None] | None = None
    ) -> None:
        self.request = request
        self.ticket = ticket
        self.url = request.url
        self.user = ""
        self.attempts = 0
        self.redirects = 0
        self.was_refused = False
        self.due_s = 0.0
        self.status = 0
        self.headers: dict[str, str] = {}
        self.received_bytes = 0
        self.refusal: BaseException | None = None
        self._on_progress = on_progress
        self._progress_bytes = 0
        self._body: list[bytes] = []
        self._temporary = ""
        self._descriptor = -1
        self._hashers: dict[str, hashlib._Hash] = {}

    def restart(self) -> None:
        """Forget what has arrived."""
        self.discard()
        self.status = 0
        self.headers = {}
        self.received_bytes = 0
        self.refusal = None
        self._body = []
        self._hashers = {}
        self._progress_bytes = 0

    def discard(self) -> None:
        """Take away the temporary file; harmless when there is none."""
        self._close()
        if self._temporary:
            path, self._temporary = self._temporary, ""
            try:
                os.unlink(path)
            except OSError:
                return

    def take_header(self, line: bytes) -> int | None:
        """libcurl's callback for one line; a new status line (after an interim answer) starts over."""
        try:
            if line.startswith(b"HTTP/"):
                self.headers = {}
                self.status = int(line.split(None, 2)[1])
                return None
            name, colon, value = line.decode("iso-8859-1").partition(":")
            if colon:
                name, value = name.strip().lower(), value.strip()
                self.headers[name] = f"{self.headers[name]}, {value}" if name in self.headers else value
        except BaseException as error:  # libcurl would print it; the fetcher raises it
            self.refusal = error
            return -1
        return None

    def take_body(self, piece: bytes) -> int | None:
        """libcurl's callback for a piece of the body; anything but None ends the transfer."""
        try:
            if not 200 <= self.status < 300:
                return None
            if self.request.has_range and self.status != 206:
                raise self.ranges_refused()
            self.received_bytes += len(piece)
            self._check_growth()
            if self.request.to_file:
                self._write(piece)
            else:
                self._body.append(piece)
        except BaseException as error:  # libcurl would print it; the fetcher raises it
            self.refusal = error
            return -1
        return None

    def finish(self) -> Response:
        """The answer, checked and in its place.

        Raises: ClutchError `hash-mismatch`, `size-mismatch`, `disk-full`, `not-writable`; RangesRefused.
        """
        url = strip_credentials(self.url)
        if self.status == 304:
            return Response(url, self.status, self.headers)
        if self.request.has_range:
            self._check_range()
        elif self.request.size_bytes and self.received_bytes != self.request.size_bytes:
            raise self._wrong_size(f"has {plural(self.received_bytes, 'byte')}")
        if self.request.to_file:
            return Response(url, self.status, self.headers, b"", self._finish_file())
        body = b"".join(self._body)
        self._body = []
        digest = ""
        if self.request.hashes and not self.request.has_range:
            self._start_hashing()
            for hasher in self._hashers.values():
                hasher.update(body)
            digest = self._check_hashes()
        return Response(url, self.status, self.headers, body, digest)

    def ranges_refused(self) -> RangesRefused:
        url = redact(self.url)
        return RangesRefused("ranges-refused", f"`{url}` is not served in parts", subject=url, place=Place(url))

    def _check_growth(self) -> None:
        expected = self.request.size_bytes
        if expected and self.received_bytes > expected and not self.request.has_range:
            raise self._wrong_size("has more bytes")
        if not self.request.to_file and self.received_bytes > LARGEST_BODY_BYTES:
            raise self._wrong_size(f"has more than {LARGEST_BODY_BYTES} bytes")

    def _check_range(self) -> None:
        """Source: RFC 9110 §14.4 Content-Range."""
        if self.status != 206:
            raise self.ranges_refused()
        served = self.headers.get("content-range", "").lower()
        first = self.request.first_byte
        if not served.startswith(f"bytes {first}-" if first >= 0 else "bytes "):
            raise self.ranges_refused()

    def _write(self, piece: bytes) -> None:
        if self._descriptor < 0:
            self._open()
        for hasher in self._hashers.values():
            hasher.update(piece)
        try:
            write_all(self._descriptor, piece)
        except OSError as error:
            raise translate_os_error(error, self.request.to_file) from error
        if self._on_progress is not None and self.received_bytes - self._progress_bytes >= _PROGRESS_BYTES:
            self._progress_bytes = self.received_bytes
            self._on_progress(self)

    def _open(self) -> None:
        self._start_hashing()
        path = self.request.to_file
        temporary = temporary_beside(path)
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
        self._temporary = temporary
        try:
            try:
                self._descriptor = os.open(temporary, flags, 0o666)
            except FileNotFoundError:
                os.makedirs(os.path.dirname(path), exist_ok=True)
                self._descriptor = os.open(temporary, flags, 0o666)
        except OSError as error:
            raise translate_os_error(error, path) from error

    def _finish_file(self) -> str:
        if self._descriptor < 0:
            self._open()
        digest = self._check_hashes()
        try:
            self._close()
            os.replace(self._temporary, self.request.to_file)
        except OSError as error:
            raise translate_os_error(error, self.request.to_file) from error
        self._temporary = ""
        return digest

    def _close(self) -> None:
        if self._descriptor >= 0:
            descriptor, self._descriptor = self._descriptor, -1
            os.close(descriptor)

    def _start_hashing(self) -> None:
        import hashlib

        wanted = "sha256" if not self.request.hashes else _strongest(self.request.hashes)
        # SHA-256 names the folder in the store, whatever the index tells.
        for name in {"sha256": None, wanted: None}:
            self._hashers[name] = hashlib.new(name, usedforsecurity=name not in ("md5", "sha1"))

    def _check_hashes(self) -> str:
        found = {name: hasher.hexdigest() for name, hasher in self._hashers.items()}
        if self.request.hashes:
            name = _strongest(self.request.hashes)
            wanted = [digest.lower() for algorithm, digest in self.request.hashes if algorithm.lower() == name]
            if found[name] not in wanted:
                url = redact(self.url)
                message = f"`{url}` has the {name} hash `{found[name]}`, expected `{wanted[0]}`"
                raise ClutchError("hash-mismatch", message, subject=url, place=Place(url))
        return found["sha256"]

    def _wrong_size(self, found: str) -> ClutchError:
        url = redact(self.url)
        expected = f", expected {self.request.size_bytes}" if self.request.size_bytes else ""
        return ClutchError("size-mismatch", f"`{url}` {found}{expected}", subject=url, place=Place(url))


def _strongest(hashes: tuple[tuple[str, str], ...]) -> str:
    import hashlib

    given = {name.lower() for name, _ in hashes}
    for name in _STRENGTH:
        if name in given and name in hashlib.algorithms_available:
            return name
    names = ", ".join(f"`{name}`" for name in sorted(given))
    raise ClutchError("hash-mismatch", f"none of the hashes given ({names}) can be checked by this Python")


def header_lines(request: Request, url: str, own_origin: bool) -> list[str]:
    """The request's headers as libcurl wants them; those that say who we are only for the origin that was asked."""
    private = ("authorization", "cookie", "proxy-authorization")
    return [f"{name}: {value}" for name, value in request.headers if own_origin or name.lower() not in private]


def total_bytes(request: Request, headers: Mapping[str, Any]) -> int:
    """How large the body will be, for progress; 0 when not known."""
    text = str(headers.get("content-length", ""))
    return request.size_bytes or (int(text) if text.isdigit() else 0)
