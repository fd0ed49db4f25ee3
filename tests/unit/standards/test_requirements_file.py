from __future__ import annotations

import pytest

from clutch.base.errors import ClutchError
from clutch.standards.requirements_file import RequirementLine, parse_requirements_file

FILES = {
    "in/main.txt": """\
# a comment
a>=1  # why
b==2 \\
    --hash=sha256:AA \\
    --hash sha256:bb
-r ../more.txt
-c limits.txt
-e ./folder[x]
--index-url https://index.example/simple/
./wheels/c-1.0-py3-none-any.whl
git+https://index.example/d.git@main
e @ https://index.example/e#frag.zip
""",
    "more.txt": "f[x]; python_version < '3.9'\n-rin/main.txt\n",
    "in/limits.txt": "a<3\n",
}


def test_lines_know_their_file_and_line() -> None:
    lines = parse_requirements_file(FILES["in/main.txt"], "in/main.txt", FILES.__getitem__)
    assert lines == [
        RequirementLine("requirement", "a>=1", "in/main.txt", 2),
        RequirementLine("requirement", "b==2", "in/main.txt", 3, (("sha256", "aa"), ("sha256", "bb"))),
        RequirementLine("requirement", "f[x]; python_version < '3.9'", "more.txt", 1),
        RequirementLine("constraint", "a<3", "in/limits.txt", 1),
        RequirementLine("editable", "./folder[x]", "in/main.txt", 8),
        RequirementLine("option", "--index-url https://index.example/simple/", "in/main.txt", 9),
        RequirementLine("source", "./wheels/c-1.0-py3-none-any.whl", "in/main.txt", 10),
        RequirementLine("source", "git+https://index.example/d.git@main", "in/main.txt", 11),
        RequirementLine("requirement", "e @ https://index.example/e#frag.zip", "in/main.txt", 12),
    ]


def test_one_bad_line_is_its_own_error() -> None:
    with pytest.raises(ClutchError) as caught:
        parse_requirements_file("a\nb>>1\n", "r.txt", FILES.__getitem__)
    assert caught.value.code == "invalid-requirement"
    assert str(caught.value.place) == "r.txt:2"


def test_all_bad_lines_are_told_at_once() -> None:
    with pytest.raises(ClutchError) as caught:
        parse_requirements_file("a>>1\nb\nc --what=1\n", "r.txt", FILES.__getitem__)
    assert caught.value.message == "2 lines of `r.txt` cannot be understood"
    assert [fact.partition(": ")[0] for fact in caught.value.facts] == ["r.txt:1", "r.txt:3"]
