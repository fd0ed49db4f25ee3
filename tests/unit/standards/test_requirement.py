from __future__ import annotations

import pytest

from clutch.base.errors import ClutchError
from clutch.standards.requirement import RequirementText, parse_requirement_text, render_requirement


def test_all_parts_are_normalised() -> None:
    text = "A.b[X,y_z] (>=1.0, <2) ; python_version < '3.8' or extra=='Foo_Bar'"
    parsed = parse_requirement_text(text)
    assert parsed == RequirementText(
        "a-b", ("x", "y-z"), "<2,>=1.0", "", 'python_version < "3.8" or extra == "foo-bar"'
    )
    assert render_requirement(parsed) == 'a-b[x,y-z]<2,>=1.0 ; python_version < "3.8" or extra == "foo-bar"'


def test_a_url_ends_at_a_blank() -> None:
    parsed = parse_requirement_text("a @ https://index.example/a;b.whl ; os_name=='nt'")
    assert (parsed.url, parsed.marker) == ("https://index.example/a;b.whl", 'os_name == "nt"')
    assert render_requirement(parsed) == 'a @ https://index.example/a;b.whl ; os_name == "nt"'


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("requests>>2", "expected a version after `>` at column 10, found `>2`", "write `requests>2`"),
        ("requests=2", "expected an operator", "write `requests==2`"),
        ("requests 2.0", "expected an operator", "write `requests ==2.0`"),
        ("a>=1 <2", "expected a comma before the next clause, or the end at column 6", "write `a>=1,<2`"),
        ("a~>1.4 ; os_name=='nt'", "expected an operator", "write `a~=1.4 ; os_name=='nt'`"),
        ("a[b", "expected `]` after the extras at column 4, found the end", ""),
        ("a[b c]", "expected a comma between extras, or `]` at column 5", ""),
        ("a[b,,c]", "expected the name of an extra at column 5", ""),
        ("a @", "expected a URL after `@` at column 4, found the end", ""),
        ("a @ https://index.example/a foo", "expected `;` and a marker after the URL", ""),
        ("", "expected a package name at column 1, found the end", ""),
        ("-a", "expected a package name", ""),
        ("a;", "expected a marker after `;`", ""),
        ("a (>=1", "expected `)` at column 7", ""),
        ("a python_version<'3'", "expected `;` before the marker at column 3", ""),
        ("a ; os_name = 'nt'", "at column 13", "write `os_name == 'nt'`"),
        ("a b", "expected `[`, `@`, `;`, an operator", ""),
    ],
)
def test_messages_say_what_was_expected_and_where(text: str, message: str, hint: str) -> None:
    with pytest.raises(ClutchError) as caught:
        parse_requirement_text(text)
    assert caught.value.code == "invalid-requirement"
    assert message in caught.value.message
    assert caught.value.hints == ((hint,) if hint else ())
