"""Candidates and facts from indexes that speak the Simple API, and from archives, folders and commits.

Source: Simple repository API (PEP 503, 629, 691, 700, 708 for several indexes, 714).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from clutch.base.errors import ClutchError, NotFoundError
from clutch.base.text import join_words
from clutch.base.tickets import Ticket, failed, ready
from clutch.base.values import NamedTuple
from clutch.io.auth import strip_credentials
from clutch.io.caching import lifetime_s, may_store, revalidation_headers, validators
from clutch.io.fetch import Fetcher, Request, Response
from clutch.io.store import Store
from clutch.model.facts import Facts
from clutch.model.listing import Listing
from clutch.model.requirement import Requirement, Source
from clutch.pypi.asking import after, gather, or_else
from clutch.pypi.builder import Builder
from clutch.pypi.install_options import is_meant
from clutch.pypi.listing import Policy, PypiListing
from clutch.pypi.page_store import PageStore, StoredPage, checksum_of

if TYPE_CHECKING:
    from clutch.pypi.page_files import Shelf

FIRST = "first-index"
ALL = "all"


class IndexSource(NamedTuple):
    """One index: its name (may be empty) and the URL of its Simple API.

    `is_explicit`: asked only when named; `is_default`: asked after all others.
    """

    name: str
    url: str
    is_explicit: bool = False
    is_default: bool = False

    @property
    def label(self) -> str:
        """Its name, else its URL without credentials."""
        return self.name or strip_credentials(self.url)


class IndexOptions(NamedTuple):
    """How to ask. `now` gives seconds since the epoch.

    `strategy`: `first-index` (the first that has a package is the only one asked) or `all`. `no_build` and
    `no_binary`: for all packages, or the normalised names for which no sdist or no wheel counts. `refresh`: what the
    store remembers of pages is asked for again. `offline`: what it remembers is used however old it is.
    """

    now: Callable[[], float]
    strategy: str = FIRST
    no_build: bool | frozenset[str] = False
    no_binary: bool | frozenset[str] = False
    refresh: bool = False
    offline: bool = False

    def policy(self, name: str) -> Policy:
        """What counts for one package."""
        return Policy(is_meant(self.no_build, name), is_meant(self.no_binary, name))


class PypiIndex:
    """The socket `clutch.model.ports.Index` of this world.

    `builder` builds sdists, folders and commits whose metadata is not static; None where no build is possible.
    """

    def __init__(
        self,
        sources: Sequence[IndexSource],
        fetcher: Fetcher,
        store: Store,
        options: IndexOptions,
        project_root: str,
        builder: Builder | None = None,
    ) -> None:
        from clutch.pypi.facts import FactsLadder

        self._named = {source.name: source for source in sources if source.name}
        asked = [source for source in sources if not source.is_explicit]
        self._asked = sorted(asked, key=lambda source: source.is_default)
        self._fetcher = fetcher
        self._pages = PageStore(store)
        self._shelf: Shelf | None = None
        self._options = options
        self._ladder = FactsLadder(fetcher, store, builder, options.now)
        self._store = store
        self._builder = builder
        self._project_root = project_root
        self._answers: dict[tuple[IndexSource, str], Ticket[PypiListing]] = {}
        self._listings: dict[tuple[str, str], Ticket[PypiListing]] = {}
        self._source_facts: dict[tuple[Source, str], Ticket[tuple[Source, Facts]]] = {}

    def listing(self, name: str, index: str = "") -> Ticket[Listing]:
        """All candidates of `name` (normalised); asking twice is free. `index` names the only index to ask.

        The ticket fails with NotFoundError `unknown-package`; ClutchError `unknown-index` and what a fetch may give.
        """
        known = self._listings.get((name, index))
        if known is None:
            known = self._listings[name, index] = self._find(name, index)
        # Tickets are read only here, and a ticket of the narrower type is one of the wider.
        return known  # type: ignore[return-value]

    def facts(self, listing: Listing, candidate: int) -> Ticket[Facts]:
        """What this candidate says of itself; asking twice is free.

        The ticket fails with ClutchError `no-metadata` where it cannot be had, and what a fetch may give.
        """
        assert isinstance(listing, PypiListing)
        return self._ladder.facts(listing, candidate)

    def source_facts(self, requirement: Requirement) -> Ticket[tuple[Source, Facts]]:
        """The facts of a requirement that has a `source`, with the source made exact (commit, hashes).

        The ticket fails with ClutchError `no-metadata`, `wrong-name`, and what fetching, git or a build may give.
        """
        from clutch.pypi.source_facts import fetch_source_facts
        from clutch.pypi.sources import Sources

        source = requirement.source
        assert source is not None
        known = self._source_facts.get((source, requirement.name))
        if known is None:
            sources = Sources(self._ladder.archives, self._store, self._project_root)
            known = fetch_source_facts(source, requirement.name, sources, self._builder)
            self._source_facts[source, requirement.name] = known
        return known

    def _find(self, name: str, index: str) -> Ticket[PypiListing]:
        if index:
            source = self._named.get(index)
            if source is None:
                known = join_words([f"`{each}`" for each in sorted(self._named)])
                message = f"no index is called `{index}`" + (f"; there is {known}" if known else "")
                return failed(ClutchError("unknown-index", message, subject=index))
            return self._ask_in_turn(name, [source], 0)
        if self._options.strategy == ALL and len(self._asked) > 1:
            return self._ask_all(name)
        return self._ask_in_turn(name, self._asked, 0)

    def _ask_in_turn(self, name: str, sources: Sequence[IndexSource], place: int) -> Ticket[PypiListing]:
        """The listing of the first index from `place` on that has the package."""
        if place == len(sources):
            return failed(_unknown(name, sources))

        def go_on(error: Exception) -> Ticket[PypiListing] | None:
            return self._ask_in_turn(name, sources, place + 1) if isinstance(error, NotFoundError) else None

        return or_else(self._ask(sources[place], name), go_on)

    def _ask_all(self, name: str) -> Ticket[PypiListing]:
        from clutch.pypi.merging import merge_listings

        def nothing(error: Exception) -> Ticket[list[PypiListing]] | None:
            return ready([]) if isinstance(error, NotFoundError) else None

        answers = [or_else(self._ask(source, name).then(lambda one: [one]), nothing) for source in self._asked]

        def merge(found: list[list[PypiListing]]) -> PypiListing:
            listings = [listing for each in found for listing in each]
            if not listings:
                raise _unknown(name, self._asked)
            return listings[0] if len(listings) == 1 else merge_listings(listings)

        return gather(answers).then(merge)

    def _ask(self, source: IndexSource, name: str) -> Ticket[PypiListing]:
        # A package is asked for by name and, once it is chosen, from the index that had it.
        known = self._answers.get((source, name))
        if known is None:
            known = self._answers[source, name] = self._fetch(source, name)
        return known

    def _fetch(self, source: IndexSource, name: str) -> Ticket[PypiListing]:
        url = f"{source.url.rstrip('/')}/{name}/"
        public_url = strip_credentials(url)
        options = self._options
        page = self._pages.read(public_url, options.now())
        if page is not None and not options.refresh and (options.offline or page.is_fresh(options.now())):
            return ready(self._listing(public_url, page, source))
        from clutch.standards.simple import ACCEPT

        headers = (("accept", ACCEPT), *(revalidation_headers(page.etag, page.last_modified) if page else ()))
        ticket = self._fetcher.fetch(Request(url, headers))
        # Not `then`, whose ticket would keep the answer, and all pages together are large.
        return after(ticket, lambda response: ready(self._take(response, page, source, name)))

    def _take(self, response: Response, page: StoredPage | None, source: IndexSource, name: str) -> PypiListing:
        """The listing in an answer, remembered on the way."""
        from clutch.pypi.page_files import PageFiles, Shelf

        url = f"{strip_credentials(source.url).rstrip('/')}/{name}/"
        now = self._options.now()
        lifetime = lifetime_s(response.headers)
        if response.status == 304 and page is not None:
            self._pages.renew(url, page, now, lifetime)
            return self._listing(url, page, source)
        body = response.body
        etag, last_modified = validators(response.headers)
        media = response.headers.get("content-type", "").partition(";")[0].strip().lower()
        fresh = StoredPage("", int(now), lifetime, checksum_of(body), etag, last_modified, media, response.url)
        self._shelf = self._shelf or Shelf()
        releases = PageFiles(url, fresh, self._pages, self._shelf).open(body)
        fresh = fresh._replace(text=releases.listing_text())
        is_stored = may_store(response.headers) and self._pages.write(url, fresh, body)
        return self._listing(url, fresh, source, None if is_stored else body)

    def _listing(self, url: str, page: StoredPage, source: IndexSource, body: bytes | None = None) -> PypiListing:
        def read_paragraph(version: str) -> str:
            if self._shelf is None:
                # Nothing was fetched yet: what a warm lock wants is there without the modules that read pages.
                known = self._pages.read_files(url, version, page.checksum)
                if known is not None:
                    return known
            from clutch.pypi.page_files import PageFiles, Shelf

            self._shelf = self._shelf or Shelf()
            return PageFiles(url, page, self._pages, self._shelf, body).paragraph(version)

        name = url.rstrip("/").rpartition("/")[2]
        return PypiListing(page.text, read_paragraph, self._options.policy(name), source.label)


def _unknown(name: str, sources: Sequence[IndexSource]) -> NotFoundError:
    labels = [f"`{source.label}`" for source in sources]
    where = f" in {join_words(labels)}" if labels else ""
    if not sources:
        return NotFoundError("unknown-package", f"there is no index to ask for `{name}`", subject=name)
    return NotFoundError("unknown-package", f"there is no package called `{name}`{where}", subject=name)
