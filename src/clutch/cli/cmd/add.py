"""`clutch add`."""

from __future__ import annotations

from clutch.base.errors import UsageError
from clutch.cli.command import Command, Flag, Invocation, Positional
from clutch.cli.flags import DRY_RUN, FROZEN, NO_SYNC
from clutch.cli.outcome import finish, say, say_sync, sync_as_json, warn
from clutch.ops.add import AddOptions, add
from clutch.ops.graph import section_text


def _run(invocation: Invocation) -> int:
    arguments = invocation.arguments
    if not arguments.words("PACKAGE") and not arguments.has("--requirements"):
        raise UsageError(
            "missing-argument", "`clutch add` needs a package or `-r FILE`", hints=("see `clutch add --help`",)
        )
    options = AddOptions(
        requirements=arguments.words("PACKAGE"),
        files=arguments.texts("--requirements"),
        group="dev" if arguments.has("--dev") else arguments.text("--group"),
        extra=arguments.text("--optional"),
        bounds=arguments.text("--bounds"),
        index_name=arguments.text("--from-index"),
        dry_run=arguments.has("--dry-run"),
        sync=not arguments.has("--no-sync"),
        frozen=arguments.has("--frozen"),
    )
    report = add(options, invocation.session)
    would = "would add" if options.dry_run else "added"
    for text in report.added:
        say(invocation, f"{would} `{text}` to {section_text(report.section)}")
    warn(invocation, report.remarks)
    say_sync(invocation, report.sync, dry_run=options.dry_run)
    say(invocation, report.note)
    return finish(invocation, {**report._asdict(), "sync": sync_as_json(report.sync)})


COMMANDS = {
    "add": Command(
        run=_run,
        description=(
            "Writes the packages into pyproject.toml, locks, and installs what is new. A package without a version "
            "gets the lower bound that `--bounds` says; when the lock cannot be made, nothing is changed."
        ),
        positionals=(
            Positional(
                "PACKAGE", 'a requirement: `httpx`, `"fastapi[standard]>=0.110"`, `"name @ https://..."`', "any"
            ),
        ),
        flags=(
            Flag(
                "--requirements",
                "add what a requirements file names",
                "-r",
                "FILE",
                repeatable=True,
                aliases=("--requirement",),
            ),
            Flag(
                "--dev", "add to the dependency group `dev`", "-D", excludes=("--group", "--optional"), aliases=("-d",)
            ),
            Flag("--group", "add to this dependency group", "-G", "NAME", excludes=("--optional",)),
            Flag("--optional", "add to this extra of the project", value="EXTRA", aliases=("--extra", "-E")),
            Flag(
                "--bounds",
                "the bounds to write for a package without a version: lower, major, minor or exact",
                value="KIND",
                choices=("lower", "major", "minor", "exact"),
                sets=(("--save-exact", "exact"), ("--save-compatible", "major"), ("--save-minimum", "lower")),
            ),
            Flag(
                "--from-index",
                "take them from this index of `[tool.clutch]` alone",
                value="NAME",
                aliases=("--source",),
            ),
            DRY_RUN,
            NO_SYNC,
            FROZEN._replace(help="write pyproject.toml alone, without a look at lock and environment"),
        ),
        has_json=True,
        foreign={
            "-e": 'write the folder: `clutch add "name @ file:///path/to/folder"`',
            "--editable": 'write the folder: `clutch add "name @ file:///path/to/folder"`',
            "--git": 'write the repository: `clutch add "name @ git+https://..."`',
            "--locked": "leave it out: a new package always changes the lock; `--dry-run` shows how",
            "-U": "run `clutch update NAME` or `clutch upgrade NAME`",
            "--upgrade": "run `clutch update NAME` or `clutch upgrade NAME`",
        },
        examples=(
            ("clutch add httpx", "add httpx with the newest version as its lower bound"),
            ("clutch add --dev pytest", "add pytest to the group `dev`"),
            ("clutch add -r requirements.txt", "add what a requirements file names"),
        ),
    )
}
