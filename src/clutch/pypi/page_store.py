"""Pages of an index in the store: the listing made of each, the page itself, and what is needed to ask for it again.

The record `listing` of a page's URL begins with one line: when it was fetched (seconds since the epoch), for how long
it is good, checksum of the page, entity tag, date of the last change, media type and URL that relative ones begin at,
separated by tabs. After an answer "not modified" only the small record `listing-age` is written, checksum, time and
lifetime again. The record `page` is the page as it came. The record `listing-files` of URL and version begins with one
line, `files 1` and the checksum of its page; the artifacts follow (`clutch.pypi.artifact_lines`). The checksum keeps
what was made of one page from being taken for another's.
"""

from __future__ import annotations

import zlib

from clutch.base.errors import ClutchError
from clutch.base.values import NamedTuple
from clutch.io.store import Store

_KIND = "listing"
_AGE_KIND = "listing-age"
_PAGE_KIND = "page"
_FILES_KIND = "listing-files"
_FIELDS = 7


class StoredPage(NamedTuple):
    """A page as it was last seen: the text of its listing, how old it is, and how its body is to be read."""

    text: str
    fetched_at: int
    lifetime_s: int
    checksum: str
    etag: str
    last_modified: str
    media: str
    base_url: str

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
        fetched, lifetime, *others = fields
        page = StoredPage(text, int(fetched), int(lifetime), *others)
        if page.is_fresh(now):
            return page
        age = self._store.read_record(_AGE_KIND, url)
        times = age.split() if age is not None else []
        if len(times) == 3 and times[0].decode() == page.checksum:
            page = page._replace(fetched_at=int(times[1]), lifetime_s=int(times[2]))
        return page

    def write(self, url: str, page: StoredPage, body: bytes) -> bool:
        """Remember a page, its body first, so that a listing that is there has one; False when it cannot be stored."""
        head = "\t".join([" ".join(str(field).split()) for field in page[1:]])
        return remember(self._store, _PAGE_KIND, url, body) and remember(
            self._store, _KIND, url, f"{head}\n{page.text}".encode()
        )

    def renew(self, url: str, page: StoredPage, now: float, lifetime_s: int) -> None:
        """Note that the page was found unchanged."""
        if lifetime_s:
            remember(self._store, _AGE_KIND, url, f"{page.checksum} {int(now)} {lifetime_s}".encode())

    def read_body(self, url: str, checksum: str) -> bytes:
        """The page as it came.

        Raises: ClutchError `index-changed` when another process has replaced the page meanwhile.
        """
        body = self._store.read_record(_PAGE_KIND, url)
        if body is None or checksum_of(body) != checksum:
            raise self.changed(url)
        return body

    def changed(self, url: str) -> ClutchError:
        """The error for a page that does not fit its listing, which is forgotten."""
        self._store.remove(_KIND, url)
        message = f"what `{url}` said has changed in the cache while it was read"
        return ClutchError("index-changed", message, subject=url, hints=("run the command again",))

    def read_files(self, url: str, version: str, checksum: str) -> str | None:
        """The artifacts of one version, None where nobody has written them yet."""
        content = self._store.read_record(_FILES_KIND, f"{url} {version}")
        head, _, text = content.decode().partition("\n") if content else ("", "", "")
        return text if head == _files_head(checksum) else None

    def write_files(self, url: str, version: str, checksum: str, text: str) -> None:
        """Remember the artifacts of one version."""
        remember(self._store, _FILES_KIND, f"{url} {version}", f"{_files_head(checksum)}\n{text}".encode())


def checksum_of(body: bytes) -> str:
    """What a page is told from others by."""
    return f"{zlib.crc32(body):08x}{len(body):x}"


def remember(store: Store, kind: str, key: str, content: bytes) -> bool:
    """Write a record; a store that may only be read is no error, and False.

    Raises: ClutchError `disk-full` or `file-error`.
    """
    try:
        store.write_record(kind, key, content)
    except ClutchError as error:
        if error.code != "not-writable":
            raise
        return False
    return True


def _files_head(checksum: str) -> str:
    return f"files 1 {checksum}"
