"""The reports on packages as text: listing, outdated, tree, paths, one package."""

from __future__ import annotations

from collections.abc import Iterable

from clutch.cli.render import render_columns, short_path
from clutch.ops.list_packages import ListReport
from clutch.ops.outdated import OutdatedReport
from clutch.ops.show import ShowReport
from clutch.ops.tree import TreeNode, TreeReport
from clutch.ops.why import WhyReport

_UNICODE = ("├── ", "└── ", "│   ", "    ")
_ASCII = ("|-- ", "`-- ", "|   ", "    ")


def render_listing(report: ListReport) -> str:
    """Name, locked, installed, remark; without the column that has nothing to say."""
    heading = ["package"]
    heading += ["locked"] if report.has_lock else []
    heading += ["installed"] if report.environment else []
    rows = []
    for package in report.packages:
        row = [package.name]
        row += [", ".join(package.locked) or "-"] if report.has_lock else []
        row += [package.installed or "-"] if report.environment else []
        row.append(f"editable: {package.editable}" if package.editable else package.remark)
        rows.append(row)
    return render_columns(rows, [*heading, ""]) if rows else ""


def render_outdated(report: OutdatedReport) -> str:
    """Name, locked, newest allowed, newest; nothing where nothing is newer."""
    rows = [
        (each.name, each.locked, each.allowed, each.newest, "direct" if each.is_direct else "")
        for each in report.packages
    ]
    return render_columns(rows, ("package", "locked", "allowed", "newest", "")) if rows else ""


def render_tree(report: TreeReport, *, is_ascii: bool) -> str:
    """The trees, one line a node."""
    marks = _ASCII if is_ascii else _UNICODE
    lines: list[str] = []
    for node in report.trees:
        lines.append(_node_text(node))
        lines.extend(_branches(node.children, "", marks))
    return "".join(line + "\n" for line in lines)


def render_why(report: WhyReport, folder: str) -> str:
    """Each path as one line: the project, then each step with its constraint; file names are told from `folder`."""
    lines = [f"{report.name} {', '.join(version for version in report.versions if version)}".rstrip()]
    if not report.paths:
        lines.append("  nothing in the project leads to it")
    for path in report.paths:
        start = report.project + (f" ({path.section})" if path.section else "")
        where = short_path(path.file, folder) + (f":{path.line}" if path.line else "")
        lines.append(f"  {start}" + (f"  {where}" if where else ""))
        for level, step in enumerate(path.steps):
            wanted = step.wanted or "any version"
            lines.append(f"  {'   ' * level}└─ {step.name} {step.version}".rstrip() + f"  ({wanted})")
    if report.is_cut:
        lines.append("  and more paths")
    return "".join(line + "\n" for line in lines)


def render_show(report: ShowReport, *, show_files: bool) -> str:
    """The facts as `name: value` lines, lists below them."""
    lines = [report.name + (f": {report.summary}" if report.summary else "")]
    lines.append(f"  installed: {report.installed} in {report.location}" if report.installed else "  installed: no")
    if not report.locked:
        lines.append("  locked: no")
    for each in report.locked:
        lines.append(f"  locked: {each.version}".rstrip())
        named = (
            ("where", each.marker),
            ("python", each.python),
            ("index", each.index_url),
            ("source", each.source),
        )
        lines.extend(f"    {name}: {value}" for name, value in named if value)
        lines.extend(_list("requires", each.requires))
        lines.extend(_list("required by", each.required_by))
        if show_files:
            lines.extend(_list("files", each.files))
    return "".join(line + "\n" for line in lines)


def _list(title: str, items: Iterable[str]) -> list[str]:
    items = list(items)
    return [f"    {title}:", *(f"      {item}" for item in items)] if items else []


def _branches(children: tuple[TreeNode, ...], indent: str, marks: tuple[str, str, str, str]) -> list[str]:
    lines = []
    for at, child in enumerate(children):
        is_last = at == len(children) - 1
        lines.append(indent + marks[1 if is_last else 0] + _node_text(child))
        lines.extend(_branches(child.children, indent + marks[3 if is_last else 2], marks))
    return lines


def _node_text(node: TreeNode) -> str:
    """`httpx 0.27.0 (>=0.27) [group dev] (*)`."""
    parts = [node.name]
    parts += [node.version] if node.version else []
    parts += [f"({node.wanted})"] if node.wanted else []
    parts += [f"[{node.section}]" if node.section else ""]
    parts += ["(*)"] if node.is_repeated else []
    return " ".join(part for part in parts if part)
