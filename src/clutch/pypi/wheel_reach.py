"""The environments that a set of wheels can serve."""

from __future__ import annotations

from collections.abc import Sequence

from clutch.base.errors import ClutchError
from clutch.standards.filename import parse_wheel_filename
from clutch.standards.tags import wheel_marker

_FOR_ALL = ("-py3-none-any.whl", "-py2.py3-none-any.whl", "-py3.py2-none-any.whl")


def serves_all(filename: str) -> bool:
    """Whether this wheel serves every environment."""
    return filename.endswith(_FOR_ALL)


def wheels_reach(filenames: Sequence[str]) -> str:
    """Marker text of the environments that some of the wheels can serve; empty for all, `never` for none."""
    if any(map(serves_all, filenames)):
        return ""
    tags: dict[str, None] = {}
    for filename in filenames:
        try:
            tags.update(dict.fromkeys(parse_wheel_filename(filename).tags))
        except ClutchError:
            continue
    return wheel_marker(list(tags)) if tags else "never"
