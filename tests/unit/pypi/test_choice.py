from __future__ import annotations

import pytest

from clutch.model.artifact import Artifact
from clutch.pypi.choice import choose_artifact


def artifact(filename, python=""):
    kind = "wheel" if filename.endswith(".whl") else "sdist"
    return Artifact(kind, filename, f"https://index.example/{filename}", python=python)


@pytest.fixture
def small(interpreter):
    tags = ("cp311-cp311-manylinux_2_17_x86_64", "cp311-abi3-linux_x86_64", "py3-none-any")
    return interpreter._replace(tags=tags, version="3.11.7")


def choose(small, *artifacts, no_build=False, no_binary=False):
    chosen = choose_artifact(artifacts, small, no_build=no_build, no_binary=no_binary)
    return chosen.filename if chosen is not None else None


def test_best_tag_wins_whatever_the_order(small):
    pure = artifact("d-1-py3-none-any.whl")
    native = artifact("d-1-cp311-cp311-manylinux_2_17_x86_64.manylinux2014_x86_64.whl")
    assert choose(small, pure, native) == choose(small, native, pure) == native.filename


def test_highest_build_number_wins(small):
    builds = [artifact(f"d-1-{build}-py3-none-any.whl") for build in ("2", "10", "10a", "9")]
    assert choose(small, artifact("d-1-py3-none-any.whl"), *builds) == "d-1-10a-py3-none-any.whl"


def test_sdist_only_when_no_wheel_serves(small):
    other, sdist = artifact("d-1-cp312-cp312-win32.whl"), artifact("d-1.tar.gz")
    assert choose(small, sdist, artifact("d-1-py3-none-any.whl")) == "d-1-py3-none-any.whl"
    assert choose(small, other, sdist) == "d-1.tar.gz"
    assert choose(small, other, sdist, no_build=True) is None
    assert choose(small, other) is None


def test_no_binary_takes_the_sdist(small):
    assert choose(small, artifact("d-1-py3-none-any.whl"), artifact("d-1.tar.gz"), no_binary=True) == "d-1.tar.gz"


def test_files_for_other_pythons_do_not_count(small):
    new = artifact("d-1-py3-none-any.whl", python=">=3.12")
    assert choose(small, new, artifact("d-1.tar.gz")) == "d-1.tar.gz"
    assert choose(small, new, artifact("d-1.tar.gz", python=">=3.12")) is None


def test_names_that_cannot_be_understood_do_not_count(small):
    assert choose(small, artifact("nonsense.whl")) is None
