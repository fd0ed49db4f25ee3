"""The candidates of one package, as every world gives them to the resolver."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from clutch.model.artifact import Artifact


class Listing(Protocol):
    """All candidates of one package, listed once, in order of version, newest first.

    Candidate `i` is bit `1 << i` of every mask. All sequences have one entry for each candidate.
    """

    @property
    def name(self) -> str: ...

    @property
    def index_name(self) -> str:
        """The name of the index that answered."""
        ...

    @property
    def versions(self) -> Sequence[str]:
        """Version texts as the world normalises them, no duplicates."""
        ...

    @property
    def python(self) -> Sequence[str]:
        """requires-python texts, empty where none is stated."""
        ...

    @property
    def withdrawn(self) -> int:
        """Mask of the candidates that were withdrawn (PEP 592 yanked) as a whole."""
        ...

    @property
    def prereleases(self) -> int:
        """Mask of the pre-releases and development releases."""
        ...

    def uploaded_at(self, candidate: int) -> str:
        """RFC 3339 time of the first upload, empty when not told."""
        ...

    def fits(self, candidate: int) -> str:
        """Marker text of the environments that some artifact can serve; empty for all, `"never"` for none.

        A candidate with an sdist (when builds are allowed) or a pure artifact serves all.
        """
        ...

    def artifacts(self, candidate: int) -> tuple[Artifact, ...]:
        """Its files, in the order of the index; may parse, so ask for pins only."""
        ...

    def withdrawn_reason(self, candidate: int) -> str:
        """Why it was withdrawn, empty when no reason was given."""
        ...

    def allowed(self, specifier: str) -> int:
        """Mask of the candidates that this specifier text contains, pre-releases included, withdrawn included.

        Raises: ClutchError `invalid-specifier`.
        """
        ...

    def names_prerelease(self, specifier: str) -> bool:
        """Whether the specifier itself asks for pre-releases (PEP 440 §handling of pre-releases)."""
        ...

    def pins_exactly(self, specifier: str) -> bool:
        """Whether the specifier is an exact pin (`==` without a wildcard, `===`), which admits withdrawn candidates."""
        ...
