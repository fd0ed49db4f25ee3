"""What one candidate says of itself."""

from __future__ import annotations

from clutch.base.values import NamedTuple
from clutch.model.requirement import Requirement


class Facts(NamedTuple):
    """The metadata that resolution needs.

    `requires` are in the order of the metadata, extras still in their markers (`extra == "x"`); `extras` are the
    provided extras, normalised and sorted; `python` is its requires-python text; `version` what the metadata itself
    states.
    """

    name: str
    version: str
    requires: tuple[Requirement, ...] = ()
    extras: tuple[str, ...] = ()
    python: str = ""
