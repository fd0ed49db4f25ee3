"""Which file of a release is asked for the release's facts, and the key under which they are kept."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, TypeVar

KEY_DIGITS = 32


class FileLike(Protocol):
    """What a file of an index tells, as `SimpleFile` and `Artifact` both have it."""

    @property
    def filename(self) -> str: ...
    @property
    def url(self) -> str: ...
    @property
    def hashes(self) -> tuple[tuple[str, str], ...]: ...
    @property
    def size_bytes(self) -> int: ...
    @property
    def facts_hashes(self) -> tuple[tuple[str, str], ...] | None: ...


F = TypeVar("F", bound=FileLike)


def telling_file(files: Sequence[F]) -> F:
    """A wheel where there is one: pure rather than not, with announced metadata, small; else the first sdist.

    The wheels of a release are taken to say the same (and its sdist to say what they say), as all resolvers do.
    """
    if len(files) == 1:
        return files[0]
    wheels = [file for file in files if file.filename.endswith(".whl")]
    if not wheels:
        return files[0]
    return wheels[0] if len(wheels) == 1 else min(wheels, key=_cost)


def facts_key(file: FileLike) -> str:
    """The first digits of its SHA-256, or of a digest of whatever else tells it from others."""
    for algorithm, digest in file.hashes:
        if algorithm == "sha256" and len(digest) >= KEY_DIGITS:
            return digest[:KEY_DIGITS]
    import hashlib

    hashes = " ".join(":".join(pair) for pair in file.hashes)
    return hashlib.sha256(f"{file.url} {hashes}".encode()).hexdigest()[:KEY_DIGITS]


def _cost(file: FileLike) -> tuple[bool, bool, int, str]:
    is_pure = file.filename.endswith("-none-any.whl")
    return not is_pure, file.facts_hashes is None, file.size_bytes, file.filename
