"""Command lines to `Arguments`.

An own parser, because argparse costs 8 ms at start and its declarations cannot be turned into completion and docs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from clutch.base.errors import UsageError
from clutch.base.text import join_words, nearest
from clutch.base.values import NamedTuple
from clutch.cli.command import Arguments, Command, Flag, Positional
from clutch.cli.words import FOREIGN_OPTIONS

Given = dict[str, list[str]]
"""Long name of a flag to the values it was given; a switch has one empty text for each time."""


class Front(NamedTuple):
    """What stands before the verb: its options, the words from the verb on."""

    given: Given
    rest: tuple[str, ...]


def parse_front(tokens: Sequence[str], flags: Iterable[Flag]) -> Front:
    """The options before the verb, and everything from the verb on.

    Raises: UsageError as `parse_arguments`.
    """
    reader = _Reader("clutch", tuple(flags), {}, stops_at_word=True)
    reader.read(tokens)
    return Front(reader.given, tuple(reader.words))


def parse_arguments(
    verb: str, command: Command, flags: Iterable[Flag], tokens: Sequence[str], front: Given
) -> Arguments:
    """What was typed after the verb, checked against the declaration; `flags` are the ones accepted everywhere.

    Raises: UsageError `unknown-option`, `missing-value`, `unwanted-value`, `invalid-value`, `contradicting-options`,
    `missing-argument`, `unexpected-argument`.
    """
    has_rest = bool(command.positionals) and command.positionals[-1].arity == "rest"
    reader = _Reader(f"clutch {verb}", (*command.flags, *flags), command.foreign, stops_at_word=has_rest)
    reader.given.update({name: list(values) for name, values in front.items()})
    reader.read(tokens)
    reader.check_contradictions()
    if reader.given.keys() & {"--help", "--version"}:
        return Arguments(reader.given, {})
    return Arguments(reader.given, _assign(verb, command, reader.words))


def spellings(flag: Flag) -> tuple[str, ...]:
    """Every way to type a flag, hidden ones included."""
    own = (flag.long, flag.short) if flag.short else (flag.long,)
    return (*own, *flag.aliases, *(spelling for spelling, _ in flag.sets))


class _Reader:
    """One pass over the tokens of one command line."""

    def __init__(self, place: str, flags: tuple[Flag, ...], foreign: Mapping[str, str], *, stops_at_word: bool) -> None:
        self.place = place
        self.flags = flags
        self.foreign = {**FOREIGN_OPTIONS, **foreign}
        self.stops_at_word = stops_at_word
        self.by_spelling: dict[str, Flag] = {}
        for flag in reversed(flags):  # a command's own flag comes first and wins over a general one
            self.by_spelling.update(dict.fromkeys(spellings(flag), flag))
        self.given: Given = {}
        self.words: list[str] = []

    def read(self, tokens: Sequence[str]) -> None:
        position = 0
        while position < len(tokens):
            token = tokens[position]
            if token == "--":
                self.words.extend(tokens[position + 1 :])
                return
            if token == "-" or not token.startswith("-"):
                if self.stops_at_word:
                    self.words.extend(tokens[position:])
                    return
                self.words.append(token)
                position += 1
                continue
            following = tokens[position + 1] if position + 1 < len(tokens) else None
            used_following = self._long(token, following) if token.startswith("--") else self._shorts(token, following)
            position += 2 if used_following else 1

    def check_contradictions(self) -> None:
        for flag in self.flags:
            if flag.long not in self.given:
                continue
            for other in flag.excludes:
                if other in self.given:
                    message = f"`{flag.long}` and `{other}` contradict each other"
                    raise UsageError("contradicting-options", message, subject=flag.long)

    def _long(self, token: str, following: str | None) -> bool:
        """Reads one `--name`, `--name=value`; true when it used the next token."""
        name, equals, value = token.partition("=")
        flag = self._find(name)
        for spelling, carried in flag.sets:
            if name == spelling:
                self._store(flag, carried, name)
                return False
        if not flag.value:
            if equals:
                raise UsageError("unwanted-value", f"`{name}` takes no value", subject=name)
            self._store(flag, "", name)
            return False
        if equals:
            self._store(flag, value, name)
            return False
        self._store(flag, self._following(flag, name, following), name)
        return True

    def _shorts(self, token: str, following: str | None) -> bool:
        """Reads `-a`, `-abc` and `-pVALUE`; true when it used the next token."""
        if token in self.by_spelling and len(token) > 2:  # an alias such as `-py`
            return self._long(token, following)
        for at in range(1, len(token)):
            name = "-" + token[at]
            flag = self._find(name, whole=token)
            if not flag.value:
                self._store(flag, "", name)
                continue
            attached = token[at + 1 :]
            if attached:
                self._store(flag, attached.removeprefix("="), name)
                return False
            self._store(flag, self._following(flag, name, following), name)
            return True
        return False

    def _find(self, name: str, whole: str = "") -> Flag:
        flag = self.by_spelling.get(name)
        if flag is not None:
            return flag
        shown = whole if whole in self.foreign else name
        message = f"`{self.place}` has no option `{shown}`"
        raise UsageError("unknown-option", message, subject=shown, hints=self._hints(shown))

    def _hints(self, name: str) -> tuple[str, ...]:
        if name in self.foreign:
            return (self.foreign[name],)
        visible = [flag.long for flag in self.flags if not flag.hidden] if name.startswith("--") else []
        near = nearest(name, dict.fromkeys(visible), most=2)
        if near:
            return (f"did you mean {join_words([f'`{flag}`' for flag in near], 'or')}?",)
        return (f"see `{self.place} --help`",)

    def _following(self, flag: Flag, name: str, following: str | None) -> str:
        if following is None or (following.startswith("-") and len(following) > 1):
            hints = (f"write `{flag.long}=VALUE` for a value that begins with a dash",) if following else ()
            raise UsageError("missing-value", f"`{name}` needs a value: {flag.value}", subject=name, hints=hints)
        return following

    def _store(self, flag: Flag, value: str, name: str) -> None:
        values = [part.strip() for part in value.split(",") if part.strip()] if flag.splits else [value]
        if flag.value and not all(values or [""]):
            raise UsageError("missing-value", f"`{name}` needs a value: {flag.value}", subject=name)
        for one in values:
            self._check(flag, one, name)
        if flag.negates:
            self.given.pop(flag.negates, None)
        for other in self.flags:
            if other.negates == flag.long:
                self.given.pop(other.long, None)
        self.given.setdefault(flag.long, []).extend(values)

    def _check(self, flag: Flag, value: str, name: str) -> None:
        if flag.choices and value not in flag.choices:
            message = f"`{name}` is one of {join_words(flag.choices, 'or')}, found `{value}`"
            raise UsageError("invalid-value", message, subject=name, hints=_near_hint(value, flag.choices))
        hint = flag.check(value) if flag.check is not None else ""
        if hint:
            raise UsageError("invalid-value", f"`{name}` cannot be `{value}`", subject=name, hints=(hint,))


def _assign(verb: str, command: Command, words: Sequence[str]) -> dict[str, Sequence[str]]:
    """Gives the words to the positionals, in order. Raises: UsageError."""
    assigned: dict[str, Sequence[str]] = {}
    left = list(words)
    for positional in command.positionals:
        taken = left if positional.arity in ("some", "any", "rest") else left[:1]
        left = left[len(taken) :]
        if not taken and positional.arity in ("one", "some", "rest"):
            message = f"`clutch {verb}` needs {positional.name}: {positional.help}"
            raise UsageError(
                "missing-argument", message, subject=positional.name, hints=(f"see `clutch {verb} --help`",)
            )
        for word in taken:
            _check_word(verb, positional, word)
        assigned[positional.name] = taken
    if left:
        stray = command.stray.replace("{word}", left[0]) if command.stray else f"see `clutch {verb} --help`"
        message = f"`clutch {verb}` does not take `{left[0]}`"
        raise UsageError("unexpected-argument", message, subject=left[0], hints=(stray,))
    return assigned


def _check_word(verb: str, positional: Positional, word: str) -> None:
    if positional.choices and word not in positional.choices:
        message = f"`clutch {verb}` takes {join_words(positional.choices, 'or')}, found `{word}`"
        raise UsageError("invalid-value", message, subject=word, hints=_near_hint(word, positional.choices))


def _near_hint(word: str, choices: Sequence[str]) -> tuple[str, ...]:
    near = nearest(word, choices)
    return (f"did you mean `{near[0]}`?",) if near else ()
