from pathlib import Path

import pytest

from clutch.base.errors import ClutchError, UsageError
from clutch.python.pins import read_pin, write_pin


def test_the_first_usable_line_counts(tmp_path: Path) -> None:
    (tmp_path / ".python-version").write_text("# ours\n\nsystem\nmyenv\nminiconda3-4.7.12\n3.12  # why\n3.11\n")
    pin = read_pin(str(tmp_path))
    assert pin is not None
    assert (pin.text, pin.line, pin.path) == ("3.12", 6, str(tmp_path / ".python-version"))
    assert str(pin.place) == f"{tmp_path}/.python-version:6"
    assert pin.request.release == (3, 12)


def test_it_is_looked_for_upward_to_the_project_and_no_further(tmp_path: Path) -> None:
    project = tmp_path / "project"
    deep = project / "a" / "b"
    deep.mkdir(parents=True)
    (tmp_path / ".python-version").write_text("3.9\n")
    assert read_pin(str(deep), str(project)) is None
    (project / ".python-version").write_text("3.12\n")
    assert read_pin(str(deep)) is None
    found = read_pin(str(deep), str(project))
    assert found is not None
    assert found.text == "3.12"


def test_a_file_without_a_usable_line_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / ".python-version").write_text("3.12\n")
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / ".python-version").write_text("\n# nothing\n")
    found = read_pin(str(tmp_path / "a"), str(tmp_path))
    assert found is not None
    assert found.text == "3.12"


def test_windows_line_ends_and_a_byte_order_mark_do_no_harm(tmp_path: Path) -> None:
    (tmp_path / ".python-version").write_bytes(b"\xef\xbb\xbf3.12\r\n")
    found = read_pin(str(tmp_path))
    assert found is not None
    assert found.text == "3.12"


def test_bytes_that_are_no_text_are_an_error_in_words(tmp_path: Path) -> None:
    (tmp_path / ".python-version").write_bytes(b"\xff\xfe3")
    with pytest.raises(ClutchError, match="it is not UTF-8") as caught:
        read_pin(str(tmp_path))
    assert caught.value.code == "not-readable"


def test_writing_keeps_comments_and_replaces_requests(tmp_path: Path) -> None:
    path = tmp_path / ".python-version"
    path.write_text("# ours\n3.11\n")
    assert write_pin(str(tmp_path), "3.12") == str(path)
    assert path.read_text() == "# ours\n3.12\n"


def test_nonsense_is_not_written(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        write_pin(str(tmp_path), "what is this")
    assert list(tmp_path.iterdir()) == []
