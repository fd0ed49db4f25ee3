"""Pages of an index in the store, each as a listing, with what is needed to ask for it again.

The record `listing` of a page's URL begins with one line: when it was fetched (seconds since the epoch), for how long
it is good, the checksum that its artifacts go by, entity tag and date of the last change, separated by tabs. After an
answer "not modified" only the small record `listing-age` is written, time and lifetime again. The artifacts lie in
`listing-files` under URL and checksum, so that a reader never sees those of another page.
"""

from __future__ import annotations

import zlib
from typing import NamedTuple

from clutch.base.errors import ClutchError
from clutch.io.store import Store

_KIND = "listing"
_AGE_KIND = "listing-age"
_FILES_KIND = "listing-files"
_FIELDS = 5


class StoredPage(NamedTuple):
    """A page as it was last seen: the text of its listing, and how old it is."""

    text: str
    fetched_at: int
    lifetime_s: int
    checksum: str
    etag: str
    last_modified: str

    def is_fresh(self, now: float) -> bool:
        """Whether it may be used without asking; a clock that was set back makes it old."""
        return 0 <= now - self.fetched_at < self.lifetime_s


class PageStore:
    """Reads and writes pages by URL (without credentials)."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def read(self, url: str, now: float) -> StoredPage | None:
        """The page, None when it is not there; looks for a later answer "not modified" only when it has become old."""
        content = self._store.read_record(_KIND, url)
        if content is None:
            return None
        head, _, text = content.decode().partition("\n")
        fields = head.split("\t")
        if len(fields) != _FIELDS:
            return None
        fetched, lifetime, checksum, etag, last_modified = fields
        page = StoredPage(text, int(fetched), int(lifetime), checksum, etag, last_modified)
        if page.is_fresh(now):
            return page
        age = self._store.read_record(_AGE_KIND, url)
        times = age.split() if age is not None else []
        if len(times) == 3 and times[0].decode() == checksum:
            page = page._replace(fetched_at=int(times[1]), lifetime_s=int(times[2]))
        return page

    def write(self, url: str, page: StoredPage, artifact_text: str) -> None:
        """Remember a page; its artifacts first, so that a listing that is there has them."""
        files = artifact_text.encode()
        fields = (str(page.fetched_at), str(page.lifetime_s), page.checksum, page.etag, page.last_modified)
        head = "\t".join(" ".join(field.split()) for field in fields)
        old = self._store.read_record(_KIND, url)
        remember(self._store, _FILES_KIND, f"{url} {page.checksum}", files)
        remember(self._store, _KIND, url, f"{head}\n{page.text}".encode())
        old_checksum = old.split(b"\n", 1)[0].split(b"\t")[2:3] if old else []
        if old_checksum and old_checksum[0].decode() != page.checksum:
            self._store.remove(_FILES_KIND, f"{url} {old_checksum[0].decode()}")

    def renew(self, url: str, page: StoredPage, now: float, lifetime_s: int) -> None:
        """Note that the page was found unchanged."""
        if lifetime_s:
            remember(self._store, _AGE_KIND, url, f"{page.checksum} {int(now)} {lifetime_s}".encode())

    def read_artifacts(self, url: str, checksum: str) -> str:
        """The second text of a listing.

        Raises: ClutchError `index-changed` when another process has replaced the page meanwhile.
        """
        content = self._store.read_record(_FILES_KIND, f"{url} {checksum}")
        if content is None:
            self._store.remove(_KIND, url)
            message = f"what `{url}` said has changed in the cache while it was read"
            raise ClutchError("index-changed", message, subject=url, hints=("run the command again",))
        return content.decode()


def checksum_of(artifact_text: str) -> str:
    """What the artifacts of a page go by."""
    content = artifact_text.encode()
    return f"{zlib.crc32(content):08x}{zlib.adler32(content):08x}"


def remember(store: Store, kind: str, key: str, content: bytes) -> None:
    """Write a record; a store that may only be read is no error.

    Raises: ClutchError `disk-full` or `file-error`.
    """
    try:
        store.write_record(kind, key, content)
    except ClutchError as error:
        if error.code != "not-writable":
            raise
