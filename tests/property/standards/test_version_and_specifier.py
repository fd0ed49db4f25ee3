"""Laws of versions and specifiers, with `packaging` as the oracle."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import given, settings
from hypothesis import strategies as st
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import InvalidVersion
from packaging.version import Version as Oracle

from clutch.base.errors import ClutchError
from clutch.standards.specifier import find_problem, parse_specifiers, python_bounds
from clutch.standards.version import parse_version


def refusal(parse: Callable[[str], object], text: str) -> ClutchError | None:
    try:
        parse(text)
    except ClutchError as error:
        return error
    return None


numbers = st.integers(0, 3) | st.integers(0, 2030)
releases = st.lists(numbers, min_size=1, max_size=4).map(lambda parts: ".".join(map(str, parts)))
epochs = st.sampled_from(["", "", "", "1!", "0!"])
pres = st.sampled_from(["", "", "", "a1", "b2", "rc1", "-alpha.2", "_PRE", "c3"])
posts = st.sampled_from(["", "", "", ".post1", "-1", ".post", "rev2", ".post0"])
devs = st.sampled_from(["", "", "", ".dev1", "dev", ".dev0"])
locals_ = st.sampled_from(["", "", "", "+abc", "+1", "+1.abc-2", "+ABC_01"])
public = st.tuples(epochs, releases, pres, posts, devs).map("".join)
versions = st.tuples(public, locals_).map("".join)


@st.composite
def clauses(draw: st.DrawFn) -> str:
    operator = draw(st.sampled_from(["==", "!=", "<", "<=", ">", ">=", "~="]))
    if operator in ("==", "!="):
        kind = draw(st.integers(0, 2))
        if kind == 0:
            return operator + draw(epochs) + draw(releases) + ".*"
        return operator + draw(versions)
    if operator == "~=":
        return operator + draw(epochs) + draw(st.sampled_from(["1.0", "0.0", "1.2.3", "2.0.0", "1.10"])) + draw(pres)
    return operator + draw(public)


sets = st.lists(clauses(), max_size=3).map(",".join)
small = st.tuples(
    st.sampled_from(["0", "1", "1.0", "1.0.0", "1.1", "1.2", "1.2.3", "2", "2.1"]), pres, posts, devs, locals_
).map("".join)


@given(versions)
def test_text_is_packagings_normal_form(text: str) -> None:
    assert parse_version(text).text == str(Oracle(text))


@given(versions)
def test_parts_are_packagings(text: str) -> None:
    ours, theirs = parse_version(text), Oracle(text)
    assert (ours.epoch, ours.release, ours.pre, ours.post, ours.dev, ours.local or None, ours.is_prerelease) == (
        theirs.epoch,
        theirs.release,
        theirs.pre,
        theirs.post,
        theirs.dev,
        theirs.local,
        theirs.is_prerelease,
    )


@given(small | versions, small | versions)
def test_order_is_packagings(left: str, right: str) -> None:
    a, b, x, y = parse_version(left), parse_version(right), Oracle(left), Oracle(right)
    assert (a < b, a <= b, a == b, a >= b, a > b) == (x < y, x <= y, x == y, x >= y, x > y)
    assert a != b or hash(a) == hash(b)


@given(st.text(alphabet="01.!+-_vabcrcpostdev* ", max_size=12))
def test_what_is_a_version_is_what_packaging_says(text: str) -> None:
    try:
        Oracle(text)
        valid = True
    except InvalidVersion:
        valid = False
    error = refusal(parse_version, text)
    assert valid == (error is None)
    assert error is None or error.code == "invalid-version"


@settings(max_examples=400)
@given(sets, st.lists(small | versions, min_size=1, max_size=6))
def test_contains_is_packagings(text: str, candidates: list[str]) -> None:
    ours, theirs = parse_specifiers(text), SpecifierSet(text)
    for candidate in candidates:
        version = parse_version(candidate)
        assert ours.contains(version) == theirs.contains(Oracle(candidate), prereleases=True), candidate
        if text:
            assert ours.contains(version, prereleases=False) == theirs.contains(Oracle(candidate), prereleases=False)


@settings(max_examples=400)
@given(small, st.sampled_from(["==", "!=", "<", "<=", ">", ">="]), small)
def test_contains_is_packagings_close_to_the_boundary(bound: str, operator: str, candidate: str) -> None:
    if operator not in ("==", "!="):
        bound = bound.partition("+")[0]
    expected = SpecifierSet(operator + bound).contains(Oracle(candidate), prereleases=True)
    assert parse_specifiers(operator + bound).contains(parse_version(candidate)) == expected


@settings(max_examples=300)
@given(sets, st.lists(small | versions, max_size=30))
def test_mask_is_a_filter(text: str, candidates: list[str]) -> None:
    unique = {parse_version(candidate).key: parse_version(candidate) for candidate in candidates}
    newest_first = sorted(unique.values(), reverse=True)
    specifiers = parse_specifiers(text)
    expected = sum(1 << place for place, version in enumerate(newest_first) if specifiers.contains(version))
    assert specifiers.mask([version.text for version in newest_first]) == expected


@given(sets)
def test_canonical_text_is_a_fixed_point_and_means_the_same(text: str) -> None:
    specifiers = parse_specifiers(text)
    assert parse_specifiers(specifiers.text).text == specifiers.text
    if ".*" not in text:  # `packaging` compares wildcards as written
        assert set(SpecifierSet(specifiers.text)) == set(SpecifierSet(text))
    assert find_problem(text) is None


@given(sets)
def test_names_prerelease_is_packagings(text: str) -> None:
    assert parse_specifiers(text).names_prerelease == bool(SpecifierSet(text).prereleases)


@given(sets, small)
def test_python_bounds_enclose_all_that_is_contained(text: str, candidate: str) -> None:
    specifiers, version = parse_specifiers(text), parse_version(candidate)
    lower, upper = python_bounds(specifiers)
    if specifiers.contains(version) and not version.is_prerelease:
        assert not lower or version >= parse_version(lower)
        assert not upper or version < parse_version(upper)


@given(st.text(alphabet="=<>!~^,. 0123a*+", max_size=12))
def test_anything_is_parsed_or_refused_with_a_place(text: str) -> None:
    try:
        SpecifierSet(text)
        valid = True
    except InvalidSpecifier:
        valid = False
    error, problem = refusal(parse_specifiers, text), find_problem(text)
    if error is None:
        assert valid
        return
    assert error.code == "invalid-specifier"
    assert problem is not None
    assert 0 <= problem.offset <= len(text)
    assert not valid or "===" in text
    if problem.meant:
        parse_specifiers(problem.meant)
