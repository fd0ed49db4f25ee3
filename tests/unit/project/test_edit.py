from __future__ import annotations

import pytest

from clutch.base.errors import ClutchError
from clutch.project.edit import add_requirement, find_requirements, remove_requirement, set_requires_python, set_value

HEAD = '[project]\nname = "x"\nversion = "1"\n'


def listed(array: str) -> str:
    return f"{HEAD}dependencies = {array}\n\n[tool.other]\nkey = 'kept'  # and this\n"


@pytest.mark.parametrize(
    ("before", "added", "after"),
    [
        ("[]", "b", '[\n    "b",\n]'),
        ("[ ]", "b", '[ "b", ]'),
        ("[\n]", "b", '[\n    "b"\n]'),
        ("[\n  # none yet\n]", "b", '[\n  # none yet\n  "b",\n]'),
        ('["a", "c"]', "b", '["a", "b", "c"]'),
        ('["a"]', "b", '["a", "b"]'),
        ('["b"]', "a", '["a", "b"]'),
        ('["a",]', "b", '["a", "b",]'),
        ('["c", "a"]', "b", '["c", "a", "b"]'),
        ("['a']", "b", "['a', 'b']"),
        ("['a']", "b ; os_name == 'nt'", "['a', \"b ; os_name == 'nt'\"]"),
        ('[\n  "a",\n  "c",\n]', "b", '[\n  "a",\n  "b",\n  "c",\n]'),
        ('[\n  "a",\n  "c"\n]', "d", '[\n  "a",\n  "c",\n  "d"\n]'),
        ('[\n\t"a", # first\n\t"c" # last\n]', "d", '[\n\t"a", # first\n\t"c", # last\n\t"d"\n]'),
        ('[\n  # on top\n  "b",\n]', "a", '[\n  "a",\n  # on top\n  "b",\n]'),
        ('[\n  "a",\n  # for c\n  "c",\n]', "b", '[\n  "a",\n  "b",\n  # for c\n  "c",\n]'),
        ('[\n  "a", "c",\n  "d" ]', "b", '[\n  "a", "b", "c",\n  "d" ]'),
        ('[\n  "a",\n  "b" ]', "c", '[\n  "a",\n  "b",\n  "c" ]'),
        ('["a",\n "c",\n]', "d", '["a",\n "c",\n "d",\n]'),
        ('["A>=1", "b"]', "a>=2", '["a>=2", "b"]'),
        ("['a; os_name == \"nt\"']", "a", "['a', 'a; os_name == \"nt\"']"),
    ],
)
def test_add_keeps_the_style(before: str, added: str, after: str) -> None:
    assert add_requirement(listed(before), "", added) == listed(after)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('["b"]', "[]"),
        ('["a", "b"]', '["a"]'),
        ('["a", "b",]', '["a",]'),
        ('["b", "c"]', '["c"]'),
        ('[\n  "a",\n  "b", # gone too\n  "c",\n]', '[\n  "a",\n  "c",\n]'),
        ('[\n  "a",\n  "b"\n]', '[\n  "a"\n]'),
        ('[\n  "a", # kept\n  "b" ]', '[\n  "a" # kept\n ]'),
        ('[\n  "b",\n]', "[]"),
        ('["B[x]>1", "a", "b; os_name == \'nt\'"]', '["a"]'),
    ],
)
def test_remove_keeps_the_style(before: str, after: str) -> None:
    assert remove_requirement(listed(before), "", "b") == listed(after)


def test_missing_tables_are_made_in_their_places() -> None:
    text = add_requirement(f"{HEAD}\n[tool.x]\ny = 1\n", "extra:fast", "b")
    text = add_requirement(text, "", "c")
    text = add_requirement(text, "group:dev", "d")
    assert text == (
        f'{HEAD}dependencies = [\n    "c",\n]\n\n[project.optional-dependencies]\nfast = [\n    "b",\n]\n'
        '\n[tool.x]\ny = 1\n\n[dependency-groups]\ndev = [\n    "d",\n]\n'
    )


def test_dotted_and_inline_tables_are_extended_where_they_are() -> None:
    dotted = 'project.name = "x"\nproject.version = "1"\n\n[tool.x]\n'
    assert 'project.dependencies = [\n    "a",\n]\n\n[tool.x]' in add_requirement(dotted, "", "a")
    inline = f'{HEAD}optional-dependencies = {{ a = ["x"] }}\n'
    assert add_requirement(inline, "extra:b", "y").endswith('= { a = ["x"], b = [\n    "y",\n] }\n')


def test_no_final_newline_and_carriage_returns_stay() -> None:
    text = HEAD.replace("\n", "\r\n") + "dependencies = ['a']"
    assert add_requirement(text, "", "b") == text[:-1] + ", 'b']"
    made = add_requirement(text, "group:dev", "c")
    assert made == text + '\r\n\r\n[dependency-groups]\r\ndev = [\r\n    "c",\r\n]'


def test_a_group_is_found_however_it_is_spelt() -> None:
    text = f'{HEAD}\n[dependency-groups]\nLint_All = ["a"]\n'
    assert add_requirement(text, "group:lint-all", "b").endswith('Lint_All = ["a", "b"]\n')


def test_an_include_keeps_its_place() -> None:
    text = f'{HEAD}\n[dependency-groups]\ndev = [{{ include-group = "x" }}, "a", "c"]\nx = []\n'
    assert 'dev = [{ include-group = "x" }, "a", "b", "c"]' in add_requirement(text, "group:dev", "b")


def test_removing_what_is_not_there_says_where_it_is() -> None:
    text = f'{HEAD}dependencies = ["requests"]\n\n[dependency-groups]\ndev = ["ruff"]\n'
    with pytest.raises(ClutchError) as caught:
        remove_requirement(text, "", "ruff")
    assert caught.value.hints == ("it stands in the group `dev`",)
    with pytest.raises(ClutchError) as caught:
        remove_requirement(text, None, "reqests")
    assert caught.value.hints == ("did you mean `requests`?",)


def test_find_requirements_gives_section_text_and_line() -> None:
    text = f'{HEAD}dependencies = ["a>=1"]\n\n[dependency-groups]\ndev = [\n  "A",\n]\n'
    assert find_requirements(text, "a") == (("", "a>=1", 4), ("group:dev", "A", 8))


def test_a_project_without_a_table_is_refused() -> None:
    with pytest.raises(ClutchError) as caught:
        add_requirement("[tool.x]\n", "", "a")
    assert caught.value.code == "no-project-table"


def test_set_value_replaces_adds_and_makes_tables() -> None:
    text = f"{HEAD}requires-python = '>=3.8'  # old\n"
    text = set_requires_python(text, ">=3.11")
    assert 'requires-python = ">=3.11"  # old\n' in text
    text = set_value(text, "tool.clutch.resolution", "lowest")
    text = set_value(text, "tool.clutch.no-build", ["a", "b"])
    text = set_value(text, 'tool.clutch.sources."a.b"', {"path": "../a", "editable": True})
    assert text.endswith(
        '\n[tool.clutch]\nresolution = "lowest"\nno-build = ["a", "b"]\n'
        '\n[tool.clutch.sources]\n"a.b" = { path = "../a", editable = true }\n'
    )
    with pytest.raises(ClutchError):
        set_value(text, "tool.clutch", 1)
    assert set_value("", "a", 1) == "a = 1\n"
