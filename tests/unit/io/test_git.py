from __future__ import annotations

import os
import shutil
import subprocess

import pytest

from clutch.base.errors import ClutchError, NotFoundError
from clutch.io.git import checkout, is_commit, resolve_revision

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not here")

WHO = ["-c", "user.name=me", "-c", "user.email=me@index.example", "-c", "protocol.file.allow=always"]


def git(folder, *arguments: str) -> str:
    argv = ["git", "-C", str(folder), *WHO, *arguments]
    return subprocess.run(argv, check=True, capture_output=True, text=True).stdout.strip()


@pytest.fixture
def repository(tmp_path):
    place = tmp_path / "repository"
    place.mkdir()
    git(place, "init", "--quiet", "--initial-branch=main")
    for number in (1, 2):
        (place / "file").write_text(str(number))
        git(place, "add", ".")
        git(place, "commit", "--quiet", "-m", str(number))
        git(place, "tag", f"light-{number}")
        git(place, "tag", "-a", f"full-{number}", "-m", "x")
    git(place, "branch", "feature/one", "HEAD~1")
    return place


def test_names_become_commits(repository):
    url = repository.as_uri()
    first, second = git(repository, "rev-parse", "HEAD~1"), git(repository, "rev-parse", "HEAD")
    assert resolve_revision(url) == second
    assert resolve_revision(url, "main") == second
    assert resolve_revision(url, "feature/one") == first
    assert resolve_revision(url, "light-1") == first
    assert resolve_revision(url, "full-1") == first
    assert resolve_revision(url, "refs/heads/main") == second
    assert resolve_revision(url, first[:10]) == first
    assert resolve_revision("https://never.asked.example/", first) == first
    assert is_commit(first)
    assert not is_commit(first[:10])


def test_tag_wins_over_a_branch_of_its_name(repository):
    git(repository, "branch", "both", "HEAD~1")
    git(repository, "tag", "both", "HEAD")
    assert resolve_revision(repository.as_uri(), "both") == git(repository, "rev-parse", "HEAD")


@pytest.mark.parametrize("revision", ["none", "abcdef12"])
def test_unknown_revision_is_named(repository, revision):
    with pytest.raises(NotFoundError, match=f"no branch, tag or commit `{revision}`"):
        resolve_revision(repository.as_uri(), revision)


@pytest.mark.parametrize("revision", ["--upload-pack=touch x", "a b", "a..b~1", "HEAD^"])
def test_revisions_that_are_no_names(repository, revision):
    with pytest.raises(ClutchError) as caught:
        resolve_revision(repository.as_uri(), revision)
    assert caught.value.code == "bad-revision"


@pytest.mark.parametrize("url", ["--upload-pack=touch x", "ext::sh -c touch% x", "a\nb"])
def test_urls_that_would_run_something(url, tmp_path):
    for ask in (lambda: resolve_revision(url), lambda: checkout(url, "0" * 40, str(tmp_path / "a"))):
        with pytest.raises(ClutchError) as caught:
            ask()
        assert caught.value.code == "git-failed"
    assert os.listdir(tmp_path) == []


def test_checkout_gives_the_files_of_the_commit(repository, tmp_path):
    first = git(repository, "rev-parse", "HEAD~1")
    out = tmp_path / "out"
    checkout(repository.as_uri(), first, str(out))
    assert (out / "file").read_text() == "1"
    assert git(out, "rev-parse", "HEAD") == first


def test_checkout_of_a_commit_that_is_not_there(repository, tmp_path):
    with pytest.raises(NotFoundError, match="has no commit"):
        checkout(repository.as_uri(), "0" * 40, str(tmp_path / "out"))
    with pytest.raises(ClutchError):
        checkout(repository.as_uri(), "main", str(tmp_path / "out"))


def test_checkout_with_submodules(repository, tmp_path):
    outer = tmp_path / "outer"
    outer.mkdir()
    git(outer, "init", "--quiet", "--initial-branch=main")
    git(outer, "submodule", "--quiet", "add", repository.as_uri(), "inner")
    git(outer, "commit", "--quiet", "-m", "x")
    commit = git(outer, "rev-parse", "HEAD")
    env = {**os.environ, "GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "protocol.file.allow"}
    env["GIT_CONFIG_VALUE_0"] = "always"
    checkout(outer.as_uri(), commit, str(tmp_path / "with"), env)
    assert (tmp_path / "with" / "inner" / "file").read_text() == "2"
    checkout(outer.as_uri(), commit, str(tmp_path / "without"), env, submodules=False)
    assert not (tmp_path / "without" / "inner" / "file").exists()


def test_hooks_of_the_repository_do_not_run(repository, tmp_path):
    template = tmp_path / "template"
    (template / "hooks").mkdir(parents=True)
    hook = template / "hooks" / "post-checkout"
    hook.write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\n")
    hook.chmod(0o755)
    env = {**os.environ, "GIT_TEMPLATE_DIR": str(template)}
    checkout(repository.as_uri(), git(repository, "rev-parse", "HEAD"), str(tmp_path / "out"), env)
    assert not (tmp_path / "ran").exists()


def test_no_repository_there(tmp_path):
    with pytest.raises(ClutchError) as caught:
        resolve_revision((tmp_path / "none").as_uri())
    assert caught.value.code == "git-failed"
    with pytest.raises(ClutchError) as caught:
        resolve_revision("http://me:hunter2@127.0.0.1:1/a")
    assert "hunter2" not in caught.value.message


def test_git_is_not_there(tmp_path):
    with pytest.raises(NotFoundError, match="git"):
        resolve_revision("https://index.example/a.git", "main", {"PATH": str(tmp_path)})
