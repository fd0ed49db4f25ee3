"""`clutch export`."""

from __future__ import annotations

from clutch.base.text import plural
from clutch.cli.command import Command, Flag, Invocation
from clutch.cli.flags import FROZEN, LOCKED, read_selection, selection_flags
from clutch.cli.outcome import finish, say, warn
from clutch.ops.export import ExportOptions, export


def _run(invocation: Invocation) -> int:
    arguments = invocation.arguments
    options = ExportOptions(
        selection=read_selection(arguments),
        output=arguments.text("--output"),
        hashes=not arguments.has("--no-hashes"),
        project=arguments.has("--project"),
        locked=arguments.has("--locked"),
        frozen=arguments.has("--frozen"),
    )
    report = export(options, invocation.session)
    warn(invocation, report.remarks)
    if invocation.wants_json:
        return finish(invocation, report._asdict())
    if report.path:
        say(invocation, f"wrote {plural(report.packages, 'package')} to {report.path}")
    else:
        invocation.terminal.write_out(report.text)
    return 0


COMMANDS = {
    "export": Command(
        run=_run,
        description=(
            "Writes what the lock says for the groups and extras chosen as requirements.txt, with hashes and markers, "
            "for pip and everything that reads its files."
        ),
        flags=(
            Flag("--output", "write to this file instead of standard output", "-o", "FILE", aliases=("--output-file",)),
            Flag(
                "--format",
                "the format, requirements.txt is the only one",
                "-f",
                "FORMAT",
                choices=("requirements.txt", "requirements", "requirements-txt"),
            ),
            Flag("--no-hashes", "without hashes", aliases=("--without-hashes",)),
            Flag(
                "--project", "with the project itself, editable, which pip refuses beside hashes", aliases=("--self",)
            ),
            LOCKED,
            FROZEN,
            *selection_flags(with_is_group=True),
        ),
        has_json=True,
        foreign={
            "--no-emit-project": "leave it out: the project is only there with `--project`",
            "--no-header": "leave it out, and ignore the lines that begin with #",
        },
        examples=(("clutch export --no-dev -o requirements.txt", "for a place that only has pip"),),
    )
}
