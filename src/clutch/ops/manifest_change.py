"""Changes requirements in the manifest, locks and syncs; either all of it happens or none."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from clutch.model.lock import Lock
from clutch.ops.lock import LockOptions, LockReport, bring_lock
from clutch.ops.sync import SyncOptions, SyncReport, bring_environment

if TYPE_CHECKING:
    from clutch.ops.session import Session


class Trial(NamedTuple):
    """Requirement texts to write into one section; `bounds` and `index_name` as in `add`."""

    section: str
    texts: tuple[str, ...]
    bounds: str = ""
    index_name: str = ""


class Done(NamedTuple):
    """`written` are the texts as they stand in the manifest now."""

    written: tuple[str, ...]
    sync: SyncReport | None
    remarks: tuple[str, ...]


def change_manifest(session: Session, trial: Trial, *, dry_run: bool, sync: bool) -> Done:
    """Writes, solves, adds the bounds that the solution suggests, and syncs; undone when any of it fails."""
    from clutch.project.edit import add_requirement, set_value

    original = session.project.text
    path = session.manifest_path
    text = original
    for requirement in trial.texts:
        text = add_requirement(text, trial.section, requirement, path)
        if trial.index_name:
            name = _name(requirement)
            text = set_value(text, f"tool.clutch.sources.{name}", {"index": trial.index_name}, path)
    with Undo(session, keep=not dry_run) as undo:
        undo.write(text)
        locked = bring_lock(LockOptions(dry_run=dry_run), session)
        assert locked.lock is not None
        written = []
        for requirement in trial.texts:
            bounded = with_bound(requirement, _version_of(requirement, locked.lock), trial.bounds)
            if bounded != requirement:
                text = add_requirement(text, trial.section, bounded, path)
            written.append(bounded)
        if tuple(written) != trial.texts:
            undo.write(text)
            again = bring_lock(LockOptions(dry_run=dry_run), session)
            locked = LockReport(again.lock, locked.changes, again.is_written, (*locked.remarks, *again.remarks))
        report = bring_environment(SyncOptions(dry_run=dry_run), locked, session) if sync else None
        if report is None:
            return Done(tuple(written), None, locked.remarks)
        return Done(tuple(written), report, ())


class Undo:
    """Puts manifest and lock back as they were when the block raises (or when nothing is to be kept)."""

    def __init__(self, session: Session, *, keep: bool) -> None:
        self._session = session
        self._keep = keep
        self._manifest = session.project.text
        self._lock = _read(session.lock_path)

    def __enter__(self) -> Undo:
        return self

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        if kind is None and self._keep:
            return
        self.write(self._manifest)
        self._restore_lock()

    def write(self, text: str) -> None:
        """The manifest as it is to be for now."""
        from clutch.io.files import write_atomic

        if _read(self._session.manifest_path) != text.encode():
            write_atomic(self._session.manifest_path, text.encode())
        self._session.forget_project()

    def _restore_lock(self) -> None:
        import os

        from clutch.io.files import write_atomic

        if _read(self._session.lock_path) == self._lock:
            return
        if self._lock is None:
            os.unlink(self._session.lock_path)
        else:
            write_atomic(self._session.lock_path, self._lock)


def with_bound(requirement: str, version: str, bounds: str) -> str:
    """The requirement with a bound for `version`, when it states none itself.

    `lower` (the default) is `>=1.2.3`; `major` `>=1.2.3,<2`; `minor` `>=1.2.3,<1.3`; `exact` `==1.2.3`. Versions
    below 1 count their second number as the major one.
    """
    from clutch.standards.requirement import parse_requirement_text

    parsed = parse_requirement_text(requirement)
    if not version or parsed.url or parsed.specifier:
        return requirement
    head, semicolon, marker = requirement.partition(";")
    return f"{head.rstrip()}{_bound(version, bounds)}{semicolon and ' ; '}{marker.strip()}"


def _bound(version: str, bounds: str) -> str:
    plain = version.partition("+")[0]
    if bounds == "exact":
        return f"=={version}"
    if bounds not in ("major", "minor"):
        return f">={plain}"
    from clutch.standards.version import parse_version

    parsed = parse_version(plain)
    numbers = [*parsed.release, 0, 0][:3]
    level = 0 if bounds == "major" else 1
    while level < 2 and not any(numbers[: level + 1]):
        level += 1
    ceiling = [*numbers[:level], numbers[level] + 1]
    epoch = f"{parsed.epoch}!" if parsed.epoch else ""
    return f">={plain},<{epoch}{'.'.join(map(str, ceiling))}"


def _version_of(requirement: str, lock: Lock) -> str:
    """The oldest locked version of the package: a bound at the newest would leave other environments out."""
    name = _name(requirement)
    return next((package.version for package in lock.packages if package.name == name and package.version), "")


def _name(requirement: str) -> str:
    from clutch.standards.requirement import parse_requirement_text

    return str(parse_requirement_text(requirement).name)


def _read(path: str) -> bytes | None:
    try:
        with open(path, "rb") as file:
            return file.read()
    except FileNotFoundError:
        return None
    except OSError as error:
        from clutch.io.files import translate_os_error

        raise translate_os_error(error, path) from error
