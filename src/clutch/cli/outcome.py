"""What the commands that change something say at their end, for people and as JSON."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from clutch.base.text import plural
from clutch.cli.command import Invocation
from clutch.cli.render import render_changes, render_json, render_moves, render_seconds, render_warning

if TYPE_CHECKING:
    from clutch.ops.changes import Change
    from clutch.ops.sync import SyncReport


def say(invocation: Invocation, text: str) -> None:
    """A remark on standard error, unless `-q`."""
    if text and invocation.terminal.quiet == 0:
        invocation.terminal.write_error(text)


def warn(invocation: Invocation, remarks: Iterable[str]) -> None:
    """Remarks that the user should see even with one `-q`."""
    if invocation.terminal.quiet < 2:
        for remark in remarks:
            invocation.terminal.write_error(render_warning(remark, invocation.terminal))


def finish(invocation: Invocation, report: dict[str, object]) -> int:
    """Prints the report where JSON is wanted; exit code 0."""
    if invocation.wants_json:
        invocation.terminal.write_out(render_json(report))
    return 0


def say_lock(invocation: Invocation, changes: Iterable[Change]) -> None:
    """The packages of the lock that changed."""
    say(invocation, render_changes(changes, invocation.terminal))


def say_sync(invocation: Invocation, report: SyncReport | None, *, dry_run: bool = False) -> None:
    """What a sync did, or would do; of the lock's changes those that the environment does not show."""
    if report is None:
        return
    moves = render_moves(report.plan.remove, report.plan.install, invocation.terminal)
    seen = frozenset(moves.splitlines())
    locked = render_changes(report.lock_changes, invocation.terminal).splitlines(keepends=True)
    say(invocation, "".join(line for line in locked if line.rstrip("\n") not in seen))
    warn(invocation, report.remarks)
    if report.is_created and report.environment is not None:
        would = "would make" if dry_run else "made"
        version = report.environment.interpreter.version
        say(invocation, f"{would} the environment {report.environment.root} with Python {version}")
    say(invocation, moves)
    say(invocation, _summary(report, render_seconds(invocation.elapsed_s()), dry_run=dry_run))


def sync_as_json(report: SyncReport | None) -> dict[str, object] | None:
    """The report without what only machines of our own need."""
    if report is None:
        return None
    plan, environment = report.plan, report.environment
    return {
        "environment": environment.root if environment else "",
        "python": environment.interpreter.version if environment else "",
        "is_created": report.is_created,
        "lock_changes": report.lock_changes,
        "kept": len(plan.keep),
        "removed": [{"name": each.name, "version": each.version} for each in plan.remove],
        "installed": [{"name": each.name, "version": each.version} for each in plan.install],
        "remarks": report.remarks,
    }


def _summary(report: SyncReport, elapsed: str, *, dry_run: bool) -> str:
    """`installed 3 packages, removed 1 package in 40 ms`."""
    names = {each.name for each in report.plan.install}
    gone = [each for each in report.plan.remove if each.name not in names]
    would = "would " if dry_run else ""
    past = "" if dry_run else "ed"
    steps = []
    if names:
        steps.append(f"{would}install{past} {plural(len(names), 'package')}")
    if gone:
        steps.append(f"{would}remove{'' if dry_run else 'd'} {plural(len(gone), 'package')}")
    if not steps:
        return f"the environment is up to date ({elapsed})"
    return f"{', '.join(steps)} in {elapsed}" if not dry_run else ", ".join(steps)
