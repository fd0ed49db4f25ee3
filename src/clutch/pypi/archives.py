"""Archives that had to be fetched whole: kept in the store by their SHA-256, so that locking and installing share them.

A folder of kind `archive` holds the one file under its own name. A record `archive-url` says what an address without a
known hash held last: SHA-256, entity tag, date of the last change, separated by tabs.
"""

from __future__ import annotations

import os

from clutch.base.errors import ClutchError
from clutch.base.tickets import Ticket, ready
from clutch.base.values import NamedTuple
from clutch.io.caching import revalidation_headers, validators
from clutch.io.fetch import Fetcher, Request, Response
from clutch.io.files import remove_tree
from clutch.io.store import Store
from clutch.pypi.page_store import remember

_KIND = "archive"
_URL_KIND = "archive-url"


class Archive(NamedTuple):
    """A file in the store and its SHA-256 in hex."""

    path: str
    sha256: str


class Archives:
    """Fetches archives into the store."""

    def __init__(self, fetcher: Fetcher, store: Store) -> None:
        self._fetcher = fetcher
        self._store = store

    def find(self, hashes: tuple[tuple[str, str], ...]) -> Archive | None:
        """The archive with this SHA-256, when the store has it."""
        sha256 = dict(hashes).get("sha256", "")
        folder = self._store.folder(_KIND, sha256) if sha256 else None
        names = os.listdir(folder) if folder is not None else []
        return Archive(f"{folder}/{names[0]}", sha256) if len(names) == 1 else None

    def fetch(
        self, url: str, filename: str, hashes: tuple[tuple[str, str], ...] = (), size_bytes: int = 0
    ) -> Ticket[Archive]:
        """The archive at `url`; asks only whether it has changed when no hash is given and it was fetched before.

        The ticket fails as a fetch does, with `hash-mismatch` in particular.
        """
        known = self.find(hashes)
        if known is not None:
            return ready(known)
        check_filename(filename)
        etag = last_modified = ""
        if not hashes:
            known, etag, last_modified = self._read_known(url)
        folder = self._store.temporary_folder()
        path = f"{folder}/{filename}"
        request = Request(url, revalidation_headers(etag, last_modified), -1, -1, path, hashes, size_bytes)
        ticket = self._fetcher.fetch(request)
        ticket.on_settled(lambda settled: remove_tree(folder) if settled.error is not None else None)

        def keep(response: Response) -> Archive:
            if response.status == 304 and known is not None:
                remove_tree(folder)
                return known
            place = self._store.publish_folder(_KIND, response.sha256, folder)
            if not hashes:
                text = "\t".join((response.sha256, *validators(response.headers)))
                remember(self._store, _URL_KIND, url, text.encode())
            return Archive(f"{place}/{os.listdir(place)[0]}", response.sha256)

        return ticket.then(keep)

    def _read_known(self, url: str) -> tuple[Archive | None, str, str]:
        content = self._store.read_record(_URL_KIND, url)
        fields = content.decode().split("\t") if content is not None else []
        if len(fields) != 3:
            return None, "", ""
        known = self.find((("sha256", fields[0]),))
        return (known, fields[1], fields[2]) if known is not None else (None, "", "")


def check_filename(filename: str) -> None:
    """Raises: ClutchError `bad-filename` for a name that would not be a file in its folder."""
    if not filename or filename in (".", "..") or any(mark in filename for mark in "/\\\0\n"):
        raise ClutchError("bad-filename", f"`{filename!r}` cannot be the name of an archive", subject=filename)


def filename_of(url: str) -> str:
    """The last part of the path of a URL, percent-decoded."""
    from urllib.parse import unquote

    return unquote(url.partition("#")[0].partition("?")[0].rstrip("/").rpartition("/")[2])
