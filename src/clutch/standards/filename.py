"""What the file names of wheels and source archives say."""

from __future__ import annotations

import re
from functools import cache

from clutch.base.errors import ClutchError
from clutch.base.values import NamedTuple
from clutch.standards.names import normalize
from clutch.standards.version import parse_version

SDIST_SUFFIXES = (".tar.gz", ".zip", ".tar.bz2", ".tgz", ".tar.xz")
"""`.tar.gz` is the standard's, the others are from before it. Source: PEP 625, PEP 527."""

_NAME = re.compile(r"[\w\d._]*")
_BUILD = re.compile(r"[0-9][^-]*")
_MOST_TAGS = 512  # no real wheel has more; a hostile name could multiply its parts


class WheelName(NamedTuple):
    """The parts of a wheel's file name: name and version normalised, build tag or "", tags one by one in order."""

    name: str
    version: str
    build: str
    tags: tuple[str, ...]


@cache
def expand_tags(tags: str) -> tuple[str, ...]:
    """The tags one by one, in lower case, of a compressed set such as `py2.py3-none-any`; remembered for each text.

    Raises: ClutchError `invalid-filename`. Source: PEP 425 §Compressed tag sets.
    """
    parts = [part.lower().split(".") for part in tags.split("-")]
    if len(parts) != 3:
        raise _error(tags, f"it has {len(parts)} parts between hyphens, not 3")
    pythons, abis, platforms = parts
    if len(pythons) * len(abis) * len(platforms) > _MOST_TAGS:
        raise _error(tags, "it stands for too many tags")
    return tuple(f"{python}-{abi}-{platform}" for python in pythons for abi in abis for platform in platforms)


@cache
def parse_wheel_filename(text: str) -> WheelName:
    """The parts of a wheel's file name; remembered for each text.

    Raises: ClutchError `invalid-filename`. Source: PEP 427 §File name convention, PEP 425 §Compressed tag sets.
    """
    if not text.endswith(".whl"):
        raise _error(text, "it does not end in `.whl`")
    parts = text[:-4].split("-")
    if len(parts) not in (5, 6):
        raise _error(text, f"it has {len(parts)} parts between hyphens, not 5 or 6")
    if not parts[0] or _NAME.fullmatch(parts[0]) is None or "__" in parts[0]:
        raise _error(text, f"`{parts[0]}` is not a name as wheels escape it")
    if len(parts) == 6 and _BUILD.fullmatch(parts[2]) is None:
        raise _error(text, f"the build tag `{parts[2]}` does not begin with a digit")
    try:
        version = parse_version(parts[1].replace("_", "-")).text
    except ClutchError as error:
        raise _error(text, error.message) from None
    return WheelName(
        normalize(parts[0]), version, parts[2] if len(parts) == 6 else "", expand_tags("-".join(parts[-3:]))
    )


def parse_sdist_filename(text: str, name: str) -> tuple[str, str]:
    """The normalised name and version of a source archive of the package `name`.

    Knowing the name is what makes old names with hyphens in both parts readable.
    Raises: ClutchError `invalid-filename`. Source: PEP 625; PEP 503 for what the name must equal.
    """
    suffix = next((suffix for suffix in SDIST_SUFFIXES if text.endswith(suffix)), "")
    if not suffix:
        raise _error(text, "it is no source archive")
    stem = text[: -len(suffix)]
    wanted = normalize(name)
    problem = f"it does not begin with `{wanted}-`"
    for place, letter in enumerate(stem):
        if letter == "-" and normalize(stem[:place]) == wanted:
            try:
                return wanted, parse_version(stem[place + 1 :]).text
            except ClutchError as error:
                problem = error.message
    raise _error(text, problem)


def _error(text: str, why: str) -> ClutchError:
    return ClutchError("invalid-filename", f"the file name `{text[:200]}` cannot be understood: {why}", subject=text)
