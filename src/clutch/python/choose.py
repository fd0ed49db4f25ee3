"""Chooses the one interpreter that a command works with, from all that was said about it."""

from __future__ import annotations

from collections.abc import Iterator

from clutch.base.errors import ClutchError, NotFoundError
from clutch.base.text import join_words
from clutch.base.values import NamedTuple
from clutch.model.environment import Interpreter
from clutch.python.discover import Found, Search, find_at, find_command, find_interpreters
from clutch.python.inspect import version_numbers
from clutch.python.places import Spot
from clutch.python.request import PythonRequest, parse_request

# A version with no such release yet: `>=3.11.40` still meets `3.11`.
_MICROS = (*range(40), 999)
_LISTED = 8


class Wish(NamedTuple):
    """What somebody wrote about the Python, and where: `--python`, `.python-version:1`, `pyproject.toml:5`."""

    text: str = ""
    place: str = ""

    def __str__(self) -> str:
        return f"`{self.text}` ({self.place})" if self.place else f"`{self.text}`"


def choose_interpreter(request: Wish, requires_python: Wish, pinned: Wish, search: Search) -> Interpreter:
    """The interpreter for a flag or variable (`request`), else for the pin, always within `requires_python`.

    The first on PATH that fits is taken, else the best elsewhere, newest first in each place; among those that fit an
    ordinary CPython comes before PyPy, free-threaded, debug and pre-release builds. Of an environment its base
    is given. Looks no further than the first ordinary one that fits.
    Raises: UsageError `invalid-python-request`; ClutchError `python-disagreement` when the wishes exclude each other;
    NotFoundError `no-python`, which names what exists; `broken-python`, `python-too-old` for a path or command.
    """
    wish = request if request.text else pinned
    asked = parse_request(wish.text)
    allowed = parse_request(requires_python.text)
    if asked.is_place:
        found = find_at(asked.path, search) if asked.path else find_command(asked.command, search)
        if not allowed.allows_version(found.version):
            raise ClutchError(
                "python-disagreement",
                f"{wish} is Python {found.version}, which {requires_python} does not allow",
                subject=wish.text,
                hints=("name another interpreter, or widen `requires-python`",),
            )
        return base_interpreter(found, search)
    refused: list[Found] = []
    best = _best(_fitting(asked, allowed, search, refused))
    if best is not None:
        return base_interpreter(best, search)
    if _exclude_each_other(asked, allowed):
        raise ClutchError(
            "python-disagreement",
            f"{wish} and {requires_python} have no Python in common",
            subject=wish.text,
            hints=(f"change one of the two: {wish.place or wish.text} or {requires_python.place}",),
        )
    # Which shims and broken interpreters were passed over matters to who asked for a version.
    raise _nothing_found(wish, requires_python, search, refused if asked.release else [])


def base_interpreter(interpreter: Interpreter, search: Search) -> Interpreter:
    """The interpreter that an environment was made from; an interpreter that is no environment's is its own base."""
    if not interpreter.is_virtual or interpreter.real_path == interpreter.path:
        return interpreter
    return find_at(interpreter.real_path, search)


def _fitting(
    asked: PythonRequest, allowed: PythonRequest, search: Search, refused: list[Found]
) -> Iterator[Interpreter]:
    def is_wanted(spot: Spot) -> bool:
        return asked.may_allow(spot.version) and allowed.may_allow(spot.version)

    for found in find_interpreters(search, is_wanted):
        interpreter = found.interpreter
        if interpreter is None or found.problem:
            refused.append(found)
        elif asked.allows(interpreter) and allowed.allows_version(interpreter.version):
            yield interpreter


def _best(fitting: Iterator[Interpreter]) -> Interpreter | None:
    """The first ordinary one, else the first of the least unusual."""
    best: Interpreter | None = None
    for interpreter in fitting:
        oddity = _oddity(interpreter)
        if not any(oddity):
            return interpreter
        if best is None or oddity < _oddity(best):
            best = interpreter
    return best


def _oddity(interpreter: Interpreter) -> tuple[bool, bool, bool, bool]:
    is_unfinished = any(letter in interpreter.version for letter in "abc")
    is_other = interpreter.implementation != "cpython"
    return is_other, is_unfinished, interpreter.is_debug, interpreter.is_free_threaded


def _exclude_each_other(asked: PythonRequest, allowed: PythonRequest) -> bool:
    """Whether no version at all is in both; asked only when nothing was found."""
    if not allowed.text or not asked.text or asked.text == allowed.text:
        return False
    from clutch.standards.pythons import RELEASED

    minors = [*RELEASED, "2.7", "3.6", "3.7"]
    named = ".".join(map(str, asked.release[:2]))
    if len(asked.release) >= 2 and named not in minors:
        minors.append(named)
    versions = [f"{minor}.{micro}" for minor in minors for micro in _MICROS]
    if asked.pre:
        versions.append(".".join(map(str, asked.release)) + asked.pre)
    return not any(asked.allows_version(version) and allowed.allows_version(version) for version in versions)


def _nothing_found(wish: Wish, requires_python: Wish, search: Search, refused: list[Found]) -> ClutchError:
    wanted = join_words([str(one) for one in (wish, requires_python) if one.text]) or "clutch"
    existing = _existing(search)
    there = f"there are {join_words(existing)}" if existing else "there is none at all"
    if len(existing) == 1:
        there = f"there is {existing[0]}"
    error = NotFoundError(
        "no-python",
        f"no Python was found that fits {wanted}; {there}",
        subject=wish.text or requires_python.text,
        hints=("install such a Python, or name one with `--python PATH`",),
    )
    for found in refused[:_LISTED]:
        error.with_fact(found.problem if f"`{found.path}`" in found.problem else f"`{found.path}` {found.problem}")
    return error


def _existing(search: Search) -> list[str]:
    """`3.12.1`, `pypy 3.10.14`, newest first, each once."""
    names = {}
    for found in find_interpreters(search):
        interpreter = found.interpreter
        if interpreter is None or found.problem:
            continue
        kind = "" if interpreter.implementation == "cpython" else f"{interpreter.implementation} "
        flavour = ("t" if interpreter.is_free_threaded else "") + ("d" if interpreter.is_debug else "")
        names[f"{kind}{interpreter.version}{flavour}"] = version_numbers(interpreter.version)
    ordered = sorted(names, key=lambda name: (names[name], name), reverse=True)
    return ordered if len(ordered) <= _LISTED else [*ordered[:_LISTED], f"{len(ordered) - _LISTED} more"]
