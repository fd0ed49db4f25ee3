"""Asks git for commits and their files, without ever waiting for somebody to type a password."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence

from clutch.base.errors import ClutchError, NotFoundError, Place
from clutch.io.auth import redact
from clutch.io.files import make_folder
from clutch.io.proc import Finished, run

_COMMIT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?\Z")
_SHORT_COMMIT = re.compile(r"[0-9a-f]{7,64}\Z")
_PATIENCE_S = 600.0
# Transports that run a program of the repository's choice (`ext::`) are never used.
_PROTOCOLS = "file:git:http:https:ssh"


def is_commit(text: str) -> bool:
    """Whether this is a full commit (SHA-1 or SHA-256, in hex)."""
    return _COMMIT.match(text) is not None


def resolve_revision(url: str, revision: str = "", env: Mapping[str, str] | None = None) -> str:
    """The commit that a branch, tag or shortened commit means at `url`; "" means the default branch.

    A full commit is given back without a look. A tag wins over a branch of the same name, as in git. Blocks on the
    network. Raises: NotFoundError `no-revision`, `program-not-found`; ClutchError `git-failed`, `bad-revision`.
    """
    if is_commit(revision):
        return revision
    _check_url(url)
    _check_revision(revision)
    pattern = [revision, f"{revision}^{{}}"] if revision else ["HEAD"]
    finished = _git(["ls-remote", "--", url, *pattern], url, env)
    found = {}
    for line in finished.stdout.decode("utf-8", "replace").splitlines():
        commit, _, name = line.partition("\t")
        found[name] = commit
    for name in _names_of(revision):
        if name in found:
            return found[name]
    if _SHORT_COMMIT.match(revision):
        commit = _expand(url, revision, env)
        if commit:
            return commit
    shown = redact(url)
    message = f"`{shown}` has no branch, tag or commit `{revision or 'HEAD'}`"
    raise NotFoundError("no-revision", message, subject=revision, place=Place(shown))


def checkout(
    url: str, commit: str, folder: str, env: Mapping[str, str] | None = None, *, submodules: bool = True
) -> None:
    """Put the files of `commit` into `folder`, which must be empty or missing, with a repository around them.

    Fetches that commit alone where the server allows it, else everything. Blocks on the network.
    Raises: NotFoundError `no-revision`, `program-not-found`; ClutchError `git-failed`, `bad-revision`.
    """
    _check_url(url)
    if not is_commit(commit):
        raise ClutchError("bad-revision", f"`{commit}` is not a full commit", subject=commit)
    make_folder(folder)
    _git(["init", "--quiet", folder], url, env)
    _git(["-C", folder, "remote", "add", "origin", "--", url], url, env)
    shallow = _try_git(["-C", folder, "fetch", "--quiet", "--depth=1", "origin", commit], env)
    if shallow.status != 0:
        _git(["-C", folder, "fetch", "--quiet", "--tags", "origin", "+refs/heads/*:refs/remotes/origin/*"], url, env)
    finished = _try_git(["-C", folder, "checkout", "--quiet", "--detach", commit], env)
    if finished.status != 0:
        shown = redact(url)
        raise NotFoundError("no-revision", f"`{shown}` has no commit `{commit}`", subject=commit, place=Place(shown))
    if submodules and os.path.isfile(os.path.join(folder, ".gitmodules")):
        _git(["-C", folder, "submodule", "update", "--quiet", "--init", "--recursive"], url, env)


def _names_of(revision: str) -> Sequence[str]:
    """Reference names in the order of git-rev-parse; `^{}` is the commit that an annotated tag names."""
    if not revision:
        return ("HEAD",)
    names = []
    for prefix in ("", "refs/", "refs/tags/", "refs/heads/"):
        names += [f"{prefix}{revision}^{{}}", f"{prefix}{revision}"]
    return names


def _expand(url: str, revision: str, env: Mapping[str, str] | None) -> str:
    """The full commit of a shortened one, which only a repository with all commits can tell; "" when it has none."""
    import tempfile

    with tempfile.TemporaryDirectory(prefix="clutch-git-") as folder:
        place = os.path.join(folder, "repository")
        # Trees and files are left on the server where it can do that.
        arguments = ["clone", "--quiet", "--bare", "--filter=tree:0", "--", url, place]
        _git(arguments, url, env)
        finished = _try_git(["-C", place, "rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}"], env)
    return finished.stdout.decode("ascii", "replace").strip() if finished.status == 0 else ""


def _check_url(url: str) -> None:
    # A URL that git takes for an option, or one that names a program, would run code.
    if url.startswith("-") or "::" in url.partition("/")[0] or "\n" in url or "\0" in url:
        raise ClutchError("git-failed", f"`{redact(url)}` is not an address of a repository", subject=redact(url))


def _check_revision(revision: str) -> None:
    if revision.startswith("-") or any(letter in revision for letter in " ~^:?*[\\\n\0"):
        raise ClutchError("bad-revision", f"`{revision}` is not a name of a branch, tag or commit", subject=revision)


def _git(arguments: Sequence[str], url: str, env: Mapping[str, str] | None) -> Finished:
    finished = _try_git(arguments, env)
    if finished.status != 0:
        shown = redact(url)
        lines = redact(finished.stderr.decode("utf-8", "replace")).strip().splitlines()
        reason = next((line for line in lines if line.startswith(("fatal:", "error:"))), lines[-1] if lines else "")
        reason = reason.partition(": ")[2] or reason
        suffix = f": {reason}" if reason else ""
        raise ClutchError("git-failed", f"git cannot read `{shown}`{suffix}", subject=shown, place=Place(shown))
    return finished


def _try_git(arguments: Sequence[str], env: Mapping[str, str] | None) -> Finished:
    variables = {key: value for key, value in (os.environ if env is None else env).items() if not _is_local(key)}
    variables["GIT_TERMINAL_PROMPT"] = "0"
    variables.setdefault("GIT_SSH_COMMAND", "ssh -oBatchMode=yes")
    variables.setdefault("GIT_ALLOW_PROTOCOL", _PROTOCOLS)
    variables["GIT_LFS_SKIP_SMUDGE"] = variables.get("GIT_LFS_SKIP_SMUDGE", "1")
    variables["LC_ALL"] = "C"
    options = ["-c", "core.hooksPath=/dev/null", "-c", "advice.detachedHead=false", "-c", "gc.auto=0"]
    return run(["git", *options, *arguments], env=variables, timeout_s=_PATIENCE_S)


def _is_local(variable: str) -> bool:
    """Variables that git sets for its hooks and that would bend a command for another repository."""
    return variable in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_PREFIX")
