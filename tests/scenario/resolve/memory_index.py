"""An index in memory, read from a text; answers come in an order that a test may shuffle.

One line a release: `name version [requires-python] [options]`, and below it, indented, its requirements. Options are
`yanked`, `fits=MARKER`, `uploaded=TIME`, `extras=a,b`, `broken` (its metadata cannot be had).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from clutch.base.errors import ClutchError, NotFoundError
from clutch.base.tickets import Ticket
from clutch.model.artifact import Artifact
from clutch.model.facts import Facts
from clutch.model.requirement import Origin, Requirement, Source
from clutch.standards.marker import parse_marker, render_marker
from clutch.standards.specifier import parse_specifiers
from clutch.standards.version import parse_version
from clutch.standards.worlds import NATIVE

_REQUIREMENT = re.compile(r"^([A-Za-z0-9_.-]+)(?:\[([^\]]*)\])?\s*(?:@\s*(\S+)|([^;]*?))?\s*(?:;\s*(.*))?$")


def requirement(text: str, file: str = "", line: int = 0) -> Requirement:
    match = _REQUIREMENT.match(text.strip())
    assert match, text
    name, extras, url, allowed, marker = match.groups()
    return Requirement(
        NATIVE,
        name,
        tuple(sorted(part.strip() for part in extras.split(","))) if extras else (),
        parse_specifiers(allowed or "").text if allowed else "",
        render_marker(parse_marker(marker)) if marker else "",
        Source("archive", url) if url else None,
        origin=Origin(file, line, text),
    )


class Release:
    def __init__(self, header: str) -> None:
        options = dict(re.findall(r"(\w+)='([^']*)'", header))
        words = re.sub(r"\w+='[^']*'", "", header).split()
        self.name, self.version = words[0], words[1]
        self.python = next((word for word in words[2:] if word[0] in "<>=!~"), "")
        self.is_yanked = "yanked" in words
        self.is_broken = "broken" in words
        self.fits = options.get("fits", "")
        self.uploaded = options.get("uploaded", "")
        self.extras = tuple(sorted(options["extras"].split(","))) if "extras" in options else ()
        self.requires: list[str] = []


class MemoryListing:
    index_name = "memory"

    def __init__(self, name: str, releases: Sequence[Release]) -> None:
        self.name = name
        self.releases = sorted(releases, key=lambda one: parse_version(one.version), reverse=True)
        self.versions = [one.version for one in self.releases]
        self.python = [one.python for one in self.releases]
        self.withdrawn = self._mask(lambda one: one.is_yanked)
        self.prereleases = self._mask(lambda one: parse_version(one.version).is_prerelease)

    def _mask(self, holds) -> int:
        return sum(1 << i for i, one in enumerate(self.releases) if holds(one))

    def uploaded_at(self, candidate: int) -> str:
        return self.releases[candidate].uploaded

    def fits(self, candidate: int) -> str:
        return self.releases[candidate].fits

    def artifacts(self, candidate: int) -> tuple[Artifact, ...]:
        return ()

    def withdrawn_reason(self, candidate: int) -> str:
        return ""

    def allowed(self, specifier: str) -> int:
        return parse_specifiers(specifier).mask(self.versions)

    def names_prerelease(self, specifier: str) -> bool:
        return parse_specifiers(specifier).names_prerelease

    def pins_exactly(self, specifier: str) -> bool:
        return parse_specifiers(specifier).pins_exactly


class MemoryIndex:
    """Settles one waiting ticket a turn, the one that `choose` names (the oldest when there is none)."""

    def __init__(self, text: str, choose=None) -> None:
        self.releases: list[Release] = []
        for line in text.splitlines():
            line = line.split("#")[0].rstrip()
            if line.startswith(" "):
                self.releases[-1].requires.append(line.strip())
            elif line:
                self.releases.append(Release(line))
        self._choose = choose or (lambda waiting: 0)
        self._waiting: list = []
        self._listings: dict[str, Ticket] = {}
        self._facts: dict[tuple[str, str], Ticket] = {}
        self.turns = 0

    @property
    def requests(self) -> int:
        return len(self._listings) + len(self._facts)

    def _drive(self, ticket) -> None:
        self.turns += 1
        position = self._choose(self._waiting)
        waiting, settle = self._waiting.pop(position)
        settle(waiting)

    def _later(self, settle) -> Ticket:
        ticket = Ticket(self._drive)
        self._waiting.append((ticket, settle))
        return ticket

    def listing(self, name: str, index: str = "") -> Ticket:
        if name not in self._listings:
            releases = [one for one in self.releases if one.name == name and not one.version.startswith("http")]

            def settle(ticket) -> None:
                if releases:
                    ticket.settle(MemoryListing(name, releases))
                else:
                    ticket.fail(NotFoundError("unknown-package", f"no index has `{name}`", subject=name))

            self._listings[name] = self._later(settle)
        return self._listings[name]

    def facts(self, listing: MemoryListing, candidate: int) -> Ticket:
        release = listing.releases[candidate]
        key = (release.name, release.version)
        if key not in self._facts:

            def settle(ticket) -> None:
                if release.is_broken:
                    ticket.fail(ClutchError("no-metadata", "its build failed", subject=release.name))
                else:
                    ticket.settle(self._facts_of(release))

            self._facts[key] = self._later(settle)
        return self._facts[key]

    def source_facts(self, wanted: Requirement) -> Ticket:
        release = next(one for one in self.releases if one.name == wanted.name and one.version == wanted.source.url)
        facts = self._facts_of(release)._replace(version="1.0")
        return self._later(lambda ticket: ticket.settle((wanted.source._replace(hashes=(("sha256", "0"),)), facts)))

    @staticmethod
    def _facts_of(release: Release) -> Facts:
        requires = tuple(requirement(text) for text in release.requires)
        return Facts(release.name, release.version, requires, release.extras, release.python)

    def as_indexes(self) -> Mapping[str, MemoryIndex]:
        return {NATIVE: self}
