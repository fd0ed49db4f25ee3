"""Versions as PEP 440 writes and orders them."""

from __future__ import annotations

import re
from functools import cache
from typing import Final, TypeAlias

from clutch.base.errors import ClutchError

LocalSegment: TypeAlias = tuple[int, int, str]
Key: TypeAlias = tuple[int, tuple[int, ...], int, int, int, int, int, tuple[LocalSegment, ...]]
"""Compares as PEP 440 orders versions. In order:

epoch; release without trailing zeros; kind of pre-release (`DEV_ONLY`, 0 `a`, 1 `b`, 2 `rc`, `FINAL`) and its number;
post number (-1: none); 0 for a development release, else 1; its number; local segments, where text sorts before
numbers.
"""

DEV_ONLY = -1
"""Kind of a version like `1.0.dev2`, which precedes every `1.0a0`."""
FINAL = 3
"""Kind of a version without a pre-release part."""

_PRE_KINDS = {"a": 0, "alpha": 0, "b": 1, "beta": 1, "c": 2, "rc": 2, "pre": 2, "preview": 2}
_PRE_LETTERS = ("a", "b", "rc")
_PLAIN = re.compile(r"(?:0|[1-9][0-9]{0,17})(?:\.(?:0|[1-9][0-9]{0,17}))*")
_VERSION = re.compile(
    r"""\s* v?
    (?:(?P<epoch>[0-9]+)!)?
    (?P<release>[0-9]+(?:\.[0-9]+)*)
    (?:[-_.]?(?P<pre>alpha|a|beta|b|preview|pre|c|rc)[-_.]?(?P<pre_number>[0-9]*))?
    (?P<post>-(?P<bare_post>[0-9]+)|[-_.]?(?:post|rev|r)[-_.]?(?P<post_number>[0-9]*))?
    (?P<dev>[-_.]?dev[-_.]?(?P<dev_number>[0-9]*))?
    (?:\+(?P<local>[a-z0-9]+(?:[-_.][a-z0-9]+)*))?
    \s*""",
    re.VERBOSE | re.IGNORECASE | re.ASCII,
)


class Version:
    """One version; equal, ordered and hashed by `key`, so `1.0` equals `1.0.0`. `text` is the normalised spelling."""

    __slots__ = ("dev", "epoch", "key", "local", "post", "pre", "release", "text")

    def __init__(
        self,
        epoch: int,
        release: tuple[int, ...],
        pre: tuple[str, int] | None,
        post: int | None,
        dev: int | None,
        local: str,
    ) -> None:
        self.epoch: Final = epoch
        self.release: Final = release
        self.pre: Final = pre
        self.post: Final = post
        self.dev: Final = dev
        self.local: Final = local
        self.key: Final = _key(self)
        self.text: Final = _text(self)

    @property
    def is_prerelease(self) -> bool:
        """Whether it is a pre-release or a development release. Source: PEP 440 §Handling of pre-releases."""
        return self.pre is not None or self.dev is not None

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return f"<Version {self.text}>"

    def __hash__(self) -> int:
        return hash(self.key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Version) and self.key == other.key

    def __lt__(self, other: Version) -> bool:
        return self.key < other.key

    def __le__(self, other: Version) -> bool:
        return self.key <= other.key

    def __gt__(self, other: Version) -> bool:
        return self.key > other.key

    def __ge__(self, other: Version) -> bool:
        return self.key >= other.key


@cache
def parse_version(text: str) -> Version:
    """The version that `text` spells, surrounding blanks allowed; remembered for each text.

    Raises: ClutchError `invalid-version`. Source: PEP 440 §Public version identifiers, §Normalization, appendix B.
    """
    if _PLAIN.fullmatch(text):
        return Version(0, tuple(map(int, text.split("."))), None, None, None, "")
    match = _VERSION.fullmatch(text)
    if match is None:
        raise ClutchError("invalid-version", f"`{text}` is not a version as PEP 440 defines it", subject=text)
    try:
        return _from_match(match)
    except ValueError:  # more digits than Python converts
        raise ClutchError(
            "invalid-version", f"a number in the version `{text[:40]}…` is too long", subject=text
        ) from None


def is_version(text: str) -> bool:
    """Whether `parse_version` would accept `text`."""
    return _VERSION.fullmatch(text) is not None


def _from_match(match: re.Match[str]) -> Version:
    pre = match["pre"]
    post: int | None = None
    if match["post"]:
        post = int(match["bare_post"] or match["post_number"] or 0)
    return Version(
        int(match["epoch"] or 0),
        tuple(map(int, match["release"].split("."))),
        (_PRE_LETTERS[_PRE_KINDS[pre.lower()]], int(match["pre_number"] or 0)) if pre else None,
        post,
        int(match["dev_number"] or 0) if match["dev"] else None,
        _normal_local(match["local"] or ""),
    )


def _normal_local(local: str) -> str:
    if not local:
        return ""
    parts = re.split(r"[-_.]", local.lower())
    return ".".join(str(int(part)) if part.isdigit() else part for part in parts)


def _key(version: Version) -> Key:
    end = len(version.release)
    while end and not version.release[end - 1]:
        end -= 1
    release = version.release[:end]
    post = -1 if version.post is None else version.post
    has_no_dev, dev = (1, 0) if version.dev is None else (0, version.dev)
    if version.pre is not None:
        kind, number = _PRE_KINDS[version.pre[0]], version.pre[1]
    elif post < 0 and not has_no_dev:
        kind, number = DEV_ONLY, 0
    else:
        kind, number = FINAL, 0
    return (version.epoch, release, kind, number, post, has_no_dev, dev, _local_key(version.local))


def _local_key(local: str) -> tuple[LocalSegment, ...]:
    if not local:
        return ()
    return tuple((1, int(part), "") if part.isdigit() else (0, 0, part) for part in local.split("."))


def _text(version: Version) -> str:
    text = ".".join(map(str, version.release))
    if version.epoch:
        text = f"{version.epoch}!{text}"
    if version.pre is not None:
        text += f"{version.pre[0]}{version.pre[1]}"
    if version.post is not None:
        text += f".post{version.post}"
    if version.dev is not None:
        text += f".dev{version.dev}"
    return f"{text}+{version.local}" if version.local else text
