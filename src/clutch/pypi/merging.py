"""One listing out of those of several indexes; of a version that two of them have, the first one's counts."""

from __future__ import annotations

from collections.abc import Sequence

from clutch.pypi.listing import Columns, PypiListing, render_listing
from clutch.standards.version import parse_version


def merge_listings(listings: Sequence[PypiListing]) -> PypiListing:
    """All versions of all, newest first; it bears the name of the first index."""
    chosen: dict[object, tuple[PypiListing, int]] = {}
    for listing in listings:
        for candidate, version in enumerate(listing.versions):
            chosen.setdefault(parse_version(version).key, (listing, candidate))
    ordered = [chosen[key] for key in sorted(chosen, reverse=True)]  # type: ignore[type-var]
    columns = Columns(
        listings[0].name,
        [listing.versions[candidate] for listing, candidate in ordered],
        [listing.python[candidate] for listing, candidate in ordered],
        _mask([bool(listing.withdrawn >> candidate & 1) for listing, candidate in ordered]),
        _mask([bool(listing.prereleases >> candidate & 1) for listing, candidate in ordered]),
        _mask([listing.has_sdist(candidate) for listing, candidate in ordered]),
        [listing.wheels_serve(candidate) for listing, candidate in ordered],
        [listing.uploaded_at(candidate) for listing, candidate in ordered],
        [
            (number, listing.withdrawn_reason(candidate))
            for number, (listing, candidate) in enumerate(ordered)
            if listing.withdrawn_reason(candidate)
        ],
    )

    places = {listing.versions[candidate]: (listing, candidate) for listing, candidate in ordered}

    def read_paragraph(version: str) -> str:
        listing, candidate = places[version]
        return listing.paragraph(candidate)

    return PypiListing(render_listing(columns), read_paragraph, listings[0].policy, listings[0].index_name)


def _mask(bits: Sequence[bool]) -> int:
    return sum(1 << number for number, bit in enumerate(bits) if bit)
