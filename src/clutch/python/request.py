"""What somebody wrote to name a Python, and whether an interpreter is meant by it.

Understood: `3.12`, `3.12.4`, `3.13t` (free-threaded), `3.12d` (debug), `>=3.11,<3.14`, `cpython-3.13t`,
`python@3.12`, `cp313`, `pypy3.10`, `pypy`, the path of an executable or an environment, the name of a command.
"""

from __future__ import annotations

import re

from clutch.base.errors import UsageError
from clutch.base.text import nearest
from clutch.base.values import NamedTuple
from clutch.model.environment import Interpreter

_IMPLEMENTATIONS = {
    "cpython": "cpython",
    "cp": "cpython",
    "python": "cpython",
    "pypy": "pypy",
    "pp": "pypy",
    "graalpy": "graalpy",
}
_VERSION = re.compile(r"(?P<numbers>\d+(\.\d+){0,2})(?P<pre>(a|b|rc)\d+)?(-dev)?(?P<flags>t?d?)")
_NAMED = re.compile(r"(?P<name>[a-z]+)[-@]?(?P<rest>\d.*)?", re.IGNORECASE)
_GLUED = re.compile(r"(?P<major>[23])(?P<minor>\d{1,2})(?P<flags>t?d?)")
_COMMAND = re.compile(r"[A-Za-z_][\w.+-]*")


class PythonRequest(NamedTuple):
    """One request, parsed.

    `path` and `command` stand alone; else `release` (the numbers given, empty for any), `pre` (`rc1`), `specifier` (a
    version range, empty for any) and the flavour say what fits. An empty `implementation` allows every one.
    """

    text: str
    path: str = ""
    command: str = ""
    implementation: str = ""
    release: tuple[int, ...] = ()
    pre: str = ""
    specifier: str = ""
    is_free_threaded: bool = False
    is_debug: bool = False

    @property
    def is_place(self) -> bool:
        """Whether it names one executable and no property of it."""
        return bool(self.path or self.command)

    def allows(self, interpreter: Interpreter) -> bool:
        """Whether the interpreter is meant; a path or command allows whatever is found there."""
        if self.is_place:
            return True
        if self.implementation not in ("", interpreter.implementation):
            return False
        # A range says nothing of the flavour; the choice prefers the ordinary one.
        if not self.specifier and self.text and self.is_free_threaded != interpreter.is_free_threaded:
            return False
        if self.is_debug and not interpreter.is_debug:
            return False
        return self.allows_version(interpreter.version)

    def allows_version(self, version: str) -> bool:
        """Whether a full version (`3.13.0`) is meant, whatever its flavour."""
        if self.specifier:
            from clutch.standards.specifier import parse_specifiers
            from clutch.standards.version import parse_version

            return parse_specifiers(self.specifier).contains(parse_version(version), prereleases=True)
        found = _VERSION.match(version)
        if found is None:
            return not self.release
        if self.pre:
            return version == ".".join(map(str, self.release)) + self.pre
        numbers = tuple(map(int, found["numbers"].split(".")))
        return numbers[: len(self.release)] == self.release

    def may_allow(self, partial: str) -> bool:
        """Whether an interpreter can be meant whose name tells only `3`, `3.12`, `3.12.4` or nothing."""
        numbers = tuple(int(part) for part in partial.split(".") if part)
        if self.specifier and len(numbers) >= 2:
            if len(numbers) > 2:
                return self.allows_version(partial)
            return any(self.allows_version(f"{partial}.{micro}") for micro in (*range(40), 999))
        shorter = min(len(numbers), len(self.release))
        return self.specifier != "" or numbers[:shorter] == self.release[:shorter]


def parse_request(text: str) -> PythonRequest:
    """The request that a person wrote; empty text and `any` allow every interpreter.

    Raises: UsageError `invalid-python-request`.
    """
    word = text.strip()
    if word.lower() in ("", "any", "default"):
        return PythonRequest("")
    if word[0] in "<>=!~" and not word.startswith(("~/", "~\\")) and word != "~":
        return _parse_range(word)
    if "/" in word or "\\" in word or word.startswith(("~", ".")):
        return PythonRequest(word, path=word)
    if word[0].isdigit():
        return _parse_version(word, "", word)
    return _parse_word(word)


def _parse_range(word: str) -> PythonRequest:
    from clutch.base.errors import ClutchError
    from clutch.standards.specifier import parse_specifiers

    try:
        return PythonRequest(word, specifier=parse_specifiers(word).text)
    except ClutchError as error:
        raise UsageError(
            "invalid-python-request", f"`{word}` is not a range of Python versions: {error.message}", subject=word
        ) from error


def _parse_version(word: str, implementation: str, version: str) -> PythonRequest:
    if "," in version or " " in version:
        raise _invalid(word, (f"write a range with its operators: `>={version.split(',')[0].split()[0]}`",))
    if version.endswith((".*", ".x")):
        raise _invalid(word, (f"write `{version[:-2]}`",))
    found = _VERSION.fullmatch(version)
    if found is None:
        raise _invalid(word, ("write a version such as `3.12`, `3.12.4` or `3.13t`",))
    release = tuple(map(int, found["numbers"].split(".")))
    if len(release) == 1 and release[0] > 9:
        raise _invalid(word, (f"write `{word[0]}.{word[1:]}`",))
    if found["pre"] and len(release) == 2:
        release = (*release, 0)
    return PythonRequest(
        word,
        implementation=implementation,
        release=release,
        pre=found["pre"] or "",
        is_free_threaded="t" in found["flags"],
        is_debug="d" in found["flags"],
    )


def _parse_word(word: str) -> PythonRequest:
    found = _NAMED.fullmatch(word)
    implementation = _IMPLEMENTATIONS.get(found["name"].lower(), "") if found else ""
    if found and implementation:
        rest = found["rest"] or ""
        # `python3` and `python3.12` are commands as well as versions, and mean the version.
        if not rest:
            return PythonRequest(word, implementation="" if word.lower() == "python" else implementation)
        glued = _GLUED.fullmatch(rest)
        if glued and found["name"].lower() in ("cp", "pp"):
            rest = f"{glued['major']}.{glued['minor']}{glued['flags']}"
        # `pypy3.10-7.3.12`, as pyenv says it: the second version is the implementation's.
        if implementation != "cpython":
            rest = rest.split("-")[0]
        return _parse_version(word, implementation, rest)
    start = re.match(r"[A-Za-z]+(?=[-@]?\d)", word)
    if start and nearest(start[0].lower(), ("cpython", "python", "pypy")):
        near = nearest(start[0].lower(), ("cpython", "python", "pypy"))[0]
        raise _invalid(word, (f"write `{near}{word[start.end() :]}`",))
    if _COMMAND.fullmatch(word):
        return PythonRequest(word, command=word)
    raise _invalid(word, ("write a version, a range, a path or the name of a command",))


def _invalid(word: str, hints: tuple[str, ...]) -> UsageError:
    return UsageError("invalid-python-request", f"`{word}` does not name a Python", subject=word, hints=hints)
