from __future__ import annotations

import os

import pytest

from clutch.base.errors import ClutchError, NotFoundError
from clutch.io.links import copy_tree, link_file, link_folder, link_tree

TREE = ["pkg/", "pkg/sub/", "pkg/__init__.py", "pkg/sub/a.py", "pkg/run"]


@pytest.fixture
def source(tmp_path):
    root = tmp_path / "store"
    (root / "pkg" / "sub").mkdir(parents=True)
    for name in TREE:
        if not name.endswith("/"):
            (root / name).write_text(name)
            os.utime(root / name, ns=(1_600_000_000_123_456_789, 1_600_000_000_123_456_789))
    (root / "pkg" / "run").chmod(0o755)
    return root


@pytest.mark.parametrize("mode", ["reflink", "hardlink", "symlink", "copy"])
def test_every_mode_gives_the_content_time_and_permissions(source, tmp_path, mode):
    target = tmp_path / "site"
    target.mkdir()
    used = link_tree(str(source), TREE, str(target), mode)
    assert used == mode or mode == "reflink"
    for name in TREE[2:]:
        assert (target / name).read_text() == name
        assert (target / name).stat().st_mtime_ns == 1_600_000_000_123_456_789
    assert os.access(target / "pkg" / "run", os.X_OK)
    is_same = os.path.samefile(source / "pkg" / "run", target / "pkg" / "run")
    assert is_same == (used in ("hardlink", "symlink"))


def test_existing_files_are_replaced_and_folders_kept(source, tmp_path):
    target = tmp_path / "site"
    (target / "pkg").mkdir(parents=True)
    (target / "pkg" / "own.py").write_text("own")
    (target / "pkg" / "__init__.py").write_text("old")
    assert link_tree(str(source), TREE, str(target), "hardlink") == "hardlink"
    assert (target / "pkg" / "__init__.py").read_text() == "pkg/__init__.py"
    assert (target / "pkg" / "own.py").read_text() == "own"


def test_other_file_system_is_copied_to(source):
    if not os.path.isdir("/dev/shm") or os.stat("/dev/shm").st_dev == os.stat(source).st_dev:
        pytest.skip("there is no second file system")
    target = f"/dev/shm/clutch-test-{os.getpid()}"
    os.mkdir(target)
    try:
        assert link_tree(str(source), TREE, target, "hardlink") == "copy"
        assert link_tree(str(source), TREE, target, "reflink") == "copy"
        with open(f"{target}/pkg/sub/a.py") as file:
            assert file.read() == "pkg/sub/a.py"
    finally:
        from clutch.io.files import remove_tree

        remove_tree(target)


def test_unknown_system_has_no_reflinks(source, tmp_path):
    target = str(tmp_path / "a")
    assert link_file(str(source / "pkg" / "run"), target, "reflink", platform="sunos") == "hardlink"


def test_missing_source_is_named(tmp_path):
    for mode in ("reflink", "hardlink", "copy"):
        with pytest.raises(NotFoundError, match="none"):
            link_file(str(tmp_path / "none"), str(tmp_path / "a"), mode)


def test_missing_folder_is_an_error(source, tmp_path):
    with pytest.raises(ClutchError):
        link_file(str(source / "pkg" / "run"), str(tmp_path / "no" / "a"), "copy")


def test_folder_link_replaces_what_was_there(source, tmp_path):
    target = tmp_path / "__pycache__"
    target.mkdir()
    (target / "old.pyc").write_text("x")
    assert link_folder(str(source / "pkg"), str(target)) == "symlink"
    assert target.is_symlink()
    assert (target / "sub" / "a.py").read_text() == "pkg/sub/a.py"


def test_copy_of_a_tree_keeps_links(source, tmp_path):
    (source / "link").symlink_to("pkg/run")
    copy_tree(str(source), str(tmp_path / "copy"))
    assert os.readlink(tmp_path / "copy" / "link") == "pkg/run"
    assert (tmp_path / "copy" / "pkg" / "sub" / "a.py").read_text() == "pkg/sub/a.py"
