"""Reads how long an answer stays good from its headers.

Source: RFC 9111 (HTTP caching) §5.2.2 response directives, RFC 9110 §8.8 validators.
"""

from __future__ import annotations

from collections.abc import Mapping

LONGEST_S = 365 * 24 * 3600
"""No answer is taken as good for longer than a year."""


def lifetime_s(headers: Mapping[str, str]) -> int:
    """Seconds for which the answer may be used without asking again; 0 when it must be asked for every time.

    `headers` have lower-case names. Without `max-age` nothing is assumed, so 0; an `age` is taken off.
    """
    seconds = 0
    for directive in headers.get("cache-control", "").lower().split(","):
        name, _, value = directive.strip().partition("=")
        if name in ("no-store", "no-cache"):
            return 0
        if name == "max-age":
            seconds = _number(value.strip().strip('"'))
    return max(0, min(seconds, LONGEST_S) - _number(headers.get("age", "0").strip()))


def may_store(headers: Mapping[str, str]) -> bool:
    """Whether the answer may be kept at all (no `no-store`)."""
    directives = headers.get("cache-control", "").lower().split(",")
    return all(directive.strip() != "no-store" for directive in directives)


def validators(headers: Mapping[str, str]) -> tuple[str, str]:
    """(etag, last-modified), each empty when not sent."""
    return headers.get("etag", ""), headers.get("last-modified", "")


def revalidation_headers(etag: str, last_modified: str) -> tuple[tuple[str, str], ...]:
    """The headers that ask for an answer only if it has changed."""
    pairs = (("if-none-match", etag), ("if-modified-since", last_modified))
    return tuple((name, value) for name, value in pairs if value)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else 0
