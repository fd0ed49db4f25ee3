"""Which artifact of a release serves an interpreter best."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from clutch.base.errors import ClutchError
from clutch.model.artifact import Artifact
from clutch.model.environment import Interpreter
from clutch.standards.names import normalize


def choose_artifact(
    artifacts: Sequence[Artifact], interpreter: Interpreter, *, no_build: bool, no_binary: bool
) -> Artifact | None:
    """The wheel with the best tag (then the highest build number), else the sdist, None when nothing serves.

    Files whose requires-python leaves the interpreter out do not count.
    Source: Platform compatibility tags §Use; Binary distribution format §File name convention (build tag).
    """
    if not no_binary:
        ranking = _ranking(interpreter.tags)
        best: tuple[int, tuple[int, str]] | None = None
        chosen: Artifact | None = None
        for artifact in artifacts:
            rank = ranking.rank(artifact.filename) if artifact.kind == "wheel" else None
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


def name_in(filename: str) -> str:
    """The normalised name of the project that a wheel or sdist is of, by what stands before its version."""
    stem = filename.partition("-")[0] if filename.endswith(".whl") else filename.rpartition("-")[0]
    return normalize(stem)


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


def build_key(build: object) -> tuple[int, str]:
    """A build tag as it is ordered: its number, then the rest; none comes before all.

    Source: Binary distribution format §File name convention.
    """
    text = str(build) if isinstance(build, str) else ""
    digits = len(text) - len(text.lstrip("0123456789"))
    return (int(text[:digits]) if digits else -1, text[digits:])


class _Ranking:
    """How well wheels serve one interpreter.

    A set of tags is looked at once, and a name is only read when its tags will do: of the 1,800 wheels of 110 packages
    a tenth are.
    """

    def __init__(self, tags: Sequence[str]) -> None:
        self._places = {tag: place for place, tag in enumerate(tags)}
        self._known: dict[str, int | None] = {}

    def rank(self, filename: str) -> tuple[int, tuple[int, str]] | None:
        """The greater the better; None for a wheel that does not serve, or whose name cannot be understood."""
        from clutch.standards.filename import parse_wheel_filename

        tags = "-".join(filename.removesuffix(".whl").rsplit("-", 3)[1:])
        place = self._known[tags] if tags in self._known else self._place(tags)
        if place is None:
            return None
        try:
            return -place, build_key(parse_wheel_filename(filename).build)
        except ClutchError:
            return None

    def _place(self, tags: str) -> int | None:
        from clutch.standards.filename import expand_tags

        try:
            places = [self._places[tag] for tag in expand_tags(tags) if tag in self._places]
        except ClutchError:
            places = []
        self._known[tags] = found = min(places, default=None)
        return found


@lru_cache(maxsize=8)
def _ranking(tags: tuple[str, ...]) -> _Ranking:
    return _Ranking(tags)
