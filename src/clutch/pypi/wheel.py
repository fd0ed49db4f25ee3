"""Proves that an unpacked wheel is what it says it is, and lays it out for linking.

Source: Binary distribution format §Installing a wheel, §The .dist-info directory; Recording installed projects §RECORD.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence

from clutch.base.errors import ClutchError
from clutch.io.archive import Unpacked
from clutch.io.files import read_bytes
from clutch.pypi.installed import MARK
from clutch.pypi.wheel_layout import Layout, OtherFile, Script
from clutch.standards.entry_points import parse_entry_points
from clutch.standards.filename import parse_wheel_filename
from clutch.standards.metadata import parse_metadata
from clutch.standards.names import normalize
from clutch.standards.record import RecordRow, parse_record, render_record
from clutch.standards.version import parse_version

_NEWEST_FORMAT = 1
_SIGNATURES = ("RECORD.jws", "RECORD.p7s")
# The installer writes these; a wheel that brings them is not believed.
_INSTALLERS_OWN = frozenset({"RECORD", *_SIGNATURES, "INSTALLER", "REQUESTED", "direct_url.json", MARK})
_SCHEMES = frozenset({"purelib", "platlib", "scripts", "headers", "data"})
_WEAK = frozenset({"md5", "sha1"})


def lay_out(folder: str, unpacked: Sequence[Unpacked], filename: str) -> Layout:
    """Check the wheel that was unpacked into `folder` against its own RECORD, and say what goes where.

    Raises: ClutchError `bad-wheel` naming the file and what is wrong with it.
    """
    stated = parse_wheel_filename(filename)
    files = {each.path: each for each in unpacked}
    metadata_folder = _find_metadata_folder(files, filename)
    head = _read_head(os.path.join(folder, metadata_folder, "WHEEL"), filename)
    if not head.get("wheel-version", "").partition(".")[0].isdigit():
        raise bad_wheel(filename, "has no `Wheel-Version`")
    if int(head["wheel-version"].partition(".")[0]) > _NEWEST_FORMAT:
        raise bad_wheel(filename, f"has the format {head['wheel-version']}, and only 1.x is known")
    name, version = _read_identity(os.path.join(folder, metadata_folder, "METADATA"), filename)
    if name != normalize(stated.name) or parse_version(version) != parse_version(stated.version):
        raise bad_wheel(filename, f"is called so, but contains `{name}` {version}")
    _verify_record(folder, files, metadata_folder, filename)
    return Layout(
        name,
        version,
        "purelib" if head.get("root-is-purelib", "").lower() == "true" else "platlib",
        metadata_folder,
        *_arrange(files, metadata_folder, filename),
        _read_scripts(os.path.join(folder, metadata_folder, "entry_points.txt"), filename),
    )


def bad_wheel(filename: str, reason: str) -> ClutchError:
    """The error for a wheel that must not be installed."""
    return ClutchError("bad-wheel", f"the wheel `{filename}` {reason}", subject=filename)


def _find_metadata_folder(files: Mapping[str, Unpacked], filename: str) -> str:
    tops = dict.fromkeys(path.partition("/")[0] for path in files)
    found = [top for top in tops if top.endswith(".dist-info")]
    if len(found) != 1:
        raise bad_wheel(filename, f"has {len(found) or 'no'} `.dist-info` folder{'s' if found else ''}, not one")
    for name in ("WHEEL", "METADATA", "RECORD"):
        if f"{found[0]}/{name}" not in files:
            raise bad_wheel(filename, f"has no `{found[0]}/{name}`")
    return found[0]


def _read_head(path: str, filename: str) -> Mapping[str, str]:
    try:
        text = read_bytes(path).decode()
    except UnicodeDecodeError:
        raise bad_wheel(filename, "has a file `WHEEL` that is not text") from None
    fields: dict[str, str] = {}
    for line in text.splitlines():
        key, colon, value = line.partition(":")
        if colon:
            fields.setdefault(key.strip().lower(), value.strip())
    return fields


def _read_identity(path: str, filename: str) -> tuple[str, str]:
    try:
        metadata = parse_metadata(read_bytes(path))
        return normalize(metadata.name), parse_version(metadata.version).text
    except ClutchError as error:
        raise bad_wheel(filename, f"has no valid METADATA: {error.message}") from error


def _verify_record(folder: str, files: Mapping[str, Unpacked], metadata_folder: str, filename: str) -> None:
    """Every file but RECORD and its signatures has to be in RECORD, with its right hash."""
    record = f"{metadata_folder}/RECORD"
    try:
        rows = parse_record(read_bytes(os.path.join(folder, record)).decode())
    except (ClutchError, UnicodeDecodeError) as error:
        raise bad_wheel(filename, f"has no valid RECORD: {error}") from error
    known = {row.path: row for row in rows}
    free = {record, *(f"{metadata_folder}/{name}" for name in _SIGNATURES)}
    for path, file in files.items():
        if path in free:
            continue
        row = known.get(path)
        if row is None:
            raise bad_wheel(filename, f"contains `{path}`, which its RECORD does not list")
        if not _has_hash(folder, file, row):
            raise bad_wheel(filename, f"is damaged: `{path}` is not what its RECORD says")


def _has_hash(folder: str, file: Unpacked, row: RecordRow) -> bool:
    if row.algorithm == "sha256":
        return row.digest.rstrip("=") == file.sha256
    import hashlib
    from base64 import urlsafe_b64encode

    if (
        row.algorithm in _WEAK
        or row.algorithm not in hashlib.algorithms_guaranteed
        or row.algorithm.startswith("shake")
    ):
        return False
    digest = hashlib.new(row.algorithm, read_bytes(os.path.join(folder, file.path))).digest()
    return row.digest.rstrip("=") == urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")


def _arrange(
    files: Mapping[str, Unpacked], metadata_folder: str, filename: str
) -> tuple[list[str], str, list[OtherFile], list[str]]:
    """Entries to link, their RECORD rows, files for other schemes, folders with modules."""
    data_folder = metadata_folder.removesuffix(".dist-info") + ".data"
    entries: list[str] = []
    rows: list[RecordRow] = []
    others: list[OtherFile] = []
    folders: set[str] = {""}
    module_folders: dict[str, None] = {}
    for path in sorted(files):
        file = files[path]
        top, _, rest = path.partition("/")
        if any(mark in path for mark in "\t\n\r\x1e"):
            raise bad_wheel(filename, f"contains a file with a control character in its name: {path!r}")
        if top == data_folder:
            others.append(_other_file(file, rest, filename))
            continue
        if (top == metadata_folder and rest in _INSTALLERS_OWN) or "/__pycache__/" in f"/{path}":
            continue
        parent = path.rpartition("/")[0]
        _add_folders(parent, folders, entries)
        entries.append(path)
        rows.append(RecordRow(path, "sha256", file.sha256, file.size_bytes))
        if path.endswith(".py"):
            module_folders.setdefault(parent or ".")
    return entries, render_record(rows).rstrip("\r\n"), others, list(module_folders)


def _add_folders(folder: str, known: set[str], entries: list[str]) -> None:
    if folder in known:
        return
    _add_folders(folder.rpartition("/")[0], known, entries)
    known.add(folder)
    entries.append(folder + "/")


def _other_file(file: Unpacked, rest: str, filename: str) -> OtherFile:
    scheme, _, place = rest.partition("/")
    if scheme not in _SCHEMES or not place:
        raise bad_wheel(filename, f"contains `{file.path}`, which belongs to no known place of installation")
    return OtherFile(scheme, file.path, place, file.sha256, file.size_bytes)


def _read_scripts(path: str, filename: str) -> list[Script]:
    if not os.path.isfile(path):
        return []
    try:
        groups = parse_entry_points(read_bytes(path).decode())
    except (ClutchError, UnicodeDecodeError) as error:
        raise bad_wheel(filename, f"has entry points that cannot be understood: {error}") from error
    found = [
        Script(name, reference, is_windowed)
        for group, is_windowed in (("console_scripts", False), ("gui_scripts", True))
        for name, reference in groups.get(group, ())
    ]
    for script in found:
        if any(mark in script.name + script.reference for mark in "\t\n\x1e"):
            raise bad_wheel(filename, "has an entry point with a control character in it")
    return found
