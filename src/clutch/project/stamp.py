"""Proves with a handful of `stat` calls that nothing has changed since the last time; imports nothing but `os`.

A stamp is a text file, one fact a line; any line that does not hold makes the whole stamp void::

    clutch-stamp 1
    fact groups dev
    file 1763971200000000000 1234 5678 /home/anna/project/pyproject.toml
    absent /home/anna/.config/clutch/config.toml
    end

`file` is time of change in ns, size in bytes, inode, path; `end` shows that the file is whole. Two are kept: one of
the lock in the cache (`lock_stamp_path`), one of the environment in it (`ENVIRONMENT_STAMP`).
"""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

ENVIRONMENT_STAMP = "clutch-stamp"
_HEAD = "clutch-stamp 1"
_END = "end"
_SECRET_ENDS = ("_PASSWORD", "_USERNAME", "_TOKEN")
_OFFSET, _PRIME, _SIZE = 0xCBF29CE484222325, 0x100000001B3, 1 << 64
"""FNV-1a's constants for 64 bits: no secret depends on it, and `hashlib` takes 10 ms to import."""


def mark(path: str) -> str:
    """The line that tells this file's (or folder's) present state; take it before reading the file."""
    try:
        status = os.stat(path)
    except OSError:
        return f"absent {path}"
    return f"file {status.st_mtime_ns} {status.st_size} {status.st_ino} {path}"


def render_stamp(facts: Iterable[str], marks: Iterable[str]) -> str:
    """The text of a stamp; facts are one-line texts that have to be equal later, marks come from `mark`."""
    lines = [_HEAD, *(f"fact {fact}" for fact in facts), *marks, _END]
    return "\n".join(lines) + "\n"


def write_stamp(path: str, text: str) -> bool:
    """Put a stamp in place by rename; false when that failed, which costs time later and nothing else.

    A path with a line end in it cannot be told apart, so such a stamp is not written.
    """
    if not is_whole(text):
        return False
    temporary = f"{path}.{os.getpid()}.tmp"
    try:
        os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
        with open(temporary, "w", encoding="utf-8", errors="surrogateescape", newline="\n") as file:
            file.write(text)
        os.replace(temporary, path)
    except OSError:
        remove_stamp(temporary)
        return False
    return True


def remove_stamp(path: str) -> None:
    """Make sure that no stamp is there; do this before the thing that it proves is changed."""
    try:
        os.unlink(path)
    except OSError:
        pass


def is_whole(text: str) -> bool:
    """Whether every line of a stamp is of a known form, and none is missing at the end."""
    lines = text.split("\n")
    if len(lines) < 3 or lines[0] != _HEAD or lines[-2:] != [_END, ""]:
        return False
    return all(line.startswith(("fact ", "file ", "absent ")) for line in lines[1:-2])


def holds(path: str, facts: Sequence[str]) -> bool:
    """Whether the stamp at `path` has exactly these facts, in this order, and all its files are as they were.

    Costs one small read and one `stat` a file.
    """
    text = read_stamp(path)
    if not is_whole(text):
        return False
    lines = text.split("\n")[1:-2]
    stated = [line[5:] for line in lines if line.startswith("fact ")]
    return stated == list(facts) and all(_still_holds(line) for line in lines if not line.startswith("fact "))


def read_stamp(path: str) -> str:
    """The text of a stamp, empty when there is none."""
    try:
        with open(path, encoding="utf-8", errors="surrogateescape", newline="\n") as file:
            return file.read()
    except (OSError, UnicodeDecodeError):
        return ""


def facts_of(text: str, word: str) -> str:
    """The rest of the first fact that starts with this word, empty when there is none: `python /usr/bin/python3`."""
    start = f"fact {word} "
    for line in text.split("\n"):
        if line.startswith(start):
            return line[len(start) :]
    return ""


def lock_stamp_path(cache_folder: str, project_folder: str) -> str:
    """Where the stamp of this project's lock is kept: by a number made of the project's path."""
    return f"{cache_folder}/projects/{number_of(project_folder)}"


def settings_fact(environ: Mapping[str, str]) -> str:
    """One fact for all variables that settings depend on, without their values; credentials are left out of it."""
    parts = [
        f"{name}={value}"
        for name, value in sorted(environ.items())
        if name.startswith(("CLUTCH_", "PIP_", "XDG_CONFIG")) and not name.endswith(_SECRET_ENDS)
    ]
    return f"variables {number_of(chr(0).join(parts))}"


def number_of(text: str) -> str:
    """16 hex digits for a text, the same in every process."""
    number = _OFFSET
    for byte in text.encode("utf-8", "surrogateescape"):
        number = (number ^ byte) * _PRIME % _SIZE
    return f"{number:016x}"


def _still_holds(line: str) -> bool:
    if line.startswith("absent "):
        return not os.path.lexists(line[7:])
    parts = line.split(" ", 4)
    return len(parts) == 5 and mark(parts[4]) == line
