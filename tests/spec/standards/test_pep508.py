"""PEP 508 and PEP 685."""

from __future__ import annotations

import pytest

from clutch.standards.marker import evaluate, parse_marker
from clutch.standards.requirement import parse_requirement_text


@pytest.mark.parametrize(
    "text",
    [
        "A",
        "A.B-C_D",
        "aa",
        "name",
        "name<=1",
        "name>=3",
        "name>=3,",
        "name>=3,<2",
        "name@http://index.example",
        "name [fred,bar] @ http://index.example ; python_version=='2.7'",
        "name[quux, strange];python_version<'2.7' and platform_version=='2'",
        "name; os_name=='a' or os_name=='b'",
        "name; os_name=='a' and os_name=='b' or os_name=='c'",
        "name; os_name=='a' and (os_name=='b' or os_name=='c')",
        "name; os_name=='a' or os_name=='b' and os_name=='c'",
        "name; (os_name=='a' or os_name=='b') and os_name=='c'",
    ],
)
def test_the_examples_of_its_complete_grammar(text: str) -> None:
    parse_requirement_text(text)


def test_version_comparison_when_both_sides_are_versions() -> None:
    """ "The <version_cmp> operators use the version comparison rules of PEP 440 when those are defined (that is when
    both sides have a valid version specifier). If there is no defined behaviour … falls back to Python behaviour" """
    assert evaluate(parse_marker("python_version > '3.9'"), {"python_version": "3.10"})
    assert evaluate(parse_marker("python_full_version == '3.10'"), {"python_full_version": "3.10.0"})
    assert not evaluate(parse_marker("os_name == '1.0'"), {"os_name": "1.0.0"})


def test_extras_are_compared_normalised() -> None:
    """PEP 685: "When comparing extra names, tools MUST normalize the names being compared" """
    assert evaluate(parse_marker("extra == 'Test_Extra'"), {}, extras={"test-extra"})
    assert parse_requirement_text("a[Test_Extra,test.extra]").extras == ("test-extra",)
