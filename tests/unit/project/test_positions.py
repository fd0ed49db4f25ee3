from __future__ import annotations

import pytest

from clutch.project.positions import Layout

TEXT = """# first
name = "x" # why
[a.b]
list = [
  "one", # [not an array]
  'two',
  { deep = "=" },
]
dotted . key = '''
lines ] } # " '''
when = 1979-05-27 07:32:00 # date with a blank
[[c]]
x = 1
[[c]]
"quoted \\u0041" = { y = [1, 2], z."q.r" = true }
[c.sub]
k = 0x_ff
"""


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("name",), 2),
        (("a", "b"), 3),
        (("a", "b", "list"), 4),
        (("a", "b", "list", 0), 5),
        (("a", "b", "list", 1), 6),
        (("a", "b", "list", 2, "deep"), 7),
        (("a", "b", "dotted", "key"), 9),
        (("a", "b", "when"), 11),
        (("c", 0, "x"), 13),
        (("c", 1), 14),
        (("c", 1, "quoted A", "y", 1), 15),
        (("c", 1, "quoted A", "z", "q.r"), 15),
        (("c", 1, "sub", "k"), 17),
        (("c", 1, "nowhere"), 14),
        (("nowhere",), 1),
    ],
)
def test_line_of_every_kind_of_value(path: tuple[str | int, ...], line: int) -> None:
    assert Layout(TEXT).line_of(path) == line


def test_spans_are_exact() -> None:
    layout = Layout(TEXT)
    entry = layout.entries[("a", "b", "when")]
    assert TEXT[entry.value_start : entry.value_end] == "1979-05-27 07:32:00"
    entry = layout.entries[("a", "b", "dotted", "key")]
    assert TEXT[entry.value_start : entry.value_end] == "'''\nlines ] } # \" '''"


def test_carriage_returns_do_not_move_lines() -> None:
    assert Layout(TEXT.replace("\n", "\r\n")).line_of(("c", 0, "x")) == 13
