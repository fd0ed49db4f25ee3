"""The table of commands: plain tuples, so that finding a verb imports nothing else."""

from __future__ import annotations

GROUPS = ("Project", "Versions", "Look around", "Python and environments", "clutch itself")
"""The headings of `clutch help`, in order."""

COMMANDS: tuple[tuple[str, str, str, str], ...] = (
    ("new", "new", "make a new project in a folder of its own", "Project"),
    ("init", "new", "make this folder a project", "Project"),
    ("add", "add", "add packages to the project", "Project"),
    ("remove", "remove", "take packages out of the project", "Project"),
    ("lock", "lock", "resolve the project and write pylock.toml", "Project"),
    ("sync", "sync", "make the environment match the lock", "Project"),
    ("run", "run", "run a command in the project's environment", "Project"),
    ("build", "build", "build the project's sdist and wheel", "Project"),
    ("update", "update", "move to the newest versions inside the bounds", "Versions"),
    ("upgrade", "upgrade", "move the bounds to the newest versions", "Versions"),
    ("outdated", "outdated", "show what has newer versions", "Versions"),
    ("list", "list_packages", "list the locked and installed packages", "Look around"),
    ("tree", "tree", "show the dependencies as a tree", "Look around"),
    ("why", "why", "show every path from the project to a package", "Look around"),
    ("show", "show", "show one package", "Look around"),
    ("export", "export", "write the lock as a requirements file", "Look around"),
    ("doctor", "doctor", "say what is wrong with lock and environment, and repair it", "Look around"),
    ("venv", "venv", "make an empty environment", "Python and environments"),
    ("env history", "env", "list the locks that the environment was in step with", "Python and environments"),
    ("env rollback", "env", "go back to an earlier lock and its environment", "Python and environments"),
    ("python list", "pythons", "list the Pythons on this machine", "Python and environments"),
    ("python find", "pythons", "print the path of the Python that would be used", "Python and environments"),
    ("python pin", "pythons", "write the project's Python into .python-version", "Python and environments"),
    ("cache dir", "cache", "print the folder of the store", "clutch itself"),
    ("cache size", "cache", "print how much the store takes", "clutch itself"),
    ("cache clean", "cache", "empty the store", "clutch itself"),
    ("cache verify", "cache", "check the store and drop what is damaged", "clutch itself"),
    ("config list", "config", "list the settings and where each comes from", "clutch itself"),
    ("config get", "config", "print the value of one setting", "clutch itself"),
    ("config explain", "config", "say which file, variable or option decides a setting", "clutch itself"),
    ("completion", "completion", "print the completion script for a shell", "clutch itself"),
    ("help", "help_pages", "show the help of a command", "clutch itself"),
    ("version", "version", "print the version", "clutch itself"),
)
"""Verb, module in `cli/cmd`, help in one line, heading. A verb of two words has a head: `python` of `python list`."""

ALIASES: dict[str, str] = {
    "cache purge": "cache clean",
    "completions": "completion",
    "config": "config list",
    "config ls": "config list",
    "dep tree": "tree",
    "env use": "python pin",
    "graph": "tree",
    "i": "sync",
    "info": "show",
    "install": "sync",
    "ls": "list",
    "pin": "python pin",
    "python use": "python pin",
    "rm": "remove",
    "self version": "version",
    "toolchain list": "python list",
    "uninstall": "remove",
    "up": "update",
    "use": "python pin",
}
"""Words of other tools that mean a command of ours."""


def find_row(verb: str) -> tuple[str, str, str, str] | None:
    """The table's row of a verb, None when there is none."""
    return next((row for row in COMMANDS if row[0] == verb), None)


def heads() -> tuple[str, ...]:
    """The first words of the verbs of two words, in order: `python`, `cache`, `config`."""
    return tuple(dict.fromkeys(verb.split()[0] for verb, *_ in COMMANDS if " " in verb))


def under(head: str) -> tuple[str, ...]:
    """The second words of a head: `list`, `find`, `pin` of `python`."""
    return tuple(verb.split()[1] for verb, *_ in COMMANDS if verb.startswith(f"{head} "))
