"""The Simple repository API: one project's page, as JSON or HTML, becomes a list of files."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache, lru_cache
from typing import Any, Protocol

from clutch.base.errors import ClutchError
from clutch.base.values import NamedTuple

MEDIA_JSON = "application/vnd.pypi.simple.v1+json"
MEDIA_HTML = "application/vnd.pypi.simple.v1+html"
MEDIA_LEGACY = "text/html"
ACCEPT = f"{MEDIA_JSON}, {MEDIA_HTML};q=0.2, {MEDIA_LEGACY};q=0.01"
"""The Accept header of a client that prefers JSON. Source: PEP 691 §Version + Format Selection."""

Hashes = tuple[tuple[str, str], ...]

# Possessive, and no `<` outside of quotes: a hostile page must not make the scan go back and forth.
_BARE = r"[^\s\"'<>]++"
_ATTRIBUTES = rf"((?:\s++(?!/?>)[^\s=<>\"']++(?:\s*+=\s*+(?:\"[^\"]*+\"|'[^']*+'|{_BARE}))?+)*+)\s*+/?>"
_ATTRIBUTE = re.compile(rf"([^\s=<>\"']++)(?:\s*+=\s*+(?:\"([^\"]*)\"|'([^']*)'|({_BARE})))?")
_ELEMENT = re.compile(rf"<(a|meta|base){_ATTRIBUTES}", re.IGNORECASE)
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_IS_PLAIN = re.compile(r"[^./?#;:][^/?#;:]*(?:/[^./?#;:][^/?#;:]*)*(?:#[^#]*)?$")
_HASH = re.compile(r"(md5|sha1|sha224|sha256|sha384|sha512|blake2b|blake2s|sha3_[0-9]+)=([0-9a-fA-F]+)")


class SimpleFile(NamedTuple):
    """One file of a project.

    `url` is absolute and without fragment; `hashes` sorted; `size_bytes` 0 and `uploaded_at` "" when not told;
    `facts_hashes` those of the metadata file beside it, None when none is announced; `withdrawn` the reason of a
    yank, None when not yanked.
    """

    filename: str
    url: str
    hashes: Hashes = ()
    size_bytes: int = 0
    uploaded_at: str = ""
    python: str = ""
    facts_hashes: Hashes | None = None
    withdrawn: str | None = None

    @property
    def uploaded(self) -> str:
        """When it was uploaded."""
        return self.uploaded_at

    @property
    def yanked(self) -> bool | str:
        """Whether it was withdrawn, or why."""
        return self.withdrawn or self.withdrawn is not None


class FileHead(Protocol):
    """What a page says of a file at first sight; `OpenPage.complete` gives the rest."""

    @property
    def filename(self) -> str: ...
    @property
    def python(self) -> str | None: ...
    @property
    def uploaded(self) -> str | None: ...
    @property
    def yanked(self) -> bool | str | None: ...


class OpenPage(NamedTuple):
    """The files of a page, each read as far as grouping them needs; pages have thousands, and few are wanted whole.

    `complete(file)` raises ClutchError `invalid-index-page`.
    """

    files: Sequence[FileHead]
    complete: Callable[[Any], SimpleFile]


class SimplePage(NamedTuple):
    """A project's page. `versions` is empty where the page does not list them (before API 1.1).

    `status` is the project's status marker (`active`, `archived`, `quarantined`, `deprecated`), "" when not told,
    with its reason.
    """

    name: str
    versions: tuple[str, ...]
    files: list[SimpleFile]
    status: str = ""
    status_reason: str = ""


def open_simple_json(content: bytes, base_url: str = "") -> OpenPage:
    """The files of a JSON answer, which they keep alive; relative URLs will be resolved against `base_url`.

    Raises: ClutchError `invalid-index-page`, `unsupported-index-page`. Source: PEP 691, PEP 700, PEP 714.
    """
    return _open_json(_decode(content), base_url)


def open_simple_html(content: bytes, base_url: str) -> OpenPage:
    """The files of an HTML answer. Raises: as `parse_simple_html`."""
    return OpenPage(parse_simple_html(content, base_url).files, _whole)


def parse_simple_json(content: bytes, base_url: str = "") -> SimplePage:
    """The page that a JSON answer holds; relative URLs are resolved against `base_url`.

    Raises: ClutchError `invalid-index-page`, `unsupported-index-page`. Source: PEP 691, PEP 700, PEP 714, PEP 792.
    """
    page = _decode(content)
    files, complete = _open_json(page, base_url)
    status = page.project_status
    return SimplePage(
        page.name,
        tuple(page.versions or ()),
        [complete(file) for file in files],
        (status.status if status else "") or "",
        (status.reason if status else "") or "",
    )


def parse_simple_html(content: bytes, base_url: str) -> SimplePage:
    """The page that an HTML answer holds, its name "" (HTML tells none); relative URLs are resolved against `base_url`.

    Raises: ClutchError `unsupported-index-page`. Source: PEP 503, PEP 592, PEP 629, PEP 658, PEP 714, PEP 792.
    """
    text = content.decode("utf-8", "replace")
    if "<!--" in text:
        text = _COMMENT.sub("", text)
    files: list[SimpleFile] = []
    meta: dict[str, str] = {}
    for element in _ELEMENT.finditer(text):
        attributes = _attributes(element[2])
        kind = element[1].lower()
        if kind == "meta" and "name" in attributes:
            meta[attributes["name"].lower()] = attributes.get("content", "")
        elif kind == "base" and "href" in attributes:
            base_url = _join(base_url, attributes["href"])
        elif kind == "a" and "href" in attributes:
            files.append(_file_from_html(attributes, base_url))
    _check_version(meta.get("pypi:repository-version", "1.0"))
    status, reason = meta.get("pypi:project-status", ""), meta.get("pypi:project-status-reason", "")
    return SimplePage("", (), files, status, reason)


def _decode(content: bytes) -> Any:
    import msgspec

    try:
        page = _decoders()[0].decode(content)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise _no_page(error) from None
    _check_version(page.meta.api_version)
    return page


def _open_json(page: Any, base_url: str) -> OpenPage:
    return OpenPage(page.files, lambda file: _file_from_json(file, base_url))


def _whole(file: SimpleFile) -> SimpleFile:
    return file


def _no_page(error: Exception) -> ClutchError:
    return ClutchError("invalid-index-page", f"the index's answer is no Simple API page: {error}")


@cache
def _decoders() -> tuple[Any, Any, Any, Any]:
    """Decoders for pages and, left raw in them, URLs, hashes and announcements of metadata.

    Raw they take a third of the time and less memory. The types live here because `msgspec` costs 20 ms to import.
    """
    from msgspec import Raw, Struct, defstruct, field
    from msgspec.json import Decoder

    meta = defstruct("Meta", [("api_version", str, field(default="1.0", name="api-version"))])
    status = defstruct("Status", [("status", str | None, None), ("reason", str | None, None)])
    nothing = Raw(b"null")
    file = defstruct(
        "File",
        [
            ("filename", str),
            ("url", Raw),
            ("hashes", Raw, Raw(b"{}")),
            ("python", str | None, field(default=None, name="requires-python")),
            ("core_metadata", Raw, field(default=nothing, name="core-metadata")),
            ("dist_info_metadata", Raw, field(default=nothing, name="dist-info-metadata")),
            ("data_dist_info_metadata", Raw, field(default=nothing, name="data-dist-info-metadata")),
            ("yanked", bool | str | None, None),
            ("size", int | None, None),
            ("uploaded", str | None, field(default=None, name="upload-time")),
        ],
        gc=False,
    )
    page: type[Struct] = defstruct(
        "Page",
        [
            ("name", str),
            ("meta", meta),
            ("files", list[file]),  # type: ignore[valid-type]
            ("versions", list[str] | None, None),
            ("project_status", status | None, field(default=None, name="project-status")),
        ],
    )
    return Decoder(page), Decoder(str), Decoder(dict[str, str]), Decoder(dict[str, str] | bool | None)


def _file_from_json(file: Any, base_url: str) -> SimpleFile:
    import msgspec

    _, read_text, read_hashes, read_announced = _decoders()
    try:
        url = read_text.decode(file.url)
        hashes = read_hashes.decode(file.hashes)
        announced = read_announced.decode(file.core_metadata)
        if announced is None:
            announced = read_announced.decode(file.dist_info_metadata)
        if announced is None:
            announced = read_announced.decode(file.data_dist_info_metadata)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise _no_page(error) from None
    facts_hashes: Hashes | None = None
    if announced is not None and announced is not False:
        facts_hashes = _sorted(announced) if isinstance(announced, dict) else ()
    yanked = file.yanked
    withdrawn = None if not yanked else "" if yanked is True else yanked
    return SimpleFile(
        file.filename,
        url if "://" in url and "#" not in url else _join(base_url, url).partition("#")[0],
        _sorted(hashes),
        file.size or 0,
        file.uploaded or "",
        file.python or "",
        facts_hashes,
        withdrawn,
    )


def _sorted(hashes: dict[str, str]) -> Hashes:
    return tuple(hashes.items()) if len(hashes) == 1 else tuple(sorted(hashes.items()))


def _file_from_html(attributes: dict[str, str], base_url: str) -> SimpleFile:
    url, _, fragment = _join(base_url, attributes["href"].strip()).partition("#")
    announced = attributes.get("data-core-metadata", attributes.get("data-dist-info-metadata"))
    facts_hashes: Hashes | None = None
    if announced is not None and announced.lower() != "false":
        facts_hashes = _hash_pairs(announced)
    return SimpleFile(
        _last_part(url),
        url,
        _hash_pairs(fragment),
        python=attributes.get("data-requires-python", "").strip(),
        facts_hashes=facts_hashes,
        withdrawn=attributes.get("data-yanked"),
    )


def _hash_pairs(text: str) -> Hashes:
    return tuple(sorted((algorithm, digest.lower()) for algorithm, digest in _HASH.findall(text)))


def _attributes(text: str) -> dict[str, str]:
    attributes: dict[str, str] = {}
    for name, double, single, bare in _ATTRIBUTE.findall(text):
        value = double or single or bare
        if "&" in value:
            from html import unescape

            value = unescape(value)
        attributes.setdefault(name.lower(), value)
    return attributes


def _last_part(url: str) -> str:
    part = url.partition("?")[0].rstrip("/").rpartition("/")[2]
    if "%" in part:
        from urllib.parse import unquote

        return unquote(part)
    return part


def _join(base_url: str, url: str) -> str:
    """`url` as seen from `base_url`; the forms that indexes use without `urljoin`, which takes 10 µs."""
    if url.startswith(("https://", "http://")) or not base_url:
        return url
    if url.startswith("/") and _IS_PLAIN.match(url, 1):
        return _origin(base_url) + url
    plain = url
    while plain.startswith("../"):
        plain = plain[3:]
    up = (len(url) - len(plain)) // 3
    parts = base_url.split("/")
    if up and plain and len(parts) - 4 >= up and _IS_PLAIN.match(plain) and "?" not in base_url and "#" not in base_url:
        return f"{'/'.join(parts[: -1 - up])}/{plain}"
    from urllib.parse import urljoin

    return urljoin(base_url, url)


@lru_cache(maxsize=8)
def _origin(base_url: str) -> str:
    """Scheme and authority: what a path from the root is appended to."""
    return "/".join(base_url.split("/")[:3])


def _check_version(text: str) -> None:
    """Raises `unsupported-index-page` for another major version. Source: PEP 629 §Clients."""
    if text.partition(".")[0] != "1":
        raise ClutchError(
            "unsupported-index-page", f"the index speaks version {text} of the Simple API, and only 1.x is understood"
        )
