"""`clutch doctor`."""

from __future__ import annotations

from collections.abc import Iterable

from clutch.base.text import plural
from clutch.cli.command import Command, Flag, Invocation
from clutch.cli.flags import read_selection, selection_flags
from clutch.cli.outcome import finish, say
from clutch.cli.render import render_columns
from clutch.ops.doctor import DoctorOptions, DoctorReport, doctor
from clutch.ops.health import Problem

_UNWELL = 3


def _run(invocation: Invocation) -> int:
    arguments = invocation.arguments
    report = doctor(DoctorOptions(arguments.has("--fix"), read_selection(arguments)), invocation.session)
    if invocation.wants_json:
        finish(invocation, _as_json(report))
    else:
        invocation.terminal.write_out(_render(report, invocation))
        if not report.is_well and not arguments.has("--fix") and report.project:
            say(invocation, f"{invocation.terminal.style('hint', 'hint:')} `clutch doctor --fix` repairs it")
    return 0 if report.is_well else _UNWELL


def _render(report: DoctorReport, invocation: Invocation) -> str:
    python = f"{report.version} ({report.python})" if report.python else "none"
    rows = [
        ("project", report.project or "none in this folder or above it"),
        ("lock", report.lock),
        ("environment", report.environment),
        ("Python", python),
        ("because of", report.why),
        ("store", report.store),
    ]
    rows += [(f"`{one.name}`", f"{one.path} ({one.owner})" if one.path else "not on PATH") for one in report.on_path]
    page = render_columns([row for row in rows if row[1]])
    page += _list(f"{invocation.terminal.style('good', 'repaired')}:", report.fixed)
    serious = [one for one in report.problems if one.is_serious]
    notes = [one for one in report.problems if not one.is_serious]
    page += _list("worth knowing:", notes)
    page += _list(f"{invocation.terminal.style('bad', plural(len(serious), 'problem'))}:", serious)
    return page if serious or not report.project else f"{page}\n{invocation.terminal.style('good', 'all is well')}\n"


def _list(heading: str, problems: Iterable[Problem]) -> str:
    lines = [f"  {f'{one.package}: ' if one.package else ''}{one.message}\n" for one in problems]
    return f"\n{heading}\n{''.join(lines)}" if lines else ""


def _as_json(report: DoctorReport) -> dict[str, object]:
    fields = report._asdict()
    fields["problems"] = [{**one._asdict(), "is_serious": one.is_serious} for one in report.problems]
    return {"is_well": report.is_well, **fields}


COMMANDS = {
    "doctor": Command(
        run=_run,
        description=(
            "Tells which Python, environment and lock the project has and what `python` and `pip` in the shell belong "
            "to; compares the environment with the lock, and every file with the hash that was recorded for it. Exit "
            "code 3 when something is wrong."
        ),
        flags=(
            Flag("--fix", "repair: install what is damaged again, make the environment anew where need be"),
            *selection_flags(with_is_group=True),
        ),
        has_json=True,
        examples=(("clutch doctor --fix", "make it as the lock says"),),
    )
}
