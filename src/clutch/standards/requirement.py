"""Dependency specifiers: `name[extra,…] specifier ; marker` and `name @ url ; marker`."""

from __future__ import annotations

import re
from functools import cache

from clutch.base.errors import ClutchError
from clutch.base.values import NamedTuple
from clutch.standards.marker import parse_marker, render_marker
from clutch.standards.names import normalize
from clutch.standards.specifier import find_problem, parse_specifiers

_HEAD = re.compile(r"\s*(?P<name>[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*(?:\[(?P<extras>[^\]]*)\])?\s*")
_URL = re.compile(r"@\s*(?P<url>[^\s]+)(?:\s+|$)")
_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?")
_NEEDS_OPERATOR = re.compile(r"\s*v?[0-9][0-9.]*\s*")


class RequirementText(NamedTuple):
    """A requirement in its parts, all normalised.

    `extras` are sorted, without duplicates; `specifier` is the canonical text, "" for any; `marker` canonical, "" for
    always; either `url` or `specifier` is "".
    """

    name: str
    extras: tuple[str, ...] = ()
    specifier: str = ""
    url: str = ""
    marker: str = ""


@cache
def parse_requirement_text(text: str) -> RequirementText:
    """The requirement that `text` spells; remembered for each text.

    Raises: ClutchError `invalid-requirement` with the column, what was expected there, and a hint for common slips.
    Source: PEP 508 §Grammar.
    """
    head = _HEAD.match(text)
    if head is None:
        place = len(text) - len(text.lstrip())
        raise _error(
            text, place, "a package name" + ("" if not text[place:] else ", which begins with a letter or digit,")
        )
    extras = _parse_extras(text, head) if head["extras"] is not None else ()
    name = normalize(head["name"])
    place = head.end()
    if text.startswith("@", place):
        return _parse_url_form(text, place, name, extras)
    semicolon = text.find(";", place)
    body_end = len(text) if semicolon < 0 else semicolon
    specifier = _parse_specifier(text, place, body_end)
    marker = _parse_marker(text, semicolon + 1) if semicolon >= 0 else ""
    return RequirementText(name, extras, specifier, "", marker)


def render_requirement(requirement: RequirementText) -> str:
    """The canonical text: `name[a,b]<2,>=1 ; marker` or `name @ url ; marker`."""
    extras = f"[{','.join(requirement.extras)}]" if requirement.extras else ""
    target = f" @ {requirement.url}" if requirement.url else requirement.specifier
    marker = f" ; {requirement.marker}" if requirement.marker else ""
    return f"{requirement.name}{extras}{target}{marker}"


def _parse_url_form(text: str, place: int, name: str, extras: tuple[str, ...]) -> RequirementText:
    match = _URL.match(text, place)
    if match is None:
        raise _error(text, place + 1, "a URL after `@`")
    marker = ""
    if match.end() < len(text):
        if text[match.end()] != ";":
            raise _error(text, match.end(), "`;` and a marker after the URL, or the end")
        marker = _parse_marker(text, match.end() + 1)
    return RequirementText(name, extras, "", match["url"], marker)


def _parse_extras(text: str, head: re.Match[str]) -> tuple[str, ...]:
    inside = head["extras"]
    if not inside.strip():
        return ()
    extras: set[str] = set()
    place = head.start("extras")
    for part in inside.split(","):
        stripped = part.strip()
        if _NAME.fullmatch(stripped) is None:
            offset = place + len(part) - len(part.lstrip())
            space = re.search(r"\s", stripped)
            if space and _NAME.fullmatch(stripped[: space.start()]):
                offset += len(stripped) - len(stripped[space.start() :].lstrip())
                raise _error(text, offset, "a comma between extras, or `]`")
            raise _error(text, offset, "the name of an extra")
        extras.add(normalize(stripped))
        place += len(part) + 1
    return tuple(sorted(extras))


def _parse_specifier(text: str, start: int, end: int) -> str:
    body = text[start:end].rstrip()
    if not body:
        return ""
    if body[0] == "(":
        if body[-1] != ")":
            raise _error(text, start + len(body), "`)`")
        start, body = start + 1, body[1:-1]
    try:
        return parse_specifiers(body).text
    except ClutchError as error:
        failure = error
    problem = find_problem(body)
    if problem is None:
        raise ClutchError("invalid-requirement", f"`{text}`: {failure.message}", subject=text)
    offset, expected, meant = problem
    place = start + offset
    if offset == 0 and body[0] == "[":
        expected = "`]` after the extras"
        place = len(text)
    elif not offset and not _NEEDS_OPERATOR.match(body) and body[0] not in "=~^<>!":
        expected = "`[`, `@`, `;`, " + expected + " or the end"
    if re.match(r"(python_|sys_|platform_|os_|extra|implementation_)", body[offset:]):
        expected, meant = "`;` before the marker", ""
    raise _error(text, place, expected, text[:start] + meant + text[start + len(body) :] if meant else "")


def _parse_marker(text: str, start: int) -> str:
    part = text[start:]
    if not part.strip():
        raise _error(text, len(text), "a marker after `;`")
    try:
        return render_marker(parse_marker(part))
    except ClutchError as error:
        failure = error
    found = re.search(r"expected (.*) at column ([0-9]+), found", failure.message, re.DOTALL)
    if found is None:
        raise failure
    raise _error(text, start + int(found[2]) - 1, found[1], hints=failure.hints)


def _error(text: str, place: int, expected: str, meant: str = "", hints: tuple[str, ...] = ()) -> ClutchError:
    found = f"`{text[place : place + 30].rstrip()}`" if text[place:].strip() else "the end"
    if meant:
        hints = (f"write `{meant.strip()}`",)
    return ClutchError(
        "invalid-requirement",
        f"`{text}` is not a requirement: expected {expected} at column {place + 1}, found {found}",
        subject=text,
        hints=hints,
    )
