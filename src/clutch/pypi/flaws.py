"""Compares what lies in an environment, and in the store behind it, with the hashes of RECORD.

Source: Recording installed projects §The RECORD file; Binary distribution format §Signed wheel files.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence

from clutch.base.errors import ClutchError
from clutch.io.store import Store
from clutch.model.environment import Environment, Interpreter
from clutch.model.flaw import Flaw
from clutch.model.plan import Installed
from clutch.pypi.installed import read_installed, site_folders
from clutch.pypi.installer import built_key
from clutch.pypi.wheel_store import KIND, PreparedWheel, find_wheel
from clutch.standards.names import normalize
from clutch.standards.record import RecordRow, parse_record

_CHUNK_BYTES = 1 << 20
_NO_OWNER = frozenset({"_clutch_below.pth", "_virtualenv.py", "_virtualenv.pth", "easy-install.pth"})
"""What tools put into `site-packages` for the environment itself, without a RECORD."""


def find_flaws(environment: Environment) -> list[Flaw]:
    """Everything that is not as its RECORD says, by package; then files that no RECORD names. Reads every file.

    Raises: ClutchError `not-readable`, `file-error`.
    """
    flaws = _duplicates(environment)
    owned: set[str] = set()
    for installed in read_installed(environment):
        rows = _read_rows(installed, flaws)
        base = os.path.dirname(installed.record)
        for row in rows:
            path = os.path.normpath(os.path.join(base, row.path))
            owned.add(path)
            reason = _difference(path, row)
            if reason:
                code = "missing-file" if reason == _GONE else "changed-file"
                flaws.append(Flaw(code, installed.name, path, reason))
    flaws += [Flaw("foreign-file", "", path, "belongs to no package") for path in _foreign(environment, owned)]
    return flaws


def is_complete(installed: Installed) -> bool:
    """Whether a `.dist-info` has the two files that make it an installed project; older forms are taken as they are."""
    return not _missing_records(installed)


def drop_damaged_wheels(store: Store, damaged: Iterable[Installed], interpreter: Interpreter) -> None:
    """Takes those wheels of these packages out of the store that are no longer what was unpacked: a file that was
    edited in an environment may be the store's own, by a hard link.
    """
    for installed in damaged:
        if not installed.fingerprint:
            continue
        for key in (installed.fingerprint, built_key(installed.fingerprint, interpreter)):
            wheel = find_wheel(store, key)
            if wheel is not None and not is_whole(wheel):
                store.remove(KIND, key)


def is_whole(wheel: PreparedWheel) -> bool:
    """Whether every file of a wheel in the store has the hash that it was unpacked with; reads all of them."""
    rows = [*parse_record(wheel.layout.record)]
    rows += [RecordRow(other.path, "sha256", other.sha256, other.size_bytes) for other in wheel.layout.others]
    return not any(_difference(f"{wheel.tree}/{row.path}", row) for row in rows)


_GONE = "is missing"


def _read_rows(installed: Installed, flaws: list[Flaw]) -> Sequence[RecordRow]:
    if not installed.record.endswith(".dist-info"):
        return ()
    missing = _missing_records(installed)
    if missing:
        reason = f"has no {' and no '.join(missing)}"
        flaws.append(Flaw("broken-record", installed.name, installed.record, reason))
    path = os.path.join(installed.record, "RECORD")
    try:
        with open(path, encoding="utf-8", errors="surrogateescape", newline="") as file:
            return parse_record(file.read())
    except FileNotFoundError:
        return ()
    except (OSError, ClutchError):
        flaws.append(Flaw("broken-record", installed.name, path, "cannot be read"))
        return ()


def _missing_records(installed: Installed) -> list[str]:
    if not installed.record.endswith(".dist-info"):
        return []
    return [name for name in ("METADATA", "RECORD") if not os.path.isfile(os.path.join(installed.record, name))]


def _difference(path: str, row: RecordRow) -> str:
    """What is wrong with one file, empty when nothing is; bytecode may come and go."""
    if not row.algorithm and path.endswith(".pyc"):
        return ""
    try:
        size_bytes = os.stat(path).st_size
        if row.size >= 0 and size_bytes != row.size:
            return f"has {size_bytes} bytes instead of {row.size}"
        if row.algorithm and row.digest and _digest(path, row.algorithm) not in (row.digest, ""):
            return "was changed: its hash is not that of RECORD"
    except (FileNotFoundError, NotADirectoryError):
        return _GONE
    except OSError as error:
        return f"cannot be read ({(error.strerror or 'unknown reason').lower()})"
    return ""


def _digest(path: str, algorithm: str) -> str:
    """URL-safe base64 without padding; empty for an algorithm that is not known here."""
    import hashlib
    from base64 import urlsafe_b64encode

    if algorithm not in hashlib.algorithms_guaranteed or algorithm.startswith("shake"):
        return ""
    digest = hashlib.new(algorithm)
    with open(path, "rb") as file:
        while chunk := file.read(_CHUNK_BYTES):
            digest.update(chunk)
    return urlsafe_b64encode(digest.digest()).rstrip(b"=").decode("ascii")


def _duplicates(environment: Environment) -> list[Flaw]:
    """Every record after the first one of the same name."""
    seen: set[str] = set()
    flaws = []
    for folder in site_folders(environment):
        for entry in _names(folder):
            name = normalize(entry.partition("-")[0])
            if entry.endswith(".dist-info") and name in seen:
                flaws.append(Flaw("duplicate", name, f"{folder}/{entry}", f"is a second record of `{name}`"))
            if entry.endswith(".dist-info"):
                seen.add(name)
    return flaws


def _foreign(environment: Environment, owned: set[str]) -> Iterator[str]:
    """Files that no package owns; of a folder in which none does, the folder alone."""
    folders = {os.path.dirname(path) for path in owned}
    known = set(folders)
    for folder in folders:
        while (parent := os.path.dirname(folder)) not in known and parent != folder:
            known.add(parent)
            folder = parent
    for top in site_folders(environment):
        yield from _foreign_below(top, owned, known)


def _foreign_below(folder: str, owned: set[str], known: set[str]) -> Iterator[str]:
    for name in _names(folder):
        path = f"{folder}/{name}"
        if name in _NO_OWNER or name == "__pycache__" or name.endswith((".dist-info", ".egg-info", ".egg-link")):
            continue
        if not os.path.isdir(path) or os.path.islink(path):
            if path not in owned:
                yield path
        elif path in known:
            yield from _foreign_below(path, owned, known)
        else:
            yield path


def _names(folder: str) -> list[str]:
    try:
        return sorted(os.listdir(folder))
    except OSError:
        return []
