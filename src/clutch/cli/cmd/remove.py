"""`clutch remove`."""

from __future__ import annotations

from clutch.cli.command import Command, Flag, Invocation, Positional
from clutch.cli.flags import DRY_RUN, NO_SYNC
from clutch.cli.outcome import finish, say, say_sync, sync_as_json
from clutch.ops.remove import RemoveOptions, remove


def _run(invocation: Invocation) -> int:
    arguments = invocation.arguments
    options = RemoveOptions(
        names=arguments.words("PACKAGE"),
        group="dev" if arguments.has("--dev") else arguments.text("--group"),
        extra=arguments.text("--optional"),
        dry_run=arguments.has("--dry-run"),
        sync=not arguments.has("--no-sync"),
    )
    report = remove(options, invocation.session)
    would = "would remove" if options.dry_run else "removed"
    for text in report.removed:
        say(invocation, f"{would} `{text}`")
    say_sync(invocation, report.sync, dry_run=options.dry_run)
    return finish(invocation, {**report._asdict(), "sync": sync_as_json(report.sync)})


COMMANDS = {
    "remove": Command(
        run=_run,
        description=(
            "Takes the packages out of pyproject.toml, wherever they stand, and what only they needed out of lock and "
            "environment."
        ),
        positionals=(Positional("PACKAGE", "the name of a dependency", "some"),),
        flags=(
            Flag(
                "--dev",
                "look in the dependency group `dev` alone",
                "-D",
                excludes=("--group", "--optional"),
                aliases=("-d",),
            ),
            Flag("--group", "look in this dependency group alone", "-G", "NAME", excludes=("--optional",)),
            Flag("--optional", "look in this extra alone", value="EXTRA", aliases=("--extra", "-E")),
            DRY_RUN,
            NO_SYNC,
        ),
        has_json=True,
        foreign={"-r": "name the packages: `clutch remove NAME`"},
        examples=(("clutch remove httpx", "httpx goes, and what only httpx needed"),),
    )
}
