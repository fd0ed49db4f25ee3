"""What differs between two locks."""

from __future__ import annotations

from clutch.base.values import NamedTuple
from clutch.model.lock import Lock


class Change(NamedTuple):
    """One package that differs between two locks; `before` or `after` is empty for one that came or went.

    Several versions of one package are joined by `, `, oldest first.
    """

    name: str
    before: str
    after: str


def changes_between(before: Lock | None, after: Lock) -> tuple[Change, ...]:
    """Sorted by name; packages with the same versions are left out."""
    old, new = _versions(before), _versions(after)
    return tuple(
        Change(name, old.get(name, ""), new.get(name, ""))
        for name in sorted({*old, *new})
        if old.get(name, "") != new.get(name, "")
    )


def _versions(lock: Lock | None) -> dict[str, str]:
    found: dict[str, list[str]] = {}
    for package in lock.packages if lock is not None else ():
        if package.version and package.version not in found.setdefault(package.name, []):
            found[package.name].append(package.version)
    return {name: ", ".join(versions) for name, versions in found.items() if versions}
