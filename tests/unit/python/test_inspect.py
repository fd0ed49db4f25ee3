import os
import subprocess
from pathlib import Path

import pytest

from clutch.base.errors import ClutchError, NotFoundError
from clutch.python.inspect import inspect_interpreter, read_interpreter, version_numbers
from clutch.python.probe import parse_answers, parse_value, render_value

MINORS = ("3.8", "3.9", "3.10", "3.11", "3.12", "3.13")


@pytest.mark.parametrize("minor", MINORS)
def test_real_interpreters_are_known(minor: str, real_python, records) -> None:
    path = real_python(minor)
    found = inspect_interpreter(path, records)
    assert found.version.startswith(f"{minor}.")
    assert found.implementation == "cpython"
    assert found.path == path
    assert found.real_path == os.path.realpath(path)
    assert found.base_prefix == os.path.dirname(os.path.dirname(path))
    assert (found.is_virtual, found.is_external, found.is_debug, found.is_free_threaded) == (False,) * 4
    site = f"lib/python{minor}/site-packages"
    assert found.paths == {
        "purelib": site,
        "platlib": site,
        "scripts": "bin",
        "data": ".",
        "include": f"include/site/python{minor}",
    }
    digits = minor.replace(".", "")
    assert found.tags[0].startswith(f"cp{digits}-cp{digits}-")
    assert "py3-none-any" in found.tags


@pytest.mark.parametrize("minor", MINORS)
def test_markers_are_those_of_the_interpreter_itself(minor: str, real_python, records) -> None:
    path = real_python(minor)
    script = "import os, platform, sys; print(platform.machine(), platform.python_version(), sys.platform, os.name)"
    script += "; print(platform.python_implementation(), platform.release(), platform.system(), platform.version())"
    told = subprocess.run([path, "-c", script], capture_output=True, text=True, check=True).stdout
    one, two = told.splitlines()
    markers = inspect_interpreter(path, records).markers
    names = ("platform_machine", "python_full_version", "sys_platform", "os_name")
    assert " ".join(markers[name] for name in names) == one
    names = ("platform_python_implementation", "platform_release", "platform_system", "platform_version")
    assert " ".join(markers[name] for name in names) == two
    assert markers["python_version"] == minor
    assert markers["implementation_name"] == "cpython"


@pytest.mark.parametrize("minor", ["2.7", "3.6", "3.7"])
def test_what_is_too_old_is_named_with_its_version(minor: str, real_python, records) -> None:
    path = real_python(minor)
    assert read_interpreter(path, records).version.startswith(minor)
    with pytest.raises(ClutchError, match=rf"is Python {minor}\.\d+; 3\.8 is the oldest") as caught:
        inspect_interpreter(path, records)
    assert caught.value.code == "python-too-old"


def test_debians_python_is_externally_managed(records) -> None:
    if not os.path.exists("/usr/lib/python3.11/EXTERNALLY-MANAGED"):
        pytest.skip("this machine's own Python is not marked as externally managed")
    found = inspect_interpreter("/usr/bin/python3", records)
    assert found.is_external
    assert found.real_path == "/usr/bin/python3.11"
    assert found.paths["purelib"] == "lib/python3.11/site-packages"


def test_an_answer_is_remembered_until_the_executable_changes(tmp_path: Path, fake_python, fresh_records) -> None:
    path = Path(fake_python(tmp_path / "bin/python", "3.12.4"))
    first = inspect_interpreter(str(path), fresh_records)
    assert inspect_interpreter(str(path), fresh_records) == first
    assert fresh_records.written == 1
    fake_python(path, "3.12.10")
    assert inspect_interpreter(str(path), fresh_records).version == "3.12.10"
    assert fresh_records.written == 2


def test_two_names_of_one_executable_are_asked_once(tmp_path: Path, fake_python, fresh_records) -> None:
    path = fake_python(tmp_path / "bin/python3.12")
    os.symlink(path, tmp_path / "python")
    one = inspect_interpreter(path, fresh_records)
    other = inspect_interpreter(str(tmp_path / "python"), fresh_records)
    assert fresh_records.written == 1
    assert other == one._replace(path=str(tmp_path / "python"))


def test_a_wrapper_is_asked_again_when_what_it_starts_changes(tmp_path: Path, fake_python, fresh_records) -> None:
    real = tmp_path / "real"
    real.write_bytes(b"\x7fELF 1")
    wrapper = fake_python(tmp_path / "bin/wrapper", executable=str(real))
    assert inspect_interpreter(wrapper, fresh_records).real_path == str(real)
    inspect_interpreter(wrapper, fresh_records)
    assert fresh_records.written == 1
    real.write_bytes(b"\x7fELF 22")
    inspect_interpreter(wrapper, fresh_records)
    assert fresh_records.written == 2


def test_free_threaded_and_debug_builds_are_recognised(tmp_path: Path, fake_python, fresh_records) -> None:
    path = fake_python(
        tmp_path / "bin/python3.13t",
        "3.13.0",
        free_threaded="1",
        debug="1",
        soabi="cpython-313td-x86_64-linux-gnu",
        path__purelib="/lib/python3.13t/site-packages",
        path__platlib="/lib64/python3.13t/site-packages",
    )
    for _ in range(2):
        found = inspect_interpreter(path, fresh_records)
        assert found.is_free_threaded
        assert found.is_debug
        assert found.paths["platlib"] == "lib/python3.13t/site-packages"


def test_a_missing_file_is_not_found(tmp_path: Path, fresh_records) -> None:
    with pytest.raises(NotFoundError, match="there is no interpreter at"):
        inspect_interpreter(str(tmp_path / "python"), fresh_records)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("#!/bin/sh\necho 'libpython3.12.so: cannot open' >&2\nexit 127\n", "libpython3.12.so: cannot open"),
        ("#!/bin/sh\necho hello\n", "does not answer as a Python (hello)"),
        ("#!/bin/sh\necho clutch-probe=1\n", "does not answer as a Python"),
        ("#!/bin/sh\nkill -9 $$\n", "was ended by signal 9"),
        ("#!/nowhere/python\n", "cannot be run"),
        ("\x7fELF\x02\x01 of another machine", "cannot be run"),
    ],
)
def test_what_is_broken_is_said_in_words(tmp_path: Path, text: str, reason: str, fresh_records) -> None:
    path = tmp_path / "python"
    path.write_text(text)
    path.chmod(0o755)
    with pytest.raises(ClutchError) as caught:
        inspect_interpreter(str(path), fresh_records)
    assert caught.value.code == "broken-python"
    assert reason in caught.value.message
    assert f"`{path}`" in caught.value.message
    assert fresh_records.written == 0


def test_a_link_to_nowhere_is_not_found(tmp_path: Path, fresh_records) -> None:
    (tmp_path / "python").symlink_to(tmp_path / "gone")
    with pytest.raises(NotFoundError):
        inspect_interpreter(str(tmp_path / "python"), fresh_records)


def test_variables_that_bend_an_interpreter_are_not_passed_on(real_python, fresh_records, monkeypatch) -> None:
    monkeypatch.setenv("PYTHONHOME", "/nowhere")
    assert inspect_interpreter(real_python("3.8"), fresh_records).version.startswith("3.8")


def test_chatter_before_the_answer_is_ignored_and_a_cut_one_refused() -> None:
    assert parse_answers("Welcome\r\nclutch-probe=1\r\nversion=3.9\r\nend=\r\n") == {"version": "3.9"}
    assert parse_answers("clutch-probe=1\nversion=3.9\n") is None
    assert parse_answers("clutch-probe=1\nnonsense\nend=\n") is None


@pytest.mark.parametrize("text", ["plain", "C:\\new\\tab", "/ä/\udcff", "two\nlines", ""])
def test_values_survive_the_line_format(text: str) -> None:
    assert parse_value(render_value(text)) == text
    assert "\n" not in render_value(text)


def test_version_numbers_stop_at_a_pre_release() -> None:
    assert version_numbers("3.14.0rc1") == (3, 14, 0)
    assert version_numbers("3.12.1") == (3, 12, 1)
    assert version_numbers("pypy") == ()
