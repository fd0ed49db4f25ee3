"""The candidates of one project of the Simple API, over a compact form that is read without parsing a version.

A listing lies in the store apart from the page that it was made of, so that a warm resolution reads the small text
only. It has one line a fact, `␉` standing for a tab here; a column of texts is a table and the runs in which its
entries come::

    listing 2
    idna
    3.10 3.9 3.8                       versions, newest first
    >=3.6␉>=3.5                        requires-python, the table
    0*2 1*1                            ... and its runs: the first text twice, then the second
    4                                  mask of the withdrawn, hexadecimal
    0                                  mask of the pre-releases
    7                                  mask of those with an sdist
    ␉?                                 what wheels serve (`?`: the sdist serves the rest), the table
    0*3                                ... and its runs
    2024-09-15T18:07:39Z - -           first upload of each, `-` when not told
    2␉broken on Windows                candidate and reason, for each reason that was given

What it needs not say, the files of each candidate, is one paragraph a candidate (see `clutch.pypi.artifact_lines`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from clutch.base.values import NamedTuple
from clutch.model.artifact import Artifact

FORMAT = "listing 2"
UNSURE = "?"
"""Stands in the column of what wheels serve where an sdist makes the question needless (unless builds are not
allowed).
"""

_LINES = 12


class Columns(NamedTuple):
    """All candidates of a page, one entry each, newest first; masks have bit `i` for candidate `i`."""

    name: str
    versions: Sequence[str]
    python: Sequence[str]
    withdrawn: int
    prereleases: int
    sdists: int
    wheels_serve: Sequence[str]
    uploaded: Sequence[str]
    reasons: Sequence[tuple[int, str]]


class Policy(NamedTuple):
    """Which kinds of artifact count for this project."""

    no_build: bool = False
    no_binary: bool = False


def render_listing(columns: Columns) -> str:
    """The compact form; texts must be free of tabs and line ends."""
    python_table, python_runs = _render_column(columns.python)
    wheels_table, wheels_runs = _render_column(columns.wheels_serve)
    return "\n".join(
        (
            FORMAT,
            columns.name,
            " ".join(columns.versions),
            python_table,
            python_runs,
            f"{columns.withdrawn:x}",
            f"{columns.prereleases:x}",
            f"{columns.sdists:x}",
            wheels_table,
            wheels_runs,
            " ".join(text or "-" for text in columns.uploaded),
            "\t".join(f"{candidate}\t{reason}" for candidate, reason in columns.reasons),
        )
    )


class PypiListing:
    """The candidates of one project, newest first (`clutch.model.listing.Listing`).

    `read_paragraph` gives what describes the files of one version, when it is first needed.
    """

    __slots__ = (
        "_allowed",
        "_artifacts",
        "_read_paragraph",
        "_reasons",
        "_sdists",
        "_uploaded",
        "_uploaded_text",
        "_wheels_serve",
        "index_name",
        "name",
        "policy",
        "prereleases",
        "python",
        "versions",
        "withdrawn",
    )

    def __init__(self, text: str, read_paragraph: Callable[[str], str], policy: Policy, index_name: str) -> None:
        """Raises: ValueError when `text` is no whole listing of this format."""
        lines = text.split("\n")
        if len(lines) != _LINES or lines[0] != FORMAT:
            raise ValueError("not a listing of this format")
        self.name = lines[1]
        self.index_name = index_name
        self.policy = policy
        self.versions: Sequence[str] = lines[2].split(" ") if lines[2] else []
        self.python: Sequence[str] = _parse_column(lines[3], lines[4])
        self.withdrawn = int(lines[5], 16)
        self.prereleases = int(lines[6], 16)
        self._sdists = int(lines[7], 16)
        self._wheels_serve = _parse_column(lines[8], lines[9])
        self._uploaded_text = lines[10]
        self._reasons = lines[11]
        self._uploaded: list[str] | None = None
        self._read_paragraph = read_paragraph
        self._artifacts: dict[int, tuple[Artifact, ...]] = {}
        self._allowed: dict[str, int] = {}
        if not len(self.versions) == len(self.python) == len(self._wheels_serve):
            raise ValueError("columns of different lengths")

    def uploaded_at(self, candidate: int) -> str:
        """RFC 3339 time of the first upload, empty when not told."""
        if self._uploaded is None:
            self._uploaded = self._uploaded_text.split(" ")
        text = self._uploaded[candidate]
        return "" if text == "-" else text

    def fits(self, candidate: int) -> str:
        """Marker text of the environments that some artifact can serve; empty for all, `never` for none."""
        has_sdist = self.has_sdist(candidate)
        if self.policy.no_binary:
            return "" if has_sdist else "never"
        if has_sdist and not self.policy.no_build:
            return ""
        serves = self._wheels_serve[candidate]
        if serves != UNSURE:
            return serves
        from clutch.pypi.wheel_reach import wheels_reach

        return wheels_reach([artifact.filename for artifact in self.artifacts(candidate) if artifact.kind == "wheel"])

    def artifacts(self, candidate: int) -> tuple[Artifact, ...]:
        """The files of one candidate that the policy allows, in the order of the index.

        Raises: as `all_artifacts`.
        """
        kept = self.all_artifacts(candidate)
        if self.policy.no_build:
            kept = tuple(artifact for artifact in kept if artifact.kind == "wheel")
        if self.policy.no_binary:
            kept = tuple(artifact for artifact in kept if artifact.kind == "sdist")
        return kept

    def all_artifacts(self, candidate: int) -> tuple[Artifact, ...]:
        """The files of one candidate whatever the policy, in the order of the index.

        Raises: ClutchError `index-changed`, `invalid-index-page`.
        """
        known = self._artifacts.get(candidate)
        if known is None:
            from clutch.pypi.artifact_lines import parse_paragraph

            known = self._artifacts[candidate] = parse_paragraph(self.paragraph(candidate))
        return known

    def paragraph(self, candidate: int) -> str:
        """The text that describes the files of one candidate (`clutch.pypi.artifact_lines`).

        Raises: as `all_artifacts`.
        """
        return self._read_paragraph(self.versions[candidate])

    def has_sdist(self, candidate: int) -> bool:
        """Whether the release has a source archive, whatever the policy."""
        return bool(self._sdists >> candidate & 1)

    def wheels_serve(self, candidate: int) -> str:
        """Marker text of the environments that its wheels serve, `UNSURE` where only the files could tell."""
        return self._wheels_serve[candidate]

    def withdrawn_reason(self, candidate: int) -> str:
        """Why it was withdrawn, empty when no reason was given."""
        if not self._reasons:
            return ""
        parts = self._reasons.split("\t")
        return dict(zip(parts[::2], parts[1::2], strict=True)).get(str(candidate), "")

    def allowed(self, specifier: str) -> int:
        """Mask of the candidates that the specifier contains, pre-releases and withdrawn ones included.

        Raises: ClutchError `invalid-specifier`.
        """
        mask = self._allowed.get(specifier)
        if mask is None:
            from clutch.standards.specifier import parse_specifiers

            mask = self._allowed[specifier] = parse_specifiers(specifier).mask(self.versions)
        return mask

    def names_prerelease(self, specifier: str) -> bool:
        """Whether the specifier itself asks for pre-releases."""
        from clutch.standards.specifier import parse_specifiers

        return parse_specifiers(specifier).names_prerelease

    def pins_exactly(self, specifier: str) -> bool:
        """Whether the specifier is an exact pin."""
        from clutch.standards.specifier import parse_specifiers

        return parse_specifiers(specifier).pins_exactly


def _render_column(texts: Sequence[str]) -> tuple[str, str]:
    """The texts without repetition, joined by tabs, and the runs in which they come."""
    places: dict[str, int] = {}
    runs: list[list[int]] = []
    for text in texts:
        place = places.setdefault(text, len(places))
        if runs and runs[-1][0] == place:
            runs[-1][1] += 1
        else:
            runs.append([place, 1])
    return "\t".join(places), " ".join(f"{place}*{length}" for place, length in runs)


def _parse_column(table: str, runs: str) -> list[str]:
    texts = table.split("\t")
    column: list[str] = []
    for run in runs.split(" ") if runs else ():
        place, _, length = run.partition("*")
        column += [texts[int(place)]] * int(length)
    return column
