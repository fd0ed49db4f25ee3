"""What a command declares of itself, and what it is given when it runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from clutch.base.errors import UsageError
from clutch.base.values import NamedTuple

if TYPE_CHECKING:
    from clutch.cli.terminal import Terminal
    from clutch.ops.session import Session

OPTIONS = "Options"
SELECTION = "What to install"
GLOBAL = "Everywhere"


class Flag(NamedTuple):
    """One option, under its one true name `long`.

    `value` is the name of its value in help, empty for a switch; `aliases` are hidden spellings of other tools;
    `negates` is the flag that this one takes back (the last one given wins); `excludes` are flags that contradict it;
    `splits` says that commas separate values; `setting` is the key of the setting that it sets; `check` gives the
    sentence that refuses a value, empty when the value will do. `sets` are aliases that carry a value of their own, as
    `--no-color` for `--color never`: pairs (spelling, value).
    """

    long: str
    help: str
    short: str = ""
    value: str = ""
    repeatable: bool = False
    choices: tuple[str, ...] = ()
    hidden: bool = False
    aliases: tuple[str, ...] = ()
    negates: str = ""
    excludes: tuple[str, ...] = ()
    splits: bool = False
    setting: str = ""
    check: Callable[[str], str] | None = None
    sets: tuple[tuple[str, str], ...] = ()
    section: str = OPTIONS


class Positional(NamedTuple):
    """Words after the verb. `arity` is `one`, `optional`, `some` (one or more), `any` or `rest` (ends the options)."""

    name: str
    help: str
    arity: str = "one"
    choices: tuple[str, ...] = ()


class Command(NamedTuple):
    """All that parsing, help, completion and the reference need to know of one verb.

    `description` may have several paragraphs; `examples` are (command line, what it does); `foreign` are options of
    other tools that have no counterpart here, each with the hint that says what to do instead; `stray` is the hint
    for a word too many (`{word}` is replaced by it).
    """

    run: Callable[[Invocation], int]
    description: str
    flags: tuple[Flag, ...] = ()
    positionals: tuple[Positional, ...] = ()
    examples: tuple[tuple[str, str], ...] = ()
    has_json: bool = False
    foreign: Mapping[str, str] = {}
    stray: str = ""


class Arguments:
    """The options and words of one command line; every question names the flag's long name."""

    __slots__ = ("_given", "_words")

    def __init__(self, given: Mapping[str, Sequence[str]], words: Mapping[str, Sequence[str]]) -> None:
        self._given = given
        self._words = words

    def has(self, flag: str) -> bool:
        """Whether the option was given."""
        return flag in self._given

    def times(self, flag: str) -> int:
        """How often it was given."""
        return len(self._given.get(flag, ()))

    def text(self, flag: str, default: str = "") -> str:
        """The last value given."""
        values = self._given.get(flag)
        return values[-1] if values else default

    def texts(self, flag: str) -> tuple[str, ...]:
        """All values, in the order given."""
        return tuple(self._given.get(flag, ()))

    def number(self, flag: str, default: int = 0) -> int:
        """The value as a whole number. Raises: UsageError `not-a-number`."""
        text = self.text(flag)
        if not text:
            return default
        if not text.isdecimal():
            raise UsageError("not-a-number", f"`{flag}` expects a whole number, found `{text}`", subject=flag)
        return int(text)

    def words(self, positional: str) -> tuple[str, ...]:
        """The words given for a positional, in order."""
        return tuple(self._words.get(positional, ()))

    def word(self, positional: str, default: str = "") -> str:
        """The one word given for a positional."""
        words = self._words.get(positional)
        return words[0] if words else default


class Invocation(NamedTuple):
    """One command at work: what was typed, where it prints, and the session for its operation.

    `elapsed_s` tells the seconds since the process began its work.
    """

    verb: str
    arguments: Arguments
    terminal: Terminal
    session: Session
    elapsed_s: Callable[[], float]

    @property
    def wants_json(self) -> bool:
        """Whether stdout is to carry JSON."""
        return self.arguments.has("--json")
