"""The ladder of ways to a candidate's metadata, cheapest first.

For a wheel: the metadata file that the index announces, else the one that it serves without saying so, else a part of
the wheel, else the whole wheel. For an sdist: its PKG-INFO, else its `pyproject.toml`, where they are static; else a
build.

Source: PEP 658 and PEP 714 (announced metadata), PEP 643 (static metadata of sdists), PEP 517.
"""

from __future__ import annotations

from collections.abc import Callable

from clutch.base.errors import ClutchError, NotFoundError
from clutch.base.tickets import Ticket, failed, ready
from clutch.io.fetch import Fetcher, RangesRefused, Request
from clutch.io.store import Store
from clutch.model.artifact import Artifact
from clutch.model.facts import Facts
from clutch.pypi.archives import Archive, Archives
from clutch.pypi.asking import after, or_else
from clutch.pypi.builder import Builder
from clutch.pypi.facts_record import parse_facts, render_facts
from clutch.pypi.hosts import Hosts
from clutch.pypi.listing import PypiListing
from clutch.pypi.page_store import remember
from clutch.pypi.telling import facts_key, telling_file
from clutch.pypi.wheel_members import is_wheel_metadata

_KIND = "facts"
# What a server says to requests for files that it does not have; some say "forbidden" for all of them.
_REFUSALS = frozenset({"http-not-found", "http-forbidden", "http-status", "http-unauthorized"})
_WRONG = frozenset({"damaged-archive", "no-member", "unsafe-archive", "hash-mismatch", "size-mismatch", "build-failed"})


class FactsLadder:
    """Facts of candidates; each is fetched once and remembered in the store by the artifact that told it."""

    def __init__(self, fetcher: Fetcher, store: Store, builder: Builder | None, now: Callable[[], float]) -> None:
        self.archives = Archives(fetcher, store)
        self._fetcher = fetcher
        self._store = store
        self._builder = builder
        self._hosts = Hosts(store, now)
        self._asked: dict[tuple[PypiListing, int], Ticket[Facts]] = {}
        self._known: dict[str, Ticket[Facts]] = {}

    def facts(self, listing: PypiListing, candidate: int) -> Ticket[Facts]:
        """What the candidate says of itself. The ticket fails with ClutchError `no-metadata` where it cannot be had."""
        known = self._asked.get((listing, candidate))
        if known is None:
            known = self._asked[listing, candidate] = self._find(listing, candidate)
        return known

    def _find(self, listing: PypiListing, candidate: int) -> Ticket[Facts]:
        try:
            artifacts = listing.all_artifacts(candidate)
        except ClutchError as error:
            return failed(error)
        if not artifacts:
            message = f"`{listing.name}` {listing.versions[candidate]} has no file that may be fetched"
            return failed(ClutchError("no-metadata", message, subject=listing.name))
        artifact = telling_file(artifacts)
        key = facts_key(artifact)
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = self._recall(key) or self._climb(listing, artifact, key)
        return known

    def _recall(self, key: str) -> Ticket[Facts] | None:
        content = self._store.read_record(_KIND, key)
        if content is None:
            return None
        try:
            return ready(parse_facts(content))
        except ValueError:
            return None

    def _climb(self, listing: PypiListing, artifact: Artifact, key: str) -> Ticket[Facts]:
        if artifact.kind == "wheel":
            found = self._from_wheel(listing.name, artifact)
        else:
            found = self._from_sdist(listing, artifact)

        def keep(facts: Facts) -> Facts:
            remember(self._store, _KIND, key, render_facts(facts))
            return facts

        def explain(error: Exception) -> Ticket[Facts] | None:
            if isinstance(error, ClutchError) and error.code in _WRONG:
                message = f"the metadata of `{artifact.filename}` cannot be had: {error.message}"
                return failed(ClutchError("no-metadata", message, subject=listing.name, place=error.place))
            return None

        return or_else(found.then(keep), explain)

    def _from_wheel(self, name: str, artifact: Artifact) -> Ticket[Facts]:
        url = f"{artifact.url}.metadata"
        place = f"{artifact.filename}.metadata"
        if artifact.facts_hashes is not None:
            announced = self._fetcher.fetch(Request(url, hashes=artifact.facts_hashes))
            return or_else(
                announced.then(lambda response: _parse(response.body, place, name)),
                lambda error: self._from_part(name, artifact) if _is_refusal(error) else None,
            )
        if not self._hosts.may_serve_silently(artifact.url):
            return self._from_part(name, artifact)

        def note(body: bytes) -> Facts:
            facts = _parse(body, place, name)
            self._hosts.served_silently(artifact.url)
            return facts

        def go_on(error: Exception) -> Ticket[Facts] | None:
            # A page of words instead of metadata is a refusal too.
            if _is_refusal(error) or (isinstance(error, ClutchError) and error.code == "no-metadata"):
                self._hosts.refused_silently(artifact.url)
                return self._from_part(name, artifact)
            return None

        return or_else(self._fetcher.fetch(Request(url)).then(lambda response: note(response.body)), go_on)

    def _from_part(self, name: str, artifact: Artifact) -> Ticket[Facts]:
        from clutch.io.remote_zip import fetch_member

        if not self._hosts.may_serve_ranges(artifact.url):
            return self._from_whole(name, artifact)

        def go_on(error: Exception) -> Ticket[Facts] | None:
            if isinstance(error, RangesRefused):
                self._hosts.refused_ranges(artifact.url)
                return self._from_whole(name, artifact)
            return None

        member = fetch_member(self._fetcher, artifact.url, artifact.size_bytes, is_wheel_metadata)
        return or_else(member.then(lambda found: _parse(found[1], artifact.filename, name)), go_on)

    def _from_whole(self, name: str, artifact: Artifact) -> Ticket[Facts]:
        from clutch.io.archive import read_member

        def read(archive: Archive) -> Facts:
            return _parse(read_member(archive.path, is_wheel_metadata), artifact.filename, name)

        return self._fetch(artifact).then(read)

    def _from_sdist(self, listing: PypiListing, artifact: Artifact) -> Ticket[Facts]:
        from clutch.pypi.source_facts import ask_sdist

        builder = None if listing.policy.no_build else self._builder

        def read(archive: Archive) -> Ticket[Facts]:
            return ask_sdist(archive, artifact.filename, listing.name, self._store, builder)

        return after(self._fetch(artifact), read)

    def _fetch(self, artifact: Artifact) -> Ticket[Archive]:
        return self.archives.fetch(artifact.url, artifact.filename, artifact.hashes, artifact.size_bytes)


def _parse(content: bytes, place: str, name: str) -> Facts:
    from clutch.pypi.metadata_facts import facts_from_metadata

    return facts_from_metadata(content, place, name)


def _is_refusal(error: Exception) -> bool:
    return isinstance(error, NotFoundError) or (isinstance(error, ClutchError) and error.code in _REFUSALS)
