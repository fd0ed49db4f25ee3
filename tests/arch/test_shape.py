"""The checkers themselves: each finds what it is for, and leaves alone what only looks like it."""

from __future__ import annotations

import pytest


@pytest.fixture
def parse(shape):
    return lambda text: shape.parse_module("floor/module.py", text)


@pytest.fixture
def only(shape, parse):
    def find(text):
        (function,) = shape.find_functions(parse(text))
        return function

    return find


def test_a_function_ends_with_its_last_line(only):
    assert only("@cached\ndef f():\n    a = (\n        1)\n\n\nb = 2\n").lines == 3


def test_parameters_leave_out_self_and_stars(only):
    assert only("class A:\n    def f(self, a, /, b, *c, d=1, **e): ...\n").parameters == 3


@pytest.mark.parametrize(
    ("body", "depth"),
    [
        ("pass", 0),
        ("if a:\n  pass\n elif b:\n  pass\n elif c:\n  pass", 1),
        ("if a:\n  pass\n else:\n  if b:\n   pass", 2),
        ("for a in b:\n  try:\n   pass\n  except E:\n   while c:\n    pass", 3),
        ("match a:\n  case 1:\n   with b:\n    pass", 2),
        ("if a:\n  x = lambda: 1\n  class B:\n   if c: pass", 1),
    ],
)
def test_nesting_counts_open_blocks(only, body, depth):
    assert only(f"def f():\n {body}\n").nesting == depth


def test_imports_inside_functions_count(shape, parse):
    text = "def f():\n    import os.path\nif TYPE_CHECKING:\n    from concurrent import futures\n"
    names = [name for _, name in shape.find_imports(parse(text))]
    assert sorted(names) == ["concurrent", "concurrent.futures", "os.path"]


def test_output_is_a_print_or_a_stream(shape, parse):
    assert shape.find_output(parse("print(1)\nsys.stderr.write('')\nfinished.stdout\n")) == [
        "floor/module.py:1",
        "floor/module.py:2",
    ]


@pytest.mark.parametrize("text", ["sys.exit(1)", "os._exit(1)", "exit()", "raise SystemExit", "raise SystemExit(3)"])
def test_exits_are_found(shape, parse, text):
    assert shape.find_exits(parse(text)) == ["floor/module.py:1"]


def test_documentation_is_wanted_of_public_things_only(shape, parse):
    text = '"""Doc."""\ndef _private(): ...\ndef public(): ...\nclass Kind:\n    """Doc."""\n'
    assert shape.find_undocumented(parse(text)) == ["floor/module.py:3 public"]


def test_an_empty_module_needs_no_documentation(shape, parse):
    assert shape.find_undocumented(parse("")) == []
    assert shape.find_undocumented(parse("a = 1\n")) == ["floor/module.py:1"]


def test_literals_are_whole_strings(shape, parse):
    assert shape.find_literals(parse("a = 'conda'\nb = 'a conda index'\n"), frozenset({"conda"})) == [
        "floor/module.py:1 conda"
    ]
