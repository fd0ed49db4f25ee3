"""The files of a page's candidates: read from small records where somebody has wanted them before, else from the page.

Of the thousands of files on a page a lock wants those of one or two candidates. So they are worked out when they are
asked for, which mostly is right after the page came, and then kept as a small record for the next run.
"""

from __future__ import annotations

from clutch.base.errors import ClutchError, Place
from clutch.pypi.artifact_lines import render_paragraph
from clutch.pypi.page_store import PageStore, StoredPage
from clutch.pypi.pages import Releases
from clutch.standards.simple import MEDIA_JSON, OpenPage, open_simple_html, open_simple_json

_SHELF_BYTES = 8 << 20
"""Open pages that are kept have so many bytes together, and take about twice that; opening one again takes 3 ms."""


class Shelf:
    """The pages that were opened last."""

    def __init__(self) -> None:
        self._pages: dict[str, tuple[Releases, int]] = {}
        self._bytes = 0

    def put(self, key: str, releases: Releases, size_bytes: int) -> None:
        """Keep a page, the last one however large it is."""
        self._bytes += size_bytes - self._pages.pop(key, (releases, 0))[1]
        self._pages[key] = releases, size_bytes
        while self._bytes > _SHELF_BYTES and len(self._pages) > 1:
            self._bytes -= self._pages.pop(next(iter(self._pages)))[1]

    def get(self, key: str) -> Releases | None:
        """The page, if it is still there."""
        found = self._pages.get(key)
        return found[0] if found else None


class PageFiles:
    """Gives the paragraphs (`clutch.pypi.artifact_lines`) of the candidates of one page.

    `body` is the page itself where the store does not have it.
    """

    __slots__ = ("_body", "_name", "_page", "_pages", "_shelf", "_url")

    def __init__(self, url: str, page: StoredPage, pages: PageStore, shelf: Shelf, body: bytes | None = None) -> None:
        self._url = url
        self._name = url.rstrip("/").rpartition("/")[2]
        self._page = page
        self._pages = pages
        self._shelf = shelf
        self._body = body

    def paragraph(self, version: str) -> str:
        """What describes the files of one version.

        Raises: ClutchError `index-changed` when another process has replaced the page meanwhile; `invalid-index-page`.
        """
        page = self._page
        releases = self._shelf.get(self._key)
        if releases is None:
            known = self._pages.read_files(self._url, version, page.checksum)
            if known is not None:
                return known
            releases = self.open(self._pages.read_body(self._url, page.checksum) if self._body is None else self._body)
        files = releases.files(version)
        if not files:
            raise self._pages.changed(self._url)
        if not page.base_url.startswith("file:"):
            # An index on the network must not make anybody read files of this machine.
            files = [file for file in files if file.url.startswith(("https://", "http://"))]
        text = render_paragraph(files)
        if self._body is None:
            self._pages.write_files(self._url, version, page.checksum, text)
        return text

    def open(self, body: bytes) -> Releases:
        """Read the page, and keep it for a while.

        Raises: ClutchError `invalid-index-page` and its like, with the URL.
        """
        releases = Releases(self._name, open_page(body, self._page.media, self._page.base_url, self._url))
        self._shelf.put(self._key, releases, len(body))
        return releases

    @property
    def _key(self) -> str:
        return f"{self._url} {self._page.checksum}"


def open_page(body: bytes, media: str, base_url: str, url: str) -> OpenPage:
    """The files of an answer of the media type `media`, which came from `base_url` when `url` was asked.

    Raises: ClutchError `invalid-index-page` and its like, with the URL.
    """
    try:
        if media in (MEDIA_JSON, "application/json"):
            return open_simple_json(body, base_url)
        if "html" in media or not media or base_url.startswith("file:"):
            return open_simple_html(body, base_url)
    except ClutchError as error:
        error.place = error.place or Place(url)
        raise
    message = f"`{url}` answered with `{media}`, which is no page of an index"
    raise ClutchError("invalid-index-page", message, subject=url, place=Place(url))
