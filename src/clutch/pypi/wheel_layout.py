"""What an unpacked wheel consists of, as a text beside its files, so that linking it needs no thought.

Parts are separated by a line with the control character RS alone; the parts are head (format, name, version, scheme
of the root, folder of the metadata), entries to link (folders end in `/` and come before what is in them), their rows
of RECORD, files for other places (scheme, path in the wheel, path there, SHA-256, size), folders with modules, entry
points::

    wheel 1␉six␉1.17.0␉purelib␉six-1.17.0.dist-info
    ␞
    six.py
    six-1.17.0.dist-info/
    six-1.17.0.dist-info/METADATA
    ␞
    six.py,sha256=…,34703
    six-1.17.0.dist-info/METADATA,sha256=…,1658
    ␞
    scripts␉six-1.17.0.data/scripts/six␉six␉…␉120
    ␞
    .
    ␞
    console␉six␉six:main
"""

from __future__ import annotations

from collections.abc import Sequence

from clutch.base.values import NamedTuple

FORMAT = "wheel 1"
_SEPARATOR = "\n\x1e\n"
_PARTS = 6


class OtherFile(NamedTuple):
    """A file of `NAME.data`: `scheme` is `purelib platlib scripts headers data`; `place` the path in that scheme."""

    scheme: str
    path: str
    place: str
    sha256: str
    size_bytes: int


class Script(NamedTuple):
    """An entry point that becomes a program."""

    name: str
    reference: str
    is_windowed: bool


class Layout(NamedTuple):
    """An unpacked wheel; `record` are the rows for `entries`, ready to be written, without a line end at the end."""

    name: str
    version: str
    scheme: str
    metadata_folder: str
    entries: Sequence[str]
    record: str
    others: Sequence[OtherFile]
    module_folders: Sequence[str]
    scripts: Sequence[Script]


def render_layout(layout: Layout) -> str:
    """The text; paths must be free of tabs and line ends."""
    return _SEPARATOR.join(
        (
            "\t".join((FORMAT, layout.name, layout.version, layout.scheme, layout.metadata_folder)),
            "\n".join(layout.entries),
            layout.record,
            "\n".join("\t".join(map(str, other)) for other in layout.others),
            "\n".join(layout.module_folders),
            "\n".join(
                f"{'gui' if script.is_windowed else 'console'}\t{script.name}\t{script.reference}"
                for script in layout.scripts
            ),
        )
    )


def parse_layout(text: str) -> Layout:
    """What `render_layout` was given.

    Raises: ValueError when it is of another form.
    """
    parts = text.split(_SEPARATOR)
    if len(parts) != _PARTS:
        raise ValueError("not a layout")
    head, entries, record, others, module_folders, scripts = parts
    form, name, version, scheme, metadata_folder = head.split("\t")
    if form != FORMAT:
        raise ValueError("not a layout of this format")
    return Layout(
        name,
        version,
        scheme,
        metadata_folder,
        _lines(entries),
        record,
        tuple(_parse_other(line) for line in _lines(others)),
        _lines(module_folders),
        tuple(_parse_script(line) for line in _lines(scripts)),
    )


def _lines(part: str) -> list[str]:
    return part.split("\n") if part else []


def _parse_other(line: str) -> OtherFile:
    scheme, path, place, sha256, size = line.split("\t")
    return OtherFile(scheme, path, place, sha256, int(size))


def _parse_script(line: str) -> Script:
    kind, name, reference = line.split("\t")
    return Script(name, reference, kind == "gui")
