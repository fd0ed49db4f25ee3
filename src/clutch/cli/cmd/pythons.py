"""`clutch python list`, `find` and `pin`."""

from __future__ import annotations

from clutch.cli.command import Command, Flag, Invocation, Positional
from clutch.cli.outcome import finish, say
from clutch.cli.render import render_columns
from clutch.ops.pythons import find_python, list_pythons, pin_python

_REQUEST = "a version, a name or a path: `3.12`, `pypy3.11`, `/usr/bin/python3`"


def _list(invocation: Invocation) -> int:
    found = list_pythons(invocation.session)
    rows = found if invocation.arguments.has("--all") else [row for row in found if not row.problem]
    if invocation.wants_json:
        return finish(invocation, {"pythons": rows})
    cells = [
        (row.version, row.implementation, row.where, row.path + (f" ({row.problem})" if row.problem else ""))
        for row in rows
    ]
    invocation.terminal.write_out(render_columns(cells))
    if not rows:
        say(invocation, "no Python found; `clutch python list --all` shows what cannot be used and why")
    return 0


def _find(invocation: Invocation) -> int:
    request = invocation.arguments.word("PYTHON") or invocation.arguments.text("--python")
    interpreter = find_python(request, invocation.session)
    if invocation.wants_json:
        return finish(
            invocation,
            {"path": interpreter.path, "version": interpreter.version, "implementation": interpreter.implementation},
        )
    invocation.terminal.write_out(interpreter.path)
    return 0


def _pin(invocation: Invocation) -> int:
    path, text = pin_python(invocation.arguments.word("PYTHON"), invocation.session)
    say(invocation, f"pinned Python {text.strip()} in {path}")
    return finish(invocation, {"path": path, "pinned": text.strip()})


COMMANDS = {
    "python list": Command(
        run=_list,
        description="Every Python that clutch can use, and where it was found.",
        flags=(Flag("--all", "also those that cannot be used, and why", "-a"),),
        has_json=True,
    ),
    "python find": Command(
        run=_find,
        description="Prints the path of the Python that a project or a request would get.",
        positionals=(Positional("PYTHON", _REQUEST, "optional"),),
        has_json=True,
        examples=(("clutch python find 3.12", "is there a Python 3.12?"),),
    ),
    "python pin": Command(
        run=_pin,
        description="Writes .python-version beside pyproject.toml; `clutch sync` then makes the environment with it.",
        positionals=(Positional("PYTHON", _REQUEST),),
        has_json=True,
        examples=(("clutch python pin 3.12", "this project uses Python 3.12"),),
    ),
}
