"""Locked versions beside newer ones."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from clutch.base.errors import NotFoundError
from clutch.base.tickets import Ticket, failed, ready
from clutch.model.artifact import Artifact
from clutch.model.facts import Facts
from clutch.model.listing import Listing
from clutch.model.ports import Index
from clutch.model.requirement import Requirement, Source
from clutch.ops.outdated import OutdatedOptions, OutdatedPackage, outdated
from clutch.ops.session import Session
from clutch.standards.specifier import parse_specifiers
from clutch.standards.version import parse_version

Maker = Callable[..., Session]


class _Versions:
    """A listing that knows versions alone, newest first."""

    index_name = ""

    def __init__(self, name: str, versions: Sequence[str], withdrawn: Sequence[str] = ()) -> None:
        self.name = name
        self.versions = versions
        self.python = [""] * len(versions)
        self.withdrawn = sum(1 << versions.index(version) for version in withdrawn)
        self.prereleases = sum(1 << at for at, version in enumerate(versions) if parse_version(version).is_prerelease)

    def allowed(self, specifier: str) -> int:
        return parse_specifiers(specifier).mask(self.versions)

    def names_prerelease(self, specifier: str) -> bool:
        return parse_specifiers(specifier).names_prerelease

    def pins_exactly(self, specifier: str) -> bool:
        return parse_specifiers(specifier).pins_exactly

    def uploaded_at(self, candidate: int) -> str:
        return ""

    def fits(self, candidate: int) -> str:
        return ""

    def artifacts(self, candidate: int) -> tuple[Artifact, ...]:
        return ()

    def withdrawn_reason(self, candidate: int) -> str:
        return ""


class _Shelf:
    """An index of some listings."""

    def __init__(self, listings: Sequence[_Versions]) -> None:
        self.by_name = {listing.name: listing for listing in listings}
        self.asked: list[str] = []

    def listing(self, name: str, index: str = "") -> Ticket[Listing]:
        self.asked.append(name)
        if name not in self.by_name:
            return failed(NotFoundError("unknown-package", f"there is no `{name}`"))
        return ready(self.by_name[name])

    def facts(self, listing: Listing, candidate: int) -> Ticket[Facts]:
        raise AssertionError("outdated needs no facts")

    def source_facts(self, requirement: Requirement) -> Ticket[tuple[Source, Facts]]:
        raise AssertionError("outdated needs no facts")


def _session(make_session: Maker, index: Index) -> Session:
    class Shelved(Session):
        """A session over this index."""

        @property
        def indexes(self) -> Mapping[str, Index]:
            return {"pypi": index}

    plain = make_session()
    return Shelved(plain.surroundings, plain.flags, plain.reporter)


_SHELF = (
    _Versions("checker", ["1.0", "0.9"]),
    _Versions("colour", ["1.5"]),
    _Versions("engine", ["5.0rc1", "4.0", "3.0"]),
    _Versions("socket", ["2.0", "1.0"]),
    _Versions("text", ["1.3", "1.2", "1.1"], withdrawn=["1.3"]),
    _Versions("web", ["3.0rc1", "2.5", "2.4"]),
)


def test_the_newest_allowed_and_the_newest(make_session: Maker) -> None:
    shelf = _Shelf(_SHELF)
    report = outdated(OutdatedOptions(), _session(make_session, shelf))
    assert report.packages == (
        OutdatedPackage("checker", "0.9", "1.0", "1.0", is_direct=True),
        OutdatedPackage("engine", "3.0", "4.0", "4.0", is_direct=False),
        OutdatedPackage("text", "1.1", "1.2", "1.2", is_direct=True),
        OutdatedPackage("web", "2.4", "2.5", "2.5", is_direct=True),
    )
    assert report.looked_at == 6
    assert sorted(shelf.asked) == ["checker", "colour", "engine", "socket", "text", "web"]


def test_constraints_hold_the_allowed_version_back(make_session: Maker) -> None:
    session = _session(make_session, _Shelf(_SHELF))
    text = session.manifest_path
    with open(text) as file:
        manifest = file.read().replace('"web[fast]>=2"', '"web[fast]>=2,<2.5"')
    with open(text, "w") as file:
        file.write(manifest)
    assert outdated(OutdatedOptions(("web",)), session).packages == (
        OutdatedPackage("web", "2.4", "2.4", "2.5", is_direct=True),
    )


def test_direct_packages_alone(make_session: Maker) -> None:
    shelf = _Shelf(_SHELF)
    outdated(OutdatedOptions(direct=True), _session(make_session, shelf))
    assert sorted(shelf.asked) == ["checker", "colour", "text", "web"]


def test_a_package_that_no_index_has_any_more_is_left_out(make_session: Maker) -> None:
    report = outdated(OutdatedOptions(("text", "web")), _session(make_session, _Shelf(_SHELF[-1:])))
    assert [package.name for package in report.packages] == ["web"]
