"""Writes `pylock.toml`: one total order, one fact a line, no digest of the whole, so that branches merge.

Source: PEP 751. What the standard has no place for stands in `[tool.clutch]` and `[packages.tool.clutch]`::

    lock-version = "1.0"
    environments = [
      'sys_platform == "linux"',
    ]
    requires-python = ">=3.11"
    extras = []
    dependency-groups = [
      "dev",
    ]
    default-groups = [
      "dev",
    ]
    created-by = "clutch"

    [tool.clutch]
    format = 1
    newest-python = "3.15"

    [tool.clutch.settings]
    fork = "fewest"

    [tool.clutch.asked]
    project = [
      "anyio>=4",
    ]

    [[packages]]
    name = "anyio"
    version = "4.9.0"
    index = "https://index.example/simple/"
    wheels = [
      {url = "https://index.example/anyio-4.9.0-py3-none-any.whl", size = 100, hashes = {sha256 = "…"}},
    ]

    [packages.tool.clutch]
    edges = [
      "idna>=2.8",
    ]

Packages of another world have the same keys below `[[tool.clutch.packages]]`, with `world`, and `kind` and `name` in
each artifact.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from clutch.model.artifact import Artifact
from clutch.model.lock import Lock, LockedPackage
from clutch.model.requirement import Source
from clutch.project.toml_text import key_text, quote
from clutch.standards.worlds import NATIVE

LOCK_VERSION = "1.0"
FORMAT = 1
CREATED_BY = "clutch"
PROJECT_SECTION = "project"
"""How the section `""` of what was asked is called in the file."""

_TIME = re.compile(r"(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d:\d\d)(\.\d+)?(Z|z|\+00:00)\Z")


def render_lock(lock: Lock) -> str:
    """The text of the lock: the same text for the same lock, whatever order its parts came in.

    Packages are sorted by name, then version, oldest first, then marker; files by name; edges by text.
    """
    lines = [f"lock-version = {quote(LOCK_VERSION)}"]
    if lock.environments:
        _add_array(lines, "environments", lock.environments)
    if lock.python:
        lines.append(f"requires-python = {quote(lock.python)}")
    _add_array(lines, "extras", sorted(lock.extras))
    _add_array(lines, "dependency-groups", sorted(lock.groups))
    _add_array(lines, "default-groups", sorted(lock.default_groups))
    lines.append(f"created-by = {quote(CREATED_BY)}")
    _add_asked(lines, lock)
    packages = _sorted_packages(lock.packages)
    for package in packages:
        if package.world != NATIVE:
            _add_foreign(lines, package)
    if all(package.world != NATIVE for package in packages):
        lines.insert(lines.index("[tool.clutch]") - 1, "packages = []")
    for package in packages:
        if package.world == NATIVE:
            _add_package(lines, package)
    return "\n".join(lines) + "\n"


def time_text(text: str) -> str:
    """An RFC 3339 time in UTC as the lock writes it: at most microseconds, no trailing zeros; empty when it is none.

    Source: PEP 751 §packages.wheels.upload-time, TOML §offset date-time.
    """
    match = _TIME.match(text)
    if match is None:
        return ""
    day, clock, fraction, _ = match.groups()
    fraction = (fraction or "")[:7].rstrip("0").rstrip(".")
    return f"{day}T{clock}{fraction}Z"


def _sorted_packages(packages: Sequence[LockedPackage]) -> list[LockedPackage]:
    by_name: dict[str, list[LockedPackage]] = {}
    for package in packages:
        by_name.setdefault(package.name, []).append(package)
    ordered: list[LockedPackage] = []
    for name in sorted(by_name):
        same = by_name[name]
        ordered += sorted(same, key=_version_order) if len(same) > 1 else same
    return ordered


def _version_order(package: LockedPackage) -> tuple[str, int, object, str, str]:
    """Numbers inside a version of another world count as numbers; PEP 440 decides in our own."""
    if not package.version:
        return (package.world, 0, (), package.marker, "")
    if package.world != NATIVE:
        numbers = tuple(int(part) for part in re.findall(r"\d+", package.version))
        return (package.world, 1, numbers, package.version, package.marker)
    from clutch.standards.version import parse_version

    return (package.world, 1, parse_version(package.version), package.marker, "")


def _add_asked(lines: list[str], lock: Lock) -> None:
    lines += ["", "[tool.clutch]", f"format = {FORMAT}"]
    if lock.asked.newest_python:
        lines.append(f"newest-python = {quote(lock.asked.newest_python)}")
    if lock.asked.settings:
        lines += ["", "[tool.clutch.settings]"]
        lines += [f"{key_text(key)} = {quote(value)}" for key, value in sorted(lock.asked.settings.items())]
    lines += ["", "[tool.clutch.asked]"]
    for section, texts in sorted(lock.asked.requirements.items()):
        _add_array(lines, key_text(section or PROJECT_SECTION), sorted(texts))


def _add_package(lines: list[str], package: LockedPackage) -> None:
    lines += ["", "[[packages]]"]
    _add_head(lines, package)
    if package.source is not None:
        lines.append(_source_line(package.source))
    if package.sdist is not None:
        lines.append(f"sdist = {_artifact_text(package.sdist)}")
    if package.wheels:
        lines.append("wheels = [")
        lines += [f"  {_artifact_text(wheel)}," for wheel in sorted(package.wheels, key=_filename)]
        lines.append("]")
    if package.extras or package.edges:
        lines += ["", "[packages.tool.clutch]"]
        _add_own(lines, package)


def _add_foreign(lines: list[str], package: LockedPackage) -> None:
    lines += ["", "[[tool.clutch.packages]]", f"world = {quote(package.world)}"]
    _add_head(lines, package)
    if package.source is not None:
        lines.append(_source_line(package.source))
    if package.wheels:
        lines.append("wheels = [")
        lines += [f"  {_foreign_text(artifact)}," for artifact in sorted(package.wheels, key=_filename)]
        lines.append("]")
    _add_own(lines, package)


def _add_head(lines: list[str], package: LockedPackage) -> None:
    lines.append(f"name = {quote(package.name)}")
    if package.version:
        lines.append(f"version = {quote(package.version)}")
    if package.marker:
        lines.append(f"marker = {quote(package.marker)}")
    if package.python:
        lines.append(f"requires-python = {quote(package.python)}")
    if package.index_url:
        lines.append(f"index = {quote(package.index_url)}")


def _add_own(lines: list[str], package: LockedPackage) -> None:
    if package.extras:
        _add_array(lines, "extras", sorted(package.extras))
    if package.edges:
        _add_array(lines, "edges", sorted(package.edges))


def _add_array(lines: list[str], key: str, texts: Iterable[str]) -> None:
    items = [f"  {quote(text)}," for text in texts]
    lines += [f"{key} = [", *items, "]"] if items else [f"{key} = []"]


def _filename(artifact: Artifact) -> tuple[str, str]:
    return (artifact.filename, artifact.url)


def _artifact_text(artifact: Artifact) -> str:
    """One file on one line; its name only where the address does not end with it."""
    parts = []
    if _url_name(artifact.url) != artifact.filename:
        parts.append(f"name = {quote(artifact.filename)}")
    parts.append(_address(artifact.url))
    uploaded = time_text(artifact.uploaded_at)
    if uploaded:
        parts.append(f"upload-time = {uploaded}")
    if artifact.size_bytes:
        parts.append(f"size = {artifact.size_bytes}")
    parts.append(_hashes_text(artifact.hashes))
    return f"{{{', '.join(parts)}}}"


def _foreign_text(artifact: Artifact) -> str:
    inner = _artifact_text(artifact)[1:]
    name = "" if inner.startswith("name") else f"name = {quote(artifact.filename)}, "
    return f"{{kind = {quote(artifact.kind)}, {name}{inner}"


def _source_line(source: Source) -> str:
    parts = []
    if source.kind == "vcs":
        parts += [f"type = {quote(source.vcs)}", _address(source.url)]
        if source.revision:
            parts.append(f"requested-revision = {quote(source.revision)}")
        parts.append(f"commit-id = {quote(source.commit)}")
    elif source.kind == "directory":
        parts.append(f"path = {quote(source.url)}")
        if source.editable:
            parts.append("editable = true")
    else:
        parts += [_address(source.url), _hashes_text(source.hashes)]
    if source.subdirectory:
        parts.append(f"subdirectory = {quote(source.subdirectory)}")
    return f"{source.kind} = {{{', '.join(parts)}}}"


def _address(url: str) -> str:
    return f"url = {quote(url)}" if "://" in url or url.startswith("file:") else f"path = {quote(url)}"


def _hashes_text(hashes: Iterable[tuple[str, str]]) -> str:
    return f"hashes = {{{', '.join(f'{key_text(name)} = {quote(digest)}' for name, digest in sorted(hashes))}}}"


def _url_name(url: str) -> str:
    name = url.partition("#")[0].partition("?")[0].rpartition("/")[2]
    if "%" in name:
        from urllib.parse import unquote

        name = unquote(name)
    return name
