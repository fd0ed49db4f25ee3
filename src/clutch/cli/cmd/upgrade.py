"""`clutch upgrade`."""

from __future__ import annotations

from clutch.cli.command import Command, Invocation, Positional
from clutch.cli.flags import DRY_RUN, NO_SYNC
from clutch.cli.outcome import finish, say, say_lock, say_sync, sync_as_json
from clutch.ops.upgrade import UpgradeOptions, upgrade


def _run(invocation: Invocation) -> int:
    arguments = invocation.arguments
    options = UpgradeOptions(
        names=arguments.words("PACKAGE"),
        dry_run=arguments.has("--dry-run"),
        sync=not arguments.has("--no-sync"),
    )
    report = upgrade(options, invocation.session)
    would = "would move" if options.dry_run else "moved"
    for move in report.moves:
        say(invocation, f"{would} `{move.before}` to `{move.after}`")
    if not report.moves:
        say(invocation, "the bounds in pyproject.toml allow the newest versions already")
    if report.sync is None:
        say_lock(invocation, report.changes)
    say_sync(invocation, report.sync, dry_run=options.dry_run)
    return finish(invocation, {**report._asdict(), "sync": sync_as_json(report.sync)})


COMMANDS = {
    "upgrade": Command(
        run=_run,
        description=(
            "Moves the bounds in pyproject.toml so that they allow the newest versions, then locks and installs them. "
            "`clutch update` stays inside the bounds."
        ),
        positionals=(Positional("PACKAGE", "upgrade these alone", "any"),),
        flags=(DRY_RUN, NO_SYNC),
        has_json=True,
        examples=(("clutch upgrade --dry-run", "show what would move"),),
    )
}
