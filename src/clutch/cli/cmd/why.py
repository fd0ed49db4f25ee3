"""`clutch why`."""

from __future__ import annotations

from clutch.cli.command import Command, Flag, Invocation, Positional
from clutch.cli.outcome import finish
from clutch.cli.package_tables import render_why
from clutch.ops.why import WhyOptions, why


def _run(invocation: Invocation) -> int:
    arguments = invocation.arguments
    report = why(WhyOptions(arguments.word("PACKAGE"), arguments.number("--most")), invocation.session)
    if invocation.wants_json:
        return finish(invocation, report._asdict())
    invocation.terminal.write_out(render_why(report, invocation.session.folder))
    return 0


COMMANDS = {
    "why": Command(
        run=_run,
        description="Every path from the project to the package, the shortest first, with the constraint on each edge.",
        positionals=(Positional("PACKAGE", "the name of a locked package"),),
        flags=(Flag("--most", "show so many paths at most", "-n", "N"),),
        has_json=True,
        examples=(("clutch why idna", "who brought idna in?"),),
    )
}
