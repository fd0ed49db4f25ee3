"""Core metadata: the headers of METADATA and PKG-INFO that resolving and listing need."""

from __future__ import annotations

import re
from typing import NamedTuple

from clutch.base.errors import ClutchError
from clutch.standards.names import normalize

_HEADER = re.compile(
    r"^(Metadata-Version|Name|Version|Requires-Dist|Provides-Extra|Requires-Python|Dynamic|Summary"
    r"|License-Expression|License|Home-page|Project-URL)[ \t]*:[ \t]*(.*(?:\n[ \t].*)*)",
    re.MULTILINE | re.IGNORECASE,
)
_FOLD = re.compile(r"\s*\n\s*")


class MetadataText(NamedTuple):
    """The fields as stated, except that `extras` are normalised and sorted and `dynamic` are lower case.

    `requires` are requirement texts in the order of the file; `urls` are (label, URL); absent fields are empty.
    """

    name: str
    version: str
    requires: tuple[str, ...] = ()
    extras: tuple[str, ...] = ()
    python: str = ""
    dynamic: tuple[str, ...] = ()
    metadata_version: str = ""
    summary: str = ""
    license: str = ""
    urls: tuple[tuple[str, str], ...] = ()

    @property
    def has_static_requirements(self) -> bool:
        """Whether an sdist's PKG-INFO already tells what every wheel built from it will need.

        Source: PEP 643 §Specification: metadata 2.2 or newer, and no dependency field is dynamic.
        """
        try:
            numbers = tuple(map(int, self.metadata_version.split(".")))
        except ValueError:
            return False
        return numbers >= (2, 2) and not {"requires-dist", "requires-python", "provides-extra"} & set(self.dynamic)


def parse_metadata(content: bytes) -> MetadataText:
    """The fields of a METADATA or PKG-INFO file: one scan over its headers; its description is not looked at.

    Raises: ClutchError `invalid-metadata` without a name or a version. Source: Core metadata specification 2.x.
    """
    text = _headers(content)
    single: dict[str, str] = {}
    many: dict[str, list[str]] = {"requires-dist": [], "provides-extra": [], "dynamic": [], "project-url": []}
    for key, value in _HEADER.findall(text):
        lower = key.lower()
        value = (_FOLD.sub(" ", value) if "\n" in value else value).strip()
        if lower in many:
            many[lower].append(value)
        else:
            single.setdefault(lower, value)
    for field in ("name", "version"):
        if not single.get(field):
            raise ClutchError("invalid-metadata", f"the metadata has no field `{field.capitalize()}`")
    urls = [tuple(part.strip() for part in url.partition(",")[::2]) for url in many["project-url"]]
    if single.get("home-page"):
        urls.insert(0, ("Homepage", single["home-page"]))
    return MetadataText(
        single["name"],
        single["version"],
        tuple(value for value in many["requires-dist"] if value),
        tuple(sorted({normalize(extra) for extra in many["provides-extra"] if extra})),
        single.get("requires-python", ""),
        tuple(field.lower() for field in many["dynamic"]),
        single.get("metadata-version", ""),
        single.get("summary", ""),
        single.get("license-expression") or single.get("license", ""),
        tuple((label, url) for label, url in urls),
    )


def _headers(content: bytes) -> str:
    """The part before the first empty line, with plain line ends."""
    if content.startswith(b"\xef\xbb\xbf"):
        content = content[3:]
    if b"\r" in content:
        content = content.replace(b"\r\n", b"\n")
    end = content.find(b"\n\n")
    return (content if end < 0 else content[:end]).decode("utf-8", "replace")
