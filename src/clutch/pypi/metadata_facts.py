"""Facts from what a package ships of itself: METADATA, PKG-INFO, or the static part of a `pyproject.toml`."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence

from clutch.base.errors import ClutchError
from clutch.io.files import read_bytes
from clutch.model.facts import Facts
from clutch.model.requirement import Requirement
from clutch.pypi.lenient import python_text, requirement_of
from clutch.standards.metadata import parse_metadata
from clutch.standards.names import is_name, normalize
from clutch.standards.version import parse_version

_STATIC_SINCE = (2, 2)
_RESOLUTION_FIELDS = frozenset({"name", "version", "requires-dist", "requires-python", "provides-extra"})
_DYNAMIC_KEYS = frozenset({"version", "dependencies", "optional-dependencies", "requires-python"})


def facts_from_metadata(content: bytes, place: str, name: str = "") -> Facts:
    """The facts in a METADATA file; `name` is the project that it must be of, when given.

    Raises: ClutchError `no-metadata` with `place` for what cannot be understood or belongs to another project.
    Source: Core metadata specifications.
    """
    try:
        metadata = parse_metadata(content)
        facts = Facts(
            normalize(metadata.name),
            parse_version(metadata.version).text,
            tuple(requirement_of(text) for text in metadata.requires),
            tuple(sorted({normalize(extra) for extra in metadata.extras})),
            python_text(metadata.python),
        )
    except ClutchError as error:
        raise no_metadata(name, place, f"is not valid: {error.message}") from error
    if name and facts.name != name:
        raise no_metadata(name, place, f"belongs to `{facts.name}`")
    return facts


def facts_from_tree(folder: str, *, is_sdist: bool) -> Facts | None:
    """What a source tree says of itself without being built; None when it has to be built.

    PKG-INFO (of an sdist) counts with metadata 2.2 or newer and no field dynamic that resolution needs; a
    `pyproject.toml` when `[project]` has all of them as static.
    Source: Core metadata specifications §Dynamic (PEP 643), pyproject.toml specification §dynamic (PEP 621).
    """
    if is_sdist:
        path = os.path.join(folder, "PKG-INFO")
        if os.path.isfile(path):
            facts = facts_from_package_info(read_bytes(path), path)
            if facts is not None:
                return facts
    path = os.path.join(folder, "pyproject.toml")
    return _facts_from_project_file(path) if os.path.isfile(path) else None


def facts_from_package_info(content: bytes, place: str) -> Facts | None:
    """The facts of an sdist's PKG-INFO; None when it leaves open what a build would say."""
    try:
        metadata = parse_metadata(content)
    except ClutchError:
        return None
    numbers = tuple(int(part) for part in metadata.metadata_version.split(".") if part.isdigit())
    if numbers < _STATIC_SINCE or any(field.lower() in _RESOLUTION_FIELDS for field in metadata.dynamic):
        return None
    return facts_from_metadata(content, place)


def no_metadata(name: str, place: str, reason: str) -> ClutchError:
    """The error for a candidate whose metadata cannot be had; the solver goes on with another."""
    return ClutchError("no-metadata", f"the metadata in `{place}` {reason}", subject=name)


def _facts_from_project_file(path: str) -> Facts | None:
    project = _read_project_table(path)
    if project is None:
        return None
    name, version = project.get("name"), project.get("version")
    dynamic = project.get("dynamic", [])
    if not isinstance(name, str) or not isinstance(version, str) or not isinstance(dynamic, list) or not is_name(name):
        return None
    if _DYNAMIC_KEYS.intersection(each for each in dynamic if isinstance(each, str)):
        return None
    try:
        requires = [requirement_of(text) for text in _texts(project.get("dependencies", []))]
        optional = project.get("optional-dependencies", {})
        extras = sorted({normalize(extra) for extra in optional}) if isinstance(optional, dict) else []
        if isinstance(optional, dict):
            for extra, texts in optional.items():
                requires += [_under_extra(requirement_of(text), normalize(extra)) for text in _texts(texts)]
        python = project.get("requires-python", "")
        python = python_text(python) if isinstance(python, str) else ""
        return Facts(normalize(name), parse_version(version).text, tuple(requires), tuple(extras), python)
    except ClutchError:
        # A backend may be more lenient, or its error says more.
        return None


def _read_project_table(path: str) -> Mapping[str, object] | None:
    import tomllib

    try:
        document = tomllib.loads(read_bytes(path).decode())
    except ValueError as error:
        raise ClutchError("invalid-toml", f"`{path}` is not valid TOML: {error}", subject=path) from error
    project = document.get("project")
    return project if isinstance(project, dict) else None


def _texts(value: object) -> Sequence[str]:
    return [text for text in value if isinstance(text, str)] if isinstance(value, list) else []


def _under_extra(requirement: Requirement, extra: str) -> Requirement:
    """The requirement, wanted with an extra only, as a backend would write it into METADATA."""
    from clutch.standards.marker import conjunction, parse_marker, render_marker

    test = parse_marker(f'extra == "{extra}"')
    marker = conjunction(parse_marker(requirement.marker), test) if requirement.marker else test
    return requirement._replace(marker=render_marker(marker))
