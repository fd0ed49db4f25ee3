from __future__ import annotations

import tomllib

from hypothesis import given, settings
from hypothesis import strategies as st

from clutch.project.edit import add_requirement, remove_requirement

NAMES = st.sampled_from(["alpha", "beta", "delta", "epsilon", "omega", "zeta"])
GAPS = st.sampled_from(["", " ", "\n", "\n    ", '\n  # a comment, "with" [marks]\n  ', "\t", "  # end\n"])


@st.composite
def arrays(draw: st.DrawFn) -> str:
    names = draw(st.lists(NAMES, unique=True, max_size=5))
    if draw(st.booleans()):
        names.sort()
    text = "["
    for number, name in enumerate(names):
        mark = draw(st.sampled_from(["'", '"']))
        is_last = number == len(names) - 1
        comma = "" if is_last and draw(st.booleans()) else ","
        text += f"{draw(GAPS)}{mark}{name}>=1{mark}{draw(GAPS)}{comma}"
    return f"{text}{draw(GAPS)}]"


@given(arrays(), st.booleans(), st.booleans())
@settings(deadline=None, max_examples=400)
def test_removing_what_was_added_gives_the_bytes_back(array: str, windows: bool, final: bool) -> None:
    text = f'# top\n[project]\nname = "x"\nversion = "1"\ndependencies = {array}  # tail\n[tool.x]\ny = 1'
    text = (text + "\n" if final else text).replace("\n", "\r\n" if windows else "\n")
    before = tomllib.loads(text)["project"]["dependencies"]
    added = add_requirement(text, "", "gamma>=2")
    after = tomllib.loads(added)
    assert sorted(after["project"]["dependencies"]) == sorted([*before, "gamma>=2"])
    assert [item for item in after["project"]["dependencies"] if item != "gamma>=2"] == before
    if before == sorted(before):
        assert after["project"]["dependencies"] == sorted([*before, "gamma>=2"])
    assert remove_requirement(added, "", "gamma") == text


@given(arrays(), NAMES)
@settings(deadline=None, max_examples=300)
def test_removing_takes_exactly_the_named_one(array: str, name: str) -> None:
    text = f'[project]\nname = "x"\nversion = "1"\ndependencies = {array}\n[tool.x]\ny = 1 # "{name}"\n'
    before = tomllib.loads(text)["project"]["dependencies"]
    if f"{name}>=1" not in before:
        return
    after = tomllib.loads(remove_requirement(text, None, name))
    assert after["project"]["dependencies"] == [item for item in before if item != f"{name}>=1"]
    assert after["tool"] == {"x": {"y": 1}}
