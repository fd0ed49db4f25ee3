"""One downloadable file of a release."""

from __future__ import annotations

from clutch.base.values import NamedTuple


class Artifact(NamedTuple):
    """A file as an index or a lock describes it.

    `kind` is a word of the package's world (for PyPI `wheel` or `sdist`). `size_bytes` is 0 and `uploaded_at` (RFC
    3339, UTC) empty when not told. `hashes` are (algorithm, hex digest), sorted. `facts_hashes` are those of the
    separate metadata file (PEP 658/714), None when the index announces none. `python` is this file's own
    requires-python text. `withdrawn` is the reason for a yank (PEP 592), None when it is not yanked.
    """

    kind: str
    filename: str
    url: str
    hashes: tuple[tuple[str, str], ...] = ()
    size_bytes: int = 0
    uploaded_at: str = ""
    facts_hashes: tuple[tuple[str, str], ...] | None = None
    python: str = ""
    withdrawn: str | None = None
