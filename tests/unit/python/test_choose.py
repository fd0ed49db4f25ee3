from pathlib import Path

import pytest

from clutch.base.errors import ClutchError, NotFoundError
from clutch.python.choose import Wish, choose_interpreter


def choose(search, request: str = "", requires: str = "", pin: str = ""):
    return choose_interpreter(
        Wish(request, "--python"), Wish(requires, "pyproject.toml:5"), Wish(pin, ".python-version:1"), search
    )


@pytest.fixture
def many(tmp_path: Path, machine, fake_python):
    fake_python(tmp_path / "bin/python3", "3.11.2")
    fake_python(tmp_path / "bin/python3.13", "3.13.0")
    for version in ("3.9.18", "3.10.13", "3.12.1"):
        fake_python(tmp_path / f"home/.pyenv/versions/{version}/bin/python", version)
    return machine


def test_the_first_on_path_is_the_default(many) -> None:
    assert choose(many).version == "3.11.2"
    assert choose(many, requires=">=3.10").version == "3.11.2"


def test_else_another_on_path_else_the_newest_elsewhere(many) -> None:
    assert choose(many, requires=">=3.12").version == "3.13.0"
    assert choose(many, requires="<3.11").version == "3.10.13"


def test_the_flag_comes_before_the_pin(many) -> None:
    assert choose(many, pin="3.12").version == "3.12.1"
    assert choose(many, request="3.10", pin="3.12").version == "3.10.13"


def test_what_fits_by_name_alone_is_asked(many, fresh_records) -> None:
    choose(many, request="3.9")
    # `python3` may be any 3, `python3.13` and the other folders are not.
    assert fresh_records.written == 2


def test_disagreement_names_both_places_in_one_sentence(many) -> None:
    with pytest.raises(ClutchError) as caught:
        choose(many, requires=">=3.10", pin="3.9")
    assert caught.value.code == "python-disagreement"
    assert caught.value.message == "`3.9` (.python-version:1) and `>=3.10` (pyproject.toml:5) have no Python in common"
    with pytest.raises(ClutchError) as caught:
        choose(many, request="3.9", requires=">=3.10", pin="3.11")
    assert "(--python)" in caught.value.message


def test_a_path_outside_of_requires_python_disagrees(many, tmp_path: Path) -> None:
    with pytest.raises(ClutchError) as caught:
        choose(many, request=str(tmp_path / "bin/python3"), requires=">=3.12")
    assert caught.value.message.endswith(
        "bin/python3` (--python) is Python 3.11.2, which `>=3.12` (pyproject.toml:5) does not allow"
    )


def test_none_that_fits_names_what_exists(many) -> None:
    with pytest.raises(NotFoundError) as caught:
        choose(many, requires=">=3.14")
    assert caught.value.code == "no-python"
    assert caught.value.message == (
        "no Python was found that fits `>=3.14` (pyproject.toml:5);"
        " there are 3.13.0, 3.12.1, 3.11.2, 3.10.13 and 3.9.18"
    )
    with pytest.raises(NotFoundError, match=r"fits `3\.12\.9` \(--python\) and `>=3\.10` \(pyproject\.toml:5\)"):
        choose(many, request="3.12.9", requires=">=3.10")


def test_none_at_all(machine) -> None:
    with pytest.raises(NotFoundError, match="fits clutch; there is none at all"):
        choose(machine)


def test_an_ordinary_cpython_is_preferred(tmp_path: Path, machine, fake_python) -> None:
    fake_python(tmp_path / "bin/pypy3", "3.10.14", implementation="pypy")
    assert choose(machine).implementation == "pypy"
    fake_python(tmp_path / "bin/python3", "3.14.0rc1")
    assert choose(machine).version == "3.14.0rc1"
    fake_python(tmp_path / "managed/x-3.13.1/bin/python3", "3.13.1", free_threaded="1")
    assert choose(machine).version == "3.13.1"
    fake_python(tmp_path / "managed/x-3.12.1/bin/python3", "3.12.1")
    assert choose(machine).version == "3.12.1"
    assert choose(machine, request="3.13t").is_free_threaded
    assert choose(machine, request="pypy").implementation == "pypy"


def test_of_an_environment_its_base_is_given(tmp_path: Path, machine, fake_python) -> None:
    base = fake_python(tmp_path / "opt/bin/python3.12", "3.12.4")
    (tmp_path / "bin").mkdir()
    (tmp_path / "pyvenv.cfg").write_text("home = /\n")
    (tmp_path / "bin/python").symlink_to(base)
    chosen = choose(machine)
    assert chosen.path == base
    assert not chosen.is_virtual


def test_broken_ones_are_passed_over_and_told(tmp_path: Path, machine, fake_python) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/python3.12").write_text("#!/bin/sh\nexit 3\n")
    (tmp_path / "bin/python3.12").chmod(0o755)
    with pytest.raises(NotFoundError) as caught:
        choose(machine, request="3.12")
    assert len(caught.value.facts) == 1
    assert "does not answer as a Python" in caught.value.facts[0]
    fake_python(tmp_path / "root/usr/bin/python3", "3.12.4")
    assert choose(machine, request="3.12").version == "3.12.4"


def test_a_release_that_was_never_made_is_no_disagreement_but_missing(many) -> None:
    with pytest.raises(NotFoundError):
        choose(many, request="3.19", requires=">=3.10")
