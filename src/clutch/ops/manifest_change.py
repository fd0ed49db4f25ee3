"""Changes requirements in the manifest, locks and syncs; either all of it happens or none."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from clutch.base.values import NamedTuple
from clutch.model.lock import Lock
from clutch.model.requirement import Origin, Requirement
from clutch.ops.lock import LockOptions, LockReport, bring_lock
from clutch.ops.restoring import Restored
from clutch.ops.sync import SyncOptions, SyncReport, bring_environment
from clutch.project.manifest import Manifest, parse_manifest

if TYPE_CHECKING:
    from clutch.ops.session import Session


class Trial(NamedTuple):
    """Requirement texts to write into one section, each with where the user wrote it; `bounds` and `index_name` as in
    `add`."""

    section: str
    wanted: Mapping[str, Origin]
    bounds: str = ""
    index_name: str = ""


class Done(NamedTuple):
    """`written` are the texts as they stand in the manifest now."""

    written: tuple[str, ...]
    sync: SyncReport | None
    remarks: tuple[str, ...]


def change_manifest(session: Session, trial: Trial, *, dry_run: bool, sync: bool) -> Done:
    """Solves, adds the bounds that the solution suggests, writes, and syncs; undone when any of it fails."""
    from clutch.project.edit import add_requirement

    path = session.manifest_path
    text = _with_trial(session, trial)
    with Draft(session, keep=not dry_run) as draft:
        found = draft.solve(text, origins=trial.wanted)
        written = []
        for requirement in trial.wanted:
            bounded = with_bound(requirement, _version_of(requirement, found), trial.bounds)
            if bounded != requirement:
                text = add_requirement(text, trial.section, bounded, path)
            written.append(bounded)
        if tuple(written) != tuple(trial.wanted):
            draft.solve(text)
        locked = draft.write()
        report = bring_environment(SyncOptions(dry_run=dry_run), locked, session) if sync else None
        return Done(tuple(written), report, () if report is not None else locked.remarks)


def change_manifest_alone(session: Session, trial: Trial, *, dry_run: bool) -> Done:
    """Writes the requirements as they are; neither lock nor environment is looked at."""
    from clutch.io.files import write_atomic

    text = _with_trial(session, trial)
    parse_manifest(text, session.manifest_path)
    if not dry_run and text != session.project.text:
        write_atomic(session.manifest_path, text.encode())
    return Done(tuple(trial.wanted), None, ())


def _with_trial(session: Session, trial: Trial) -> str:
    """The manifest's text with the requirements in it."""
    from clutch.project.edit import add_requirement, set_value

    path = session.manifest_path
    text = session.project.text
    for requirement in trial.wanted:
        text = add_requirement(text, trial.section, requirement, path)
        if trial.index_name:
            name = _name(requirement)
            text = set_value(text, f"tool.clutch.sources.{name}", {"index": trial.index_name}, path)
    return text


class Draft:
    """A manifest and its lock in memory until `write`; both files are as they were when the block raises.

    Whoever is killed before `write` has changed nothing. With `keep` false `write` writes nothing either.
    """

    def __init__(self, session: Session, *, keep: bool) -> None:
        self._session = session
        self._keep = keep
        self._text = session.project.text
        self._report: LockReport | None = None
        self._paths = (session.manifest_path, session.lock_path)
        self._restored = Restored(*self._paths)

    def __enter__(self) -> Draft:
        return self

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        if kind is not None or not self._keep:
            self._session.use_project(None)
        self._restored.__exit__(kind, error, trace)

    def solve(self, text: str, *, moving: tuple[str, ...] = (), origins: Mapping[str, Origin] | None = None) -> Lock:
        """The lock for this manifest; the packages `moving` may change their versions.

        `origins` says for messages where requirements come from that stand in the draft alone.
        """
        manifest = parse_manifest(text, self._paths[0])
        self._session.use_project(_with_origins(manifest, origins or {}))
        before = self._report.lock if self._report is not None else None
        self._report = bring_lock(LockOptions(upgrade=moving, dry_run=True, preferred=before), self._session)
        self._text = text
        assert self._report.lock is not None
        return self._report.lock

    def write(self) -> LockReport:
        """Puts both files into place; what solving found.

        Raises: ClutchError `changed-meanwhile` when one of them was edited since the command began.
        """
        from clutch.io.files import write_atomic
        from clutch.project.lockfile import render_lock

        report = self._report
        assert report is not None
        assert report.lock is not None
        if not self._keep:
            return report
        self._restored.check()
        for path, text in zip(self._paths, (self._text, render_lock(report.lock)), strict=True):
            if self._restored.before[path] != text.encode():
                write_atomic(path, text.encode())
                self._restored.claim(path)
        return report


def _with_origins(manifest: Manifest, origins: Mapping[str, Origin]) -> Manifest:
    """The manifest whose requirements with these texts come from there."""
    if not origins:
        return manifest

    def moved(requirements: tuple[Requirement, ...]) -> tuple[Requirement, ...]:
        return tuple(
            one._replace(origin=origins[one.origin.text]) if one.origin.text in origins else one for one in requirements
        )

    return manifest._replace(
        dependencies=moved(manifest.dependencies),
        optional={extra: moved(requirements) for extra, requirements in manifest.optional.items()},
        groups={group: moved(requirements) for group, requirements in manifest.groups.items()},
    )


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
