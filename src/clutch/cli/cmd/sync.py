"""`clutch sync`."""

from __future__ import annotations

from clutch.cli.command import Command, Flag, Invocation
from clutch.cli.flags import DRY_RUN, FROZEN, LOCKED, read_selection, selection_flags
from clutch.cli.outcome import finish, say_sync, sync_as_json
from clutch.ops.sync import SyncOptions, sync


def _run(invocation: Invocation) -> int:
    arguments = invocation.arguments
    options = SyncOptions(
        selection=read_selection(arguments),
        exact=not arguments.has("--inexact"),
        locked=arguments.has("--locked"),
        frozen=arguments.has("--frozen"),
        install_project=not arguments.has("--no-install-project"),
        dry_run=arguments.has("--dry-run"),
        check=arguments.has("--check"),
        reinstall=arguments.texts("--reinstall"),
    )
    report = sync(options, invocation.session)
    say_sync(invocation, report, dry_run=options.dry_run)
    return finish(invocation, sync_as_json(report) or {})


COMMANDS = {
    "sync": Command(
        run=_run,
        description=(
            "Makes .venv hold exactly what the lock says for the groups and extras chosen, and locks first when "
            "pyproject.toml has changed. The group `dev` is included unless `--no-dev`."
        ),
        flags=(
            Flag(
                "--exact",
                "take away what is not wanted (this is the default)",
                negates="--inexact",
                aliases=("--clean",),
            ),
            Flag("--inexact", "leave what is not wanted", negates="--exact"),
            LOCKED,
            FROZEN,
            Flag(
                "--check",
                "change nothing; exit code 3 when the environment does not match",
                excludes=("--dry-run",),
            ),
            DRY_RUN,
            Flag(
                "--reinstall",
                "install this package anew",
                value="NAME",
                repeatable=True,
                splits=True,
                aliases=("--reinstall-package",),
            ),
            Flag(
                "--no-install-project",
                "everything but the project itself",
                aliases=("--no-root", "--no-self", "--only-deps"),
            ),
            *selection_flags(with_is_group=True),
        ),
        has_json=True,
        stray="to add it to this project, run `clutch add {word}`; to install what is locked, `clutch sync` alone",
        foreign={
            "-r": "run `clutch add -r FILE`",
            "-e": "the project itself is always installed editable",
            "-U": "run `clutch update`",
            "--upgrade": "run `clutch update`",
            "--no-editable": "run `clutch build` for a wheel of the project",
        },
        examples=(
            ("clutch sync --locked --no-dev", "for deployment: what the lock says, nothing else"),
            ("clutch sync --check", "does the environment match the lock?"),
        ),
    )
}
