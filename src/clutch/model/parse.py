"""Turns the text of one requirement into the value that all floors share."""

from __future__ import annotations

from clutch.base.errors import ClutchError, Place
from clutch.model.requirement import Origin, Requirement, Source

_SCHEMES = ("http://", "https://", "file:")
_ARCHIVE_ENDS = (".whl", ".zip", ".tar.gz", ".tgz", ".tar.bz2", ".tar.xz", ".tar.zst", ".tar")
_NOBODY = Origin()
_HASHES = ("sha256", "sha384", "sha512", "sha224", "sha1", "md5", "blake2b")


def requirement_from_text(text: str, *, world: str, origin: Origin) -> Requirement:
    """The requirement that `text` states; its errors carry the origin's file and line.

    Raises: ClutchError `invalid-requirement` (or the code of the part that is wrong).
    Source: PEP 508 (dependency specifiers), PEP 440 §direct references.
    """
    from clutch.standards.requirement import parse_requirement_text

    try:
        parsed = parse_requirement_text(text)
    except ClutchError as error:
        if error.place is None and origin.file:
            error.place = Place(origin.file, origin.line)
        raise
    source = source_from_url(parsed.url, origin=origin) if parsed.url else None
    return Requirement(world, parsed.name, parsed.extras, parsed.specifier, parsed.marker, source, "", origin)


def source_from_url(url: str, *, origin: Origin = _NOBODY) -> Source:
    """The source behind `name @ URL`: `git+…` a commit, `file:` of a folder that folder, anything else an archive.

    A fragment may state `subdirectory=` and hashes (`sha256=…`); `@revision` ends the path of a git address.
    Raises: ClutchError `invalid-requirement` for a scheme that nobody can fetch.
    Source: PEP 440 §direct references, PEP 610.
    """
    plain, _, fragment = url.partition("#")
    stated = dict(part.partition("=")[::2] for part in fragment.split("&") if part)
    subdirectory = stated.get("subdirectory", "")
    if plain.startswith("git+"):
        address, revision = _split_revision(plain[4:])
        return Source("vcs", address, subdirectory, vcs="git", revision=revision)
    if not plain.startswith(_SCHEMES):
        scheme = plain.partition(":")[0]
        message = f"cannot fetch `{scheme}:` addresses; use `https:`, `file:` or `git+https:`"
        place = Place(origin.file, origin.line) if origin.file else None
        raise ClutchError("invalid-requirement", message, subject=origin.text, place=place)
    if plain.startswith("file:") and not plain.lower().endswith(_ARCHIVE_ENDS):
        return Source("directory", _file_path(plain), subdirectory)
    hashes = tuple(sorted((name, digest.lower()) for name, digest in stated.items() if name in _HASHES))
    return Source("archive", plain, subdirectory, hashes=hashes)


def _split_revision(address: str) -> tuple[str, str]:
    """A git address and the revision after the last `@` of its path (an `@` before the path belongs to a user)."""
    scheme, mark, rest = address.partition("://")
    host, slash, path = rest.partition("/") if mark else ("", "", address)
    path, at, revision = path.rpartition("@") if "@" in path else (path, "", "")
    return f"{scheme}{mark}{host}{slash}{path}" if mark else path, revision if at else ""


def _file_path(url: str) -> str:
    """The path in a `file:` URL, percent-decoded, `/C:/…` without its leading slash."""
    from urllib.parse import unquote

    path = url[len("file:") :]
    if path.startswith("//"):
        path = "/" + path[2:].partition("/")[2]
    path = unquote(path)
    return path[1:] if len(path) > 2 and path[0] == "/" and path[2] == ":" else path
