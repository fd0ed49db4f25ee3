"""`clutch config list`, `get` and `explain`."""

from __future__ import annotations

from clutch.cli.command import Command, Flag, Invocation, Positional
from clutch.cli.outcome import finish
from clutch.cli.render import render_columns
from clutch.ops.config import ConfigOptions, SettingRow, explain_setting, list_settings

_KEY = Positional("KEY", "the name of a setting, as `cache-dir`")


def _list(invocation: Invocation) -> int:
    rows = list_settings(invocation.session).settings
    if invocation.arguments.has("--changed"):
        rows = tuple(row for row in rows if row.kind != "default")
    if invocation.wants_json:
        return finish(invocation, {"settings": rows})
    cells = [(row.key, row.value or '""', _where(row)) for row in rows]
    invocation.terminal.write_out(render_columns(cells))
    return 0


def _get(invocation: Invocation) -> int:
    row = explain_setting(ConfigOptions(invocation.arguments.word("KEY")), invocation.session)
    if invocation.wants_json:
        return finish(invocation, row._asdict())
    invocation.terminal.write_out(row.value + "\n")
    return 0


def _explain(invocation: Invocation) -> int:
    row = explain_setting(ConfigOptions(invocation.arguments.word("KEY")), invocation.session)
    if invocation.wants_json:
        return finish(invocation, row._asdict())
    lines = [
        f"{row.key} = {row.value}" if row.value else f"{row.key} is empty",
        f"  decided by: {_where(row)}",
        f"  {row.help}",
        f"  option {row.flag}, variable {row.variable}, key `{row.key}`",
    ]
    invocation.terminal.write_out("\n".join(lines))
    return 0


def _where(row: SettingRow) -> str:
    """`option --offline`, `project pyproject.toml:3`, `default`."""
    if row.kind == "default":
        return "default"
    kind = "option" if row.kind == "flag" else row.kind
    return row.place if row.kind == "pip" else f"{kind} {row.place}"


COMMANDS = {
    "config list": Command(
        run=_list,
        description="Passwords are never shown.",
        flags=(Flag("--changed", "only those that something else than the default decides"),),
        has_json=True,
    ),
    "config get": Command(
        run=_get,
        description="Passwords are never shown.",
        positionals=(_KEY,),
        has_json=True,
    ),
    "config explain": Command(
        run=_explain,
        description="Names the file and line, the variable or the option that decides it, and its three names.",
        positionals=(_KEY,),
        has_json=True,
        examples=(("clutch config explain default-index", "why is it this index?"),),
    ),
}
