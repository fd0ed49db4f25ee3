"""`clutch upgrade`: moves the bounds in the manifest to the newest versions."""

from __future__ import annotations

from clutch.base.errors import NotFoundError
from clutch.base.text import nearest
from clutch.base.values import NamedTuple
from clutch.model.lock import Lock
from clutch.ops.changes import Change
from clutch.ops.manifest_change import Draft
from clutch.ops.session import Session
from clutch.ops.sync import SyncOptions, SyncReport, bring_environment
from clutch.project.edit import Written

_READING = ("===", "==", "~=", ">=", ">", "!=", "<=", "<")


class UpgradeOptions(NamedTuple):
    """No `names` means every requirement of the manifest."""

    names: tuple[str, ...] = ()
    dry_run: bool = False
    sync: bool = True


class BoundMove(NamedTuple):
    """One requirement text before and after."""

    before: str
    after: str


class UpgradeReport(NamedTuple):
    """`moves` in the manifest, `changes` in the lock."""

    moves: tuple[BoundMove, ...]
    changes: tuple[Change, ...]
    sync: SyncReport | None


def upgrade(options: UpgradeOptions, session: Session) -> UpgradeReport:
    """Solves without the bounds of the named requirements, then writes bounds of the same form for what was found.

    Requirements without a version, and those on URLs, stay. When no solution exists nothing is changed.
    Raises: ClutchError `not-a-requirement`.
    """
    from clutch.project.edit import add_requirement

    path = session.manifest_path
    with session.hold():
        text = session.project.text
        written = _bounded(session, options.names)
        open_text = text
        for one in written:
            open_text = add_requirement(open_text, one.section, _unbounded(one.text), path)
        with Draft(session, keep=not options.dry_run) as draft:
            found = draft.solve(open_text, moving=_locked_names(written, session))
            moves = []
            for one in written:
                after = moved(one.text, _newest(one.text, found))
                if after != one.text:
                    moves.append(BoundMove(one.text, after))
                text = add_requirement(text, one.section, after, path)
            draft.solve(text)
            locked = draft.write()
            wants_sync = options.sync
            report = bring_environment(SyncOptions(dry_run=options.dry_run), locked, session) if wants_sync else None
    return UpgradeReport(tuple(moves), locked.changes, report)


def moved(requirement: str, version: str) -> str:
    """The requirement with its bounds moved to `version`, in the form that they had.

    `>=1.2` becomes `>=2.0`; a cap that the version is past goes, or moves to the next major one; `==` and `~=` follow.
    """
    from clutch.standards.requirement import parse_requirement_text
    from clutch.standards.specifier import parse_specifiers
    from clutch.standards.version import parse_version

    parsed = parse_requirement_text(requirement)
    if not version or parsed.url or not parsed.specifier:
        return requirement
    clauses = []
    for operator, bound in sorted(parse_specifiers(parsed.specifier).clauses, key=_reading_order):
        if operator in (">=", ">", "~="):
            clauses.append(f"{'>=' if operator == '>' else operator}{version}")
        elif operator in ("==", "==="):
            clauses.append(f"=={version}")
        elif operator in ("<", "<="):
            passed = parse_version(bound) <= parse_version(version)
            clauses.append(f"<{parse_version(version).release[0] + 1}" if passed else f"{operator}{bound}")
        else:
            clauses.append(f"{operator}{bound}")
    extras = f"[{','.join(parsed.extras)}]" if parsed.extras else ""
    _, semicolon, marker = requirement.partition(";")
    return f"{_written_name(requirement)}{extras}{','.join(clauses)}{semicolon and ' ; '}{marker.strip()}"


def _reading_order(clause: tuple[str, str]) -> tuple[int, str]:
    """Lower bounds first, as people write them."""
    return _READING.index(clause[0]), clause[1]


def _locked_names(written: list[Written], session: Session) -> tuple[str, ...]:
    """Those of the requirements' names that are in the lock, sorted."""
    before = session.lock()
    locked = {package.name for package in before.packages} if before is not None else set()
    return tuple(sorted(locked.intersection(_name(one.text) for one in written)))


def _bounded(session: Session, names: tuple[str, ...]) -> list[Written]:
    """The requirements that state a bound: all of the manifest, or those on these names."""
    from clutch.project.edit import find_requirements

    text, path = session.project.text, session.manifest_path
    existing = _names_of(session)
    found = []
    for name in names or existing:
        hits = find_requirements(text, name, None, path)
        if not hits:
            near = nearest(name, existing)
            hints = (f"did you mean `{near[0]}`?",) if near else ()
            message = f"`{name}` is not a requirement of `{path}`"
            raise NotFoundError("not-a-requirement", message, subject=name, hints=hints)
        found += [one for one in hits if _has_bound(one.text)]
    return found


def _names_of(session: Session) -> tuple[str, ...]:
    manifest = session.project
    sections = (manifest.dependencies, *manifest.optional.values(), *manifest.groups.values())
    return tuple(sorted({one.name for section in sections for one in section if one.name != manifest.name}))


def _has_bound(requirement: str) -> bool:
    from clutch.standards.requirement import parse_requirement_text

    parsed = parse_requirement_text(requirement)
    return bool(parsed.specifier) and not parsed.url


def _unbounded(requirement: str) -> str:
    from clutch.standards.requirement import parse_requirement_text

    parsed = parse_requirement_text(requirement)
    extras = f"[{','.join(parsed.extras)}]" if parsed.extras else ""
    _, semicolon, marker = requirement.partition(";")
    return f"{_written_name(requirement)}{extras}{semicolon and ' ; '}{marker.strip()}"


def _written_name(requirement: str) -> str:
    """The name as the user spelled it."""
    for at, letter in enumerate(requirement):
        if not (letter.isalnum() or letter in "-_."):
            return requirement[:at]
    return requirement


def _name(requirement: str) -> str:
    from clutch.standards.names import normalize

    return normalize(_written_name(requirement))


def _newest(requirement: str, lock: Lock) -> str:
    versions = [package.version for package in lock.packages if package.name == _name(requirement)]
    return versions[0] if versions else ""
