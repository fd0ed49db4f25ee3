"""Turns a page of the Simple API into a listing: files into candidates, newest first."""

from __future__ import annotations

from collections.abc import Sequence

from clutch.base.errors import ClutchError
from clutch.pypi.artifact_lines import render_paragraphs
from clutch.pypi.lenient import python_text
from clutch.pypi.listing import UNSURE, Columns, render_listing
from clutch.pypi.telling import facts_key, telling_file
from clutch.pypi.wheel_reach import serves_all, wheels_reach
from clutch.standards.filename import SDIST_SUFFIXES, parse_sdist_filename
from clutch.standards.names import normalize
from clutch.standards.simple import SimpleFile
from clutch.standards.version import Version, parse_version


class _Release:
    """The files of one version, in the order of the page."""

    __slots__ = ("files", "has_sdist", "version")

    def __init__(self, version: Version) -> None:
        self.version = version
        self.files: list[SimpleFile] = []
        self.has_sdist = False


def build_listing(name: str, files: Sequence[SimpleFile]) -> tuple[str, str]:
    """The two texts of a listing (`clutch.pypi.listing`, `clutch.pypi.artifact_lines`) for the project `name`.

    Files that are neither wheels nor sdists, and those whose names cannot be understood or are another project's, are
    left out.
    """
    releases = _group(name, files)
    releases.sort(key=lambda release: release.version.key, reverse=True)
    telling = [telling_file(release.files) for release in releases]
    withdrawn = prereleases = sdists = 0
    reasons: list[tuple[int, str]] = []
    for number, release in enumerate(releases):
        bit = 1 << number
        if all(file.withdrawn is not None for file in release.files):
            withdrawn |= bit
            reason = next((file.withdrawn for file in release.files if file.withdrawn), "")
            if reason:
                reasons.append((number, " ".join(reason.split())))
        if release.version.is_prerelease:
            prereleases |= bit
        if release.has_sdist:
            sdists |= bit
    columns = Columns(
        name,
        [release.version.text for release in releases],
        [python_text(file.python) if file.python else "" for file in telling],
        withdrawn,
        prereleases,
        sdists,
        _wheels_serve(releases),
        [_first_upload(release.files) for release in releases],
        [facts_key(file) for file in telling],
        reasons,
    )
    return render_listing(columns), render_paragraphs([release.files for release in releases])


def _group(name: str, files: Sequence[SimpleFile]) -> list[_Release]:
    by_text: dict[str, _Release | None] = {}
    by_key: dict[object, _Release] = {}
    own_prefixes: dict[str, bool] = {}
    for file in files:
        filename = file.filename
        is_wheel = filename.endswith(".whl")
        if is_wheel:
            parts = filename.split("-", 2)
            if len(parts) < 3 or not 2 <= parts[2].count("-") <= 3:
                continue
            prefix, text = parts[0], parts[1]
        else:
            suffix = next((each for each in SDIST_SUFFIXES if filename.endswith(each)), "")
            if not suffix:
                continue
            prefix, _, text = filename[: -len(suffix)].rpartition("-")
        is_own = own_prefixes.get(prefix)
        if is_own is None:
            is_own = own_prefixes[prefix] = normalize(prefix) == name
        release = by_text.get(text) if is_own and text in by_text else _find(file, name, text if is_own else "", by_key)
        if is_own:
            by_text[text] = release
        if release is not None and _is_plain(filename) and file.url.isprintable():
            release.files.append(file)
            release.has_sdist |= not is_wheel
    return [release for release in by_key.values() if release.files]


def _is_plain(filename: str) -> bool:
    return "/" not in filename and "\\" not in filename and filename.isprintable()


def _find(file: SimpleFile, name: str, text: str, by_key: dict[object, _Release]) -> _Release | None:
    """The release of a file, made when it is the first one; None when the name of the file tells none."""
    try:
        if text:
            version = parse_version(text.replace("_", "-"))
        elif file.filename.endswith(".whl"):
            return None
        else:
            version = parse_version(parse_sdist_filename(file.filename, name)[1])
    except ClutchError:
        return None
    return by_key.setdefault(version.key, _Release(version))


def _wheels_serve(releases: Sequence[_Release]) -> list[str]:
    column: list[str] = []
    for release in releases:
        if any(serves_all(file.filename) for file in release.files):
            column.append("")
        elif release.has_sdist:
            column.append(UNSURE)
        else:
            column.append(wheels_reach([file.filename for file in release.files]))
    return column


def _first_upload(files: Sequence[SimpleFile]) -> str:
    times = [file.uploaded_at for file in files if file.uploaded_at]
    return min(times).replace(" ", "") if times else ""
