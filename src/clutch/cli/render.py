"""Errors, remarks and changes as text, and reports as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

from clutch.base.errors import ClutchError
from clutch.cli.terminal import Terminal

if TYPE_CHECKING:
    from clutch.ops.changes import Change


class _Named(Protocol):
    """Anything with a name and a version: an `Install` or an `Installed`."""

    @property
    def name(self) -> str: ...

    @property
    def version(self) -> str: ...


def render_error(error: ClutchError, terminal: Terminal) -> str:
    """`error: sentence`, then the place, the facts that higher floors added, and the hints, each on its own lines."""
    lines = [f"{terminal.style('error', 'error:')} {error.message}"]
    if error.place is not None and str(error.place) not in error.message:
        lines.append(f"  at {error.place}")
    lines.extend(f"  {fact}" for fact in error.facts)
    lines.extend(f"{terminal.style('hint', 'hint:')} {hint}" for hint in error.hints)
    return "\n".join(lines) + "\n"


def render_warning(sentence: str, terminal: Terminal) -> str:
    """`warning: sentence`."""
    return f"{terminal.style('warning', 'warning:')} {sentence}"


def error_as_json(error: ClutchError) -> str:
    """The error as one JSON object, for `--json`."""
    place = error.place
    fields: dict[str, object] = {
        "code": error.code,
        "message": error.message,
        "subject": error.subject,
        "file": place.file if place else "",
        "line": place.line if place else 0,
        "facts": list(error.facts),
        "hints": list(error.hints),
    }
    return render_json({"error": fields})


def render_json(value: object) -> str:
    """A report as indented JSON: a NamedTuple is an object, another sequence an array, anything unknown its text."""
    import json

    return json.dumps(_plain(value), indent=2, ensure_ascii=False) + "\n"


def render_columns(rows: Sequence[Sequence[str]], heading: Sequence[str] = ()) -> str:
    """Rows as aligned columns, two spaces apart, without trailing blanks; the heading is underlined by nothing."""
    lines = [*([heading] if heading else []), *rows]
    if not lines:
        return ""
    widths = [max(len(line[at]) for line in lines) for at in range(len(lines[0]))]
    rendered = ("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) for line in lines)
    return "".join(line.rstrip() + "\n" for line in rendered)


def render_changes(changes: Iterable[Change], terminal: Terminal) -> str:
    """One line for each package of a lock that came (`+`), went (`-`) or moved (`~`)."""
    lines = []
    for change in changes:
        if not change.before:
            lines.append(f" {terminal.style('good', '+')} {change.name} {change.after}")
        elif not change.after:
            lines.append(f" {terminal.style('bad', '-')} {change.name} {change.before}")
        else:
            lines.append(f" {terminal.style('changed', '~')} {change.name} {change.before} -> {change.after}")
    return "".join(line + "\n" for line in lines)


def render_moves(removed: Iterable[_Named], installed: Iterable[_Named], terminal: Terminal) -> str:
    """One line for each package that an environment loses, gains or has replaced, sorted by name."""
    before = {each.name: each.version for each in removed}
    after = {each.name: each.version for each in installed}
    lines = []
    for name in sorted(before.keys() | after.keys()):
        old, new = before.get(name), after.get(name)
        if old is None:
            lines.append(f" {terminal.style('good', '+')} {name} {new or ''}".rstrip())
        elif new is None:
            lines.append(f" {terminal.style('bad', '-')} {name} {old}".rstrip())
        elif old == new:
            lines.append(f" {terminal.style('changed', '~')} {name} {new}".rstrip())
        else:
            lines.append(f" {terminal.style('changed', '~')} {name} {old} -> {new}")
    return "".join(line + "\n" for line in lines)


def short_path(path: str, folder: str) -> str:
    """`path` as seen from `folder` when it lies in it, else as it is."""
    inside = f"{folder.rstrip('/')}/"
    return path.removeprefix(inside) if path.startswith(inside) else path


def render_seconds(elapsed_s: float) -> str:
    """`12 ms`, `3.4 s`, `2 min 5 s`."""
    if elapsed_s < 1:
        return f"{elapsed_s * 1000:.0f} ms"
    if elapsed_s < 60:
        return f"{elapsed_s:.1f} s"
    return f"{int(elapsed_s) // 60} min {int(elapsed_s) % 60} s"


def _plain(value: object) -> object:
    """`value` in JSON's own types."""
    if value is None or isinstance(value, (str, int, float, bool)):
        return value
    fields = getattr(value, "_fields", None)
    if fields is not None:
        return {name: _plain(getattr(value, name)) for name in fields}
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(each) for each in value]
    return str(value)
