"""Package names: what is one, and the form in which two names are compared."""

from __future__ import annotations

import re
from functools import cache

_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?")
_SEPARATORS = re.compile(r"[-_.]+")


@cache
def normalize(name: str) -> str:
    """The form in which names are compared: lower case, runs of `-`, `_` and `.` become one `-`.

    Source: PEP 503 §Normalized Names; PEP 685 uses the same for extras, PEP 735 for groups.
    """
    return _SEPARATORS.sub("-", name).lower()


def is_name(text: str) -> bool:
    """Whether `text` is a valid package, extra or group name. Source: PEP 508 §Names."""
    return _NAME.fullmatch(text) is not None
