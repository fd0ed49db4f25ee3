"""Turns a page of the Simple API into a listing: files into candidates, newest first."""

from __future__ import annotations

from collections.abc import Sequence

from clutch.base.errors import ClutchError
from clutch.pypi.lenient import python_text
from clutch.pypi.listing import UNSURE, Columns, render_listing
from clutch.pypi.wheel_reach import serves_all, wheels_reach
from clutch.standards.filename import SDIST_SUFFIXES, parse_sdist_filename
from clutch.standards.names import normalize
from clutch.standards.simple import FileHead, OpenPage, SimpleFile
from clutch.standards.version import Version, parse_version

_CONTROL = "\t\n\r\x1e"
_NO_VERSION = parse_version("0")


class Release:
    """The files of one version, in the order of the page."""

    __slots__ = ("files", "has_sdist", "version")

    def __init__(self, version: Version) -> None:
        self.version = version
        self.files: list[FileHead] = []
        self.has_sdist = False


class Releases:
    """The candidates of a page, newest first, with what is left to read of their files."""

    __slots__ = ("_by_version", "_page", "_releases", "name")

    def __init__(self, name: str, page: OpenPage) -> None:
        """Files that are neither wheels nor sdists, and those whose names cannot be understood or are another
        project's than that of the project `name`, are left out.

        Raises: ClutchError `invalid-index-page` for control characters in the name of a file.
        """
        self.name = name
        self._page = page
        self._releases = _group(name, _with_plain_names(page.files))
        self._releases.sort(key=lambda release: release.version.key, reverse=True)
        self._by_version = {release.version.text: release for release in self._releases}

    def files(self, version: str) -> list[SimpleFile]:
        """All that the page says of the files of one version; none for a version that it does not have.

        Raises: ClutchError `invalid-index-page`.
        """
        release = self._by_version.get(version)
        return [self._page.complete(file) for file in release.files] if release else []

    def listing_text(self) -> str:
        """The compact form (`clutch.pypi.listing`).

        Raises: ClutchError `invalid-index-page`.
        """
        releases = self._releases
        withdrawn = prereleases = sdists = 0
        reasons: list[tuple[int, str]] = []
        for number, release in enumerate(releases):
            bit = 1 << number
            if release.files[0].yanked and all(file.yanked for file in release.files):
                withdrawn |= bit
                texts = (file.yanked for file in release.files if isinstance(file.yanked, str))
                reason = " ".join(next(texts, "").split())
                if reason:
                    reasons.append((number, reason))
            if release.version.is_prerelease:
                prereleases |= bit
            if release.has_sdist:
                sdists |= bit
        uploaded = [_first_upload(release.files) for release in releases]
        if any(map("".join(uploaded).__contains__, _CONTROL + " ")):
            raise ClutchError("invalid-index-page", "the index describes a file with control characters")
        columns = Columns(
            self.name,
            [release.version.text for release in releases],
            _pythons(releases),
            withdrawn,
            prereleases,
            sdists,
            [_wheels_serve(release) for release in releases],
            uploaded,
            reasons,
        )
        return render_listing(columns)


def _with_plain_names(files: Sequence[FileHead]) -> Sequence[FileHead]:
    # One look at all names together: a page has thousands, and cold locks read 100,000.
    names = "".join([file.filename for file in files])
    if any(map(names.__contains__, _CONTROL)):
        raise ClutchError("invalid-index-page", "the index describes a file with control characters")
    if "/" in names or "\\" in names:
        return [file for file in files if "/" not in file.filename and "\\" not in file.filename]
    return files


def _group(name: str, files: Sequence[FileHead]) -> list[Release]:
    known: dict[tuple[str, str], Release] = {}
    by_key: dict[object, Release] = {}
    # The wheels of a release mostly come in a row, so one costs a comparison with the one before.
    stem = "\n"
    add = Release(_NO_VERSION).files.append
    for file in files:
        filename = file.filename
        if filename[-4:] == ".whl":
            if not 4 <= filename.count("-") <= 5:
                continue
            if not filename.startswith(stem):
                prefix, text, _ = filename.split("-", 2)
                stem = f"{prefix}-{text}-"
                release = known.get((prefix, text)) or _find(filename, name, (prefix, text), known, by_key)
                add = release.files.append
            add(file)
            continue
        prefix, text = _split_sdist(filename)
        if text:
            release = known.get((prefix, text)) or _find(filename, name, (prefix, text), known, by_key)
            release.files.append(file)
            release.has_sdist = True
    return list(by_key.values())


def _split_sdist(filename: str) -> tuple[str, str]:
    """What stands before and after the last hyphen of a source archive's name, both empty when it is no such name."""
    if filename.endswith(".tar.gz"):
        stem = filename[:-7]
    else:
        suffix = next((each for each in SDIST_SUFFIXES if filename.endswith(each)), "")
        if not suffix:
            return "", ""
        stem = filename[: -len(suffix)]
    prefix, _, text = stem.rpartition("-")
    return prefix, text


def _find(
    filename: str,
    name: str,
    parts: tuple[str, str],
    known: dict[tuple[str, str], Release],
    by_key: dict[object, Release],
) -> Release:
    """The release of a file whose name begins with `parts`, made when it is the first one; one that is dropped when its
    name tells no version of the project `name`.
    """
    try:
        if normalize(parts[0]) == name:
            version = parse_version(parts[1].replace("_", "-"))
        else:
            version = parse_version(parse_sdist_filename(filename, name)[1])
    except ClutchError:
        release = Release(_NO_VERSION)
    else:
        release = by_key.get(version.key) or Release(version)
        by_key[version.key] = release
    known[parts] = release
    return release


def _pythons(releases: Sequence[Release]) -> list[str]:
    """The requires-python of each one's first wheel, which tells the facts; else of its first sdist."""
    canonical: dict[str | None, str] = {None: "", "": ""}
    column: list[str] = []
    for release in releases:
        files = release.files
        text = files[0].python
        if release.has_sdist and len(files) > 1:
            text = next((file for file in files if file.filename[-4:] == ".whl"), files[0]).python
        known = canonical.get(text)
        if known is None:
            known = canonical[text] = python_text(text or "")
        column.append(known)
    return column


def _wheels_serve(release: Release) -> str:
    # Beside an sdist nobody asks (unless builds are not allowed), so that many wheels are not looked at.
    files = release.files
    if serves_all(files[0].filename) or (len(files) > 1 and serves_all(files[1].filename)):
        return ""
    return UNSURE if release.has_sdist else wheels_reach([file.filename for file in files])


def _first_upload(files: Sequence[FileHead]) -> str:
    if len(files) == 1:
        return files[0].uploaded or ""
    if len(files) == 2:
        first, second = files[0].uploaded or "", files[1].uploaded or ""
        return (first if first < second else second) if first and second else first or second
    return min([file.uploaded for file in files if file.uploaded], default="")
