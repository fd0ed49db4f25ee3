"""Which artifact of a release serves an interpreter best."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

from clutch.base.errors import ClutchError
from clutch.model.artifact import Artifact
from clutch.model.environment import Interpreter


def choose_artifact(
    artifacts: Sequence[Artifact], interpreter: Interpreter, *, no_build: bool, no_binary: bool
) -> Artifact | None:
    """The wheel with the best tag (then the highest build number), else the sdist, None when nothing serves.

    Files whose requires-python leaves the interpreter out do not count.
    Source: Platform compatibility tags §Use; Binary distribution format §File name convention (build tag).
    """
    if not no_binary:
        ranks = _ranks(interpreter.tags)
        best: tuple[int, tuple[int, str]] | None = None
        chosen: Artifact | None = None
        for artifact in artifacts:
            rank = _rank(artifact, ranks) if artifact.kind == "wheel" else None
            if rank is not None and (best is None or rank > best) and admits(artifact.python, interpreter):
                best, chosen = rank, artifact
        if chosen is not None:
            return chosen
    if no_build:
        return None
    for artifact in artifacts:
        if artifact.kind == "sdist" and admits(artifact.python, interpreter):
            return artifact
    return None


def admits(requires_python: str, interpreter: Interpreter) -> bool:
    """Whether a requires-python text includes the interpreter; a text that cannot be understood includes all."""
    if not requires_python:
        return True
    from clutch.standards.specifier import parse_specifiers
    from clutch.standards.version import parse_version

    try:
        return parse_specifiers(requires_python).contains(parse_version(interpreter.version))
    except ClutchError:
        return True


def _rank(artifact: Artifact, ranks: Mapping[str, int]) -> tuple[int, tuple[int, str]] | None:
    from clutch.standards.filename import parse_wheel_filename

    try:
        name = parse_wheel_filename(artifact.filename)
    except ClutchError:
        return None
    places = [ranks[tag] for tag in name.tags if tag in ranks]
    return (-min(places), build_key(name.build)) if places else None


def build_key(build: object) -> tuple[int, str]:
    """A build tag as it is ordered: its number, then the rest; none comes before all.

    Source: Binary distribution format §File name convention.
    """
    text = str(build) if isinstance(build, str) else ""
    digits = len(text) - len(text.lstrip("0123456789"))
    return (int(text[:digits]) if digits else -1, text[digits:])


@lru_cache(maxsize=8)
def _ranks(tags: tuple[str, ...]) -> Mapping[str, int]:
    return {tag: place for place, tag in enumerate(tags)}
