"""`clutch list`: what the lock names and what the environment holds, side by side."""

from __future__ import annotations

from clutch.base.errors import ClutchError
from clutch.base.values import NamedTuple
from clutch.model.lock import Lock
from clutch.model.plan import Installed
from clutch.ops.graph import root_requirements
from clutch.ops.session import Session
from clutch.standards.worlds import NATIVE


class ListOptions(NamedTuple):
    """`direct` leaves only what the project itself names."""

    direct: bool = False


class ListedPackage(NamedTuple):
    """`locked` are its versions in the lock, oldest first; `installed` is empty when it is not there.

    `remark` is `differs` (another version is installed than locked), `not locked` or empty; `editable` is the folder
    of a package installed from one.
    """

    name: str
    locked: tuple[str, ...]
    installed: str
    is_direct: bool
    remark: str
    editable: str = ""


class ListReport(NamedTuple):
    """Sorted by name. `environment` is empty when there is none, `has_lock` false where nothing is locked."""

    packages: tuple[ListedPackage, ...]
    environment: str
    has_lock: bool


def list_packages(options: ListOptions, session: Session) -> ListReport:
    """Reads manifest, lock and environment, nothing else.

    Raises: ClutchError `nothing-to-list` where there is neither lock nor environment.
    """
    project = session.project
    lock = session.lock()
    environment = session.environment()
    if lock is None and environment is None:
        message = f"there is neither a lock nor an environment in `{session.project_folder}`"
        raise ClutchError("nothing-to-list", message, hints=("make both with `clutch sync`",))
    locked = _locked(lock)
    there = session.installer(NATIVE).installed(environment) if environment is not None else ()
    installed = {each.name: each for each in there}
    direct = {requirement.name for _, requirement in root_requirements(project)}
    names = sorted(locked.keys() | installed.keys())
    packages = tuple(
        _package(name, locked.get(name), installed.get(name), name in direct, has_lock=lock is not None)
        for name in names
        if not options.direct or name in direct
    )
    return ListReport(packages, environment.root if environment is not None else "", lock is not None)


def _locked(lock: Lock | None) -> dict[str, tuple[str, ...]]:
    """Versions by name; the project itself is locked without a version."""
    versions: dict[str, tuple[str, ...]] = {}
    for package in lock.packages if lock is not None else ():
        known = versions.get(package.name, ())
        versions[package.name] = (*known, package.version) if package.version else known
    return versions


def _package(
    name: str, locked: tuple[str, ...] | None, installed: Installed | None, is_direct: bool, *, has_lock: bool
) -> ListedPackage:
    version = installed.version if installed is not None else ""
    remark = ""
    if version and has_lock and locked is None:
        remark = "not locked"
    elif version and locked and version not in locked:
        remark = "differs"
    editable = _editable_folder(installed.direct_url) if installed is not None and installed.direct_url else ""
    return ListedPackage(name, locked or (), version, is_direct, remark, editable)


def _editable_folder(direct_url: str) -> str:
    """The folder that an editable installation stands for, empty for any other. Source: PEP 610 §specification."""
    import json

    try:
        stated = json.loads(direct_url)
    except ValueError:
        return ""
    if not isinstance(stated, dict) or not isinstance(stated.get("dir_info"), dict):
        return ""
    url = stated.get("url", "")
    return str(url).removeprefix("file://") if stated["dir_info"].get("editable") else ""
