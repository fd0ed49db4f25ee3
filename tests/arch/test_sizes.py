from __future__ import annotations

from pathlib import Path

SOFT_FILE, HARD_FILE = 400, 600
HARD_FUNCTION, LONG_FUNCTION, LONG_SHARE = 80, 60, 0.015
MOST_PARAMETERS, DEEPEST = 6, 4


def _exceptions() -> dict[str, int]:
    lines = Path(__file__).with_name("exceptions.txt").read_text().splitlines()
    rows = [line.split() for line in lines if line and not line.startswith("#")]
    return {path: int(most) for path, most in rows}


def _functions(shape, modules):
    return [function for module in modules for function in shape.find_functions(module)]


def test_no_file_is_longer_than_the_hard_limit(shape, modules):
    assert [m.path for m in modules if shape.count_lines(m) > HARD_FILE] == []


def test_files_over_the_soft_limit_are_listed(shape, modules):
    allowed = _exceptions()
    long = {m.path: shape.count_lines(m) for m in modules if shape.count_lines(m) > SOFT_FILE}
    assert {path: lines for path, lines in long.items() if lines > allowed.get(path, SOFT_FILE)} == {}


def test_the_list_of_exceptions_only_shrinks(shape, modules):
    lines = {m.path: shape.count_lines(m) for m in modules}
    roomy = {path: most for path, most in _exceptions().items() if lines.get(path, 0) < most}
    assert roomy == {}, "lower these numbers to what the files have, or remove the lines"


def test_no_function_is_longer_than_the_hard_limit(shape, modules):
    assert [f.place for f in _functions(shape, modules) if f.lines > HARD_FUNCTION] == []


def test_few_functions_are_long(shape, modules):
    functions = _functions(shape, modules)
    long = [f.place for f in functions if f.lines > LONG_FUNCTION]
    assert len(long) <= LONG_SHARE * len(functions), long


def test_no_function_takes_many_parameters(shape, modules):
    assert [f.place for f in _functions(shape, modules) if f.parameters > MOST_PARAMETERS] == []


def test_no_function_nests_deeply(shape, modules):
    assert [f.place for f in _functions(shape, modules) if f.nesting > DEEPEST] == []
