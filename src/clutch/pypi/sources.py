"""Source trees of archives, folders and commits: where they lie once they are here, and what they are exactly."""

from __future__ import annotations

import os

from clutch.base.errors import ClutchError, NotFoundError, Place
from clutch.base.tickets import Ticket, failed, ready
from clutch.base.values import NamedTuple
from clutch.io.auth import redact, strip_credentials
from clutch.io.files import remove_tree
from clutch.io.store import Store
from clutch.model.requirement import Source
from clutch.pypi.archives import Archive, Archives, filename_of
from clutch.pypi.builder import SourceTree

_TREE_KIND = "source"
_GIT_KIND = "git"


class Found(NamedTuple):
    """A source made exact, and what it is: `archive` (a wheel) or `tree`, the other being None.

    `is_sdist`: the tree was made by a build backend, so that its PKG-INFO counts.
    """

    source: Source
    tree: SourceTree | None
    archive: Archive | None = None
    is_sdist: bool = False


class Sources:
    """Brings sources here."""

    def __init__(self, archives: Archives, store: Store, project_root: str) -> None:
        self._archives = archives
        self._store = store
        self._project_root = project_root

    def find(self, source: Source) -> Ticket[Found]:
        """Fetch what need be; folders and commits may block.

        The ticket fails with NotFoundError `no-file`, `no-revision`, ClutchError `git-failed`, `unsafe-archive` and
        what a fetch may give.
        """
        try:
            if source.kind == "archive":
                return self._archive(source)
            return ready(self._commit(source) if source.kind == "vcs" else self._folder(source))
        except ClutchError as error:
            return failed(error)

    def _archive(self, source: Source) -> Ticket[Found]:
        filename = filename_of(source.url)
        url = source.url
        if "://" not in url and not url.startswith("file:"):
            from clutch.io.file_urls import file_url

            url = file_url(os.path.abspath(os.path.join(self._project_root, url)))

        def arrange(archive: Archive) -> Found:
            exact = source._replace(url=strip_credentials(source.url), hashes=(("sha256", archive.sha256),))
            if filename.endswith(".whl"):
                return Found(exact, None, archive)
            folder = sdist_folder(self._store, archive, filename)
            tree = SourceTree(_inside(folder, source.subdirectory, filename), filename, is_shared=True)
            return Found(exact, tree, is_sdist=not source.subdirectory)

        return self._archives.fetch(url, filename, source.hashes).then(arrange)

    def _folder(self, source: Source) -> Found:
        folder = os.path.normpath(os.path.join(self._project_root, source.url))
        if not os.path.isdir(folder):
            raise NotFoundError("no-file", f"there is no folder `{folder}`", subject=source.url, place=Place(folder))
        folder = _inside(folder, source.subdirectory, source.url)
        return Found(source, SourceTree(folder, source.url or ".", is_editable=source.editable))

    def _commit(self, source: Source) -> Found:
        from clutch.io.git import checkout, resolve_revision

        commit = source.commit or resolve_revision(source.url, source.revision)
        key = f"{source.url}@{commit}"
        with self._store.lock(f"git {key}", redact(source.url)):
            folder = self._store.folder(_GIT_KIND, key)
            if folder is None:
                temporary = self._store.temporary_folder()
                try:
                    checkout(source.url, commit, temporary)
                except BaseException:
                    remove_tree(temporary)
                    raise
                folder = self._store.publish_folder(_GIT_KIND, key, temporary)
        label = f"{redact(source.url)}@{commit[:12]}"
        exact = source._replace(commit=commit, url=strip_credentials(source.url))
        return Found(exact, SourceTree(_inside(folder, source.subdirectory, label), label, is_shared=True))


def sdist_folder(store: Store, archive: Archive, filename: str) -> str:
    """The one folder of an unpacked source archive, in the store.

    Raises: ClutchError `unsafe-archive`, `damaged-archive`, `disk-full`.
    """
    from clutch.io.archive import unpack_sdist

    folder = store.folder(_TREE_KIND, archive.sha256)
    if folder is None:
        temporary = store.temporary_folder()
        try:
            unpack_sdist(archive.path, temporary)
        except BaseException:
            remove_tree(temporary)
            raise
        folder = store.publish_folder(_TREE_KIND, archive.sha256, temporary)
    names = os.listdir(folder)
    if len(names) != 1:
        store.remove(_TREE_KIND, archive.sha256)
        raise ClutchError("damaged-archive", f"`{filename}` has no single folder in it", subject=filename)
    return os.path.join(folder, names[0])


def _inside(folder: str, subdirectory: str, label: str) -> str:
    """Raises: NotFoundError `no-file`; ClutchError `bad-subdirectory` when it leads out of the folder."""
    if not subdirectory:
        return folder
    path = os.path.normpath(os.path.join(folder, subdirectory))
    if not os.path.realpath(path).startswith(os.path.realpath(folder) + os.sep):
        raise ClutchError("bad-subdirectory", f"`{subdirectory}` leads out of `{label}`", subject=label)
    if not os.path.isdir(path):
        raise NotFoundError("no-file", f"`{label}` has no folder `{subdirectory}`", subject=label)
    return path
