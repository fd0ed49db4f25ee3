"""Reads `pylock.toml`: quickly where clutch wrote it, by `tomllib` where anybody else did.

The quick way knows only the lines that `lockfile` writes and gives up on the first one that it does not know.
Source: PEP 751.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from clutch.base.errors import ClutchError, Place
from clutch.model.artifact import Artifact
from clutch.model.lock import Asked, Lock, LockedPackage
from clutch.model.requirement import Source
from clutch.project.document import parse_document
from clutch.project.lockfile import FORMAT, PROJECT_SECTION, time_text
from clutch.standards.worlds import NATIVE

_STRING = r"\"([^\"\\]*)\"|'([^']*)'"
_LINE = re.compile(rf"([A-Za-z0-9_-]+|\"[^\"\\]*\") = (?:{_STRING}|(\d+)|(\[\]?)|(\{{.*\}}))\Z")
_ITEM = re.compile(rf"  (?:{_STRING}),\Z")
_FILE = re.compile(
    r"(?:  )?\{url = \"([^\"\\%#?]*/([^\"\\/%#?]+))\"(?:, upload-time = ([0-9T:.-]+Z))?(?:, size = (\d+))?"
    r", hashes = \{sha256 = \"([0-9a-f]+)\"\}\},?\Z"
)
_PAIR = re.compile(rf"([A-Za-z0-9_-]+) = (?:{_STRING}|(\d+)(?=[,}}])|([0-9T:.-]+Z)|(true)|\{{)")
_HEADER = re.compile(r"(\[\[?)([a-z.]+)\]\]?\Z")
_CONFLICT = ("<<<<<<< ", ">>>>>>> ")


class _NotOurs(Exception):
    """The text has a line that `lockfile` would not write."""


def parse_lock(text: str, path: str) -> Lock:
    """The lock in `text`; `path` is for messages.

    Raises: ClutchError `lock-conflict` for a file with git's conflict markers, `lock-too-new` for a newer format,
    `malformed-toml` and `invalid-lock` for anything that is not a lock, with the line where it is known.
    """
    try:
        root = _read_ours(text)
    except _NotOurs:
        _refuse_conflict(text, path)
        root = parse_document(text, path).root
    return build_lock(root, path)


def build_lock(root: Mapping[str, Any], path: str) -> Lock:
    """The lock in these values, as `tomllib` gives them."""
    _check_versions(root, path)
    clutch = _below(_below(root, "tool"), "clutch")
    asked = _below(clutch, "asked")
    try:
        packages = [_package(entry, NATIVE) for entry in root.get("packages", ())]
        packages += [_package(entry, entry["world"]) for entry in clutch.get("packages", ())]
        packages.sort(key=lambda package: package.name)
        return Lock(
            root.get("requires-python", ""),
            tuple(root.get("environments", ())),
            tuple(root.get("extras", ())),
            tuple(root.get("dependency-groups", ())),
            tuple(root.get("default-groups", ())),
            tuple(packages),
            Asked(
                {("" if key == PROJECT_SECTION else key): tuple(texts) for key, texts in asked.items()},
                dict(_below(clutch, "settings")),
                clutch.get("newest-python", ""),
            ),
        )
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        detail = (
            f"the key `{error.args[0]}` is missing" if isinstance(error, KeyError) else "a value has the wrong type"
        )
        raise ClutchError(
            "invalid-lock", f"`{path}` is not a valid lock: {detail}", subject=path, place=Place(path)
        ) from None


def parse_by_tomllib(text: str, path: str) -> Lock:
    """The same as `parse_lock`, never by the quick way; for files of others, and to hold the quick way to it."""
    return build_lock(parse_document(text, path).root, path)


def _refuse_conflict(text: str, path: str) -> None:
    for number, line in enumerate(text.split("\n"), 1):
        if line.startswith(_CONFLICT):
            hints = ("resolve it with `clutch lock`",)
            message = f"`{path}` has an unresolved merge conflict"
            raise ClutchError("lock-conflict", message, subject=path, place=Place(path, number), hints=hints)


def _check_versions(root: Mapping[str, Any], path: str) -> None:
    """Source: PEP 751 §lock-version: another major version is an error."""
    version = root.get("lock-version")
    if not isinstance(version, str):
        message = f"`{path}` is not a lock: it has no `lock-version`"
        raise ClutchError("invalid-lock", message, subject=path, place=Place(path, 1))
    number = _below(_below(root, "tool"), "clutch").get("format", FORMAT)
    if version.partition(".")[0] != "1" or not isinstance(number, int) or number > FORMAT:
        what = f"lock-version {version}" if version.partition(".")[0] != "1" else f"format {number}"
        message = f"`{path}` was written in {what}, which this clutch does not know"
        hints = ("use a newer clutch; the file was left as it is",)
        raise ClutchError("lock-too-new", message, subject=path, place=Place(path), hints=hints)


def _below(values: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    below = values.get(key)
    return below if isinstance(below, dict) else {}


def _package(entry: Mapping[str, Any], world: str) -> LockedPackage:
    own = _below(_below(entry, "tool"), "clutch") if world == NATIVE else entry
    sdist = entry.get("sdist")
    return LockedPackage(
        entry["name"],
        entry.get("version", ""),
        entry.get("marker", ""),
        entry.get("requires-python", ""),
        entry.get("index", ""),
        _source(entry),
        tuple([item if isinstance(item, Artifact) else _artifact(item, "wheel") for item in entry.get("wheels", ())]),
        None if sdist is None else _artifact(sdist, "sdist"),
        tuple(own.get("extras", ())),
        tuple(own.get("edges", ())),
        world,
    )


def _artifact(values: Mapping[str, Any] | Artifact, kind: str) -> Artifact:
    if isinstance(values, Artifact):
        return values._replace(kind=kind)
    address = values["url"] if "url" in values else values["path"]
    name = values.get("name") or _last_part(address)
    uploaded = values.get("upload-time", "")
    if not isinstance(uploaded, str):
        uploaded = time_text(uploaded.isoformat())
    return Artifact(values.get("kind", kind), name, address, _hashes(values), values.get("size", 0), uploaded)


def _source(entry: Mapping[str, Any]) -> Source | None:
    for kind in ("vcs", "directory", "archive"):
        values = entry.get(kind)
        if values is None:
            continue
        address = values["url"] if "url" in values else values["path"]
        return Source(
            kind,
            address,
            values.get("subdirectory", ""),
            values.get("editable", False),
            values.get("type", ""),
            values.get("requested-revision", ""),
            values["commit-id"] if kind == "vcs" else "",
            _hashes(values) if kind == "archive" else (),
        )
    return None


def _hashes(values: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(values["hashes"].items()))


def _last_part(address: str) -> str:
    from urllib.parse import unquote

    return unquote(address.partition("#")[0].partition("?")[0].replace("\\", "/").rpartition("/")[2])


def _read_ours(text: str) -> dict[str, Any]:
    """The values of a text whose every line is one that `lockfile` writes, as `tomllib` would give them.

    Artifacts with nothing unusual come as `Artifact`, times as text. Raises: _NotOurs.
    """
    root: dict[str, Any] = {}
    table = root
    items: list[Any] | None = None
    for line in text.split("\n"):
        if items is not None:
            if line == "]":
                items = None
            else:
                items.append(_item(line))
        elif not line:
            continue
        elif line[0] == "[":
            table = _open_table(root, line)
        else:
            items = _add_pair(table, line)
    if items is not None or "lock-version" not in root:
        raise _NotOurs
    return root


def _item(line: str) -> Any:
    match = _FILE.match(line)
    if match is not None:
        url, name, uploaded, size, digest = match.groups()
        return Artifact("wheel", name, url, (("sha256", digest),), int(size or 0), uploaded or "")
    match = _ITEM.match(line)
    if match is not None:
        double, single = match.groups()
        return single if double is None else double
    if line.startswith("  {") and line.endswith("},"):
        return _inline(line[2:-1])
    raise _NotOurs


def _add_pair(table: dict[str, Any], line: str) -> list[Any] | None:
    """Put a line's pair into the table; the list to fill when it opens one."""
    match = _LINE.match(line)
    if match is None:
        raise _NotOurs
    key, double, single, number, array, inline = match.groups()
    key = key.strip('"')
    if key in table:
        raise _NotOurs
    if array is not None:
        items: list[Any] = []
        table[key] = items
        return items if array == "[" else None
    if inline is not None:
        is_file = key == "sdist" and _FILE.match(inline) is not None
        table[key] = _item(inline) if is_file else _inline(inline)
    elif number is not None:
        table[key] = int(number)
    else:
        table[key] = single if double is None else double
    return None


def _open_table(root: dict[str, Any], line: str) -> dict[str, Any]:
    match = _HEADER.match(line)
    if match is None:
        raise _NotOurs
    table: Any = root
    *parents, last = match.group(2).split(".")
    for key in parents:
        table = table.setdefault(key, {})
        table = table[-1] if isinstance(table, list) and table else table
    if not isinstance(table, dict):
        raise _NotOurs
    new: dict[str, Any] = {}
    if match.group(1) == "[[":
        if not isinstance(table.setdefault(last, []), list):
            raise _NotOurs
        table[last].append(new)
        return new
    if last in table:
        raise _NotOurs
    table[last] = new
    return new


def _inline(text: str) -> dict[str, Any]:
    """An inline table, with inline tables of strings inside at most."""
    values: dict[str, Any] = {}
    table, at = values, 1
    while True:
        match = _PAIR.match(text, at)
        if match is None:
            raise _NotOurs
        key, double, single, number, moment, true = match.groups()
        at = match.end()
        if match.group().endswith("{") and double is None and single is None:
            table[key] = table = {}
            continue
        if number is not None:
            table[key] = int(number)
        elif true is not None:
            table[key] = True
        else:
            table[key] = next(found for found in (double, single, moment) if found is not None)
        if text.startswith("}", at) and table is not values:
            table, at = values, at + 1
        if text.startswith(", ", at):
            at += 2
        elif text[at:] == "}":
            return values
        else:
            raise _NotOurs
