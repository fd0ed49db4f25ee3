"""`clutch remove`: takes requirements out of the manifest, locks and syncs."""

from __future__ import annotations

from clutch.base.values import NamedTuple
from clutch.ops.manifest_change import Draft
from clutch.ops.session import Session
from clutch.ops.sync import SyncOptions, SyncReport, bring_environment


class RemoveOptions(NamedTuple):
    """`group` and `extra` limit where to look; otherwise every section is searched."""

    names: tuple[str, ...]
    group: str = ""
    extra: str = ""
    dry_run: bool = False
    sync: bool = True


class RemoveReport(NamedTuple):
    """`removed` are the texts that stood in the manifest."""

    removed: tuple[str, ...]
    sync: SyncReport | None


def remove(options: RemoveOptions, session: Session) -> RemoveReport:
    """Removes, locks and syncs, so that what only these packages needed goes too.

    Raises: ClutchError `not-a-requirement`, and then nothing has changed.
    """
    from clutch.project.edit import find_requirements, remove_requirement

    section = f"group:{options.group}" if options.group else f"extra:{options.extra}" if options.extra else None
    path = session.manifest_path
    with session.hold():
        text = session.project.text
        removed = []
        for name in options.names:
            removed += [one.text for one in find_requirements(text, name, section, path)]
            text = remove_requirement(text, section, name, path)
        with Draft(session, keep=not options.dry_run) as draft:
            draft.solve(text)
            locked = draft.write()
            wants_sync = options.sync
            report = bring_environment(SyncOptions(dry_run=options.dry_run), locked, session) if wants_sync else None
    return RemoveReport(tuple(removed), report)
