"""The Simple repository API: one project's page, as JSON or HTML, becomes a list of files."""

from __future__ import annotations

import re
from functools import cache
from typing import Any, NamedTuple

from clutch.base.errors import ClutchError

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


def parse_simple_json(content: bytes, base_url: str = "") -> SimplePage:
    """The page that a JSON answer holds; relative URLs are resolved against `base_url`.

    Raises: ClutchError `invalid-index-page`, `unsupported-index-page`. Source: PEP 691, PEP 700, PEP 714, PEP 792.
    """
    import msgspec

    try:
        page = _decoder().decode(content)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise ClutchError("invalid-index-page", f"the index's answer is no Simple API page: {error}") from None
    _check_version(page.meta.api_version)
    files = [_file_from_json(file, base_url) for file in page.files]
    status = page.project_status
    return SimplePage(
        page.name,
        tuple(page.versions or ()),
        files,
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


@cache
def _decoder() -> Any:
    """The decoder for pages; its types live here because `msgspec` costs 20 ms to import."""
    from msgspec import Struct, defstruct, field
    from msgspec.json import Decoder

    meta = defstruct("Meta", [("api_version", str, field(default="1.0", name="api-version"))])
    status = defstruct("Status", [("status", str | None, None), ("reason", str | None, None)])
    announced = dict[str, str] | bool | None

    file = defstruct(
        "File",
        [
            ("filename", str),
            ("url", str),
            ("hashes", dict[str, str], field(default_factory=dict)),
            ("python", str | None, field(default=None, name="requires-python")),
            ("core_metadata", announced, field(default=None, name="core-metadata")),
            ("dist_info_metadata", announced, field(default=None, name="dist-info-metadata")),
            ("data_dist_info_metadata", announced, field(default=None, name="data-dist-info-metadata")),
            ("yanked", bool | str | None, None),
            ("size", int | None, None),
            ("upload_time", str | None, field(default=None, name="upload-time")),
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
    return Decoder(page)


def _file_from_json(file: Any, base_url: str) -> SimpleFile:
    announced = file.core_metadata
    if announced is None:
        announced = file.dist_info_metadata
    if announced is None:
        announced = file.data_dist_info_metadata
    facts_hashes: Hashes | None = None
    if announced is not None and announced is not False:
        facts_hashes = _sorted(announced) if isinstance(announced, dict) else ()
    yanked = file.yanked
    withdrawn = None if not yanked else "" if yanked is True else yanked
    url = file.url
    return SimpleFile(
        file.filename,
        url if "://" in url and "#" not in url else _join(base_url, url).partition("#")[0],
        _sorted(file.hashes),
        file.size or 0,
        file.upload_time or "",
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
    plain = url
    while plain.startswith("../"):
        plain = plain[3:]
    up = (len(url) - len(plain)) // 3
    parts = base_url.split("/")
    if up and plain and len(parts) - 4 >= up and _IS_PLAIN.match(plain) and "?" not in base_url and "#" not in base_url:
        return f"{'/'.join(parts[: -1 - up])}/{plain}"
    from urllib.parse import urljoin

    return urljoin(base_url, url)


def _check_version(text: str) -> None:
    """Raises `unsupported-index-page` for another major version. Source: PEP 629 §Clients."""
    if text.partition(".")[0] != "1":
        raise ClutchError(
            "unsupported-index-page", f"the index speaks version {text} of the Simple API, and only 1.x is understood"
        )
