"""The tree, downwards, upwards, cut off."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from clutch.base.errors import ClutchError, NotFoundError
from clutch.cli.package_tables import render_tree
from clutch.ops.session import Session
from clutch.ops.tree import TreeOptions, tree

Maker = Callable[..., Session]


def test_the_whole_tree_expands_each_package_once(make_session: Maker) -> None:
    shown = render_tree(tree(TreeOptions(), make_session()), is_ascii=False)
    assert shown == (
        "shop 1.0\n"
        "├── web 2.4 ([fast] >=2)\n"
        "│   ├── engine 3.0 (>=3)\n"
        '│   │   ├── socket 1.0 (>=1 ; python_version < "3.13")\n'
        '│   │   ├── socket 2.0 (>=1 ; python_version < "3.13")\n'
        "│   │   └── web 2.4 (*)\n"
        "│   └── text 1.1 (>=1)\n"
        "├── text 1.1\n"
        '├── colour 1.5 (>=1 ; sys_platform == "win32") [extra cli]\n'
        "├── checker 0.9 [group dev]\n"
        "│   ├── colour 1.5\n"
        "│   └── text 1.1\n"
        "└── text 1.1 (>=1) [group docs]\n"
    )


def test_depth_cuts(make_session: Maker) -> None:
    report = tree(TreeOptions(depth=1), make_session())
    assert [(node.name, node.children) for node in report.trees[0].children] == [
        ("web", ()),
        ("text", ()),
        ("colour", ()),
        ("checker", ()),
        ("text", ()),
    ]


def test_upwards_from_a_package(make_session: Maker) -> None:
    shown = render_tree(tree(TreeOptions(("colour",), invert=True), make_session()), is_ascii=True)
    assert shown == (
        "colour 1.5\n"
        '|-- shop (>=1 ; sys_platform == "win32") [extra cli]\n'
        "`-- checker 0.9\n"
        "    `-- shop [group dev]\n"
    )  # fmt: skip


def test_upwards_begins_with_what_needs_nothing(make_session: Maker) -> None:
    report = tree(TreeOptions(invert=True), make_session())
    assert [(node.name, node.version) for node in report.trees] == [
        ("colour", "1.5"),
        ("socket", "1.0"),
        ("socket", "2.0"),
        ("text", "1.1"),
    ]


def test_an_unknown_package_names_the_nearest(make_session: Maker) -> None:
    with pytest.raises(NotFoundError) as caught:
        tree(TreeOptions(("engin",)), make_session())
    assert caught.value.message == "`engin` is not in the lock"
    assert caught.value.hints == ("did you mean `engine`?",)


def test_without_a_lock_there_is_no_tree(make_session: Maker) -> None:
    with pytest.raises(ClutchError) as caught:
        tree(TreeOptions(), make_session(packages=None))
    assert caught.value.code == "no-lock"
