"""Dependency groups with their includes written out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from clutch.base.errors import ClutchError
from clutch.base.text import nearest
from clutch.standards.names import is_name, normalize


def expand_groups(groups: Mapping[str, Any]) -> Mapping[str, tuple[str, ...]]:
    """For each group, by its normalised name and in the order given, its requirement texts, included ones in place.

    Raises: ClutchError `invalid-dependency-groups` for anything that is no list of texts and includes, for two names
    that are one, an unknown include, and a cycle, which is named. Source: PEP 735 §Specification.
    """
    normal: dict[str, tuple[str, Sequence[Any]]] = {}
    for name, entries in groups.items():
        key = normalize(name)
        if not is_name(name):
            raise _error(f"`{name}` is not a valid name for a dependency group", name)
        if key in normal:
            raise _error(f"the dependency groups `{normal[key][0]}` and `{name}` have the same name", name)
        if not isinstance(entries, Sequence) or isinstance(entries, str):
            raise _error(f"the dependency group `{name}` is not a list", name)
        normal[key] = (name, entries)
    done: dict[str, tuple[str, ...]] = {}
    for key in normal:
        _expand(key, normal, done, ())
    return {key: done[key] for key in normal}


def _expand(
    key: str, groups: Mapping[str, tuple[str, Sequence[Any]]], done: dict[str, tuple[str, ...]], path: tuple[str, ...]
) -> tuple[str, ...]:
    if key in done:
        return done[key]
    name, entries = groups[key]
    if key in path:
        cycle = [*path[path.index(key) :], key]
        text = " includes ".join(f"`{groups[step][0]}`" for step in cycle)
        raise _error(f"dependency groups include each other in a circle: {text}", name)
    texts: list[str] = []
    for entry in entries:
        if isinstance(entry, str):
            texts.append(str(entry))
            continue
        included = _included(name, entry)
        if normalize(included) not in groups:
            hints = tuple(f"write `{near}`" for near in nearest(normalize(included), groups))
            raise _error(f"the dependency group `{name}` includes `{included}`, which does not exist", name, hints)
        texts += _expand(normalize(included), groups, done, (*path, key))
    done[key] = tuple(texts)
    return done[key]


def _included(name: str, entry: Any) -> str:
    if isinstance(entry, Mapping) and list(entry) == ["include-group"] and isinstance(entry["include-group"], str):
        return str(entry["include-group"])
    raise _error(
        f'an entry of the dependency group `{name}` is neither a text nor `{{include-group = "name"}}`: `{entry}`', name
    )


def _error(message: str, subject: str, hints: tuple[str, ...] = ()) -> ClutchError:
    return ClutchError("invalid-dependency-groups", message, subject=subject, hints=hints)
