"""`clutch update`."""

from __future__ import annotations

from clutch.cli.command import Command, Invocation, Positional
from clutch.cli.flags import DRY_RUN, NO_SYNC
from clutch.cli.outcome import finish, say, say_lock, say_sync, sync_as_json, warn
from clutch.ops.update import UpdateOptions, update


def _run(invocation: Invocation) -> int:
    arguments = invocation.arguments
    options = UpdateOptions(
        names=arguments.words("PACKAGE"),
        dry_run=arguments.has("--dry-run"),
        sync=not arguments.has("--no-sync"),
    )
    report = update(options, invocation.session)
    if report.sync is None:
        warn(invocation, report.remarks)
        say_lock(invocation, report.changes)
    if not report.changes:
        say(invocation, "everything is as new as the bounds in pyproject.toml allow")
    say_sync(invocation, report.sync, dry_run=options.dry_run)
    return finish(invocation, {**report._asdict(), "sync": sync_as_json(report.sync)})


COMMANDS = {
    "update": Command(
        run=_run,
        description=(
            "Locks the newest versions that the bounds in pyproject.toml allow, and installs them. The bounds stay as "
            "they are; `clutch upgrade` moves them."
        ),
        positionals=(Positional("PACKAGE", "update these alone", "any"),),
        flags=(DRY_RUN, NO_SYNC),
        has_json=True,
        foreign={"--unconstrained": "run `clutch upgrade`", "--latest": "run `clutch upgrade`"},
        examples=(("clutch update numpy", "numpy alone"),),
    )
}
