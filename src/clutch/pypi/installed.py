"""What is installed in an environment, as its `.dist-info` folders (and older forms) tell.

clutch leaves one more file than the standard asks for beside METADATA, named `CLUTCH` and listed in RECORD: one line,
the fingerprint of what the package was made from, for example `sha256:946d…`. A package whose RECORD is missing was
not installed to the end (RECORD is written last) and has no fingerprint here, nor has one without METADATA.

Source: Recording installed projects (PEP 376, PEP 627), Direct URL (PEP 610).
"""

from __future__ import annotations

import os

from clutch.base.errors import ClutchError
from clutch.io.files import translate_os_error
from clutch.model.environment import Environment
from clutch.model.plan import Installed
from clutch.standards.names import normalize
from clutch.standards.worlds import NATIVE

MARK = "CLUTCH"
_NEEDED = (MARK, "METADATA", "RECORD")


def site_folders(environment: Environment) -> list[str]:
    """The absolute folders that modules are installed into: purelib, then platlib when it is another."""
    paths = environment.interpreter.paths
    folders = [os.path.join(environment.root, paths["purelib"])]
    platlib = os.path.join(environment.root, paths.get("platlib") or paths["purelib"])
    if platlib != folders[0] and os.path.realpath(platlib) != os.path.realpath(folders[0]):
        folders.append(platlib)
    return folders


def read_installed(environment: Environment) -> list[Installed]:
    """All packages, sorted by name; of a name found twice the first on the path. A missing folder has none.

    Raises: ClutchError `not-readable` or `file-error`.
    """
    found: dict[str, Installed] = {}
    for folder in site_folders(environment):
        for entry in _entries(folder):
            package = _read_entry(folder, entry)
            if package is not None:
                found.setdefault(package.name, package)
    return [found[name] for name in sorted(found)]


def _entries(folder: str) -> list[str]:
    try:
        return sorted(os.listdir(folder))
    except FileNotFoundError:
        return []
    except OSError as error:
        raise translate_os_error(error, folder, "read") from error


def _read_entry(folder: str, entry: str) -> Installed | None:
    path = os.path.join(folder, entry)
    if entry.endswith(".dist-info"):
        return _read_dist_info(path, entry[: -len(".dist-info")])
    if entry.endswith((".egg-info", ".egg")):
        return _read_egg(path, entry.rpartition(".")[0])
    if entry.endswith(".egg-link"):
        return Installed(NATIVE, normalize(entry[: -len(".egg-link")]), "", path)
    return None


def _read_dist_info(path: str, stem: str) -> Installed | None:
    try:
        names = frozenset(os.listdir(path))
    except OSError:
        return None
    name, version = _split_stem(stem)
    if not name:
        name, version = _read_metadata(os.path.join(path, "METADATA"))
        if not name:
            return None
    return Installed(
        NATIVE,
        name,
        version,
        path,
        _read_line(path, "INSTALLER") if "INSTALLER" in names else "",
        _read_line(path, MARK) if names.issuperset(_NEEDED) else "",
        _read_text(os.path.join(path, "direct_url.json")) if "direct_url.json" in names else "",
    )


def _read_egg(path: str, stem: str) -> Installed | None:
    """What setuptools' older ways left: a file or folder `NAME-VERSION[-pyX.Y].egg-info`, or an egg."""
    name, version = _split_stem("-".join(stem.split("-")[:2]))
    if not name:
        inner = {".egg-info": "PKG-INFO", ".egg": "EGG-INFO/PKG-INFO"}[path[path.rindex(".") :]]
        name, version = _read_metadata(os.path.join(path, inner) if os.path.isdir(path) else path)
    return Installed(NATIVE, name, version, path) if name else None


def _split_stem(stem: str) -> tuple[str, str]:
    """Name and version in `name-version`, empty when the text is not of that form."""
    from clutch.standards.version import parse_version

    name, _, version = stem.partition("-")
    try:
        return (normalize(name), parse_version(version.replace("_", "-")).text) if name else ("", "")
    except ClutchError:
        return "", ""


def _read_metadata(path: str) -> tuple[str, str]:
    from clutch.standards.metadata import parse_metadata

    try:
        with open(path, "rb") as file:
            metadata = parse_metadata(file.read())
    except (OSError, ClutchError):
        return "", ""
    return normalize(metadata.name), metadata.version


def _read_line(folder: str, name: str) -> str:
    return _read_text(os.path.join(folder, name)).strip().partition("\n")[0]


def _read_text(path: str) -> str:
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read()
    except OSError:
        return ""
