"""`clutch show`."""

from __future__ import annotations

from clutch.cli.command import Command, Flag, Invocation, Positional
from clutch.cli.outcome import finish
from clutch.cli.package_tables import render_listing, render_show
from clutch.ops.list_packages import ListOptions, list_packages
from clutch.ops.show import ShowOptions, show


def _run(invocation: Invocation) -> int:
    name = invocation.arguments.word("PACKAGE")
    if not name:
        listing = list_packages(ListOptions(), invocation.session)
        if invocation.wants_json:
            return finish(invocation, listing._asdict())
        invocation.terminal.write_out(render_listing(listing))
        return 0
    report = show(ShowOptions(name), invocation.session)
    if invocation.wants_json:
        return finish(invocation, report._asdict())
    invocation.terminal.write_out(render_show(report, show_files=invocation.arguments.has("--files")))
    return 0


COMMANDS = {
    "show": Command(
        run=_run,
        description="What lock and environment know of a package. Without PACKAGE it is `clutch list`.",
        positionals=(Positional("PACKAGE", "the name of a package", "optional"),),
        flags=(Flag("--files", "with the names of its locked files", "-f"),),
        has_json=True,
        foreign={
            "--tree": "run `clutch tree PACKAGE`",
            "-t": "run `clutch tree PACKAGE`",
            "--why": "run `clutch why PACKAGE`",
            "--outdated": "run `clutch outdated`",
            "-o": "run `clutch outdated`",
            "--latest": "run `clutch outdated`",
            "-l": "run `clutch outdated`",
        },
        examples=(("clutch show numpy", "versions, what it needs, what needs it"),),
    )
}
