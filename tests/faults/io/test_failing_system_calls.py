"""Fails the n-th system call for every n, and looks at what is left."""

from __future__ import annotations

import errno
import functools
import os
import threading
import zipfile
from collections.abc import Callable, Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from clutch.base.errors import ClutchError
from clutch.io.archive import unpack_wheel
from clutch.io.fetch import Fetcher, Network, Request
from clutch.io.files import write_atomic
from clutch.io.links import link_tree
from clutch.io.store import Store

CALLS = ("open", "write", "rename", "replace", "mkdir", "link", "symlink", "fsync", "close", "utime")
MOST_CALLS = 200


class Failing:
    """Makes the n-th of all calls that change something fail; counts them."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, root: Path, number: int) -> None:
        self.root = str(root)
        self.number = number
        self.seen = 0
        self.is_armed = False
        self.patch = monkeypatch
        for name in CALLS:
            monkeypatch.setattr(os, name, self.wrap(name, getattr(os, name)))

    def wrap(self, name: str, original: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(original)
        def call(*arguments: Any, **named: Any) -> Any:
            is_ours = isinstance(arguments[0], int) or str(arguments[0]).startswith(self.root)
            if self.is_armed and is_ours and name != "close" and not self.is_read(name, arguments):
                self.seen += 1
                if self.seen == self.number:
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(arguments[0]))
            return original(*arguments, **named)

        return call

    def is_read(self, name: str, arguments: tuple[Any, ...]) -> bool:
        return name == "open" and not arguments[1] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)


def every_failure(
    tmp_path: Path, prepare: Callable[[Path], Any], act: Callable[[Path, Any], Any]
) -> Iterator[tuple[Path, Any, ClutchError | None]]:
    """(folder, what was prepared, error) for the first, second … call that fails, until none is left to fail."""
    for number in range(1, MOST_CALLS):
        root = tmp_path / str(number)
        root.mkdir()
        prepared = prepare(root)
        error: ClutchError | None = None
        with pytest.MonkeyPatch.context() as patch:
            failing = Failing(patch, root, number)
            failing.is_armed = True
            try:
                act(root, prepared)
            except ClutchError as caught:
                error = caught
            failing.is_armed = False
        yield root, prepared, error
        if failing.seen < number:
            assert number > 1, "nothing was tried"
            return
    raise AssertionError("never came to an end")


def names_below(root: Path) -> list[str]:
    return sorted(str(path.relative_to(root)) for path in root.rglob("*") if not path.is_dir())


def test_atomic_write_is_before_or_after(tmp_path):
    def prepare(root: Path) -> Path:
        (root / "a").write_bytes(b"old")
        return root / "a"

    for root, path, error in every_failure(tmp_path, prepare, lambda root, path: write_atomic(str(path), b"new")):
        # A failed sync of the folder comes after the rename: the file is there, and nobody is told otherwise.
        assert path.read_bytes() == (b"old" if error else b"new")
        assert names_below(root) == ["a"]
        assert error is None or error.code == "disk-full"


def test_record_is_old_or_new(tmp_path):
    def prepare(root: Path) -> Store:
        store = Store(str(root / "cache"))
        store.write_record("listing", "a", b"old")
        return store

    for root, store, error in every_failure(
        tmp_path, prepare, lambda root, store: store.write_record("listing", "a", b"new")
    ):
        assert store.read_record("listing", "a") == (b"old" if error else b"new")
        assert len(names_below(root)) == 2
        assert error is None or error.code == "disk-full"


def test_first_record_is_there_or_not(tmp_path):
    for root, store, error in every_failure(
        tmp_path,
        lambda root: Store(str(root / "cache")),
        lambda root, store: store.write_record("listing", "a", b"new"),
    ):
        assert store.read_record("listing", "a") == (None if error else b"new")
        assert not [name for name in names_below(root) if name.endswith(".tmp")]


def test_folder_is_published_whole_or_not(tmp_path):
    wheel = tmp_path / "a.whl"
    with zipfile.ZipFile(wheel, "w") as opened:
        for number in range(4):
            opened.writestr(f"pkg/{number}.py", b"x" * 100)

    def act(root: Path, store: Store) -> None:
        temporary = store.temporary_folder()
        unpack_wheel(str(wheel), temporary)
        store.publish_folder("wheel", "a", temporary)

    for _, store, error in every_failure(tmp_path, lambda root: Store(str(root / "cache")), act):
        path = store.folder("wheel", "a")
        assert (path is None) == (error is not None)
        if path is not None:
            assert len(os.listdir(os.path.join(path, "pkg"))) == 4


@pytest.mark.parametrize("mode", ["hardlink", "copy", "symlink"])
def test_links_leave_no_half_file(tmp_path, mode):
    def prepare(root: Path) -> None:
        (root / "store" / "pkg").mkdir(parents=True)
        for name in "ab":
            (root / "store" / "pkg" / name).write_bytes(b"content")
        (root / "site").mkdir()

    for root, _, error in every_failure(
        tmp_path, prepare, lambda root, _: link_tree(f"{root}/store", ["pkg/", "pkg/a", "pkg/b"], f"{root}/site", mode)
    ):
        for name in names_below(root / "site"):
            assert (root / "site" / name).read_bytes() == b"content"
        if error is None:
            assert names_below(root / "site") == ["pkg/a", "pkg/b"]
        assert names_below(root / "store") == ["pkg/a", "pkg/b"]


class Quiet(SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: object) -> None:
        return


@pytest.fixture
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("served")
    (folder / "a.whl").write_bytes(b"x" * 50_000)
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}/a.whl"
    server.shutdown()
    server.server_close()
    thread.join()


def test_download_is_there_whole_or_not_at_all(tmp_path, served):
    def act(root: Path, prepared: None) -> None:
        with Fetcher(Network(retries=0)) as fetcher:
            fetcher.fetch(Request(served, to_file=str(root / "a.whl"), size_bytes=50_000)).get()

    for root, _, error in every_failure(tmp_path, lambda root: None, act):
        assert names_below(root) == ([] if error else ["a.whl"])
        assert error is None or error.code == "disk-full"
        if error is None:
            assert (root / "a.whl").stat().st_size == 50_000
