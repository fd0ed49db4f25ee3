"""`clutch new` and `clutch init`."""

from __future__ import annotations

import os

from clutch.cli.command import Command, Flag, Invocation, Positional
from clutch.cli.outcome import finish, say
from clutch.ops.new import NewOptions, new

_FLAGS = (
    Flag("--app", "an application, with a script to start it (this is the default)", aliases=("--bin", "--package")),
    Flag("--lib", "a library, to be used by other projects", excludes=("--app", "--bare")),
    Flag("--bare", "a pyproject.toml and nothing else", excludes=("--app",), aliases=("--minimal",)),
    Flag("--name", "the project's name, when it is not the folder's", value="NAME"),
    Flag("--no-git", "make no git repository", aliases=("--no-vcs",)),
)


def _run(invocation: Invocation, *, is_init: bool) -> int:
    arguments = invocation.arguments
    kind = "lib" if arguments.has("--lib") else "bare" if arguments.has("--bare") else "app"
    options = NewOptions(
        path=arguments.word("PATH", "."),
        kind=kind,
        name=arguments.text("--name"),
        python=arguments.text("--python"),
        vcs=not arguments.has("--no-git"),
        is_init=is_init,
    )
    report = new(options, invocation.session)
    shown = os.path.relpath(report.folder, invocation.session.folder)
    for file in report.kept:
        say(invocation, f"kept {os.path.normpath(os.path.join(shown, file))}")
    say(invocation, f"made the project `{report.name}` in {'this folder' if shown == '.' else shown}")
    if not is_init:
        say(invocation, f"next: cd {shown}")
    return finish(invocation, report._asdict())


def _run_new(invocation: Invocation) -> int:
    return _run(invocation, is_init=False)


def _run_init(invocation: Invocation) -> int:
    return _run(invocation, is_init=True)


COMMANDS = {
    "new": Command(
        run=_run_new,
        description=(
            "Makes PATH with a pyproject.toml, a package below src/, a first test, a README, a .gitignore and, where "
            "there is git, a repository."
        ),
        positionals=(Positional("PATH", "the folder to make"),),
        flags=_FLAGS,
        has_json=True,
        examples=(
            ("clutch new hello", "an application named hello"),
            ("clutch new --lib mathlib", "a library"),
        ),
    ),
    "init": Command(
        run=_run_init,
        description="Makes a folder that exists a project. What is there already is kept as it is.",
        positionals=(Positional("PATH", "the folder, this one when not given", "optional"),),
        flags=_FLAGS,
        has_json=True,
        examples=(("clutch init --bare", "only a pyproject.toml"),),
    ),
}
