"""Finds who to be at a server, and keeps passwords out of every text."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence

from clutch.base.errors import ClutchError
from clutch.io.files import translate_os_error
from clutch.io.redaction import USERINFO
from clutch.io.redaction import redact as redact

# A keyring may ask its user something first.
_KEYRING_PATIENCE_S = 120.0


def strip_credentials(url: str) -> str:
    """`url` without user and password."""
    match = USERINFO.match(url)
    return url[: match.end("scheme")] + url[match.end() :] if match else url


def url_credentials(url: str) -> tuple[str, str] | None:
    """User and password that stand in `url` itself, percent-decoded; None when there are none."""
    match = USERINFO.match(url)
    if match is None or not match["userinfo"]:
        return None
    from urllib.parse import unquote

    user, _, password = match["userinfo"].partition(":")
    return unquote(user), unquote(password)


def origin_of(url: str) -> str:
    """Scheme, host and port in lower case, the default port left out: what credentials belong to."""
    scheme, _, rest = strip_credentials(url).partition("://")
    authority = re.split(r"[/?#\\]", rest, maxsplit=1)[0].lower()
    scheme = scheme.lower()
    default = {"https": ":443", "http": ":80"}.get(scheme, "")
    return f"{scheme}://{authority.removesuffix(default) if default else authority}"


def host_of(url: str) -> str:
    """The host of a URL in lower case, without port and brackets."""
    authority = origin_of(url).partition("://")[2]
    if authority.startswith("["):
        return authority[1:].partition("]")[0]
    return authority.partition(":")[0]


class Credentials:
    """Who to be at a URL: by the URL itself, by the variables of a named index, by netrc; after a refusal by keyring.

    `indexes` are (name, url) pairs; the variables are `CLUTCH_INDEX_<NAME>_USERNAME` and `_PASSWORD` with the name in
    upper case and everything but letters and digits as `_`. An index's credentials are for its scheme, host and port.
    `keyring` is the program to ask, "" for none. The netrc file is read once, when first needed.
    """

    def __init__(
        self,
        environ: Mapping[str, str],
        netrc_path: str = "",
        indexes: Sequence[tuple[str, str]] = (),
        keyring: str = "",
    ) -> None:
        self._environ = environ
        self._netrc_path = netrc_path
        self._indexes = tuple(indexes)
        self._keyring = keyring
        self._netrc: Mapping[str, tuple[str, str]] | None = None
        self._refused: dict[tuple[str, str], tuple[str, str] | None] = {}

    def __call__(self, url: str) -> tuple[str, str] | None:
        """(user, password) to send with the first request, or None.

        Raises: ClutchError `bad-netrc` when the netrc file cannot be understood, `not-readable`.
        """
        own = url_credentials(url)
        if own is not None and own[1]:
            return own
        origin = origin_of(url)
        known = self._refused.get((origin, own[0] if own else ""))
        if known is not None:
            return known
        named = self._from_variables(origin)
        if named is not None:
            return named
        found = self._from_netrc(url, own[0] if own else "")
        return found or own

    def after_refusal(self, url: str) -> tuple[str, str] | None:
        """(user, password) of the keyring, for a URL that answered 401; may block on the user. Asked once an origin."""
        if not self._keyring:
            return None
        own = url_credentials(url)
        user = own[0] if own else ""
        origin = origin_of(url)
        key = (origin, user)
        if key not in self._refused:
            self._refused[key] = self._from_keyring(strip_credentials(url), origin, user)
        return self._refused[key]

    def _from_variables(self, origin: str) -> tuple[str, str] | None:
        for name, url in self._indexes:
            if origin_of(url) != origin:
                continue
            prefix = f"CLUTCH_INDEX_{variable_name(name)}"
            user, password = self._environ.get(f"{prefix}_USERNAME", ""), self._environ.get(f"{prefix}_PASSWORD", "")
            if user or password:
                return user, password
            inside = url_credentials(url)
            if inside is not None and inside[1]:
                return inside
        return None

    def _from_netrc(self, url: str, user: str) -> tuple[str, str] | None:
        if not self._netrc_path:
            return None
        if self._netrc is None:
            self._netrc = _read_netrc(self._netrc_path)
        found = self._netrc.get(host_of(url)) or self._netrc.get("")
        return found if found is not None and user in ("", found[0]) else None

    def _from_keyring(self, url: str, origin: str, user: str) -> tuple[str, str] | None:
        from clutch.io.proc import run

        for service in (url, origin.partition("://")[2]):
            argv = [self._keyring, "get", service, user or "__token__"]
            try:
                finished = run(argv, env=self._environ, timeout_s=_KEYRING_PATIENCE_S)
            except ClutchError:
                return None
            password = finished.stdout.decode("utf-8", "replace").rstrip("\r\n")
            if finished.status == 0 and password:
                return user or "__token__", password
        return None


def variable_name(index: str) -> str:
    """The name of an index as it stands in a variable: `my-index` gives `MY_INDEX`."""
    return "".join(letter if letter.isascii() and letter.isalnum() else "_" for letter in index).upper()


def default_netrc_path(environ: Mapping[str, str]) -> str:
    """`NETRC` of the environment, else `.netrc` (or `_netrc`) of the home folder if that exists, else empty."""
    if environ.get("NETRC"):
        return environ["NETRC"]
    home = environ.get("HOME") or environ.get("USERPROFILE") or ""
    for name in (".netrc", "_netrc") if home else ():
        path = os.path.join(home, name)
        if os.path.isfile(path):
            return path
    return ""


def _read_netrc(path: str) -> Mapping[str, tuple[str, str]]:
    """Host to (user, password); the `default` entry under the empty host."""
    import netrc

    try:
        parsed = netrc.netrc(path)
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise translate_os_error(error, path, "read") from error
    except (netrc.NetrcParseError, UnicodeDecodeError) as error:
        line = getattr(error, "lineno", None)
        where = f" line {line}" if line else ""
        raise ClutchError("bad-netrc", f"`{path}`{where} is not in the form of a netrc file", subject=path) from error
    hosts = {}
    for host, (login, account, password) in parsed.hosts.items():
        hosts["" if host == "default" else host.lower()] = (login or account or "", password or "")
    return hosts
