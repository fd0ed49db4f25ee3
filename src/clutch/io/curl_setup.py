"""Sets up libcurl for a request: TLS, proxy, timeouts, credentials, part, encodings."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

from clutch.io.auth import host_of, origin_of, strip_credentials
from clutch.io.exchange import Network
from clutch.io.transfer import Transfer, header_lines

if TYPE_CHECKING:
    from collections.abc import Sequence

USER_AGENT = "clutch"

SYSTEM_BUNDLES = (
    "/etc/ssl/certs/ca-certificates.crt",  # Debian, Arch, Gentoo
    "/etc/pki/tls/certs/ca-bundle.crt",  # Fedora, RHEL
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    "/etc/ssl/ca-bundle.pem",  # openSUSE
    "/etc/ssl/cert.pem",  # Alpine, macOS, BSD
    "/usr/local/etc/ssl/cert.pem",
)
"""Where systems keep the certificates that they trust; the first that exists is used."""

_BUFFER_BYTES = 256 << 10
# libcurl's own limit is 5 minutes; connections that an index has closed meanwhile cost a retry.
_KEEP_IDLE_S = 60


def find_bundle(paths: Sequence[str] = SYSTEM_BUNDLES) -> str:
    """The first bundle of certificates that exists, empty when none does.

    pycurl's wheels bring their own OpenSSL, which looks for certificates where they were built.
    """
    for path in paths:
        if os.path.isfile(path):
            return path
    import ssl

    return ssl.get_default_verify_paths().cafile or ""


def is_trusted(url: str, trusted_hosts: Sequence[str]) -> bool:
    """Whether the user has said that this host needs no proof (by host, or host and port)."""
    authority = origin_of(url).partition("://")[2]
    return host_of(url) in trusted_hosts or authority in trusted_hosts


def set_up(curl: Any, transfer: Transfer, network: Network, bundle: str, credentials: tuple[str, str] | None) -> None:
    """Make `curl` ready to send what `transfer` wants next; every option of an earlier use is gone."""
    import pycurl

    curl.reset()
    request = transfer.request
    url = strip_credentials(transfer.url)
    curl.setopt(pycurl.URL, url)
    curl.setopt(pycurl.NOSIGNAL, 1)
    curl.setopt(pycurl.FOLLOWLOCATION, 0)
    curl.setopt(pycurl.USERAGENT, USER_AGENT)
    curl.setopt(pycurl.BUFFERSIZE, _BUFFER_BYTES)
    curl.setopt(pycurl.MAXAGE_CONN, _KEEP_IDLE_S)
    curl.setopt(pycurl.CONNECTTIMEOUT_MS, max(1, int(network.timeout_s * 1000)))
    curl.setopt(pycurl.LOW_SPEED_LIMIT, 1)
    curl.setopt(pycurl.LOW_SPEED_TIME, max(1, round(network.timeout_s)))
    curl.setopt(pycurl.HEADERFUNCTION, transfer.take_header)
    curl.setopt(pycurl.WRITEFUNCTION, transfer.take_body)
    headers = header_lines(request, url, origin_of(url) == origin_of(request.url))
    if headers:
        curl.setopt(pycurl.HTTPHEADER, headers)
    if request.has_range:
        curl.setopt(pycurl.RANGE, request.range_text)
    elif not request.to_file:
        # A file is hashed as it is on the wire, so it must not be packed once more on the way.
        curl.setopt(pycurl.ACCEPT_ENCODING, "gzip, deflate")
    if network.proxy:
        curl.setopt(pycurl.PROXY, network.proxy)
    if credentials is not None:
        curl.setopt(pycurl.HTTPAUTH, pycurl.HTTPAUTH_BASIC)
        curl.setopt(pycurl.USERNAME, credentials[0])
        curl.setopt(pycurl.PASSWORD, credentials[1])
    if url[:6].lower() == "https:" or network.proxy[:6].lower() == "https:":
        _set_up_tls(curl, url, network, bundle)


def _set_up_tls(curl: Any, url: str, network: Network, bundle: str) -> None:
    import pycurl

    curl.setopt(pycurl.HTTP_VERSION, pycurl.CURL_HTTP_VERSION_2TLS)
    # Wait for the first connection to say whether it carries many requests, instead of opening fifty.
    curl.setopt(pycurl.PIPEWAIT, 1)
    if bundle:
        curl.setopt(pycurl.CAINFO, bundle)
        curl.setopt(pycurl.PROXY_CAINFO, bundle)
    elif sys.platform == "win32":
        curl.setopt(pycurl.SSL_OPTIONS, pycurl.SSLOPT_NATIVE_CA)
    if network.client_cert:
        curl.setopt(pycurl.SSLCERT, network.client_cert)
    if is_trusted(url, network.trusted_hosts):
        curl.setopt(pycurl.SSL_VERIFYPEER, 0)
        curl.setopt(pycurl.SSL_VERIFYHOST, 0)
