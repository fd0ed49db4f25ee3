"""Finds the package that somebody meant who mistyped its name."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from clutch.base.errors import ClutchError
from clutch.base.text import nearest
from clutch.standards.worlds import NATIVE

if TYPE_CHECKING:
    from clutch.ops.session import Session

UNKNOWN = "unknown-package"
_MOST_ASKED = 2
"""Each guess costs a request, and a third nearest name is hardly ever the one."""


def add_hint(error: ClutchError, locked: Iterable[str], session: Session) -> None:
    """Gives an error about an unknown package the nearest name that the index has, where it has none yet.

    Asks the index for at most two packages; what goes wrong there is no matter.
    """
    if error.code != UNKNOWN or error.hints:
        return
    plug = session.plug(NATIVE)
    known = {*locked, *plug.well_known} - {error.subject}
    for name in nearest(error.subject, known, _MOST_ASKED):
        try:
            plug.index.listing(name).get()
        except ClutchError:
            continue
        error.hints = (f"did you mean `{name}`?",)
        return
