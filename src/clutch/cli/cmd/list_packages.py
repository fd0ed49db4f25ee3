"""`clutch list`."""

from __future__ import annotations

from clutch.cli.command import Command, Flag, Invocation
from clutch.cli.outcome import finish, say
from clutch.cli.package_tables import render_listing, render_outdated
from clutch.ops.list_packages import ListOptions, list_packages
from clutch.ops.outdated import OutdatedOptions, outdated


def _run(invocation: Invocation) -> int:
    arguments = invocation.arguments
    if arguments.has("--outdated"):
        newer = outdated(OutdatedOptions(direct=arguments.has("--direct")), invocation.session)
        if invocation.wants_json:
            return finish(invocation, newer._asdict())
        invocation.terminal.write_out(render_outdated(newer))
        return 0
    report = list_packages(ListOptions(direct=arguments.has("--direct")), invocation.session)
    if invocation.wants_json:
        return finish(invocation, report._asdict())
    invocation.terminal.write_out(render_listing(report))
    if not report.packages:
        say(invocation, "no packages")
    return 0


COMMANDS = {
    "list": Command(
        run=_run,
        description="Locked and installed versions side by side; the last column says where they do not agree.",
        flags=(
            Flag("--outdated", "only those of which something newer exists", "-o"),
            Flag("--direct", "only what the project itself names", aliases=("--top-level", "-T", "--not-required")),
        ),
        has_json=True,
        foreign={
            "--format": "write `--json`, or `clutch export` for a requirements file",
            "--tree": "run `clutch tree`",
            "-t": "run `clutch tree`",
            "-u": "run `clutch sync --dry-run`",
        },
        stray="run `clutch show {word}`",
        examples=(("clutch list --json", "for other programs"),),
    )
}
