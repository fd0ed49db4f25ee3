"""Keeps passwords out of every text."""

from __future__ import annotations

import re

USERINFO = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*://)(?P<userinfo>[^\s/?#\"'<>]*)@")
"""User and password of a URL, with its scheme."""
_SECRET_QUERY = re.compile(
    r"(?i)(?P<name>[?&](?:[\w-]*token|password|passwd|secret|api[-_]?key|sig|signature)=)[^&\s#\"'`]+"
)


def redact(text: str) -> str:
    """`text` with the credentials of every URL in it replaced: `https://****@host/`, `?token=****`."""
    text = USERINFO.sub(lambda match: match["scheme"] + ("****@" if match["userinfo"] else ""), text)
    return _SECRET_QUERY.sub(r"\g<name>****", text)
