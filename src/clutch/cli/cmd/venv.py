"""`clutch venv`."""

from __future__ import annotations

from clutch.cli.command import Command, Flag, Invocation, Positional
from clutch.cli.outcome import finish, say
from clutch.ops.venv import VenvOptions, venv


def _run(invocation: Invocation) -> int:
    arguments = invocation.arguments
    options = VenvOptions(
        path=arguments.word("PATH", ".venv"),
        python=arguments.text("--python"),
        prompt=arguments.text("--prompt"),
        clear=arguments.has("--clear"),
    )
    environment = venv(options, invocation.session).environment
    interpreter = environment.interpreter
    say(invocation, f"made {environment.root} with Python {interpreter.version} ({interpreter.real_path})")
    report = {"root": environment.root, "python": environment.python, "version": interpreter.version}
    return finish(invocation, dict(report))


COMMANDS = {
    "venv": Command(
        run=_run,
        description=(
            "Makes an environment with nothing in it. A project needs none of it: `clutch sync` and `clutch run` make "
            "theirs."
        ),
        positionals=(Positional("PATH", "where to make it, .venv when not given", "optional"),),
        flags=(
            Flag("--clear", "replace what is there", "-c"),
            Flag("--prompt", "the name that an activated shell shows", value="TEXT"),
        ),
        has_json=True,
        foreign={
            "--seed": "leave it out: clutch installs without pip; `clutch add pip` when you want it",
            "--system-site-packages": "not supported: add what you need to the project",
        },
        examples=(("clutch venv -p 3.12 /tmp/try", "an empty environment with Python 3.12"),),
    )
}
