"""The table of plugs: which worlds of packages there are, and how each is joined to a session."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from clutch.base.errors import ClutchError

if TYPE_CHECKING:
    from clutch.ops.plug import Plug
    from clutch.ops.session import Session


def _make_pypi(session: Session) -> Plug:
    from clutch.ops.pypi_plug import PypiPlug

    return PypiPlug(session)


WORLDS: Mapping[str, Callable[[Session], Plug]] = {"pypi": _make_pypi}
"""World name to what makes its plug."""


def make_plug(world: str, session: Session) -> Plug:
    """The plug of this world. Raises: ClutchError `unknown-world`."""
    maker = WORLDS.get(world)
    if maker is None:
        raise ClutchError("unknown-world", f"there is no kind of packages called `{world}`", subject=world)
    return maker(session)
