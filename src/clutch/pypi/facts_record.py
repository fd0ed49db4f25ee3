"""Facts in the form in which they lie in the store: read by splitting lines, without parsing a requirement.

The first line has format, name, version and requires-python, the second the extras, then one line a requirement: name,
extras, specifier, marker, URL (empty for most) and the text as the metadata has it, empty when it is the sum of the
others::

    facts 1␉httpx␉0.28.1␉>=3.8
    brotli cli http2
    anyio␉␉␉␉␉
    h2␉␉<5,>=3␉extra == "http2"␉␉h2<5,>=3; extra == 'http2'
"""

from __future__ import annotations

from functools import lru_cache

from clutch.model.facts import Facts
from clutch.model.parse import source_from_url
from clutch.model.requirement import Origin, Requirement
from clutch.standards.worlds import NATIVE

FORMAT = "facts 1"
_FIELDS = 6


def render_facts(facts: Facts) -> bytes:
    """The form for the store; the URL of a requirement with a source is the one that its text states."""
    lines = [
        "\t".join((FORMAT, facts.name, facts.version, facts.python)),
        " ".join(facts.extras),
        *(_render_requirement(requirement) for requirement in facts.requires),
    ]
    return "\n".join(lines).encode()


def parse_facts(content: bytes) -> Facts:
    """What `render_facts` was given.

    Raises: ValueError when it is of another form.
    """
    head, extras, *lines = content.decode().split("\n")
    form, name, version, python = head.split("\t")
    if form != FORMAT:
        raise ValueError("not facts of this format")
    requires = tuple(_parse_requirement(line) for line in lines)
    return Facts(name, version, requires, tuple(extras.split(" ")) if extras else (), python)


def url_of(text: str) -> str:
    """The URL in the text of a requirement `name @ URL ; marker`."""
    return text.partition("@")[2].partition(" ;")[0].strip()


def _render_requirement(requirement: Requirement) -> str:
    text = requirement.origin.text
    url = url_of(text) if requirement.source is not None else ""
    if text == requirement.name + requirement.allowed:
        text = ""
    fields = (requirement.name, " ".join(requirement.extras), requirement.allowed, requirement.marker, url, text)
    return "\t".join(fields)


# Most lines come again in the facts of other releases of the same project.
@lru_cache(maxsize=1 << 15)
def _parse_requirement(line: str) -> Requirement:
    fields = line.split("\t")
    if len(fields) != _FIELDS:
        raise ValueError("not a requirement's line")
    name, extras, allowed, marker, url, text = fields
    return Requirement(
        NATIVE,
        name,
        tuple(extras.split(" ")) if extras else (),
        allowed,
        marker,
        source_from_url(url) if url else None,
        "",
        Origin(text=text or name + allowed),
    )
