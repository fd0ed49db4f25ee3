"""`clutch env history` and `rollback`."""

from __future__ import annotations

from clutch.base.text import plural
from clutch.cli.command import Command, Invocation, Positional
from clutch.cli.outcome import finish, say, say_sync, sync_as_json, warn
from clutch.cli.render import render_changes
from clutch.ops.env_history import env_history, env_rollback


def _history(invocation: Invocation) -> int:
    steps = env_history(invocation.session)
    if invocation.wants_json:
        return finish(invocation, {"steps": steps})
    for step in reversed(steps):
        current = "  (now)" if step.is_current else ""
        head = f"{step.number}  {step.moment}  {plural(step.packages, 'package')}{current}\n"
        invocation.terminal.write_out(head + render_changes(step.changes, invocation.terminal))
    if not steps:
        say(invocation, "no history: it begins with the next `clutch sync` that changes the environment")
    return 0


def _rollback(invocation: Invocation) -> int:
    report = env_rollback(_number(invocation), invocation.session)
    say(invocation, f"back to step {report.number}")
    say_sync(invocation, report.sync)
    warn(invocation, [report.remark] if report.remark else [])
    return finish(invocation, {"step": report.number, "sync": sync_as_json(report.sync), "remark": report.remark})


def _number(invocation: Invocation) -> int:
    from clutch.base.errors import UsageError

    word = invocation.arguments.word("STEP") or "0"
    if not word.isdecimal():
        raise UsageError("not-a-number", f"`clutch env rollback` expects a number, found `{word}`", subject=word)
    return int(word)


COMMANDS = {
    "env history": Command(
        run=_history,
        description="The locks that the environment was in step with, newest first, and what each of them changed.",
        has_json=True,
    ),
    "env rollback": Command(
        run=_rollback,
        description=(
            "Puts an earlier lock back and makes the environment match it; pyproject.toml stays as it is. Without a "
            "number it goes to the newest lock that is not the present one."
        ),
        positionals=(Positional("STEP", "a number of `clutch env history`", "optional"),),
        has_json=True,
        examples=(("clutch env rollback", "undo the last update"),),
    ),
}
