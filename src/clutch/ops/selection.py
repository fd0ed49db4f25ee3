"""Which dependency groups and extras a command works with."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from clutch.base.errors import UsageError
from clutch.base.text import join_words, nearest
from clutch.base.values import NamedTuple

DEV = "dev"


class Selection(NamedTuple):
    """What the user asked for on the command line.

    `dev` is None when not said; `only_groups` leaves the project and its dependencies out.
    """

    extras: tuple[str, ...] = ()
    all_extras: bool = False
    groups: tuple[str, ...] = ()
    no_groups: tuple[str, ...] = ()
    only_groups: tuple[str, ...] = ()
    all_groups: bool = False
    dev: bool | None = None


class Chosen(NamedTuple):
    """The outcome: `extras` and `groups` are normalised and sorted; `with_project` says whether the project counts."""

    extras: tuple[str, ...]
    groups: tuple[str, ...]
    with_project: bool

    @property
    def fact(self) -> str:
        """One line for stamps."""
        words = (*self.groups, *(f"[{extra}]" for extra in self.extras), *(() if self.with_project else ("-",)))
        return " ".join(words)


class Choices(NamedTuple):
    """What a manifest (or a lock) has to choose from."""

    extras: Sequence[str]
    groups: Sequence[str]
    default_groups: Sequence[str]


def choose(selection: Selection, choices: Choices) -> Chosen:
    """The groups and extras that this selection means.

    Raises: UsageError `unknown-group`, `unknown-extra`, with the nearest real one.
    """
    extras = set(choices.extras if selection.all_extras else _known("extra", selection.extras, choices.extras))
    if selection.only_groups:
        only = _known("group", selection.only_groups, choices.groups)
        return Chosen(tuple(sorted(extras)), tuple(sorted(only)), with_project=False)
    groups = set(choices.groups if selection.all_groups else choices.default_groups)
    groups.update(_known("group", selection.groups, choices.groups))
    if selection.dev and DEV in choices.groups:
        groups.add(DEV)
    if selection.dev is False:
        groups.discard(DEV)
    groups.difference_update(_known("group", selection.no_groups, choices.groups))
    return Chosen(tuple(sorted(extras)), tuple(sorted(groups)), with_project=True)


def _known(noun: str, names: Iterable[str], existing: Sequence[str]) -> set[str]:
    from clutch.standards.names import normalize

    found = set()
    for name in names:
        if normalize(name) not in existing:
            there = f"there are {join_words(sorted(existing))}" if existing else f"it has no {noun} at all"
            near = nearest(normalize(name), existing)
            hints = (f"did you mean `{near[0]}`?",) if near else ()
            message = f"the project has no {noun} `{name}`; {there}"
            raise UsageError(f"unknown-{noun}", message, subject=name, hints=hints)
        found.add(normalize(name))
    return found
