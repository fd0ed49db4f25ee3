"""Lock and environment side by side."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import cast

import pytest

from clutch.base.errors import ClutchError
from clutch.cli.package_tables import render_listing
from clutch.model.environment import Environment, Interpreter
from clutch.model.plan import Installed
from clutch.model.ports import Installer
from clutch.ops.list_packages import ListOptions, list_packages
from clutch.ops.session import Session

Maker = Callable[..., Session]


def test_without_an_environment_the_lock_alone(make_session: Maker) -> None:
    report = list_packages(ListOptions(), make_session())
    assert render_listing(report) == (
        "package  locked\n"
        "checker  0.9\n"
        "colour   1.5\n"
        "engine   3.0\n"
        "shop     -\n"
        "socket   1.0, 2.0\n"
        "text     1.1\n"
        "web      2.4\n"
    )
    assert (report.environment, report.has_lock) == ("", True)


def test_direct_packages_alone(make_session: Maker) -> None:
    report = list_packages(ListOptions(direct=True), make_session())
    assert [package.name for package in report.packages] == ["checker", "colour", "text", "web"]


def test_nothing_to_list_is_said(make_session: Maker) -> None:
    with pytest.raises(ClutchError) as caught:
        list_packages(ListOptions(), make_session(packages=None))
    assert caught.value.code == "nothing-to-list"


_INTERPRETER = Interpreter("/usr/bin/python3", "/usr/bin/python3", "3.12.1", "cpython", {}, (), {}, "/usr")


class _Present:
    """An installer of the environment's port, that only tells what is there."""

    def __init__(self, installed: Sequence[Installed]) -> None:
        self._installed = installed

    def installed(self, environment: Environment) -> Sequence[Installed]:
        return self._installed


def _with_environment(session: Session, *installed: Installed) -> Session:
    class Furnished(Session):
        """A session whose environment holds these packages."""

        def environment(self) -> Environment | None:
            return Environment("/tmp/shop/.venv", _INTERPRETER)

        def installer(self, world: str) -> Installer:
            return cast("Installer", _Present(installed))

    return Furnished(session.surroundings, session.flags, session.reporter)


def _installed(name: str, version: str, direct_url: str = "") -> Installed:
    return Installed("pypi", name, version, f"/nowhere/{name}.dist-info", direct_url=direct_url)


def test_differences_between_lock_and_environment_are_marked(make_session: Maker) -> None:
    editable = '{"url": "file:///tmp/shop", "dir_info": {"editable": true}}'
    session = _with_environment(
        make_session(), _installed("web", "2.5"), _installed("pip", "24.0"), _installed("shop", "1.0", editable)
    )
    assert render_listing(list_packages(ListOptions(), session)) == (
        "package  locked    installed\n"
        "checker  0.9       -\n"
        "colour   1.5       -\n"
        "engine   3.0       -\n"
        "pip      -         24.0       not locked\n"
        "shop     -         1.0        editable: /tmp/shop\n"
        "socket   1.0, 2.0  -\n"
        "text     1.1       -\n"
        "web      2.4       2.5        differs\n"
    )


def test_without_a_lock_the_environment_alone(make_session: Maker) -> None:
    report = list_packages(ListOptions(), _with_environment(make_session(packages=None), _installed("web", "2.5")))
    assert render_listing(report) == "package  installed\nweb      2.5\n"


@pytest.mark.parametrize("direct_url", ["", "{", "[]", '{"url": "file:///x", "dir_info": {}}', '{"url": "x"}'])
def test_only_an_editable_folder_is_shown_as_one(make_session: Maker, direct_url: str) -> None:
    session = _with_environment(make_session(), _installed("web", "2.4", direct_url))
    report = list_packages(ListOptions(), session)
    assert [package.editable for package in report.packages if package.name == "web"] == [""]
