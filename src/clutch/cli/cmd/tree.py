"""`clutch tree`."""

from __future__ import annotations

from clutch.cli.command import Command, Flag, Invocation, Positional
from clutch.cli.outcome import finish
from clutch.cli.package_tables import render_tree
from clutch.ops.tree import TreeOptions, tree


def _run(invocation: Invocation) -> int:
    arguments = invocation.arguments
    options = TreeOptions(arguments.words("PACKAGE"), arguments.has("--invert"), arguments.number("--depth"))
    report = tree(options, invocation.session)
    if invocation.wants_json:
        return finish(invocation, report._asdict())
    is_ascii = arguments.has("--ascii") or not invocation.terminal.is_out_unicode
    invocation.terminal.write_out(render_tree(report, is_ascii=is_ascii))
    return 0


COMMANDS = {
    "tree": Command(
        run=_run,
        description=(
            "What the project needs, what that needs, and so on, as the lock has it. A package's branches are shown "
            "once; (*) says that they stand further up."
        ),
        positionals=(Positional("PACKAGE", "begin with these", "any"),),
        flags=(
            Flag("--invert", "from packages up to what needs them", "-i", aliases=("--reverse", "-r")),
            Flag("--depth", "show so many levels", "-d", "N", aliases=("-L",)),
            Flag("--ascii", "draw with letters that every terminal has"),
        ),
        has_json=True,
        examples=(
            ("clutch tree --depth 1", "the project's own dependencies"),
            ("clutch tree --invert idna", "what needs idna?"),
        ),
    )
}
