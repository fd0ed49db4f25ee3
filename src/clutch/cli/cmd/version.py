"""`clutch version`."""

from __future__ import annotations

from clutch.cli.command import Command, Invocation
from clutch.cli.outcome import finish
from clutch.cli.release import VERSION, render_version


def _run(invocation: Invocation) -> int:
    if invocation.wants_json:
        return finish(invocation, {"version": VERSION})
    invocation.terminal.write_out(render_version() if invocation.terminal.verbose else f"clutch {VERSION}\n")
    return 0


COMMANDS = {
    "version": Command(
        run=_run,
        description="With `-v` also the Python that clutch runs on.",
        has_json=True,
    )
}
