"""RECORD: the list of an installed project's files.

clutch/__init__.py,sha256=47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU,0
clutch-1.0.dist-info/RECORD,,
"""

from __future__ import annotations

from collections.abc import Iterable

from clutch.base.errors import ClutchError
from clutch.base.values import NamedTuple


class RecordRow(NamedTuple):
    """One file: its path with forward slashes, relative to the folder of the `.dist-info` or absolute.

    `digest` is urlsafe base64 without padding, as the file states it, "" like `algorithm` when not stated; `size` is in
    bytes, -1 when not stated.
    """

    path: str
    algorithm: str = ""
    digest: str = ""
    size: int = -1


def parse_record(text: str) -> tuple[RecordRow, ...]:
    """The rows in the order of the file.

    Raises: ClutchError `invalid-record`. Source: Recording installed projects §The RECORD file.
    """
    if '"' not in text:
        rows = [line.rsplit(",", 2) for line in text.splitlines() if line.strip()]
    else:
        import csv

        rows = [row for row in csv.reader(text.splitlines()) if row]
    return tuple(_row(row) for row in rows)


def render_record(rows: Iterable[RecordRow]) -> str:
    """The file's text, rows in the order given, lines ended by a line feed."""
    return "".join(_line(row) for row in rows)


def _row(row: list[str]) -> RecordRow:
    if len(row) == 1:  # written by old tools
        return RecordRow(row[0])
    if len(row) != 3:
        raise ClutchError("invalid-record", f"the RECORD row `{','.join(row)[:200]}` does not have three fields")
    path, hashed, size = row
    algorithm, _, digest = hashed.partition("=")
    try:
        return RecordRow(path, algorithm, digest, int(size) if size.strip() else -1)
    except ValueError:
        raise ClutchError("invalid-record", f"the RECORD row of `{path}` states `{size}` as its size") from None


def _line(row: RecordRow) -> str:
    path = row.path
    if "," in path or '"' in path or "\n" in path or "\r" in path:
        path = '"' + path.replace('"', '""') + '"'
    hashed = f"{row.algorithm}={row.digest}" if row.algorithm else ""
    return f"{path},{hashed},{row.size if row.size >= 0 else ''}\n"
