"""The table of commands agrees with the modules, and every hint names a command that exists."""

from __future__ import annotations

import re

import pytest

from clutch.base.errors import UsageError
from clutch.cli.flags import FOLDER
from clutch.cli.main import find_verb, load_command
from clutch.cli.parse import spellings
from clutch.cli.setting_flags import ALL_EVERYWHERE
from clutch.cli.table import ALIASES, COMMANDS, GROUPS, find_row, heads, under
from clutch.cli.words import FOREIGN_OPTIONS, FOREIGN_VERBS

_VERBS = [row[0] for row in COMMANDS]


@pytest.mark.parametrize("verb", _VERBS)
def test_every_verb_has_a_declaration(verb: str) -> None:
    command = load_command(verb)
    taken: dict[str, str] = {}
    for flag in command.flags:
        for spelling in spellings(flag):
            assert spelling not in taken, f"{spelling} of {verb} means both {taken[spelling]} and {flag.long}"
            taken[spelling] = flag.long
        assert flag.help
        assert flag.help[0].islower() or not flag.help[0].isalpha()
    assert all(flag.long in taken.values() for flag in command.flags)
    declared = {flag.long for flag in (*command.flags, *ALL_EVERYWHERE)}
    for flag in command.flags:
        assert set(flag.excludes) <= declared
        assert not flag.negates or flag.negates in declared


def test_options_of_every_command_are_spelt_once() -> None:
    names = [spelling for flag in ALL_EVERYWHERE for spelling in spellings(flag)]
    assert len(names) == len(set(names))


def test_every_row_stands_under_a_heading() -> None:
    assert {row[3] for row in COMMANDS} == set(GROUPS)
    assert len(_VERBS) == len(set(_VERBS))


def test_aliases_lead_to_commands_and_hide_none() -> None:
    for word, verb in ALIASES.items():
        assert find_row(verb), word
        assert not find_row(word), word
        assert word not in FOREIGN_VERBS


def test_words_of_other_tools_are_no_commands_of_ours() -> None:
    for word in FOREIGN_VERBS:
        assert not find_row(word)
        assert word not in heads()


def test_hints_name_commands_that_exist() -> None:
    texts = [*FOREIGN_VERBS.values(), *FOREIGN_OPTIONS.values()]
    for verb in _VERBS:
        command = load_command(verb)
        texts += [*command.foreign.values(), command.stray, *(f"`{line}`" for line, _ in command.examples)]
    for text in texts:
        for words in re.findall(r"`clutch ((?:-C DIR )?[a-z]+(?: [a-z]+)?)(?=[ `\)]|$)", text):
            words = words.removeprefix("-C DIR ").split()
            assert find_row(words[0]) or words[0] in heads() or find_row(" ".join(words)), text


@pytest.mark.parametrize(
    ("typed", "verb", "rest"),
    [
        (("sync", "--dev"), "sync", ("--dev",)),
        (("install",), "sync", ()),
        (("uninstall", "numpy"), "remove", ("numpy",)),
        (("python", "pin", "3.12"), "python pin", ("3.12",)),
        (("use", "3.12"), "python pin", ("3.12",)),
        (("env", "use", "3.12"), "python pin", ("3.12",)),
        (("config",), "config list", ()),
        (("config", "--json"), "config list", ("--json",)),
        (("config", "ls"), "config list", ()),
        (("graph",), "tree", ()),
        (("python",), "python", ()),
        (("cache", "--help"), "cache", ("--help",)),
    ],
)
def test_verbs_and_the_words_that_mean_them(typed: tuple[str, ...], verb: str, rest: tuple[str, ...]) -> None:
    assert find_verb(typed) == (verb, rest)


@pytest.mark.parametrize(
    ("typed", "hint"),
    [
        (("lok",), "did you mean `clutch lock`?"),
        (("instal",), "did you mean `clutch install` (that is `clutch sync`)?"),
        (("python", "pni"), "did you mean `clutch python pin`?"),
        (("script.py",), "to run a file, write `clutch run script.py`"),
        (("shell",), FOREIGN_VERBS["shell"]),
        (("config", "set", "a", "b"), FOREIGN_VERBS["config set"]),
        (("zzzzzzzz",), "see `clutch help`"),
    ],
)
def test_an_unknown_verb_gets_the_best_hint(typed: tuple[str, ...], hint: str) -> None:
    with pytest.raises(UsageError) as caught:
        find_verb(typed)
    assert caught.value.code == "unknown-command"
    assert caught.value.hints == (hint,)


def test_what_stands_below_a_head() -> None:
    assert heads() == ("env", "python", "cache", "config")
    assert under("python") == ("list", "find", "pin")


def test_the_folder_option_is_not_a_setting() -> None:
    assert FOLDER.setting == ""


def test_every_setting_is_an_option() -> None:
    from clutch.project.setting_table import SETTINGS

    assert {setting.key for setting in SETTINGS} <= {flag.setting for flag in ALL_EVERYWHERE}
    assert {flag.setting for flag in ALL_EVERYWHERE if flag.setting} <= {setting.key for setting in SETTINGS}
