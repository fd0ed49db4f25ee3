"""What an installed package was made from, in one line, so that a change is seen without reading its files.

A fingerprint is `algorithm:digest`: of an artifact its own hash as the index or lock states it (`url:DIGEST` of its
address where none does), of a folder `tree:DIGEST` or, installed editable, `project:DIGEST`, of a commit `git:COMMIT`.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

from clutch.base.errors import ClutchError
from clutch.model.artifact import Artifact
from clutch.model.plan import Install
from clutch.model.requirement import Source

_BUILD_FILES = ("pyproject.toml", "setup.py", "setup.cfg", "MANIFEST.in")
_LEFT_OUT = frozenset(
    {".git", ".hg", ".venv", ".clutch", "__pycache__", ".tox", ".nox", "node_modules", "dist", "build"}
)


def install_fingerprint(install: Install, project_root: str) -> str:
    """The fingerprint that a package has once this was installed; reads a folder's file times, for editables its
    build files.

    Raises: ClutchError `no-source` where there is neither artifact nor source.
    """
    if install.artifact is not None:
        return artifact_fingerprint(install.artifact)
    if install.source is not None:
        return source_fingerprint(install.source, project_root)
    raise ClutchError("no-source", f"nothing says where `{install.name}` is to come from", subject=install.name)


def artifact_fingerprint(artifact: Artifact) -> str:
    """SHA-256 when it is stated, else the first hash that is, else a digest of the address."""
    stated = dict(artifact.hashes)
    if "sha256" in stated:
        return f"sha256:{stated['sha256']}"
    for algorithm, digest in artifact.hashes:
        return f"{algorithm}:{digest}"
    return f"url:{_digest(artifact.url)}"


def source_fingerprint(source: Source, project_root: str) -> str:
    """The fingerprint of a folder, a commit, or an archive by its address or hash."""
    if source.kind == "vcs":
        return f"git:{source.commit or source.revision}{_in_subdirectory(source)}"
    if source.kind == "archive":
        name = source.url.rpartition("/")[2]
        return artifact_fingerprint(Artifact("sdist", name, source.url, source.hashes)) + _in_subdirectory(source)
    folder = os.path.join(project_root, source.url, source.subdirectory)
    if source.editable:
        return f"project:{_digest(os.path.abspath(folder), *_build_files(folder))}"
    return f"tree:{_digest(os.path.abspath(folder), *_tree(folder))}"


def _in_subdirectory(source: Source) -> str:
    return f"#{source.subdirectory}" if source.subdirectory else ""


def _build_files(folder: str) -> Iterator[str]:
    """Names and contents of the files that a build of a folder depends on even when it is editable."""
    for name in _BUILD_FILES:
        try:
            with open(os.path.join(folder, name), encoding="utf-8", errors="surrogateescape") as file:
                yield f"{name}\n{file.read()}"
        except OSError:
            continue


def _tree(folder: str) -> Iterator[str]:
    """Path, size and time of every file of a folder that a build could read, in a fixed order."""
    for parent, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if name not in _LEFT_OUT and not name.endswith(".egg-info"))
        for name in sorted(names):
            path = os.path.join(parent, name)
            try:
                status = os.stat(path)
            except OSError:
                continue
            yield f"{os.path.relpath(path, folder)}\t{status.st_size}\t{status.st_mtime_ns}"


def _digest(*texts: str) -> str:
    import hashlib

    digest = hashlib.sha256()
    for text in texts:
        digest.update(text.encode("utf-8", "surrogateescape"))
        digest.update(b"\0")
    return digest.hexdigest()
