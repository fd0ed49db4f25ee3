"""Turns what libcurl and HTTP report into errors in words, and says which of them may pass by themselves."""

from __future__ import annotations

from clutch.base.errors import ClutchError, NotFoundError, Place
from clutch.base.values import NamedTuple
from clutch.io.auth import host_of, redact

RETRIED_STATUSES = frozenset({408, 425, 429, 500, 502, 503, 504})
"""Answers that say "try again"."""

LONGEST_WAIT_S = 60.0
"""A server that asks for more patience than this has failed."""

_FIRST_WAIT_S = 0.2
_LONGEST_BACKOFF_S = 10.0

_REASONS = {
    400: "the request was not understood",
    403: "access is forbidden",
    407: "the proxy wants credentials",
    408: "the server gave up waiting",
    429: "too many requests",
    451: "unavailable for legal reasons",
    500: "the server failed",
    502: "a gateway failed",
    503: "the service is unavailable",
    504: "a gateway gave up waiting",
}


class _Failure(NamedTuple):
    code: str
    words: str
    passes: bool


_UNREACHABLE = _Failure("network-unreachable", "cannot be reached", passes=True)
_CUT_OFF = _Failure("network-cut-off", "broke off its answer", passes=True)
_TLS = _Failure("tls-failed", "does not prove who it is", passes=False)

# Numbers of libcurl's errors, which are stable: libcurl-errors(3).
_FAILURES = {
    5: _Failure("network-unreachable", "cannot be reached: the proxy's name is not known", passes=True),
    6: _Failure("network-unreachable", "cannot be reached: its name is not known", passes=True),
    7: _UNREACHABLE,
    16: _CUT_OFF,
    18: _CUT_OFF,
    28: _Failure("network-timeout", "does not answer in time", passes=True),
    35: _Failure("tls-failed", "does not agree on a secure connection", passes=True),
    52: _CUT_OFF,
    53: _TLS,
    54: _TLS,
    55: _CUT_OFF,
    56: _CUT_OFF,
    58: _Failure("tls-failed", "cannot be shown the client certificate", passes=False),
    59: _TLS,
    60: _TLS,
    61: _Failure("network-cut-off", "sent an answer that cannot be decoded", passes=True),
    64: _TLS,
    66: _TLS,
    77: _Failure("tls-failed", "cannot be checked: the file of certificates cannot be read", passes=False),
    80: _CUT_OFF,
    82: _TLS,
    83: _TLS,
    90: _TLS,
    91: _TLS,
    92: _CUT_OFF,
    95: _CUT_OFF,
    97: _Failure("network-unreachable", "cannot be reached: the proxy refuses", passes=True),
    98: _TLS,
}

# Where libcurl's own words add nothing to ours.
_SAID = frozenset({5, 6, 18, 28, 52})


def transport_error(number: int, text: str, url: str) -> tuple[ClutchError, bool]:
    """The error for libcurl's number and words, and whether it may pass by itself."""
    failure = _FAILURES.get(number, _Failure("network-failed", "cannot be talked to", passes=False))
    detail = "" if number in _SAID else redact(text).strip().rstrip(".")
    if detail[1:2].islower():
        detail = detail[0].lower() + detail[1:]
    shown = f" ({detail})" if detail else ""
    message = f"`{host_of(url)}` {failure.words}{shown}"
    return ClutchError(failure.code, message, subject=redact(url), place=Place(redact(url))), failure.passes


def status_error(status: int, url: str, user: str) -> ClutchError:
    """The error for a status that is no success; `user` is who the request came from, "" for nobody."""
    shown = redact(url)
    place = Place(shown)
    if status in (404, 410):
        return NotFoundError("http-not-found", f"there is nothing at `{shown}` (status {status})", place=place)
    if status == 401:
        reason = f"the password of `{user}` is not accepted" if user else "credentials are needed"
        return ClutchError("http-unauthorized", f"`{shown}` refuses access: {reason} (status 401)", place=place)
    if status == 403:
        return ClutchError("http-forbidden", f"`{shown}` refuses access (status 403)", place=place)
    reason = _REASONS.get(status, "the answer is not a success")
    return ClutchError("http-status", f"`{shown}` answers with status {status}: {reason}", place=place)


def backoff_s(attempt: int) -> float:
    """Seconds to wait before attempt number `attempt` + 1: 0.2, 0.4, 0.8 …"""
    return float(min(_FIRST_WAIT_S * 2 ** (attempt - 1), _LONGEST_BACKOFF_S))


def retry_after_s(text: str, now_s: float) -> float | None:
    """Seconds that a `Retry-After` header asks for; None when it has none that is understood.

    `now_s` is the time since the epoch. Source: RFC 9110 §10.2.3.
    """
    text = text.strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    if not text:
        return None
    from email.utils import parsedate_to_datetime

    try:
        return max(0.0, parsedate_to_datetime(text).timestamp() - now_s)
    except (ValueError, OverflowError):
        return None
