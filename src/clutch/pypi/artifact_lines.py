"""The artifacts of one candidate as a text that lies in the store, so that nobody opens the whole page for them.

One line a file, its fields separated by tabs: kind (`w` or `s`), file name, URL (`*` stands for the file name at its
end), hashes, size, upload time, hashes of the metadata file (`-`: none announced; empty: announced without a hash),
requires-python, and `+` with the reason when it is withdrawn::

    w␉idna-3.10-py3-none-any.whl␉https://index.example/files/*␉sha256:946d…␉70442␉2024-09-15T18:07:39Z␉-␉>=3.6␉
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from clutch.base.errors import ClutchError
from clutch.model.artifact import Artifact

if TYPE_CHECKING:
    from clutch.standards.simple import SimpleFile

_KINDS = {"w": "wheel", "s": "sdist"}
_FIELDS = 9


def render_paragraph(files: Sequence[SimpleFile]) -> str:
    """The text for the files of one candidate.

    Raises: ClutchError `invalid-index-page` for control characters where none can be.
    """
    text = "\n".join([_render_line(file) for file in files])
    if text.count("\t") != len(files) * (_FIELDS - 1) or text.count("\n") != max(0, len(files) - 1):
        raise ClutchError("invalid-index-page", "the index describes a file with control characters")
    return text


def parse_paragraph(paragraph: str) -> tuple[Artifact, ...]:
    """The artifacts of one candidate.

    Raises: ValueError when it is not what `render_paragraph` wrote.
    """
    return tuple(_parse_line(line) for line in paragraph.split("\n") if line)


def _render_line(file: SimpleFile) -> str:
    filename, url, hashes, size_bytes, uploaded_at, python, facts_hashes, withdrawn = file
    if url.endswith(filename):
        url = f"{url[: len(url) - len(filename)]}*"
    hashed = f"{hashes[0][0]}:{hashes[0][1]}" if len(hashes) == 1 else _render_hashes(hashes)
    if facts_hashes is None:
        announced = "-"
    else:
        announced = f"{facts_hashes[0][0]}:{facts_hashes[0][1]}" if facts_hashes else ""
    # Texts that a person wrote may contain anything.
    if python and not python.isprintable():
        python = " ".join(python.split())
    reason = "" if withdrawn is None else "+" + " ".join(withdrawn.split())
    kind = "w" if filename.endswith(".whl") else "s"
    return f"{kind}\t{filename}\t{url}\t{hashed}\t{size_bytes}\t{uploaded_at}\t{announced}\t{python}\t{reason}"


def _parse_line(line: str) -> Artifact:
    fields = line.split("\t")
    if len(fields) != _FIELDS:
        raise ValueError("not an artifact's line")
    kind, filename, url, hashes, size, uploaded, facts_hashes, python, withdrawn = fields
    return Artifact(
        _KINDS[kind],
        filename,
        url[:-1] + filename if url.endswith("*") else url,
        _parse_hashes(hashes),
        int(size),
        uploaded,
        None if facts_hashes == "-" else _parse_hashes(facts_hashes),
        python,
        withdrawn[1:] if withdrawn else None,
    )


def _render_hashes(hashes: Sequence[tuple[str, str]]) -> str:
    return " ".join(f"{algorithm}:{digest}" for algorithm, digest in hashes)


def _parse_hashes(text: str) -> tuple[tuple[str, str], ...]:
    pairs = (part.partition(":") for part in text.split(" ") if part)
    return tuple((algorithm, digest) for algorithm, _, digest in pairs)
