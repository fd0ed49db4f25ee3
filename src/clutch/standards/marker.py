"""Environment markers: text to a nested tuple and back, and whether one holds."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from functools import cache
from typing import Any, TypeAlias

from clutch.base.errors import ClutchError
from clutch.base.text import nearest
from clutch.standards.names import normalize
from clutch.standards.specifier import Specifiers, parse_specifiers
from clutch.standards.version import parse_version

Marker: TypeAlias = tuple[Any, ...]
"""One of `("true",)`, `("false",)`, `("and", (marker, …))`, `("or", (marker, …))` and `("cmp", variable, operator,
value)`.

The variable always stands first: an operator whose literal was on the left is mirrored, and `"x" in variable` is the
operator `contains` (`not contains`). Names compared with `extra`, `extras` and `dependency_groups` are normalised.
`and` and `or` have at least two parts, no duplicates, and never contain their own kind, `true` or `false`.
"""

TRUE: Marker = ("true",)
FALSE: Marker = ("false",)

VARIABLES = frozenset(
    {
        "os_name",
        "sys_platform",
        "platform_machine",
        "platform_python_implementation",
        "platform_release",
        "platform_system",
        "platform_version",
        "python_version",
        "python_full_version",
        "implementation_name",
        "implementation_version",
        "extra",
        "extras",
        "dependency_groups",
    }
)
VERSION_VARIABLES = frozenset({"python_version", "python_full_version", "implementation_version", "platform_release"})
"""Variables whose values are compared as versions when the literal allows it."""
SET_VARIABLES = frozenset({"extras", "dependency_groups"})

_ALIASES = {
    "os.name": "os_name",
    "sys.platform": "sys_platform",
    "platform.version": "platform_version",
    "platform.machine": "platform_machine",
    "platform.python_implementation": "platform_python_implementation",
    "python_implementation": "platform_python_implementation",
}
_MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!=", "===": "==="}
_MIRRORED_WORDS = {"in": "contains", "not in": "not contains"}
_FALSE_TEXT = 'python_version < "0"'
_LONGEST_FIXED = 300  # letters of a marker for which a repair is tried
_SLIP = re.compile(r"(?P<equals>=(?!=))|(?P<bare>[A-Za-z0-9][A-Za-z0-9_.]*)")
_TOKEN = re.compile(
    r"""[ \t\r\n]*(?:
    (?P<literal>"[^"]*"|'[^']*')
    |(?P<operator>===|==|~=|!=|<=|>=|<|>|not[ \t]+in\b|in\b)
    |(?P<bracket>[()])
    |(?P<word>[A-Za-z_][A-Za-z0-9_.]*)
    |(?P<end>$)
    )""",
    re.VERBOSE,
)
_COMMON = re.compile(r"""\s*(extra|python_version|sys_platform)\s*(==|!=|<=|>=|<|>)\s*(?:"([^"\\]*)"|'([^'\\]*)')\s*""")


@cache
def parse_marker(text: str) -> Marker:
    """The marker that `text` spells; "" gives `("true",)`. Remembered for each text.

    Raises: ClutchError `invalid-marker` with the column and what was expected there.
    Source: PEP 508 §Environment Markers; PEP 751 §packages.marker for `extras` and `dependency_groups`.
    """
    common = _COMMON.fullmatch(text)
    if common is not None:
        variable, operator, double, single = common.groups()
        return _compare(variable, operator, single if double is None else double)
    if not text.strip():
        return TRUE
    return _Parser(text).parse()


def render_marker(marker: Marker) -> str:
    """PEP 508 text that `parse_marker` reads back as the same marker; "" for `("true",)`.

    There is no text for a false marker; it becomes a comparison that never holds.
    """
    kind = marker[0]
    if kind == "and":
        return " and ".join(
            f"({render_marker(part)})" if part[0] == "or" else render_marker(part) for part in marker[1]
        )
    if kind == "or":
        return " or ".join(render_marker(part) for part in marker[1])
    if kind == "cmp":
        _, variable, operator, value = marker
        quoted = f"'{value}'" if '"' in value else f'"{value}"'
        if operator.endswith("contains"):
            return f"{quoted} {operator.replace('contains', 'in')} {variable}"
        return f"{variable} {operator} {quoted}"
    return "" if kind == "true" else _FALSE_TEXT


def conjunction(*markers: Marker) -> Marker:
    """A marker that holds where all of `markers` hold; parts in the order of first appearance."""
    return _join("and", markers, TRUE, FALSE)


def disjunction(*markers: Marker) -> Marker:
    """A marker that holds where one of `markers` holds; parts in the order of first appearance."""
    return _join("or", markers, FALSE, TRUE)


def evaluate(
    marker: Marker,
    values: Mapping[str, str],
    extras: Collection[str] = frozenset(),
    groups: Collection[str] = frozenset(),
) -> bool:
    """Whether `marker` holds where the variables have `values`; a variable without a value is "".

    `extra == "x"` asks whether `x` is one of `extras` (normalised), unless `values` says what `extra` is. Literals
    that are versions are compared as PEP 440 says, pre-releases included, and no version equals what is no version;
    all other order comparisons hold only for equal texts. Source: PEP 508 §Environment Markers.
    """
    kind = marker[0]
    if kind == "and":
        return all(evaluate(part, values, extras, groups) for part in marker[1])
    if kind == "or":
        return any(evaluate(part, values, extras, groups) for part in marker[1])
    if kind != "cmp":
        return bool(kind == "true")
    variable, operator, value = str(marker[1]), str(marker[2]), str(marker[3])
    if variable == "extra" and "extra" not in values:
        return _evaluate_extra(operator, value, extras)
    if variable in SET_VARIABLES:
        return (value in (extras if variable == "extras" else groups)) == (operator == "contains")
    actual = values.get(variable, "")
    if variable == "extra":
        actual = normalize(actual)
    elif variable in VERSION_VARIABLES:
        specifiers = _as_specifiers(operator, value)
        if specifiers is not None:
            return _contains(specifiers, operator, actual, value)
    return _compare_texts(operator, actual, value)


def variables_of(marker: Marker) -> frozenset[str]:
    """The variables that `marker` asks about."""
    if marker[0] in ("and", "or"):
        return frozenset().union(*(variables_of(part) for part in marker[1]))
    return frozenset({marker[1]}) if marker[0] == "cmp" else frozenset()


def _join(kind: str, markers: Iterable[Marker], neutral: Marker, final: Marker) -> Marker:
    parts: dict[Marker, None] = {}
    for marker in markers:
        if marker == final:
            return final
        if marker[0] == kind:
            parts.update(dict.fromkeys(marker[1]))
        elif marker != neutral:
            parts[marker] = None
    if len(parts) < 2:
        return next(iter(parts), neutral)
    return (kind, tuple(parts))


def _evaluate_extra(operator: str, value: str, extras: Collection[str]) -> bool:
    if operator == "==":
        return value in extras or (not value and not extras)
    if operator == "!=":
        return not _evaluate_extra("==", value, extras)
    negative = operator.startswith("not ")
    positive = operator.removeprefix("not ")
    return any(_compare_texts(positive, extra, value) for extra in (extras or ("",))) != negative


def _compare_texts(operator: str, actual: str, value: str) -> bool:
    if operator == "in":
        return actual in value
    if operator == "not in":
        return actual not in value
    if operator == "contains":
        return value in actual
    if operator == "not contains":
        return value not in actual
    if operator == "!=":
        return actual != value
    return operator in ("==", "===", "<=", ">=") and actual == value


@cache
def _as_specifiers(operator: str, value: str) -> Specifiers | None:
    if operator[0] not in "<>=!~" or "," in value:
        return None
    try:
        return parse_specifiers(operator + value)
    except ClutchError:
        return None


@cache
def _contains(specifiers: Specifiers, operator: str, actual: str, value: str) -> bool:
    if operator == "===":
        return actual.lower() == value.strip().lower()
    try:
        return specifiers.contains(parse_version(actual))
    except ClutchError:
        return False


def _compare(variable: str, operator: str, value: str) -> Marker:
    if variable in ("extra", "extras", "dependency_groups") and operator not in ("in", "not in"):
        value = normalize(value)
    return ("cmp", variable, operator, value)


class _Parser:
    """Recursive descent over PEP 508's marker grammar, one token ahead."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._place = 0
        self._kind = ""
        self._token = ""
        self._next_place = 0
        self._depth = 0
        self._advance()

    def parse(self) -> Marker:
        marker = self._parse_or()
        if self._kind != "end":
            raise self._error("`and`, `or` or the end")
        return marker

    def _parse_or(self) -> Marker:
        parts = [self._parse_and()]
        while self._kind == "word" and self._token == "or":
            self._advance()
            parts.append(self._parse_and())
        return disjunction(*parts)

    def _parse_and(self) -> Marker:
        parts = [self._parse_atom()]
        while self._kind == "word" and self._token == "and":
            self._advance()
            parts.append(self._parse_atom())
        return conjunction(*parts)

    def _parse_atom(self) -> Marker:
        if self._token != "(" or self._kind != "bracket":
            return self._parse_comparison()
        self._depth += 1
        if self._depth > 100:  # Python's own stack would end soon after
            raise self._error("less than a hundred nested parentheses")
        self._advance()
        marker = self._parse_or()
        if self._token != ")" or self._kind != "bracket":
            raise self._error("`)`, `and` or `or`")
        self._depth -= 1
        self._advance()
        return marker

    def _parse_comparison(self) -> Marker:
        left_is_variable, left = self._parse_side("a marker variable or a quoted text")
        if self._kind != "operator":
            raise self._error("a comparison (one of ==, !=, <=, >=, <, >, ~=, ===, in, not in)")
        place = self._place
        operator = "not in" if self._token.startswith("not") else self._token
        self._advance()
        right_place = self._place
        right_is_variable, right = self._parse_side("a quoted text" if left_is_variable else "a marker variable")
        if left_is_variable and right_is_variable:
            raise self._error("a quoted text, not another variable,", right_place)
        if not left_is_variable and not right_is_variable:
            return TRUE if _compare_texts(operator, left, right) else FALSE
        if left_is_variable:
            if left in SET_VARIABLES:
                raise self._error(f'`"name" in {left}`, the only way to ask for `{left}`,', place)
            return _compare(left, operator, right)
        return self._mirror(left, operator, right, place)

    def _mirror(self, value: str, operator: str, variable: str, place: int) -> Marker:
        if operator in _MIRRORED_WORDS:
            return _compare(variable, _MIRRORED_WORDS[operator], value)
        if variable in SET_VARIABLES:
            raise self._error(f"`in` or `not in` before `{variable}`", place)
        if operator == "~=":
            raise self._error("the variable on the left of `~=`", place)
        return _compare(variable, _MIRRORED[operator], value)

    def _parse_side(self, expected: str) -> tuple[bool, str]:
        if self._kind == "literal":
            value = self._token[1:-1]
            if "\\" in value:
                value = _unescape(value)
            self._advance()
            return False, value
        variable = _ALIASES.get(self._token, self._token)
        if self._kind != "word" or variable not in VARIABLES:
            raise self._error(expected)
        self._advance()
        return True, variable

    def _advance(self) -> None:
        match = _TOKEN.match(self._text, self._next_place)
        if match is None or match.lastgroup is None:
            rest = self._text[self._next_place :]
            self._place = self._next_place + len(rest) - len(rest.lstrip())
            self._kind, self._token = "unknown", self._text[self._place :]
            return
        self._kind = match.lastgroup
        self._token = match[self._kind]
        self._place = match.start(self._kind)
        self._next_place = match.end()

    def _error(self, expected: str, place: int = -1) -> ClutchError:
        place = self._place if place < 0 else place
        found = f"`{self._text[place : place + 30]}`" if self._text[place:] else "the end"
        return ClutchError(
            "invalid-marker",
            f"`{self._text}` is not an environment marker: expected {expected} at column {place + 1}, found {found}",
            subject=self._text,
            hints=self._hints(),
        )

    def _hints(self) -> tuple[str, ...]:
        """How it was probably meant; a whole marker that is proposed was parsed."""
        if self._kind == "word" and self._token not in VARIABLES:
            near = nearest(self._token, sorted(VARIABLES))
            if near:
                return (f"write `{near[0]}`",)
        rest = self._text[self._place :]
        slip = _SLIP.match(rest)
        if slip is None or len(self._text) > _LONGEST_FIXED:
            return ()
        fixed = "==" if slip["equals"] else f'"{slip["bare"]}"'
        whole = self._text[: self._place] + fixed + rest[slip.end() :]
        try:
            parse_marker(whole)
        except ClutchError:
            return ()
        return (f"write `{whole.strip()}`",)


def _unescape(value: str) -> str:
    r"""A literal with backslashes as PEP 508's grammar allows it but gives no meaning: `\\` is one, others stay."""
    return value.replace("\\\\", "\\")
