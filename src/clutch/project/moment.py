"""Points in time as settings state them: a date, a time, or how long ago."""

from __future__ import annotations

import re

from clutch.base.errors import ClutchError

# Texts, which `re` compiles when they are first used: nearly every command asks for no moment at all.
_DATE = r"(\d{4})-(\d\d)-(\d\d)\Z"
_TIME = r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?(Z|z|[+-]\d\d:\d\d)\Z"
_WORDS = r"(\d{1,5})\s*(h|hours?|d|days?|w|weeks?)\Z"
_ISO = r"P(?:(\d{1,5})W|(?:(\d{1,5})D)?(?:T(\d{1,5})H)?)\Z"
_HOURS = {"h": 1, "d": 24, "w": 168}


def check_moment(text: str) -> str:
    """`text` itself, when it states a moment (or is empty: no limit).

    Raises: ClutchError `invalid-value` otherwise.
    """
    if text:
        resolve_moment(text, 0.0)
    return text


def resolve_moment(text: str, now_s: float) -> str:
    """The moment as RFC 3339 in UTC; `now_s` (seconds since the epoch) is what a duration counts back from.

    A date without a time includes the whole of its day in UTC. Durations: `7 days`, `2 weeks`, `36h`, `P7D`.
    Raises: ClutchError `invalid-value`. Source: RFC 3339, ISO 8601 §durations.
    """
    from datetime import UTC, datetime, timedelta

    text = text.strip()
    hours = _hours(text)
    try:
        if hours >= 0:
            moment = datetime.fromtimestamp(now_s, UTC) - timedelta(hours=hours)
        elif re.match(_DATE, text):
            moment = datetime.fromisoformat(text).replace(tzinfo=UTC) + timedelta(days=1)
        elif re.match(_TIME, text):
            moment = datetime.fromisoformat(text.upper()).astimezone(UTC)
        else:
            raise ValueError(text)
    except (ValueError, OverflowError):
        message = f"expected a date like `2026-01-31`, a time like `2026-01-31T12:00:00Z` or `7 days`, not `{text}`"
        raise ClutchError("invalid-value", message) from None
    return moment.replace(microsecond=0).isoformat().replace("+00:00", "Z")


def _hours(text: str) -> int:
    """The hours of a duration, -1 when it is none."""
    words = re.match(_WORDS, text)
    if words is not None:
        return int(words.group(1)) * _HOURS[words.group(2)[0]]
    iso = re.match(_ISO, text)
    if iso is None or not any(iso.groups()):
        return -1
    weeks, days, hours = (int(number or 0) for number in iso.groups())
    return weeks * 168 + days * 24 + hours
