"""Core metadata: the headers of METADATA and PKG-INFO that resolving and listing need."""

from __future__ import annotations

from clutch.base.errors import ClutchError
from clutch.base.values import NamedTuple
from clutch.standards.names import normalize

_FIELDS = frozenset(
    {
        "metadata-version",
        "name",
        "version",
        "requires-dist",
        "provides-extra",
        "requires-python",
        "dynamic",
        "summary",
        "license-expression",
        "license",
        "home-page",
        "project-url",
    }
)


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
    fields = _fields(_headers(content))
    for field in ("name", "version"):
        if not fields.get(field, [""])[0]:
            raise ClutchError("invalid-metadata", f"the metadata has no field `{field.capitalize()}`")

    def first(field: str) -> str:
        return fields[field][0] if field in fields else ""

    urls = [("Homepage", first("home-page"))] if first("home-page") else []
    for url in fields.get("project-url", ()):
        label, _, address = url.partition(",")
        urls.append((label.strip(), address.strip()))
    return MetadataText(
        first("name"),
        first("version"),
        tuple(value for value in fields.get("requires-dist", ()) if value),
        tuple(sorted({normalize(extra) for extra in fields.get("provides-extra", ()) if extra})),
        first("requires-python"),
        tuple(field.lower() for field in fields.get("dynamic", ())),
        first("metadata-version"),
        first("summary"),
        first("license-expression") or first("license"),
        tuple(urls),
    )


def _fields(headers: str) -> dict[str, list[str]]:
    """The values of the fields in `_FIELDS` by lower case name; folded lines are joined by one blank."""
    fields: dict[str, list[str]] = {}
    values: list[str] | None = None
    for line in headers.split("\n"):
        if line[:1] in (" ", "\t"):
            if values:
                values[-1] = f"{values[-1]} {line.strip()}".strip()
            continue
        key, _, value = line.partition(":")
        key = key.rstrip().lower()
        if key in _FIELDS:
            values = fields.setdefault(key, [])
            values.append(value.strip())
        else:
            values = None
    return fields


def _headers(content: bytes) -> str:
    """The part before the first empty line, with plain line ends."""
    if content.startswith(b"\xef\xbb\xbf"):
        content = content[3:]
    if b"\r" in content:
        content = content.replace(b"\r\n", b"\n")
    end = content.find(b"\n\n")
    return (content if end < 0 else content[:end]).decode("utf-8", "replace")
