"""The lock as a requirements file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from clutch.base.errors import UsageError
from clutch.model.artifact import Artifact
from clutch.model.lock import LockedPackage
from clutch.model.requirement import Source
from clutch.ops.export import ExportOptions, export
from clutch.ops.selection import Selection
from clutch.ops.session import Session

Maker = Callable[..., Session]


def _lines(session: Session, **selected: object) -> list[str]:
    options = ExportOptions(Selection(**selected), hashes=False, frozen=True)  # type: ignore[arg-type]
    return export(options, session).text.splitlines()[1:]


def test_hashes_and_markers(make_session: Maker) -> None:
    report = export(ExportOptions(Selection(dev=False), frozen=True), make_session())
    digest = {name: name.encode().hex() * 32 for name in "estw"}
    assert report.text == (
        "# made by `clutch export` from pylock.toml\n"
        f"engine==3.0 \\\n    --hash=sha256:{digest['e']}\n"
        f'socket==1.0 ; python_version < "3.12" \\\n    --hash=sha256:{digest["s"]}\n'
        'socket==2.0 ; python_version >= "3.12" and python_version < "3.13" \\\n'
        f"    --hash=sha256:{digest['s']}\n"
        f"text==1.1 \\\n    --hash=sha256:{digest['t']}\n"
        f"web==2.4 \\\n    --hash=sha256:{digest['w']}\n"
    )
    assert (report.packages, report.path, report.remarks) == (5, "", ())


def test_the_choice_answers_the_questions_for_extras_and_groups(make_session: Maker) -> None:
    session = make_session()
    assert [line for line in _lines(session) if line.startswith("c")] == ["checker==0.9", "colour==1.5"]
    assert [line for line in _lines(session, extras=("cli",), dev=False) if line.startswith("c")] == [
        'colour==1.5 ; sys_platform == "win32"'
    ]
    assert _lines(session, only_groups=("docs",)) == ["text==1.1"]


def test_an_unknown_group_names_the_nearest(make_session: Maker) -> None:
    with pytest.raises(UsageError) as caught:
        _lines(make_session(), groups=("dcos",))
    assert caught.value.hints == ("did you mean `docs`?",)


def test_other_sources(make_session: Maker) -> None:
    manifest = '[project]\nname = "x"\nversion = "1"\ndependencies = ["a", "b", "c", "d"]\n'
    packages = (
        LockedPackage("a", "1", source=Source("vcs", "https://code.example/a", "sub", vcs="git", commit="abc")),
        LockedPackage("b", "", source=Source("directory", "../b", editable=True)),
        LockedPackage("c", "", source=Source("directory", "c")),
        LockedPackage(
            "d",
            "1",
            source=Source("archive", "https://index.example/d.zip", hashes=(("sha256", "00"),)),
            sdist=Artifact("sdist", "d.zip", "https://index.example/d.zip", (("sha256", "00"),)),
        ),
    )
    session = make_session(manifest=manifest, packages=packages)
    report = export(ExportOptions(project=True, frozen=True), session)
    assert report.text.splitlines()[1:] == [
        "-e .",
        "a @ git+https://code.example/a@abc#subdirectory=sub",
        "-e ../b",
        "./c",
        "d @ https://index.example/d.zip \\",
        "    --hash=sha256:00",
    ]
    assert [remark.split()[0] for remark in report.remarks] == ["`a`", "`b`", "`c`"]


def test_a_file_is_written_whole(make_session: Maker) -> None:
    session = make_session()
    report = export(ExportOptions(output="requirements.txt", frozen=True), session)
    assert Path(session.folder, "requirements.txt").read_text() == report.text
    assert report.path == "requirements.txt"
