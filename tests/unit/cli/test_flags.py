"""The choice of groups and extras."""

from __future__ import annotations

import pytest

from clutch.base.errors import UsageError
from clutch.cli.command import Command
from clutch.cli.flags import read_selection, selection_flags
from clutch.cli.parse import parse_arguments
from clutch.ops.selection import Selection


def _select(*tokens: str, with_is_group: bool = True) -> Selection:
    command = Command(run=lambda invocation: 0, description="", flags=selection_flags(with_is_group=with_is_group))
    return read_selection(parse_arguments("sync", command, (), tokens, {}))


@pytest.mark.parametrize(
    ("tokens", "selection"),
    [
        ((), Selection()),
        (("-D",), Selection(dev=True)),
        (("--no-dev",), Selection(dev=False)),
        (("--production",), Selection(dev=False)),
        (("--with", "docs,test", "--without", "lint"), Selection(groups=("docs", "test"), no_groups=("lint",))),
        (("--only-dev",), Selection(only_groups=("dev",))),
        (("-E", "http2", "--extra", "cli"), Selection(extras=("http2", "cli"))),
        (("--all-extras", "--all-groups"), Selection(all_extras=True, all_groups=True)),
    ],
)
def test_words_of_all_tools_choose(tokens: tuple[str, ...], selection: Selection) -> None:
    assert _select(*tokens) == selection


def test_with_is_no_group_where_it_names_a_package() -> None:
    with pytest.raises(UsageError):
        _select("--with", "docs", with_is_group=False)


def test_only_groups_and_extras_contradict() -> None:
    with pytest.raises(UsageError, match="contradict"):
        _select("--only-group", "docs", "--extra", "http2")
