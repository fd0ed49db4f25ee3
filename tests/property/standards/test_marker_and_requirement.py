"""Laws of markers and requirements, with `packaging` as the oracle."""

from __future__ import annotations

import re
from collections.abc import Callable

from hypothesis import given, settings
from hypothesis import strategies as st
from packaging.markers import InvalidMarker
from packaging.markers import Marker as Oracle
from packaging.requirements import InvalidRequirement
from packaging.requirements import Requirement as RequirementOracle
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from clutch.base.errors import ClutchError
from clutch.standards.marker import conjunction, disjunction, evaluate, parse_marker, render_marker
from clutch.standards.requirement import parse_requirement_text, render_requirement

ENVIRONMENTS = [
    {
        "implementation_name": "cpython",
        "implementation_version": "3.11.4",
        "os_name": "posix",
        "platform_machine": "x86_64",
        "platform_python_implementation": "CPython",
        "platform_release": "6.1.0-generic",
        "platform_system": "Linux",
        "platform_version": "#1 SMP",
        "python_full_version": "3.11.4",
        "python_version": "3.11",
        "sys_platform": "linux",
        "extra": "",
    },
    {
        "implementation_name": "pypy",
        "implementation_version": "7.3.16",
        "os_name": "nt",
        "platform_machine": "AMD64",
        "platform_python_implementation": "PyPy",
        "platform_release": "10",
        "platform_system": "Windows",
        "platform_version": "10.0.22631",
        "python_full_version": "3.13.0rc1",
        "python_version": "3.13",
        "sys_platform": "win32",
        "extra": "docs",
    },
]


def refusal(parse: Callable[[str], object], text: str) -> ClutchError | None:
    try:
        parse(text)
    except ClutchError as error:
        return error
    return None


quotes = st.sampled_from(["'", '"'])
spaces = st.sampled_from(["", " ", "  "])
version_variables = st.sampled_from(
    ["python_version", "python_full_version", "implementation_version", "platform_release"]
)
version_values = st.sampled_from(
    ["3.8", "3.11", "3.11.4", "3.13", "3.13.0rc1", "10", "3.*", "3.11.*", "7.3", "x", "6.1.0-generic"]
)
text_variables = st.sampled_from(
    ["os_name", "os.name", "sys_platform", "platform_machine", "platform_system", "python_implementation", "extra"]
)
text_values = st.sampled_from(
    ["linux", "win32", "posix", "nt", "x86_64", "AMD64", "CPython", "docs", "Do_cs", "", "li"]
)


@st.composite
def comparisons(draw: st.DrawFn) -> str:
    quote, gap = draw(quotes), draw(spaces)
    if draw(st.booleans()):
        variable, value = draw(version_variables), draw(version_values)
        operator = draw(st.sampled_from(["==", "!=", "<", "<=", ">", ">="]))
    else:
        variable, value = draw(text_variables), draw(text_values)
        operator = draw(st.sampled_from(["==", "!=", " in ", " not in "]))
        if draw(st.booleans()) and variable != "extra":
            return f"{quote}{value}{quote}{gap}{operator}{gap}{variable}"
    return f"{variable}{gap}{operator}{gap}{quote}{value}{quote}"


markers = st.recursive(
    comparisons(),
    lambda inner: st.tuples(inner, st.sampled_from([" and ", " or "]), inner, st.booleans()).map(
        lambda parts: f"({parts[0]}{parts[1]}{parts[2]})" if parts[3] else "".join(parts[:3])
    ),
    max_leaves=6,
)


@settings(max_examples=400)
@given(markers)
def test_evaluation_is_packagings(text: str) -> None:
    marker, oracle = parse_marker(text), Oracle(text)
    for environment in ENVIRONMENTS:
        assert evaluate(marker, environment) == oracle.evaluate(environment)


@settings(max_examples=300)
@given(markers)
def test_rendered_text_gives_the_same_marker(text: str) -> None:
    marker = parse_marker(text)
    rendered = render_marker(marker)
    assert parse_marker(rendered) == marker
    for environment in ENVIRONMENTS:
        assert Oracle(rendered).evaluate(environment) == evaluate(marker, environment)


@given(markers, markers)
def test_conjunction_and_disjunction_mean_what_they_say(left: str, right: str) -> None:
    a, b = parse_marker(left), parse_marker(right)
    for environment in ENVIRONMENTS:
        one, two = evaluate(a, environment), evaluate(b, environment)
        assert evaluate(conjunction(a, b), environment) == (one and two)
        assert evaluate(disjunction(a, b), environment) == (one or two)


@given(st.sampled_from(["a", "b", "C_c"]), st.sampled_from(["extras", "dependency_groups"]), st.booleans())
def test_sets_are_asked_as_packaging_does(name: str, variable: str, negated: bool) -> None:
    text = f'"{name}" {"not in" if negated else "in"} {variable}'
    chosen = frozenset({"a", "c-c"})
    environment = {**ENVIRONMENTS[0], "extras": chosen, "dependency_groups": chosen}
    expected = Oracle(text).evaluate(environment, context="lock_file")
    assert evaluate(parse_marker(text), {}, extras=chosen, groups=chosen) == expected


@given(st.text(alphabet="()'\"=<> andorpython_version3.", max_size=40))
def test_what_is_no_marker_is_refused_in_words(text: str) -> None:
    error = refusal(parse_marker, text)
    try:
        Oracle(text)
        valid = True
    except InvalidMarker:
        valid = False
    if error is None:
        assert valid or not text.strip()
        return
    assert error.code == "invalid-marker"
    # `packaging` lets two variables be compared with one another; there is no environment in which that means much.
    assert not valid or "not another variable" in error.message or "~=" in text


names = st.from_regex(r"[A-Za-z0-9]([A-Za-z0-9._-]{0,6}[A-Za-z0-9])?", fullmatch=True)
specifiers = st.lists(
    st.sampled_from([">=1", "<2", "!=1.5.*", "~=1.4.2", "==1.0+local", "> 3", "===weird", ">=1.0a1", "<= 4.post1"]),
    max_size=3,
).map(" , ".join)


@st.composite
def requirements(draw: st.DrawFn) -> str:
    gap = draw(spaces)
    extras = draw(st.lists(names, max_size=3))
    text = gap + draw(names) + gap + (f"[{gap}{f'{gap},{gap}'.join(extras)}{gap}]" if extras else "")
    form = draw(st.integers(0, 3))
    if form == 0:
        text += f" @{gap}https://index.example/files/a-1.0.tar.gz#sha256=00 "
    elif form == 1:
        inside = draw(specifiers)
        text += f"{gap}({gap}{inside}{gap})" if inside else ""
    else:
        text += gap + draw(specifiers)
    return text + (f"{gap};{gap}{draw(markers)}" if draw(st.booleans()) else "")


@settings(max_examples=400)
@given(requirements())
def test_requirements_are_read_as_packaging_reads_them(text: str) -> None:
    ours, theirs = parse_requirement_text(text), RequirementOracle(text)
    assert ours.name == canonicalize_name(theirs.name)
    assert set(ours.extras) == {canonicalize_name(extra) for extra in theirs.extras}
    assert list(ours.extras) == sorted(set(ours.extras))
    assert ours.url == (theirs.url or "")
    assert SpecifierSet(ours.specifier) == theirs.specifier
    for environment in ENVIRONMENTS:
        expected = theirs.marker.evaluate(environment) if theirs.marker else True
        assert evaluate(parse_marker(ours.marker), environment) == expected


@given(requirements())
def test_rendered_requirement_is_read_back(text: str) -> None:
    parsed = parse_requirement_text(text)
    rendered = render_requirement(parsed)
    assert parse_requirement_text(rendered) == parsed
    assert canonicalize_name(RequirementOracle(rendered).name) == parsed.name


@settings(max_examples=300)
@given(st.text(alphabet="ab[],;@=<>~!() 1.*'\"python_version", max_size=16))
def test_anything_is_a_requirement_or_refused_with_a_column(text: str) -> None:
    try:
        RequirementOracle(text)
        valid = True
    except InvalidRequirement:
        valid = False
    error = refusal(parse_requirement_text, text)
    if error is not None:
        assert error.code == "invalid-requirement"
        assert "column" in error.message
        # PEP 508 §names: a name ends in a letter or digit; the oracle lets it end in `_`.
        ends_wrongly = re.match(r"\s*[A-Za-z0-9][A-Za-z0-9._-]*_(?![A-Za-z0-9._-])", text) is not None
        assert not valid or "===" in text or "python_version" in text or "[" in text or ends_wrongly
        assert all(hint.startswith("write `") for hint in error.hints)
