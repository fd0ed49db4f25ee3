"""docs/reference/errors.md names every code that the source gives an error, and no other."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
PAGE = ROOT / "docs" / "reference" / "errors.md"
SOURCE = ROOT / "src" / "clutch"
_CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_ROW = re.compile(r"^\| `([a-z0-9-]+)` \| (.+) \|$", re.MULTILINE)


def _class_names(trees: list[ast.Module]) -> set[str]:
    """ClutchError and everything that descends from it, by name."""
    classes = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    found = {"ClutchError"}
    grown = True
    while grown:
        below = {one.name for one in classes if any(ast.unparse(base) in found for base in one.bases)}
        grown = not below <= found
        found |= below
    return found


def _takes_code(node: ast.AST) -> str:
    """The name of a function, or of a record, whose first parameter or field is `code`; else empty."""
    if isinstance(node, ast.FunctionDef):
        names = [one.arg for one in node.args.args if one.arg != "self"]
        return node.name if names[:1] == ["code"] and node.name != "__init__" else ""
    if isinstance(node, ast.ClassDef):
        fields = [one.target for one in node.body if isinstance(one, ast.AnnAssign)]
        return node.name if any(isinstance(one, ast.Name) and one.id == "code" for one in fields) else ""
    return ""


def _texts(value: ast.expr | None) -> Iterator[str]:
    """The codes that an expression can be; a part that is computed becomes `*`."""
    if isinstance(value, ast.Constant) and isinstance(value.value, str):
        yield value.value
    elif isinstance(value, ast.IfExp):
        yield from _texts(value.body)
        yield from _texts(value.orelse)
    elif isinstance(value, ast.JoinedStr):
        yield "".join(str(part.value) if isinstance(part, ast.Constant) else "*" for part in value.values)


def _code_texts(tree: ast.Module, callables: set[str], errors: set[str]) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            function = node.func
            name = function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")
            if name in callables | errors:
                given = next((one.value for one in node.keywords if one.arg == "code"), None)
                yield from _texts(given or (node.args[0] if node.args else None))
        elif isinstance(node, ast.ClassDef) and node.name in errors:
            for call in ast.walk(node):
                if isinstance(call, ast.Call) and ast.unparse(call.func) == "super().__init__" and call.args:
                    yield from _texts(call.args[0])
        elif isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "code":
            yield from _texts(node.value)


def codes_in_source() -> set[str]:
    """Every code, and patterns with `*` for those that are put together."""
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in sorted(SOURCE.rglob("*.py"))]
    callables = {name for tree in trees for node in ast.walk(tree) if (name := _takes_code(node))}
    errors = _class_names(trees)
    found = {text for tree in trees for text in _code_texts(tree, callables, errors)}
    return {text for text in found if _CODE.fullmatch(text.replace("*", "x"))}


def codes_of_page() -> list[str]:
    return [code for code, _ in _ROW.findall(PAGE.read_text(encoding="utf-8"))]


@pytest.fixture(scope="module")
def raised() -> set[str]:
    return codes_in_source()


def _is_raised(code: str, raised: set[str]) -> bool:
    return any(re.fullmatch(one.replace("*", "[a-z0-9-]+"), code) for one in raised)


def test_every_code_of_the_source_is_explained(raised: set[str]) -> None:
    page = codes_of_page()
    missing = sorted(
        one for one in raised if not any(re.fullmatch(one.replace("*", "[a-z0-9-]+"), code) for code in page)
    )
    assert not missing, f"write a line each into {PAGE.relative_to(ROOT)}"


def test_no_code_is_explained_that_nothing_raises(raised: set[str]) -> None:
    assert [code for code in codes_of_page() if not _is_raised(code, raised)] == []


def test_codes_are_in_order_and_named_once() -> None:
    for table in PAGE.read_text(encoding="utf-8").split("\n## ")[1:]:
        codes = [code for code, _ in _ROW.findall(table)]
        assert codes == sorted(codes)
    assert len(set(codes_of_page())) == len(codes_of_page())
