"""`clutch outdated`."""

from __future__ import annotations

from clutch.base.text import plural
from clutch.cli.command import Command, Flag, Invocation, Positional
from clutch.cli.outcome import finish, say
from clutch.cli.package_tables import render_outdated
from clutch.ops.outdated import OutdatedOptions, outdated


def _run(invocation: Invocation) -> int:
    arguments = invocation.arguments
    options = OutdatedOptions(arguments.words("PACKAGE"), arguments.has("--direct"))
    report = outdated(options, invocation.session)
    if invocation.wants_json:
        return finish(invocation, report._asdict())
    invocation.terminal.write_out(render_outdated(report))
    if not report.packages:
        say(invocation, f"nothing newer ({plural(report.looked_at, 'package')})")
    return 0


COMMANDS = {
    "outdated": Command(
        run=_run,
        description=(
            "For each package the locked version, the newest that all constraints on it allow, and the newest there "
            "is. `clutch update` moves to the second, `clutch upgrade` moves the bounds towards the third."
        ),
        positionals=(Positional("PACKAGE", "look at these alone", "any"),),
        flags=(Flag("--direct", "only what the project itself names", aliases=("--top-level", "-T")),),
        has_json=True,
        examples=(("clutch outdated --direct", "the project's own dependencies"),),
    )
}
