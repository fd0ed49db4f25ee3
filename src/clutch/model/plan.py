"""What `sync` is going to do; printing it is `--dry-run`."""

from __future__ import annotations

from clutch.base.values import NamedTuple
from clutch.model.artifact import Artifact
from clutch.model.requirement import Source


class Install(NamedTuple):
    """One package to put into an environment: a wheel, or an sdist or folder to build first.

    `artifact` is None for a folder or a git commit. `requested` says whether the user named it (PEP 376 REQUESTED).
    """

    world: str
    name: str
    version: str
    artifact: Artifact | None
    source: Source | None
    requested: bool


class Installed(NamedTuple):
    """One package found in an environment.

    `record` is the absolute path of its `.dist-info` (or of another world's record); `installer` what INSTALLER
    says; `fingerprint` is `algorithm:digest` of the artifact or the source it was made from when clutch installed it,
    else empty; `direct_url` the text of direct_url.json, empty when there is none.
    """

    world: str
    name: str
    version: str
    record: str
    installer: str = ""
    fingerprint: str = ""
    direct_url: str = ""


class Plan(NamedTuple):
    """All four sorted by name; `remove` and `install` of one name together are a replacement."""

    keep: tuple[Installed, ...]
    remove: tuple[Installed, ...]
    install: tuple[Install, ...]
    fetch: tuple[Install, ...]
