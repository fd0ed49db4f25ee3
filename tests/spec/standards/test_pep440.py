"""PEP 440, held paragraph by paragraph."""

from __future__ import annotations

import pytest

from clutch.standards.specifier import parse_specifiers
from clutch.standards.version import parse_version


def contains(specifier: str, version: str) -> bool:
    return parse_specifiers(specifier).contains(parse_version(version))


def test_order_within_a_release() -> None:
    """ "Within a numeric release, the following suffixes are permitted and MUST be ordered as shown:
    .devN, aN, bN, rcN, <no suffix>, .postN" """
    texts = ["1.dev0", "1a1.dev1", "1a1", "1b1", "1rc1", "1", "1+abc", "1+5", "1.post0.dev1", "1.post0"]
    parsed = [parse_version(text) for text in texts]
    assert parsed == sorted(parsed, reverse=False)
    assert len(set(parsed)) == len(parsed)


@pytest.mark.parametrize(("version", "inside"), [("1.7", False), ("1.7.1", True), ("1.7.0.post1", False)])
def test_exclusive_comparison_skips_post_releases(version: str, inside: bool) -> None:
    """ "The exclusive ordered comparison >V MUST NOT allow a post-release of the given version unless V itself is a
    post release. … >1.7 will allow 1.7.1 but not 1.7.0.post1" """
    assert contains(">1.7", version) is inside
    assert contains(">1.7.post2", "1.7.0.post3")


def test_exclusive_comparison_skips_local_versions() -> None:
    """ "The exclusive ordered comparison >V MUST NOT match a local version of the specified version." """
    assert not contains(">1.0", "1.0+local")


def test_exclusive_comparison_skips_pre_releases() -> None:
    """ "The exclusive ordered comparison <V MUST NOT allow a pre-release of the specified version unless the specified
    version is itself a pre-release." """
    assert not contains("<1.0", "1.0rc1")
    assert contains("<1.0rc2", "1.0rc1")


def test_version_matching_ignores_the_local_part() -> None:
    """ "If the specified version identifier is a public version identifier (no local version label), then the local
    version label of any candidate versions MUST be ignored when matching versions." """
    assert contains("==1.0", "1.0+local")
    assert not contains("!=1.0", "1.0+local")
    assert contains("==1.0+local", "1.0+local")
    assert not contains("==1.0+local", "1.0")


def test_prefix_match() -> None:
    """ "given the version 1.1.post1 … == 1.1.* matches"; "given the version 1.1a1 … == 1.1.* matches" """
    for version in ("1.1.post1", "1.1a1", "1.1", "1.1.5", "1.1.dev0"):
        assert contains("==1.1.*", version)
    assert not contains("==1.1.*", "1.2.dev0")
    assert not contains("==1.1", "1.1.post1")


def test_compatible_release() -> None:
    """ "~= 2.2.post3 is >= 2.2.post3, == 2.*"; "~= 1.4.5a4 is >= 1.4.5a4, == 1.4.*";
    "~=2.2.0 is >= 2.2.0, == 2.2.*" """
    assert contains("~=2.2.post3", "2.9")
    assert not contains("~=2.2.post3", "2.2")
    assert contains("~=1.4.5a4", "1.4.9")
    assert not contains("~=1.4.5a4", "1.5.dev0")
    assert not contains("~=2.2.0", "2.3")


def test_arbitrary_equality() -> None:
    """ "===foobar would match a version of foobar"; "=== 1.0 … will not match 1.0.0" or 1.0+downstream1"""
    assert parse_specifiers("===foobar").mask(["foobar", "1.0"]) == 1
    assert not contains("===1.0", "1.0+downstream1")
    assert not contains("===1.0", "1.0.0")
