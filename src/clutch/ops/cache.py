"""`clutch cache`: where the store is, how much it takes, emptying and checking it."""

from __future__ import annotations

from clutch.base.values import NamedTuple
from clutch.ops.session import Session


class CacheReport(NamedTuple):
    """`size_bytes` is what the store takes (after `clean`, what that freed), `by_kind` the same for each kind of entry.

    `damaged` are the entries that were dropped.
    """

    folder: str
    size_bytes: int = 0
    by_kind: tuple[tuple[str, int], ...] = ()
    damaged: tuple[str, ...] = ()


def cache_folder(session: Session) -> CacheReport:
    """Where the store is; it need not exist yet."""
    return CacheReport(session.store.root)


def cache_size(session: Session) -> CacheReport:
    """Walks the store."""
    by_kind = session.store.size_bytes()
    return CacheReport(session.store.root, sum(by_kind.values()), tuple(by_kind.items()))


def clean_cache(session: Session) -> CacheReport:
    """Empties the store; environments keep their files."""
    return CacheReport(session.store.root, session.store.clean())


def verify_cache(session: Session) -> CacheReport:
    """Reads every record in the store and drops what does not match its own checksum."""
    damaged = session.store.verify()
    return CacheReport(session.store.root, damaged=damaged)
