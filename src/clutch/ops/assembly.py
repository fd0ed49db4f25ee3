"""Joins a session to the network and to the plugs; each is imported when the session first asks for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from clutch.base.events import Reporter
from clutch.ops.session import Parts, Session, Surroundings

if TYPE_CHECKING:
    from clutch.io.fetch import Fetcher
    from clutch.ops.plug import Plug


def open_session(surroundings: Surroundings, flags: Mapping[str, object], reporter: Reporter) -> Session:
    """A session with all its parts; the caller closes it."""
    return Session(surroundings, flags, reporter, Parts(_make_fetcher, _make_plug, _list_worlds))


def _make_fetcher(session: Session) -> Fetcher:
    from clutch.ops.network import make_fetcher

    return make_fetcher(session)


def _make_plug(world: str, session: Session) -> Plug:
    from clutch.ops.ecosystems import make_plug

    return make_plug(world, session)


def _list_worlds() -> Sequence[str]:
    from clutch.ops.ecosystems import WORLDS

    return tuple(WORLDS)
