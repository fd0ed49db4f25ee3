from __future__ import annotations

import pytest

from clutch.base.errors import UsageError
from clutch.ops.selection import Choices, Chosen, Selection, choose

CHOICES = Choices(extras=("fast", "web"), groups=("dev", "docs", "test"), default_groups=("dev",))


@pytest.mark.parametrize(
    ("selection", "expected"),
    [
        (Selection(), Chosen((), ("dev",), True)),
        (Selection(dev=False), Chosen((), (), True)),
        (Selection(groups=("Docs",)), Chosen((), ("dev", "docs"), True)),
        (Selection(all_groups=True, no_groups=("test",)), Chosen((), ("dev", "docs"), True)),
        (Selection(only_groups=("docs",)), Chosen((), ("docs",), False)),
        (Selection(extras=("web",)), Chosen(("web",), ("dev",), True)),
        (Selection(all_extras=True, dev=False), Chosen(("fast", "web"), (), True)),
    ],
)
def test_selection_means_these_groups_and_extras(selection: Selection, expected: Chosen) -> None:
    assert choose(selection, CHOICES) == expected


def test_dev_flag_adds_the_group_where_it_is_no_default() -> None:
    choices = CHOICES._replace(default_groups=())
    assert choose(Selection(dev=True), choices).groups == ("dev",)


@pytest.mark.parametrize("selection", [Selection(groups=("doc",)), Selection(no_groups=("doc",))])
def test_unknown_group_is_a_usage_error_with_the_nearest_one(selection: Selection) -> None:
    with pytest.raises(UsageError) as caught:
        choose(selection, CHOICES)
    assert caught.value.code == "unknown-group"
    assert caught.value.hints == ("did you mean `docs`?",)
    assert "dev, docs and test" in caught.value.message


def test_unknown_extra_says_when_there_is_none_at_all() -> None:
    with pytest.raises(UsageError) as caught:
        choose(Selection(extras=("x",)), Choices((), (), ()))
    assert caught.value.message == "the project has no extra `x`; it has no extra at all"
