"""One package."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from clutch.base.errors import NotFoundError
from clutch.cli.package_tables import render_show
from clutch.ops.session import Session
from clutch.ops.show import ShowOptions, show

Maker = Callable[..., Session]


def test_what_a_package_needs_and_what_needs_it(make_session: Maker) -> None:
    assert render_show(show(ShowOptions("Web"), make_session()), show_files=True) == (
        "web\n"
        "  installed: no\n"
        "  locked: 2.4\n"
        "    requires:\n"
        "      engine >=3\n"
        "      text >=1\n"
        "    required by:\n"
        "      engine 3.0\n"
        "      shop [fast] >=2\n"
        "    files:\n"
        "      web-2.4-py3-none-any.whl\n"
    )


def test_each_locked_version(make_session: Maker) -> None:
    report = show(ShowOptions("socket"), make_session())
    assert [(each.version, each.marker) for each in report.locked] == [
        ("1.0", 'python_version < "3.12"'),
        ("2.0", 'python_version >= "3.12" and python_version < "3.13"'),
    ]


@pytest.mark.parametrize("packages", [None, ()])
def test_what_is_nowhere_is_said(make_session: Maker, packages: tuple[()] | None) -> None:
    with pytest.raises(NotFoundError) as caught:
        show(ShowOptions("web"), make_session(packages=packages))
    assert caught.value.message == "`web` is neither locked nor installed"
