from __future__ import annotations

import os
import threading

import pytest

from clutch.base.errors import ClutchError
from clutch.io.store import Store


@pytest.fixture
def store(tmp_path):
    return Store(str(tmp_path / "cache"))


def only_record(store: Store, kind: str) -> str:
    folder = os.path.join(store.base, kind)
    (name,) = os.listdir(folder)
    return os.path.join(folder, name)


@pytest.mark.parametrize("content", [b"", b"x", b"line\nline\n" * 1000, bytes(range(256))])
def test_record_comes_back(store, content):
    assert store.read_record("listing", "a") is None
    store.write_record("listing", "a", content)
    assert store.read_record("listing", "a") == content
    assert store.read_record("facts", "a") is None
    store.write_record("listing", "a", b"new")
    assert store.read_record("listing", "a") == b"new"


def test_reading_makes_nothing(store):
    store.read_record("listing", "a")
    store.folder("wheel", "a")
    assert not os.path.exists(store.root)


def test_format_and_tag(store):
    store.write_record("listing", "a", b"x")
    assert sorted(os.listdir(store.root)) == ["CACHEDIR.TAG", "v1"]
    with open(os.path.join(store.root, "CACHEDIR.TAG"), "rb") as file:
        assert file.read().startswith(b"Signature: 8a477f597d28d172789f06886806bc55\n")


def test_every_flipped_byte_and_every_cut_is_a_miss(store):
    store.write_record("listing", "a", b"some content")
    path = only_record(store, "listing")
    with open(path, "rb") as file:
        good = file.read()
    damaged = [good[:at] + bytes([good[at] ^ 1]) + good[at + 1 :] for at in range(len(good))]
    damaged += [good[:at] for at in range(len(good))] + [good + b"x"]
    for content in damaged:
        with open(path, "wb") as file:
            file.write(content)
        assert store.read_record("listing", "a") is None
        assert not os.path.exists(path)


def test_removed_record_is_a_miss(store):
    store.write_record("listing", "a", b"x")
    store.remove("listing", "a")
    store.remove("listing", "a")
    assert store.read_record("listing", "a") is None


def test_record_below_a_file_is_an_error(tmp_path):
    (tmp_path / "cache").write_text("")
    with pytest.raises(ClutchError):
        Store(str(tmp_path / "cache")).write_record("listing", "a", b"x")


def test_folder_is_published_whole(store):
    assert store.folder("wheel", "a") is None
    temporary = store.temporary_folder()
    with open(os.path.join(temporary, "file"), "w") as file:
        file.write("x")
    path = store.publish_folder("wheel", "a", temporary)
    assert path == store.folder("wheel", "a")
    assert os.listdir(path) == ["file"]
    assert not os.path.exists(temporary)


def test_loser_of_a_race_takes_the_winners_folder(store):
    first, second = store.temporary_folder(), store.temporary_folder()
    for temporary, text in ((first, "first"), (second, "second")):
        with open(os.path.join(temporary, "file"), "w") as file:
            file.write(text)
    path = store.publish_folder("wheel", "a", first)
    assert store.publish_folder("wheel", "a", second) == path
    with open(os.path.join(path, "file")) as file:
        assert file.read() == "first"
    assert not os.path.exists(second)


def test_many_publish_the_same_at_once(store):
    paths = []

    def work() -> None:
        temporary = store.temporary_folder()
        with open(os.path.join(temporary, "file"), "w") as file:
            file.write("x")
        paths.append(store.publish_folder("wheel", "a", temporary))

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(paths)) == 1
    assert os.listdir(os.path.join(store.base, "tmp")) == []


def test_folders_of_dead_processes_are_swept(store):
    alive = store.temporary_folder()
    host = os.path.basename(alive).partition("-")[0]
    parent = os.path.dirname(alive)
    os.mkdir(os.path.join(parent, f"{host}-999999999-abc"))
    os.mkdir(os.path.join(parent, "elsewhere-1-abc"))
    os.mkdir(os.path.join(parent, "elsewhere-2-abc"))
    os.utime(os.path.join(parent, "elsewhere-2-abc"), (1, 1))
    another = Store(store.root).temporary_folder()
    left = {os.path.basename(alive), os.path.basename(another), "elsewhere-1-abc"}
    assert set(os.listdir(parent)) == left


def test_sizes_count_a_file_with_two_names_once(store):
    store.write_record("listing", "a", b"x" * 100)
    temporary = store.temporary_folder()
    with open(os.path.join(temporary, "a"), "wb") as file:
        file.write(b"x" * 5000)
    os.link(os.path.join(temporary, "a"), os.path.join(temporary, "b"))
    store.publish_folder("wheel", "a", temporary)
    sizes = store.size_bytes()
    assert list(sizes) == ["listing", "wheel"]
    assert sizes["wheel"] == 5000
    assert 100 < sizes["listing"] < 200


def test_clean_and_prune(store):
    store.write_record("listing", "a", b"x")
    for key in "ab":
        store.publish_folder("wheel", key, store.temporary_folder())
    kept = store.folder("wheel", "a")
    store.prune("wheel", lambda path: path == kept)
    assert store.folder("wheel", "a") == kept
    assert store.folder("wheel", "b") is None
    assert store.clean("listing") > 0
    assert store.read_record("listing", "a") is None
    store.clean()
    assert store.folder("wheel", "a") is None
    assert Store(store.root + "-none").clean() == 0


def test_clean_waits_for_commands_that_use_the_store(store):
    store.write_record("listing", "a", b"x")
    done = threading.Event()
    thread = threading.Thread(target=lambda: (store.clean(), done.set()))
    with store.use(), store.use():
        thread.start()
        assert not done.wait(0.15)
        assert store.read_record("listing", "a") == b"x"
    thread.join()
    assert done.is_set()


def test_verify_removes_what_is_damaged(store):
    store.write_record("listing", "a", b"x")
    store.write_record("facts", "a", b"x")
    path = only_record(store, "facts")
    with open(path, "ab") as file:
        file.write(b"x")
    folder = store.publish_folder("wheel", "a", store.temporary_folder())
    assert store.verify() == (path,)
    assert store.verify() == ()
    assert store.verify(lambda kind, place: kind != "wheel") == (folder,)
    assert store.folder("wheel", "a") is None


def test_locks_of_two_keys_are_two(store):
    with store.lock("a"), store.lock("b"):
        assert not store.lock("a").try_acquire()
