"""The tables of modules in docs/internals, made from the first sentences of the modules' docstrings.

`python tests/scenario/docs/floors.py` writes them; a test holds them current.
"""

from __future__ import annotations

import ast
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
PAGES = ROOT / "docs" / "internals"
FLOORS = ("base", "standards", "solve", "model", "resolve", "io", "pypi", "project", "python", "ops", "cli")
BEGIN = "<!-- modules: written by `python tests/scenario/docs/floors.py` -->\n"
END = "<!-- end of modules -->\n"


def render_table(floor: str) -> str:
    """One line for each module of a floor: its path below the floor, and the first paragraph of its docstring."""
    folder = ROOT / "src" / "clutch" / floor
    lines = ["| module | what it is |", "|---|---|"]
    for path in sorted(folder.rglob("*.py"), key=lambda one: (one.parent != folder, str(one))):
        if path.name == "__init__.py":
            continue
        text = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
        first = " ".join(text.split("\n\n")[0].split()).replace("|", "\\|")
        lines.append(f"| `{path.relative_to(folder).as_posix()}` | {first} |")
    return "\n".join(lines) + "\n"


def put_table(page: str, floor: str) -> str:
    """The text of a floor's page with its table as it should be."""
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"the page of {floor} has no place for its modules")
    return f"{before}{BEGIN}{render_table(floor)}{END}{after}"


def _write() -> None:
    for floor in FLOORS:
        path = PAGES / f"{floor}.md"
        path.write_text(put_table(path.read_text(encoding="utf-8"), floor), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    sys.exit(_write())
