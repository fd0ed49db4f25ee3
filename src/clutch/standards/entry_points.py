"""entry_points.txt: the commands and plugs that a project offers."""

from __future__ import annotations

import re
from collections.abc import Mapping

from clutch.base.errors import ClutchError

_EXTRAS = re.compile(r"\s*\[[^\]]*\]\s*$")


def parse_entry_points(text: str) -> Mapping[str, tuple[tuple[str, str], ...]]:
    """For each group its (name, `module:attribute` or `module`), in the order of the file; extras after it are dropped.

    Raises: ClutchError `invalid-entry-points` with the line. Source: Entry points specification §File format.
    """
    groups: dict[str, dict[str, str]] = {}
    entries: dict[str, str] | None = None
    for number, line in enumerate(text.splitlines(), 1):
        line = line.strip()
        if not line or line[0] in "#;":
            continue
        if line[0] == "[" and line[-1] == "]":
            entries = groups.setdefault(line[1:-1].strip(), {})
            continue
        name, equals, value = line.partition("=")
        if not equals or not name.strip() or not value.strip() or entries is None:
            raise ClutchError(
                "invalid-entry-points",
                f"line {number} of the entry points is neither `[group]` nor, below one, `name = module:attribute`:"
                f" `{line[:100]}`",
            )
        reference = _EXTRAS.sub("", value.strip())
        entries[name.strip()] = re.sub(r"\s*:\s*", ":", reference)
    return {group: tuple(names.items()) for group, names in groups.items()}
