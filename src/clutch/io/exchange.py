"""What is asked of a server, what it answers, and the rules that hold for all of it."""

from __future__ import annotations

from collections.abc import Mapping

from clutch.base.errors import ClutchError
from clutch.base.values import NamedTuple


class Request(NamedTuple):
    """One GET. Equal requests in flight at the same time are sent once.

    `headers` are (name, value). `first_byte` and `last_byte` (from 0, included) ask for a part; `last_byte` alone
    (with `first_byte` -1) asks for that many bytes of the end, `first_byte` alone for the rest. With `to_file` the body
    goes to that path, as it is on the wire, and is there whole or not at all. `hashes` are (algorithm, hex digest) and
    `size_bytes` what the body has to have; empty and 0 when not known.
    """

    url: str
    headers: tuple[tuple[str, str], ...] = ()
    first_byte: int = -1
    last_byte: int = -1
    to_file: str = ""
    hashes: tuple[tuple[str, str], ...] = ()
    size_bytes: int = 0

    @property
    def has_range(self) -> bool:
        return self.first_byte >= 0 or self.last_byte >= 0

    @property
    def range_text(self) -> str:
        """The part as a `Range` header has it, without its unit."""
        first = str(self.first_byte) if self.first_byte >= 0 else ""
        last = str(self.last_byte) if self.last_byte >= 0 else ""
        return f"{first}-{last}"


class Response(NamedTuple):
    """An answer that is a success or 304 (not modified).

    `url` is where it came from in the end, without credentials. `headers` have lower-case names. `body` is empty with
    `to_file`. `sha256` is the hex digest of the body with `to_file` or `hashes`, else empty.
    """

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes = b""
    sha256: str = ""


class Network(NamedTuple):
    """How servers are talked to.

    `proxy` "" leaves it to the environment's `HTTPS_PROXY` and its like, which libcurl reads. `ca_bundle` is a PEM
    file; "" means the system's. `client_cert` is a PEM file with certificate and key. `trusted_hosts` (`host` or
    `host:port`) may be talked to without TLS being checked. `timeout_s` bounds connecting, and any silence. `retries`
    come after the first attempt. `parallel` bounds transfers and connections.
    """

    offline: bool = False
    proxy: str = ""
    ca_bundle: str = ""
    client_cert: str = ""
    trusted_hosts: tuple[str, ...] = ()
    timeout_s: float = 30.0
    retries: int = 3
    parallel: int = 50


class RangesRefused(ClutchError):
    """The server does not serve parts of a file (`ranges-refused`); the caller takes the whole."""
