"""direct_url.json: where an installed project came from when it was no index."""

from __future__ import annotations

from typing import Any, Protocol

from clutch.base.errors import ClutchError
from clutch.base.values import NamedTuple


class SourceLike(Protocol):
    """The fields of a source as `render_direct_url` reads them; see `DirectUrl`."""

    @property
    def kind(self) -> str: ...
    @property
    def url(self) -> str: ...
    @property
    def subdirectory(self) -> str: ...
    @property
    def editable(self) -> bool: ...
    @property
    def vcs(self) -> str: ...
    @property
    def revision(self) -> str: ...
    @property
    def commit(self) -> str: ...
    @property
    def hashes(self) -> tuple[tuple[str, str], ...]: ...


class DirectUrl(NamedTuple):
    """A source as the file tells it: `kind` is `archive`, `directory` or `vcs`; a directory has a file URL."""

    kind: str
    url: str
    subdirectory: str = ""
    editable: bool = False
    vcs: str = ""
    revision: str = ""
    commit: str = ""
    hashes: tuple[tuple[str, str], ...] = ()


def render_direct_url(source: SourceLike) -> str:
    """The file's text, keys sorted. `source.url` must be a URL without credentials, for a directory too.

    Source: PEP 610 §Specification; Recording the direct URL origin, data structure.
    """
    import json

    content: dict[str, Any] = {"url": source.url}
    if source.subdirectory:
        content["subdirectory"] = source.subdirectory
    if source.kind == "vcs":
        content["vcs_info"] = {"vcs": source.vcs or "git", "commit_id": source.commit}
        if source.revision:
            content["vcs_info"]["requested_revision"] = source.revision
    elif source.kind == "directory":
        content["dir_info"] = {"editable": True} if source.editable else {}
    else:
        content["archive_info"] = {"hashes": dict(source.hashes)} if source.hashes else {}
    return json.dumps(content, sort_keys=True)


def parse_direct_url(text: str) -> DirectUrl:
    """The source that the file's text tells.

    Raises: ClutchError `invalid-direct-url`.
    """
    import json

    try:
        content = json.loads(text)
    except ValueError as error:
        raise ClutchError("invalid-direct-url", f"direct_url.json is no JSON: {error}") from None
    if not isinstance(content, dict) or not isinstance(content.get("url"), str):
        raise ClutchError("invalid-direct-url", "direct_url.json has no text `url`")
    url, subdirectory = content["url"], str(content.get("subdirectory") or "")
    for kind in ("vcs", "dir", "archive"):
        details = content.get(f"{kind}_info")
        if isinstance(details, dict):
            return _from_details(kind, details, url, subdirectory)
    raise ClutchError("invalid-direct-url", "direct_url.json has none of `vcs_info`, `dir_info` and `archive_info`")


def _from_details(kind: str, details: dict[str, Any], url: str, subdirectory: str) -> DirectUrl:
    if kind == "vcs":
        vcs, revision, commit = (str(details.get(key) or "") for key in ("vcs", "requested_revision", "commit_id"))
        return DirectUrl("vcs", url, subdirectory, vcs=vcs, revision=revision, commit=commit)
    if kind == "dir":
        return DirectUrl("directory", url, subdirectory, editable=details.get("editable") is True)
    hashes = details.get("hashes")
    pairs = [(str(name), str(digest)) for name, digest in hashes.items()] if isinstance(hashes, dict) else []
    legacy = details.get("hash")
    if not pairs and isinstance(legacy, str) and "=" in legacy:
        pairs = [(legacy.partition("=")[0], legacy.partition("=")[2])]
    return DirectUrl("archive", url, subdirectory, hashes=tuple(sorted(pairs)))
