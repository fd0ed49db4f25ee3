"""`clutch run`."""

from __future__ import annotations

from clutch.cli.command import Command, Flag, Invocation, Positional
from clutch.cli.flags import FROZEN, LOCKED, NO_SYNC, read_selection, selection_flags
from clutch.ops.run import RunOptions, run


def _run(invocation: Invocation) -> int:
    arguments = invocation.arguments
    options = RunOptions(
        command=arguments.words("COMMAND"),
        module=arguments.has("--module"),
        extra_packages=arguments.texts("--with"),
        env_files=arguments.texts("--env-file"),
        selection=read_selection(arguments),
        sync=not arguments.has("--no-sync"),
        locked=arguments.has("--locked"),
        frozen=arguments.has("--frozen"),
    )
    child = run(options, invocation.session)
    invocation.terminal.clear_status()
    invocation.session.close()
    from clutch.io.proc import become

    status = become(list(child.arguments), child.environ)
    return int(status)


COMMANDS = {
    "run": Command(
        run=_run,
        description=(
            "Brings lock and environment up to date where that is needed, then becomes the command, whose exit code "
            "it passes on. Everything from the command on belongs to the command.\n\n"
            "A file that ends in .py is run by Python."
        ),
        positionals=(Positional("COMMAND", "the command and its arguments", "rest"),),
        flags=(
            Flag("--module", "run a module, as `python -m`", "-m"),
            Flag("--with", "with this package, without adding it to the project", "-w", "PACKAGE", repeatable=True),
            Flag("--env-file", "with the variables of this file", value="FILE", repeatable=True),
            NO_SYNC,
            LOCKED,
            FROZEN,
            *selection_flags(with_is_group=False),
        ),
        foreign={
            "-s": "write the command itself: `clutch run COMMAND`",
            "--script": "write the file itself: `clutch run FILE.py`",
        },
        examples=(
            ("clutch run pytest -x", "run the tests"),
            ("clutch run -m http.server", "run a module"),
            ("clutch run --with ipython ipython", "with a package that the project does not have"),
        ),
    )
}
