"""The parser: spellings, values, words, and one sentence for everything that is wrong."""

from __future__ import annotations

import pytest

from clutch.base.errors import UsageError
from clutch.cli.command import Arguments, Command, Flag, Positional
from clutch.cli.flags import FOLDER
from clutch.cli.parse import parse_arguments, parse_front
from clutch.cli.setting_flags import ALL_EVERYWHERE

_FLAGS = (
    Flag("--group", "with this group", "-G", "NAME", repeatable=True, splits=True, aliases=("--with",)),
    Flag("--bounds", "bounds", value="KIND", choices=("lower", "exact"), sets=(("--save-exact", "exact"),)),
    Flag("--locked", "locked", aliases=("--deploy",), excludes=("--frozen",)),
    Flag("--frozen", "frozen"),
    Flag("--dev", "dev", "-D", negates="--no-dev"),
    Flag("--no-dev", "no dev", negates="--dev"),
    Flag("--depth", "levels", "-d", "N"),
)


def _command(*positionals: Positional, stray: str = "") -> Command:
    return Command(
        run=lambda invocation: 0,
        description="",
        flags=_FLAGS,
        positionals=positionals,
        foreign={"--user": "leave it out"},
        stray=stray,
    )


def _parse(*tokens: str, command: Command | None = None) -> Arguments:
    return parse_arguments("try", command or _command(Positional("NAME", "a name", "any")), ALL_EVERYWHERE, tokens, {})


def _refusal(*tokens: str, command: Command | None = None) -> UsageError:
    with pytest.raises(UsageError) as caught:
        _parse(*tokens, command=command)
    assert caught.value.exit_code == 2
    return caught.value


@pytest.mark.parametrize(
    "tokens",
    [
        ("--group", "docs"),
        ("--group=docs",),
        ("-G", "docs"),
        ("-Gdocs",),
        ("-G=docs",),
        ("-qG", "docs"),
        ("--with", "docs"),
    ],
)
def test_a_value_may_be_written_in_every_usual_way(tokens: tuple[str, ...]) -> None:
    assert _parse(*tokens).texts("--group") == ("docs",)


def test_commas_separate_the_names_of_groups() -> None:
    assert _parse("--group", "docs, test", "-G", "lint").texts("--group") == ("docs", "test", "lint")


def test_short_switches_may_stand_together() -> None:
    arguments = _parse("-qvq", "-D")
    assert (arguments.times("--quiet"), arguments.times("--verbose"), arguments.has("--dev")) == (2, 1, True)


def test_words_and_options_may_be_mixed() -> None:
    arguments = _parse("one", "--locked", "two")
    assert arguments.words("NAME") == ("one", "two")
    assert arguments.has("--locked")


def test_after_two_dashes_everything_is_a_word() -> None:
    arguments = _parse("--locked", "--", "--dev", "-x")
    assert arguments.words("NAME") == ("--dev", "-x")
    assert not arguments.has("--dev")


def test_the_words_of_a_command_line_end_the_options() -> None:
    command = _command(Positional("COMMAND", "a command", "rest"))
    arguments = _parse("--dev", "pytest", "--locked", "--", "-q", command=command)
    assert arguments.words("COMMAND") == ("pytest", "--locked", "--", "-q")
    assert not arguments.has("--locked")


def test_an_alias_may_carry_a_value() -> None:
    assert _parse("--save-exact").text("--bounds") == "exact"
    assert _parse("--no-color").text("--color") == "never"


def test_of_opposites_the_last_one_wins() -> None:
    assert not _parse("--dev", "--no-dev").has("--dev")
    assert not _parse("--no-dev", "-D").has("--no-dev")


def test_of_single_values_the_last_one_wins() -> None:
    assert _parse("--color", "always", "--color", "never").text("--color") == "never"


def test_an_unknown_option_names_the_nearest() -> None:
    error = _refusal("--forzen")
    assert error.code == "unknown-option"
    assert error.message == "`clutch try` has no option `--forzen`"
    assert error.hints == ("did you mean `--frozen`?",)


def test_an_option_of_another_tool_gets_the_clutch_word() -> None:
    assert _refusal("--user").hints == ("leave it out",)
    assert _refusal("--extra-index-url", "x").hints[0].startswith("write `--index URL`")


def test_a_wrong_letter_among_short_switches_is_named_alone() -> None:
    assert _refusal("-qZ").message == "`clutch try` has no option `-Z`"


@pytest.mark.parametrize("tokens", [("--group",), ("--group", "--dev"), ("-G",), ("--group=",)])
def test_a_missing_value_is_said(tokens: tuple[str, ...]) -> None:
    error = _refusal(*tokens)
    assert error.code == "missing-value"
    assert error.message.endswith("needs a value: NAME")


def test_a_switch_takes_no_value() -> None:
    assert _refusal("--locked=yes").code == "unwanted-value"


def test_a_choice_that_does_not_exist_names_the_nearest() -> None:
    error = _refusal("--bounds", "lowr")
    assert error.message == "`--bounds` is one of lower or exact, found `lowr`"
    assert error.hints == ("did you mean `lower`?",)


def test_contradicting_options_are_refused() -> None:
    assert _refusal("--deploy", "--frozen").message == "`--locked` and `--frozen` contradict each other"


def test_a_missing_word_is_said() -> None:
    error = _refusal(command=_command(Positional("NAME", "a name", "some")))
    assert error.message == "`clutch try` needs NAME: a name"


def test_a_word_too_many_gets_the_hint_of_the_command() -> None:
    error = _refusal("numpy", command=_command(stray="run `clutch add {word}`"))
    assert error.message == "`clutch try` does not take `numpy`"
    assert error.hints == ("run `clutch add numpy`",)


def test_a_word_outside_the_choices_names_the_nearest() -> None:
    error = _refusal("zhs", command=_command(Positional("SHELL", "a shell", "optional", ("bash", "zsh"))))
    assert error.hints == ("did you mean `zsh`?",)


def test_help_needs_no_words() -> None:
    assert _parse("--help", command=_command(Positional("NAME", "a name", "some"))).has("--help")


@pytest.mark.parametrize("number", ["two", "-1", "1.5"])
def test_a_number_has_to_be_one(number: str) -> None:
    arguments = _parse(f"--depth={number}")
    with pytest.raises(UsageError, match="expects a whole number"):
        arguments.number("--depth")
    assert _parse("-d3").number("--depth") == 3


def test_before_the_verb_c_is_a_folder_and_after_it_a_build_setting() -> None:
    front = parse_front(("-C", "sub", "-q", "try", "-C", "a=b"), (FOLDER, *ALL_EVERYWHERE))
    assert front.given == {"--directory": ["sub"], "--quiet": [""]}
    assert front.rest == ("try", "-C", "a=b")
    arguments = parse_arguments("try", _command(), ALL_EVERYWHERE, front.rest[1:], front.given)
    assert arguments.texts("--config-settings") == ("a=b",)
    assert arguments.text("--directory") == "sub"


def test_a_folder_after_the_verb_is_answered_with_the_right_place() -> None:
    error = _refusal("-C", "sub")
    assert "clutch -C DIR COMMAND" in error.hints[0]


@pytest.mark.parametrize("platform", ["linux-64", "osx-arm64", "win-64", "manylinux_2_28_x86_64", "macos"])
def test_a_platform_after_p_is_answered_with_the_right_option(platform: str) -> None:
    assert "clutch locks for all platforms" in _refusal("-p", platform).hints[0]


def test_a_project_after_p_is_answered_with_the_right_option(tmp_path: object) -> None:
    folder = str(tmp_path)
    with open(f"{folder}/pyproject.toml", "w") as file:
        file.write("")
    assert "clutch -C DIR COMMAND" in _refusal("-p", folder).hints[0]


@pytest.mark.parametrize("request_text", ["3.12", "pypy3.11", "/usr/bin/python3", ">=3.11,<3.14", "python3.12"])
def test_a_python_after_p_is_taken(request_text: str) -> None:
    assert _parse("-p", request_text).text("--python") == request_text
