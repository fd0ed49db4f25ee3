"""The options that many commands share."""

from __future__ import annotations

import os

from clutch.cli.command import GLOBAL, SELECTION, Arguments, Flag
from clutch.ops.selection import Selection

_PLATFORM_WORDS = ("linux", "osx", "macos", "darwin", "win", "windows", "win32", "musllinux", "manylinux")


def refuse_not_python(value: str) -> str:
    """The hint for a `-p` that names a folder or a platform, as PDM and pixi mean it; empty for a Python."""
    first = value.replace("_", "-").split("-")[0].lower()
    if first in _PLATFORM_WORDS:
        return "`-p` names a Python; clutch locks for all platforms at once, see `environments` in `[tool.clutch]`"
    if value.endswith("pyproject.toml") or os.path.isfile(os.path.join(value, "pyproject.toml")):
        return "`-p` names a Python; for another project write `clutch -C DIR COMMAND`"
    return ""


FOLDER = Flag("--directory", "work in this folder", "-C", "DIR", section=GLOBAL, aliases=("--cwd", "--project"))
"""As it stands before the verb; after it `-C` is a build setting."""

EVERYWHERE: tuple[Flag, ...] = (
    FOLDER._replace(short=""),
    Flag("--help", "show this help", "-h", section=GLOBAL),
    Flag("--version", "print the version", "-V", section=GLOBAL),
    Flag("--quiet", "print less; twice: errors alone", "-q", repeatable=True, section=GLOBAL),
    Flag("--verbose", "print more", "-v", repeatable=True, section=GLOBAL),
    Flag(
        "--color",
        "when to use colours: auto, always or never",
        value="WHEN",
        choices=("auto", "always", "never"),
        aliases=("--colour",),
        setting="color",
        sets=(("--no-color", "never"), ("--no-colour", "never")),
        section=GLOBAL,
    ),
    Flag(
        "--python",
        "the Python to use: a version, a name or a path",
        "-p",
        "PYTHON",
        setting="python",
        check=refuse_not_python,
        section=GLOBAL,
    ),
    Flag("--offline", "use no network", setting="offline", sets=(("--no-offline", "false"),), section=GLOBAL),
    Flag("--cache-dir", "the folder of the store", value="DIR", setting="cache-dir", section=GLOBAL),
    Flag(
        "--default-index",
        "the index that packages come from",
        value="URL",
        aliases=("--index-url",),
        setting="default-index",
        section=GLOBAL,
    ),
    Flag(
        "--index",
        "one more index, asked first",
        value="URL",
        repeatable=True,
        setting="index",
        section=GLOBAL,
    ),
)
"""Accepted before and after every verb."""

JSON = Flag("--json", "print JSON on standard output")
"""For the commands that have something to read by machine; accepted before the verb as well."""

BEFORE: tuple[Flag, ...] = (FOLDER, JSON, *(flag for flag in EVERYWHERE if flag.long != FOLDER.long))
"""What is shown as standing before the verb."""

LOCKED = Flag(
    "--locked",
    "fail when the lock is not up to date",
    aliases=("--frozen-lockfile", "--deploy", "--immutable"),
    excludes=("--frozen",),
)
FROZEN = Flag(
    "--frozen", "use the lock as it is, without looking whether it is up to date", aliases=("--ignore-pipfile",)
)
DRY_RUN = Flag("--dry-run", "show what would change, change nothing", "-n")
NO_SYNC = Flag("--no-sync", "leave the environment as it is", aliases=("--no-install",))
_GROUP = Flag("--group", "with this dependency group", "-G", "NAME", repeatable=True, splits=True, section=SELECTION)
_CHOICES: tuple[Flag, ...] = (
    Flag(
        "--no-group",
        "without this dependency group",
        value="NAME",
        repeatable=True,
        splits=True,
        aliases=("--without",),
        section=SELECTION,
    ),
    Flag(
        "--only-group",
        "this dependency group alone, without the project",
        value="NAME",
        repeatable=True,
        splits=True,
        aliases=("--only",),
        sets=(("--only-dev", "dev"),),
        excludes=("--extra", "--all-extras", "--all-groups", "--group"),
        section=SELECTION,
    ),
    Flag("--all-groups", "with all dependency groups", section=SELECTION),
    Flag(
        "--extra",
        "with this extra of the project",
        "-E",
        "NAME",
        repeatable=True,
        splits=True,
        aliases=("--extras", "--features"),
        section=SELECTION,
    ),
    Flag("--all-extras", "with all extras", section=SELECTION),
    Flag("--dev", "with the group `dev`", "-D", negates="--no-dev", section=SELECTION),
    Flag(
        "--no-dev",
        "without the group `dev`",
        negates="--dev",
        aliases=("--production", "--prod"),
        section=SELECTION,
    ),
)


def selection_flags(*, with_is_group: bool) -> tuple[Flag, ...]:
    """The options that choose groups and extras; `--with` names a group except where it names a package (`run`)."""
    return (_GROUP._replace(aliases=("--with",)) if with_is_group else _GROUP, *_CHOICES)


def read_selection(arguments: Arguments) -> Selection:
    """What `selection_flags` were given."""
    dev = True if arguments.has("--dev") else False if arguments.has("--no-dev") else None
    return Selection(
        extras=arguments.texts("--extra"),
        all_extras=arguments.has("--all-extras"),
        groups=arguments.texts("--group"),
        no_groups=arguments.texts("--no-group"),
        only_groups=arguments.texts("--only-group"),
        all_groups=arguments.has("--all-groups"),
        dev=dev,
    )
