"""Reads what a lock pins, also from a file in which git left both sides of a merge."""

from __future__ import annotations

import re
from collections.abc import Mapping

from clutch.base.values import NamedTuple

Pins = Mapping[str, tuple[str, ...]]

_HEADER = re.compile(r"\s*\[\[?\s*([A-Za-z.\s]+?)\s*\]")
_PAIR = re.compile(r"\s*(name|version)\s*=\s*[\"']([^\"']*)[\"']")
_OURS, _BASE, _THEIRS, _END = "<<<<<<< ", "||||||| ", "=======", ">>>>>>> "


class Sides(NamedTuple):
    """The texts of both sides of a merge; the same text twice where there is no conflict."""

    ours: str
    theirs: str


def has_conflict(text: str) -> bool:
    """Whether git's conflict markers stand in the text."""
    return text.startswith(_OURS) or f"\n{_OURS}" in text


def split_sides(text: str) -> Sides:
    """Both sides in full, each with the lines that are not in conflict; `diff3`'s common base is left out."""
    ours: list[str] = []
    theirs: list[str] = []
    side = ""
    for line in text.splitlines(keepends=True):
        if line.startswith(_OURS):
            side = "ours"
        elif side and line.startswith(_BASE):
            side = "base"
        elif side and line.rstrip("\r\n") == _THEIRS:
            side = "theirs"
        elif side and line.startswith(_END):
            side = ""
        else:
            if side in ("", "ours"):
                ours.append(line)
            if side in ("", "theirs"):
                theirs.append(line)
    return Sides("".join(ours), "".join(theirs))


def read_pins(text: str) -> Pins:
    """Name to the versions that a lock's text pins, in its order; broken TOML still gives what it has."""
    found: dict[str, tuple[str, ...]] = {}
    name, is_package = "", False
    for line in text.splitlines():
        header = _HEADER.match(line)
        if header is not None:
            is_package = header.group(1) in ("packages", "tool.clutch.packages")
            name = ""
            continue
        pair = _PAIR.match(line) if is_package else None
        if pair is None:
            continue
        key, value = pair.groups()
        if key == "name":
            name = value
        elif name and value not in found.get(name, ()):
            found[name] = (*found.get(name, ()), value)
    return found


def conflict_pins(text: str) -> tuple[Pins, Pins]:
    """What each side of a conflicted lock pins: ours, theirs."""
    sides = split_sides(text)
    return read_pins(sides.ours), read_pins(sides.theirs)
