"""The one fetcher of a session, made from its settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from clutch.io.fetch import Fetcher
    from clutch.ops.session import Session

DEFAULT_INDEX_NAME = "default"


def make_fetcher(session: Session) -> Fetcher:
    """A fetcher with the proxies, certificates, credentials and limits that are in force."""
    from clutch.io.auth import Credentials, default_netrc_path
    from clutch.io.exchange import Network
    from clutch.io.fetch import Fetcher

    settings, environ = session.settings, session.surroundings.environ
    network = Network(
        offline=settings.flag("offline"),
        proxy=settings.text("proxy"),
        ca_bundle=settings.text("ca-bundle") or environ.get("SSL_CERT_FILE", ""),
        client_cert=settings.text("client-cert"),
        trusted_hosts=settings.texts("trusted-hosts"),
        timeout_s=settings.number("timeout"),
        retries=int(settings.number("retries")),
        parallel=max(1, int(settings.number("parallel"))),
    )
    credentials = Credentials(environ, default_netrc_path(environ), index_addresses(session), _keyring(session))
    return Fetcher(network, credentials, session.reporter)


def index_addresses(session: Session) -> list[tuple[str, str]]:
    """(name, URL) of every index in force, in the order in which they are asked; URLs may hold credentials."""
    settings = session.settings
    named = [(choice.name or f"index-{number}", choice.url) for number, choice in enumerate(settings.indexes, 1)]
    return [*named, (DEFAULT_INDEX_NAME, settings.text("default-index"))]


def on_the_wire(url: str, session: Session) -> str:
    """The address that is really asked: a mirror's where the settings name one. The lock never sees it."""
    for original, mirror in session.settings.mirrors.items():
        if url.startswith(original):
            return mirror.rstrip("/") + "/" + url[len(original) :].lstrip("/")
    return url


def _keyring(session: Session) -> str:
    """The keyring program, when the setting allows it; whether there is one shows when it is asked."""
    return "" if session.settings.text("keyring") == "never" else "keyring"
