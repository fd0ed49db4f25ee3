"""`clutch build`."""

from __future__ import annotations

from clutch.cli.command import Command, Flag, Invocation
from clutch.cli.outcome import finish, say
from clutch.cli.setting_flags import refuse_not_pair
from clutch.ops.build import BuildOptions, build


def _run(invocation: Invocation) -> int:
    arguments = invocation.arguments
    settings = [text.partition("=") for text in arguments.texts("--config-setting")]
    options = BuildOptions(
        sdist=arguments.has("--sdist"),
        wheel=arguments.has("--wheel"),
        output=arguments.text("--output", "dist"),
        config_settings=tuple((key, value) for key, _, value in settings),
    )
    report = build(options, invocation.session)
    for archive in report.archives:
        say(invocation, f"built {archive}")
    return finish(invocation, report._asdict())


COMMANDS = {
    "build": Command(
        run=_run,
        description=(
            "Builds with the build backend of pyproject.toml (PEP 517), the wheel from the sdist unless one of them "
            "is named."
        ),
        flags=(
            Flag("--sdist", "build the sdist alone", "-s"),
            Flag("--wheel", "build the wheel alone, from the folder", "-w"),
            Flag(
                "--output",
                "where to put them, dist when not given",
                "-o",
                "DIR",
                aliases=("--out-dir", "--dest", "--outdir"),
            ),
            Flag(
                "--config-setting",
                "a setting for the build backend",
                "-C",
                "KEY=VALUE",
                repeatable=True,
                check=refuse_not_pair,
                aliases=("--config-settings",),
            ),
        ),
        has_json=True,
        examples=(("clutch build --wheel -o out", "the wheel alone, into out/"),),
    )
}
