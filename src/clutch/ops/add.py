"""`clutch add`: writes requirements into the manifest, locks and syncs."""

from __future__ import annotations

from clutch.base.errors import UsageError
from clutch.base.values import NamedTuple
from clutch.model.requirement import Requirement
from clutch.ops.manifest_change import Trial, change_manifest, change_manifest_alone
from clutch.ops.session import Session
from clutch.ops.sync import SyncReport


class AddOptions(NamedTuple):
    """`group` and `extra` say where to write (dev is the group `dev`); `bounds` is lower, major, minor, exact or
    empty; `frozen` writes the manifest alone."""

    requirements: tuple[str, ...]
    files: tuple[str, ...] = ()
    group: str = ""
    extra: str = ""
    bounds: str = ""
    index_name: str = ""
    dry_run: bool = False
    sync: bool = True
    frozen: bool = False


class AddReport(NamedTuple):
    """`added` are the texts as written into the manifest; `note` says how to install what was not, empty else."""

    added: tuple[str, ...]
    section: str
    sync: SyncReport | None
    remarks: tuple[str, ...] = ()
    note: str = ""


def add(options: AddOptions, session: Session) -> AddReport:
    """Adds, locks and syncs; when that fails, manifest and lock are as they were.

    A requirement without a version gets a bound from the version that the lock found: for an application and a
    library alike a lower one, other bounds when asked for.
    Raises: ClutchError `invalid-requirement`, UsageError `missing-requirement`; what locking and syncing raise.
    """
    wanted = _wanted(options, session)
    if not wanted:
        raise UsageError("missing-requirement", "`clutch add` needs at least one package to add")
    section = f"group:{options.group}" if options.group else f"extra:{options.extra}" if options.extra else ""
    origins = {text: one.origin._replace(text=text) for text, one in wanted}
    trial = Trial(section, origins, options.bounds, options.index_name)
    with session.hold():
        if options.frozen:
            done = change_manifest_alone(session, trial, dry_run=options.dry_run)
        else:
            done = change_manifest(session, trial, dry_run=options.dry_run, sync=options.sync)
    remarks = (*done.remarks, *_caps(wanted, session))
    note = _not_by_default(options, session) if done.sync is not None else ""
    return AddReport(done.written, section or "dependencies", done.sync, remarks, note)


def _not_by_default(options: AddOptions, session: Session) -> str:
    """A word to whoever added to a group or an extra that a plain sync leaves out."""
    from clutch.standards.names import normalize

    if options.extra:
        return f"extras are not installed by themselves: `clutch sync --extra {options.extra}` has this one too"
    if options.group and normalize(options.group) not in session.project.default_groups:
        return f"`{options.group}` is no default group: `clutch sync --group {options.group}` has it too"
    return ""


def _wanted(options: AddOptions, session: Session) -> list[tuple[str, Requirement]]:
    from clutch.ops.one_target import requirements_from

    found = []
    for text in options.requirements:
        found.append((text.strip(), requirements_from([text.strip()], "the command line")[0]))
    for path in options.files:
        found += _from_file(path, session)
    return found


def _from_file(path: str, session: Session) -> list[tuple[str, Requirement]]:
    """The requirements of a requirements file; all its errors at once."""
    from clutch.ops.requirement_files import read_requirement_file

    return read_requirement_file(path, session)


def _caps(wanted: list[tuple[str, Requirement]], session: Session) -> list[str]:
    """A word to whoever caps a dependency of a library."""
    from clutch.standards.specifier import parse_specifiers

    if not session.project.is_package or session.project.scripts:
        return []
    return [
        f"`{text}` caps {one.name}: everyone who uses this library inherits the cap; a lower bound alone is kinder, "
        "and your own lock keeps you at what you tested"
        for text, one in wanted
        if one.allowed and parse_specifiers(one.allowed).has_upper_bound
    ]
