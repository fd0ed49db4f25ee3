"""`clutch help`."""

from __future__ import annotations

from clutch.cli.command import Command, Invocation, Positional
from clutch.cli.help import render_command, render_head, render_overview
from clutch.cli.main import find_verb, load_command
from clutch.cli.table import find_row


def _run(invocation: Invocation) -> int:
    terminal = invocation.terminal
    words = invocation.arguments.words("COMMAND")
    if not words:
        terminal.write_out(render_overview(terminal))
        return 0
    verb, _ = find_verb(words)
    row = find_row(verb)
    if row is None:
        terminal.write_out(render_head(verb, terminal))
    else:
        terminal.write_out(render_command(verb, row[2], load_command(verb), terminal))
    return 0


COMMANDS = {
    "help": Command(
        run=_run,
        description="The same as `clutch COMMAND --help`.",
        positionals=(Positional("COMMAND", "the command to explain", "any"),),
        examples=(("clutch help add", "the options of `clutch add`"),),
    )
}
