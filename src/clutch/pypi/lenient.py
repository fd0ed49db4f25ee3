"""Understands what old releases wrote before the standards were strict; nothing of it is accepted in a user's own
files.
"""

from __future__ import annotations

import re
from functools import lru_cache

from clutch.base.errors import ClutchError
from clutch.model.parse import requirement_from_text
from clutch.model.requirement import Origin, Requirement
from clutch.standards.specifier import parse_specifiers
from clutch.standards.worlds import NATIVE

_STAR = re.compile(r"(?P<operator><=|>=|<|>)\s*(?P<version>[0-9][0-9.]*?)\.\*")
_NO_COMMA = re.compile(r"(?<=[0-9*])\s*(?=(?:<|>|!=|==|~=))")
_COMMA_TOO_MUCH = re.compile(r",\s*(?=[;)]|$)")
_QUOTED = re.compile(r"(?<=[<>=])\s*['\"](?P<version>[0-9][0-9.]*)['\"]")


@lru_cache(maxsize=1 << 12)
def python_text(text: str) -> str:
    """A requires-python text, canonical; empty (any) where it cannot be understood at all."""
    for candidate in (text, *_repairs(text)):
        try:
            return parse_specifiers(candidate.strip()).text
        except ClutchError:
            continue
    return ""


# Releases of one project repeat most of their requirements.
@lru_cache(maxsize=1 << 15)
def requirement_of(text: str) -> Requirement:
    """The requirement in one line of a package's metadata.

    Raises: ClutchError as `requirement_from_text` does, for the text as it stands.
    """
    text = " ".join(text.split())
    origin = Origin(text=text)
    try:
        return requirement_from_text(text, world=NATIVE, origin=origin)
    except ClutchError as error:
        head, semicolon, marker = text.partition(";")
        for repaired in _repairs(head):
            try:
                return requirement_from_text(repaired + semicolon + marker, world=NATIVE, origin=origin)
            except ClutchError:
                continue
        raise error


def _repairs(text: str) -> list[str]:
    """The text with the usual slips put right, one after the other."""
    found = []
    for pattern, replacement in (
        (_STAR, r"\g<operator>\g<version>"),
        (_NO_COMMA, ","),
        (_COMMA_TOO_MUCH, ""),
        (_QUOTED, r"\g<version>"),
    ):
        changed = pattern.sub(replacement, text)
        if changed != text:
            text = changed
            found.append(text)
    return found
