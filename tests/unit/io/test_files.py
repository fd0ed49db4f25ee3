from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import threading
import time

import pytest

from clutch.base.errors import ClutchError, NotFoundError
from clutch.io import files
from clutch.io.files import (
    FileLock,
    make_folder,
    read_bytes,
    remove_file,
    remove_tree,
    translate_os_error,
    write_atomic,
)

is_root = hasattr(os, "geteuid") and os.geteuid() == 0


@pytest.mark.parametrize(
    ("number", "action", "code"),
    [
        (errno.ENOSPC, "write", "disk-full"),
        (errno.EDQUOT, "write", "disk-full"),
        (errno.EACCES, "write", "not-writable"),
        (errno.EROFS, "write", "not-writable"),
        (errno.EPERM, "write", "not-writable"),
        (errno.EACCES, "read", "not-readable"),
        (errno.ENOENT, "read", "no-file"),
        (errno.EIO, "write", "file-error"),
    ],
)
def test_system_errors_become_words_with_the_path(number, action, code):
    error = translate_os_error(OSError(number, os.strerror(number)), "/a/b", action)
    assert error.code == code
    assert "`/a/b`" in error.message
    assert error.message[0].islower() or error.message[0] == "`"


def test_write_makes_folders_and_leaves_only_the_file(tmp_path):
    target = tmp_path / "new" / "deep" / "a.txt"
    write_atomic(str(target), b"one")
    write_atomic(str(target), b"two")
    assert target.read_bytes() == b"two"
    assert os.listdir(target.parent) == ["a.txt"]


def test_write_keeps_permissions_and_follows_links(tmp_path):
    target = tmp_path / "a.txt"
    target.write_bytes(b"one")
    target.chmod(0o640)
    link = tmp_path / "link"
    link.symlink_to("a.txt")
    write_atomic(str(link), b"two")
    assert link.is_symlink()
    assert target.read_bytes() == b"two"
    assert target.stat().st_mode & 0o777 == 0o640


def test_write_of_the_longest_name(tmp_path):
    target = tmp_path / ("n" * 255)
    write_atomic(str(target), b"x")
    assert target.read_bytes() == b"x"


def test_failed_write_leaves_the_old_file(tmp_path):
    (tmp_path / "folder").mkdir()
    with pytest.raises(ClutchError, match="cannot write"):
        write_atomic(str(tmp_path / "folder"), b"x")
    assert os.listdir(tmp_path) == ["folder"]


def test_read(tmp_path):
    (tmp_path / "a").write_bytes(b"x")
    assert read_bytes(str(tmp_path / "a")) == b"x"
    with pytest.raises(NotFoundError):
        read_bytes(str(tmp_path / "b"))


def test_folder_in_place_of_a_file(tmp_path):
    make_folder(str(tmp_path / "a" / "b"))
    make_folder(str(tmp_path / "a" / "b"))
    (tmp_path / "file").write_text("")
    with pytest.raises(ClutchError):
        make_folder(str(tmp_path / "file" / "b"))


def test_tree_is_removed_without_following_links(tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "kept").write_text("x")
    tree = tmp_path / "tree"
    (tree / "deep" / "er").mkdir(parents=True)
    (tree / "deep" / "file").write_text("x")
    (tree / "link").symlink_to(outside)
    (tree / "dangling").symlink_to("nowhere")
    remove_tree(str(tree))
    remove_tree(str(tree))
    assert not tree.exists()
    assert (outside / "kept").exists()
    link = tmp_path / "link"
    link.symlink_to(outside)
    remove_tree(str(link))
    assert (outside / "kept").exists()
    remove_file(str(outside / "kept"))
    remove_file(str(outside / "kept"))


@pytest.mark.skipif(is_root, reason="root may write everywhere")
def test_read_only_tree_is_removed(tmp_path):
    tree = tmp_path / "tree"
    (tree / "deep").mkdir(parents=True)
    (tree / "deep" / "file").write_text("x")
    (tree / "deep").chmod(0o500)
    remove_tree(str(tree))
    assert not tree.exists()


HOLDER = """
import sys, time
from clutch.io.files import FileLock
with FileLock(sys.argv[1], "it"):
    print("held", flush=True)
    time.sleep(float(sys.argv[2]))
"""


def hold(path: str, seconds: float) -> subprocess.Popen[bytes]:
    child = subprocess.Popen([sys.executable, "-c", HOLDER, path, str(seconds)], stdout=subprocess.PIPE)
    assert child.stdout is not None
    assert child.stdout.readline() == b"held\n"
    return child


def end(child: subprocess.Popen[bytes]) -> None:
    child.kill()
    child.wait()
    assert child.stdout is not None
    child.stdout.close()


def test_lock_waits_for_another_process_and_says_so(tmp_path, recorder):
    path = str(tmp_path / "locks" / "a")
    child = hold(path, 1.4)
    began = time.monotonic()
    with FileLock(path, "the environment", recorder):
        assert time.monotonic() - began > 0.8
    (event,) = recorder.events
    assert event.kind == "waiting"
    assert event.subject == "the environment"
    assert event.detail.startswith(f"process {child.pid} (")
    assert os.path.exists(path)
    end(child)


def test_lock_of_a_killed_process_is_free(tmp_path):
    path = str(tmp_path / "a")
    child = hold(path, 60)
    assert not FileLock(path, "it").try_acquire()
    os.kill(child.pid, signal.SIGKILL)
    child.wait()
    lock = FileLock(path, "it")
    lock.acquire()
    lock.release()
    lock.release()
    end(child)


def test_lock_keeps_threads_apart(tmp_path):
    path = str(tmp_path / "a")
    inside: list[int] = []
    most: list[int] = []

    def work() -> None:
        for _ in range(5):
            with FileLock(path, "it"):
                inside.append(1)
                most.append(len(inside))
                time.sleep(0.001)
                inside.pop()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert max(most) == 1
    assert len(most) == 20


def test_shared_lock_is_held_together(tmp_path):
    path = str(tmp_path / "a")
    with FileLock(path, "it", shared=True), FileLock(path, "it", shared=True):
        assert not FileLock(path, "it").try_acquire()
    lock = FileLock(path, "it")
    assert lock.try_acquire()
    lock.release()


def test_lock_is_not_handed_to_children(tmp_path):
    with FileLock(str(tmp_path / "a"), "it") as lock:
        assert not os.get_inheritable(lock._descriptor)


def test_lock_that_cannot_be_made(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ClutchError, match="file"):
        FileLock(str(tmp_path / "file" / "a"), "it").acquire()


def test_quiet_wait_is_what_the_design_says():
    assert files.QUIET_WAIT_S == 1.0


def test_holder_is_told_only_while_it_holds(tmp_path):
    lock = FileLock(str(tmp_path / "a"), "it")
    with lock:
        assert lock.holder().startswith(f"process {os.getpid()} (")
    assert lock.holder() == ""
    (tmp_path / "a").write_text("999999999\nclutch sync\n")
    assert lock.holder() == ""
    with FileLock(str(tmp_path / "b"), "it", shared=True) as shared:
        assert shared.holder() == ""
