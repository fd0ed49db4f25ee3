"""The shape of a source tree, read from its syntax: sizes, nesting, and what each module imports and prints.

Lines are physical lines; a function runs from its `def` to its last line; parameters leave out `self`, `cls`, `*args`
and `**kwargs`; nesting is the number of blocks open at once inside one function, where `elif` counts as its `if`.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_SCOPES = (*_FUNCTIONS, ast.ClassDef, ast.Lambda)
_BLOCKS = (ast.If, ast.For, ast.AsyncFor, ast.While, ast.Try, ast.TryStar, ast.With, ast.AsyncWith, ast.Match)
_PRINTING = {"print", "breakpoint", "input"}
_LEAVING = {"exit", "quit"}
_LEAVING_ATTRIBUTES = {("sys", "exit"), ("os", "_exit"), ("os", "abort")}
_STREAMS = {"stdout", "stderr", "__stdout__", "__stderr__"}


class Function(NamedTuple):
    """One `def` with its sizes; `place` is `file:line name`."""

    place: str
    lines: int
    parameters: int
    nesting: int


class Module(NamedTuple):
    """One source file; `path` is relative to the package's folder, with slashes."""

    path: str
    text: str
    tree: ast.Module

    @property
    def floor(self) -> str:
        """The first part of the path: a floor's folder, or the module's own name."""
        return self.path.partition("/")[0].removesuffix(".py")


def read_modules(package: Path) -> list[Module]:
    """Every module of a package, sorted by path."""
    modules = []
    for path in sorted(package.rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        modules.append(parse_module(path.relative_to(package).as_posix(), text))
    return modules


def parse_module(path: str, text: str) -> Module:
    return Module(path, text, ast.parse(text))


def count_lines(module: Module) -> int:
    return len(module.text.splitlines())


def find_functions(module: Module) -> list[Function]:
    """Every function of a module, methods and inner ones included, in order of appearance."""
    return [
        Function(f"{module.path}:{node.lineno} {node.name}", _height(node), _parameters(node), _nesting(node.body))
        for node in ast.walk(module.tree)
        if isinstance(node, _FUNCTIONS)
    ]


def find_imports(module: Module) -> Iterator[tuple[int, str]]:
    """Line and dotted name of every import, those inside functions and under TYPE_CHECKING too."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.lineno, node.module
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def find_output(module: Module) -> list[str]:
    """Places that print, or that name the process's own output streams."""
    places = []
    for node in ast.walk(module.tree):
        prints = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _PRINTING
        names_stream = isinstance(node, ast.Attribute) and _dotted(node)[0] == "sys" and node.attr in _STREAMS
        if prints or names_stream:
            places.append(f"{module.path}:{node.lineno}")
    return places


def find_exits(module: Module) -> list[str]:
    """Places that end the process."""
    places = []
    for node in ast.walk(module.tree):
        called = node.func if isinstance(node, ast.Call) else None
        leaves = isinstance(called, ast.Name) and called.id in _LEAVING
        leaves = leaves or (isinstance(called, ast.Attribute) and _dotted(called) in _LEAVING_ATTRIBUTES)
        leaves = leaves or (isinstance(node, ast.Raise) and _raised(node) == "SystemExit")
        if leaves:
            places.append(f"{module.path}:{getattr(node, 'lineno', 0)}")
    return places


def find_undocumented(module: Module) -> list[str]:
    """The module itself, and its public types and functions, where they have no docstring."""
    if not module.text.strip():
        return []
    missing = [] if ast.get_docstring(module.tree) else [f"{module.path}:1"]
    for node in module.tree.body:
        is_public = isinstance(node, (*_FUNCTIONS, ast.ClassDef)) and not node.name.startswith("_")
        if is_public and not ast.get_docstring(node):
            missing.append(f"{module.path}:{node.lineno} {node.name}")
    return missing


def find_literals(module: Module, words: frozenset[str]) -> list[str]:
    """Places where a string is exactly one of these words; docstrings are longer and do not count."""
    return [
        f"{module.path}:{node.lineno} {node.value}"
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value in words
    ]


def _height(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def _parameters(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    named = [argument.arg for argument in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)]
    return len(named) - (named[:1] in (["self"], ["cls"]))


def _nesting(body: list[ast.stmt]) -> int:
    return max((_depth(statement) for statement in body), default=0)


def _depth(statement: ast.stmt) -> int:
    if isinstance(statement, _SCOPES):
        return 0
    inner = [_nesting(lines) for lines in _bodies(statement)]
    if isinstance(statement, ast.If) and _is_elif(statement):
        following = _depth(statement.orelse[0])  # already counts its own `if`, which is as deep as this one
        return max(1 + _nesting(statement.body), following)
    return max(inner, default=0) + isinstance(statement, _BLOCKS)


def _bodies(statement: ast.stmt) -> Iterator[list[ast.stmt]]:
    for field in ("body", "orelse", "finalbody"):
        yield getattr(statement, field, [])
    for part in (*getattr(statement, "handlers", []), *getattr(statement, "cases", [])):
        yield part.body


def _is_elif(statement: ast.If) -> bool:
    follower = statement.orelse[0] if len(statement.orelse) == 1 else None
    return isinstance(follower, ast.If) and follower.col_offset == statement.col_offset


def _dotted(node: ast.Attribute) -> tuple[str, str]:
    return (node.value.id if isinstance(node.value, ast.Name) else "", node.attr)


def _raised(node: ast.Raise) -> str:
    raised = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
    return raised.id if isinstance(raised, ast.Name) else ""
