"""Every path from the project to a package."""

from __future__ import annotations

from collections.abc import Callable

from clutch.cli.package_tables import render_why
from clutch.model.lock import LockedPackage
from clutch.ops.session import Session
from clutch.ops.why import WhyOptions, why

Maker = Callable[..., Session]


def test_each_path_with_the_line_where_it_begins(make_session: Maker) -> None:
    session = make_session()
    assert render_why(why(WhyOptions("Colour"), session), session.folder) == (
        "colour 1.5\n"
        "  shop (extra cli)  pyproject.toml:11\n"
        '  └─ colour 1.5  (>=1 ; sys_platform == "win32")\n'
        "  shop (group dev)  pyproject.toml:14\n"
        "  └─ checker 0.9  (any version)\n"
        "     └─ colour 1.5  (any version)\n"
    )


def test_all_versions_are_led_to_and_circles_are_left(make_session: Maker) -> None:
    report = why(WhyOptions("socket"), make_session())
    assert report.versions == ("1.0", "2.0")
    assert [[step.name for step in path.steps] for path in report.paths] == [["web", "engine", "socket"]] * 2
    assert not report.is_cut


def test_the_shortest_paths_come_first_and_the_rest_is_cut(make_session: Maker) -> None:
    names = [f"p{number:02}" for number in range(20)]
    packages = tuple(LockedPackage(name, "1", edges=tuple(names[at + 1 :])) for at, name in enumerate(names))
    manifest = '[project]\nname = "deep"\nversion = "1"\ndependencies = ["p00", "p19"]\n'
    report = why(WhyOptions("p19"), make_session(manifest=manifest, packages=packages))
    assert [len(path.steps) for path in report.paths[:3]] == [1, 2, 3]
    assert (len(report.paths), report.is_cut) == (200, True)
    assert len(why(WhyOptions("p19", most=1), make_session(manifest=manifest, packages=packages)).paths) == 1


def test_what_nothing_leads_to_is_said(make_session: Maker) -> None:
    session = make_session(packages=(LockedPackage("alone", "1"),))
    assert "nothing in the project leads to it" in render_why(why(WhyOptions("alone"), session), session.folder)
