"""`clutch lock`."""

from __future__ import annotations

from clutch.base.text import plural
from clutch.cli.command import Command, Flag, Invocation
from clutch.cli.flags import DRY_RUN
from clutch.cli.outcome import finish, say, say_lock, warn
from clutch.cli.render import render_seconds
from clutch.model.lock import LockedPackage
from clutch.ops.lock import LockOptions, lock


def _run(invocation: Invocation) -> int:
    arguments = invocation.arguments
    options = LockOptions(
        check=arguments.has("--check"),
        upgrade_all=arguments.has("--upgrade"),
        upgrade=arguments.texts("--upgrade-package"),
        dry_run=arguments.has("--dry-run"),
    )
    report = lock(options, invocation.session)
    warn(invocation, report.remarks)
    say_lock(invocation, report.changes)
    locked = report.lock.packages if report.lock is not None else ()
    packages = plural(len(locked), "package")
    elapsed = render_seconds(invocation.elapsed_s())
    if report.is_written:
        say(invocation, f"locked {packages} in {elapsed}")
    elif options.dry_run and report.changes:
        say(invocation, f"would lock {packages}")
    else:
        say(invocation, f"the lock is up to date ({elapsed})")
    if not invocation.wants_json:
        return 0
    named = locked if report.lock is not None else _read_packages(invocation)
    versions = [{"name": each.name, "version": each.version} for each in named]
    return finish(invocation, {**report._asdict(), "lock": {"packages": versions}})


def _read_packages(invocation: Invocation) -> tuple[LockedPackage, ...]:
    """The packages of a lock that a stamp proved, and that was not read for that."""
    lock = invocation.session.lock()
    return lock.packages if lock is not None else ()


COMMANDS = {
    "lock": Command(
        run=_run,
        description=(
            "Resolves the project for all its environments and writes pylock.toml (PEP 751). Versions that are locked "
            "stay while they fit; `-U` and `-P` let go of them."
        ),
        flags=(
            Flag(
                "--check",
                "write nothing; exit code 3 when the lock is not up to date",
                aliases=("--locked",),
                excludes=("--upgrade", "--upgrade-package", "--dry-run"),
            ),
            Flag("--upgrade", "prefer the newest versions for all packages", "-U", aliases=("--update",)),
            Flag(
                "--upgrade-package",
                "prefer the newest version for this package",
                "-P",
                "NAME",
                repeatable=True,
                splits=True,
                aliases=("--update-package",),
            ),
            DRY_RUN,
        ),
        has_json=True,
        stray="to let go of the locked version of {word}, write `clutch lock -P {word}`",
        examples=(
            ("clutch lock --check", "in continuous integration: is the lock up to date?"),
            ("clutch lock -P numpy", "the newest numpy inside the bounds, everything else as it is"),
        ),
    )
}
