"""Version specifiers as ranges of the version order, so that each clause is a stretch of a sorted list."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import Any, Final, TypeAlias

from clutch.base.errors import ClutchError
from clutch.base.values import NamedTuple
from clutch.standards.version import Version, parse_version

Bound: TypeAlias = tuple[Any, ...]
"""A point in the order of version keys: a key, a beginning of one, or one made longer."""
Range: TypeAlias = tuple[Bound, Bound | None]
"""From the first bound (included) to the second (excluded; None: no end)."""

_BOTTOM: Bound = ()
_AFTER_LOCALS = ((2,),)  # sorts after every local segment
_AFTER_POSTS = (float("inf"),)  # sorts after every post number

_PRE = r"(?:[-_.]?(?:alpha|a|beta|b|preview|pre|c|rc)[-_.]?[0-9]*)?"
_SUFFIX = _PRE + r"(?:-[0-9]+|[-_.]?(?:post|rev|r)[-_.]?[0-9]*)?(?:[-_.]?dev[-_.]?[0-9]*)?"
_RELEASE = r"v?(?:[0-9]+!)?[0-9]+"
_CLAUSE = rf"""(?P<op1>===)\s*(?P<v1>[^\s;),]+)
    |(?P<op2>==|!=)\s*(?P<v2>{_RELEASE}(?:\.[0-9]+)*(?:\.\*|{_SUFFIX}(?:\+[a-z0-9]+(?:[-_.][a-z0-9]+)*)?))
    |(?P<op3>~=)\s*(?P<v3>{_RELEASE}(?:\.[0-9]+)+{_SUFFIX})
    |(?P<op4><=|>=|<|>)\s*(?P<v4>{_RELEASE}(?:\.[0-9]+)*{_SUFFIX})"""
_COMMON = re.compile(r"\s*(>=|<=|==|!=|<|>)\s*([0-9]+(?:\.[0-9]+)*)(\.\*)?\s*", re.ASCII)
_START = re.compile(r"[\s,]*")
_SEPARATOR = re.compile(r"\s*(?:,[\s,]*|$)")


class Problem(NamedTuple):
    """Why a text is no specifier: the offset in it, what was expected there, and how it was probably meant (or "")."""

    offset: int
    expected: str
    meant: str


class Specifiers:
    """A conjunction of clauses; `text` is canonical: clauses normalised, sorted, no duplicates or blanks; "" for
    any."""

    __slots__ = ("_exact", "_ranges", "clauses", "text")

    def __init__(self, clauses: Sequence[tuple[str, str]]) -> None:
        self.clauses: Final = tuple(sorted(set(clauses), key=lambda clause: clause[0] + clause[1]))
        self.text: Final = ",".join(operator + version for operator, version in self.clauses)
        self._ranges: Final = tuple(
            (operator == "!=", _range(operator, version)) for operator, version in self.clauses if operator != "==="
        )
        self._exact: Final = tuple(version.lower() for operator, version in self.clauses if operator == "===")

    def contains(self, version: Version, *, prereleases: bool = True) -> bool:
        """Whether every clause holds for `version`; with `prereleases=False` none is contained.

        Source: PEP 440 §Version specifiers.
        """
        if not prereleases and version.is_prerelease:
            return False
        if any(version.text.lower() != text for text in self._exact):
            return False
        key = version.key
        return all((low <= key and (high is None or key < high)) != negated for negated, (low, high) in self._ranges)

    def mask(self, versions: Sequence[str]) -> int:
        """The versions contained, pre-releases included: bit `i` for `versions[i]`.

        `versions` are sorted newest first. Parses O(log n) of them for a clause, none for `===`, which compares texts.
        """
        everything = (1 << len(versions)) - 1
        mask = everything
        for negated, (low, high) in self._ranges:
            below = (1 << _position(versions, low)) - 1
            stretch = below if high is None else below & ~((1 << _position(versions, high)) - 1)
            mask &= everything & ~stretch if negated else stretch
        for text in self._exact:
            mask &= sum(1 << place for place, version in enumerate(versions) if version.lower() == text)
        return mask

    @property
    def names_prerelease(self) -> bool:
        """Whether a clause names a pre-release, which asks for them. Source: PEP 440 §Handling of pre-releases."""
        return any(
            not version.endswith(".*") and parse_version(version).is_prerelease
            for operator, version in self.clauses
            if operator != "!=" and (operator != "===" or _is_version(version))
        )

    @property
    def pins_exactly(self) -> bool:
        """Whether one clause is an exact pin: `===`, or `==` without a wildcard."""
        return any(op == "===" or (op == "==" and not version.endswith(".*")) for op, version in self.clauses)

    @property
    def has_upper_bound(self) -> bool:
        """Whether some version is too new for it."""
        return any(operator in ("<", "<=", "==", "~=", "===") for operator, _ in self.clauses)

    @property
    def lower_bound(self) -> str:
        """The highest version that a `>=`, `>`, `~=`, `==` or `===` clause starts from, "" when there is none."""
        starts = [
            version.removesuffix(".*")
            for operator, version in self.clauses
            if operator in (">=", ">", "~=", "==") or (operator == "===" and _is_version(version))
        ]
        return max(starts, key=lambda text: parse_version(text).key, default="")

    def __repr__(self) -> str:
        return f"<Specifiers {self.text!r}>"

    def __str__(self) -> str:
        return self.text

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Specifiers) and self.clauses == other.clauses

    def __hash__(self) -> int:
        return hash(self.text)


@cache
def parse_specifiers(text: str) -> Specifiers:
    """The specifiers of a comma separated list, remembered for each text; commas too many are overlooked.

    Raises: ClutchError `invalid-specifier` with the column. Source: PEP 440 §Version specifiers.
    """
    try:
        clauses = _scan(text)
    except ClutchError as error:  # a number too long
        raise ClutchError("invalid-specifier", error.message, subject=text) from None
    if clauses is None:
        raise _error(text)
    return Specifiers(clauses)


def python_bounds(specifiers: Specifiers) -> tuple[str, str]:
    """The lowest version that can be contained, and the first one above all contained; "" where there is no such bound.

    Texts with one to three numbers (`3.9`, `4.0`), good for requires-python: `>=3.9,<4` gives `("3.9", "4")`,
    `==3.12.*` gives `("3.12", "3.13")`, `<=3.12.4` gives `("", "3.12.5")`. Exclusions (`!=`) do not count.
    """
    uppers: list[str] = []
    for operator, version in specifiers.clauses:
        if operator == "<":
            uppers.append(version)
        elif operator in ("<=", "==", "~=", "===") and _is_version(version.removesuffix(".*")):
            base = parse_version(version.removesuffix(".*"))
            release = base.release
            if operator == "~=":
                release = release[:-1]
            elif not version.endswith(".*"):
                release = (*release, 0, 0)[: max(3, len(release))]
            epoch = f"{base.epoch}!" if base.epoch else ""
            uppers.append(epoch + ".".join(map(str, (*release[:-1], release[-1] + 1))))
    return specifiers.lower_bound, min(uppers, key=lambda text: parse_version(text).key, default="")


def find_problem(text: str) -> Problem | None:
    """Where and why `text` is no list of specifiers; None when it is one. Slow: for messages."""
    place = _START.match(text).end()  # type: ignore[union-attr]
    while place < len(text):
        match = _clause().match(text, place)
        if match is None:
            return Problem(*_expected(text, place), _meant(text))
        separator = _SEPARATOR.match(text, match.end())
        if separator is None:
            rest = text[match.end() :]
            offset = match.end() + len(rest) - len(rest.lstrip())
            if rest.startswith(".*"):
                return Problem(offset, "no `.*`, which only follows a plain release after `==` or `!=`", _meant(text))
            if rest.startswith("+"):
                return Problem(offset, "no local part, which only `==` and `!=` may compare", _meant(text))
            return Problem(offset, "a comma before the next clause, or the end", _meant(text))
        place = separator.end()
    return None


def _error(text: str) -> ClutchError:
    problem = find_problem(text)
    assert problem is not None
    offset, expected, meant = problem
    found = f"`{text[offset : offset + 20]}`" if text[offset:] else "the end"
    return ClutchError(
        "invalid-specifier",
        f"`{text}` is not a version specifier: expected {expected} at column {offset + 1}, found {found}",
        subject=text,
        hints=(f"write `{meant}`",) if meant else (),
    )


def _expected(text: str, place: int) -> tuple[int, str]:
    operator = re.compile(r"===|==|~=|!=|<=|>=|<|>").match(text, place)
    if operator is None:
        return place, "an operator (one of ==, !=, <=, >=, <, >, ~=, ===)"
    rest = text[operator.end() :]
    offset = operator.end() + len(rest) - len(rest.lstrip())
    if operator[0] == "~=" and re.match(r"v?[0-9]", text[offset:]):
        return offset, "a version of at least two numbers after `~=`"
    return offset, f"a version after `{operator[0]}`"


_SLIPS = (
    (re.compile(r"\^\s*([0-9]+)((?:\.[0-9]+)*)"), lambda m: _caret(m[1], m[2])),
    (re.compile(r"~>|~(?!=)"), lambda m: "~="),
    (re.compile(r"=>"), lambda m: ">="),
    (re.compile(r"=<"), lambda m: "<="),
    (re.compile(r"([<>])\1+"), lambda m: m[1]),
    (re.compile(r"<>"), lambda m: "!="),
    (re.compile(r"(?<![=<>!~])=(?!=)"), lambda m: "=="),
    (re.compile(r"~=\s*([0-9]+)(?=\s*(?:,|$))"), lambda m: f"=={m[1]}.*"),
    (re.compile(r"(>=|>|<=|<)(\s*[0-9.]+?)\.\*"), lambda m: m[1] + m[2]),
    (re.compile(r"(?<=[0-9*])\s*(?:;|&&?|\band\b|\s)\s*(?=[<>=!~])"), lambda m: ","),
    (re.compile(r"^\s*(?=[0-9])"), lambda m: "=="),
    (re.compile(r"(?<=,)\s*(?=[0-9])"), lambda m: "=="),
)


def _caret(first: str, rest: str) -> str:
    """Poetry's `^1.2` in words of the standard."""
    numbers = [int(first), *(int(number) for number in rest.split(".")[1:])]
    kept = next((place for place, number in enumerate(numbers) if number), len(numbers) - 1)
    upper = [*numbers[:kept], numbers[kept] + 1]
    return f">={first}{rest},<{'.'.join(map(str, upper))}"


def _meant(text: str) -> str:
    """The specifier that somebody probably meant, proved to be one; "" when nothing obvious makes it valid."""
    if len(text) > 200:
        return ""
    for pattern, replace in _SLIPS:
        text = pattern.sub(replace, text)
        clauses = _scan(text)
        if clauses is not None:
            return ",".join(operator + version for operator, version in clauses)
    return ""


def _scan(text: str) -> list[tuple[str, str]] | None:
    """The clauses in their normal spelling, None where `text` is not a list of clauses."""
    return _scan_common(text) or _scan_any(text)


def _scan_common(text: str) -> list[tuple[str, str]]:
    """The clauses where all compare with a bare release, as nearly all do; none where one may be anything else."""
    clauses = []
    for part in text.split(","):
        match = _COMMON.fullmatch(part)
        if match is None or (match[3] and match[1] not in ("==", "!=")):
            return []
        clauses.append((match[1], parse_version(match[2]).text + (match[3] or "")))
    return clauses


def _scan_any(text: str) -> list[tuple[str, str]] | None:
    clauses: list[tuple[str, str]] = []
    place = _START.match(text).end()  # type: ignore[union-attr]
    while place < len(text):
        match = _clause().match(text, place)
        separator = _SEPARATOR.match(text, match.end()) if match else None
        if match is None or separator is None:
            return None
        clauses.append(_canonical(match))
        place = separator.end()
    return clauses


@cache
def _clause() -> re.Pattern[str]:
    """Any clause; compiled when the first one comes that is not a common one, 1 ms."""
    return re.compile(_CLAUSE, re.VERBOSE | re.IGNORECASE | re.ASCII)


def _canonical(match: re.Match[str]) -> tuple[str, str]:
    operator, version = (part for part in match.groups() if part is not None)
    if operator == "===":
        return operator, version
    if version.endswith(".*"):
        return operator, parse_version(version[:-2]).text + ".*"
    return operator, parse_version(version).text


def _range(operator: str, text: str) -> Range:
    """The stretch of versions for a clause, for `!=` the one left out. Source: PEP 440 §Version specifiers."""
    version = parse_version(text.removesuffix(".*"))
    key = version.key
    public: Bound = key[:7]
    if text.endswith(".*"):
        return _prefix(version.epoch, version.release)
    if operator == ">=":
        return key, None
    if operator == "<=":
        return _BOTTOM, (*public, _AFTER_LOCALS)
    if operator == "~=":
        return key, _prefix(version.epoch, version.release[:-1])[1]
    if operator == ">":
        if version.post is None and version.dev is None:
            return (*key[:4], *_AFTER_POSTS), None
        return (*public, _AFTER_LOCALS), None
    if operator == "<":
        if version.is_prerelease:
            return _BOTTOM, public
        return _BOTTOM, key[:2] if version.post is None else key[:5]
    return (key, (*key, 0)) if version.local else (public, (*public, _AFTER_LOCALS))


def _prefix(epoch: int, release: tuple[int, ...]) -> Range:
    """All versions whose release begins with `release`."""
    return (epoch, _strip(release)), (epoch, _strip((*release[:-1], release[-1] + 1)))


def _strip(release: tuple[int, ...]) -> tuple[int, ...]:
    end = len(release)
    while end and not release[end - 1]:
        end -= 1
    return release[:end]


def _position(versions: Sequence[str], bound: Bound) -> int:
    """How many of `versions` (newest first) are not below `bound`."""
    low, high = 0, len(versions)
    while low < high:
        middle = (low + high) // 2
        if parse_version(versions[middle]).key >= bound:
            low = middle + 1
        else:
            high = middle
    return low


def _is_version(text: str) -> bool:
    try:
        parse_version(text)
    except ClutchError:
        return False
    return True
