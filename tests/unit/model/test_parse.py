from __future__ import annotations

import pytest

from clutch.base.errors import ClutchError
from clutch.model.parse import requirement_from_text
from clutch.model.requirement import Origin, Requirement, Source
from clutch.standards.worlds import NATIVE

GIT = "https://git.example/x/y.git"


def parsed(text: str) -> Requirement:
    return requirement_from_text(text, world=NATIVE, origin=Origin("pyproject.toml", 3, text))


def test_a_plain_requirement_is_canonical() -> None:
    one = parsed("My.Name[B_x, a] >= 1, <2 ; os_name == 'nt'")
    assert (one.name, one.extras, one.allowed, one.marker) == ("my-name", ("a", "b-x"), "<2,>=1", 'os_name == "nt"')
    assert (one.source, one.origin.line) == (None, 3)


@pytest.mark.parametrize(
    ("url", "source"),
    [
        (f"git+{GIT}", Source("vcs", GIT, vcs="git")),
        (f"git+{GIT}@v1#subdirectory=a/b", Source("vcs", GIT, "a/b", vcs="git", revision="v1")),
        ("git+ssh://git@git.example/x.git", Source("vcs", "ssh://git@git.example/x.git", vcs="git")),
        (
            "git+ssh://git@git.example/x.git@main",
            Source("vcs", "ssh://git@git.example/x.git", vcs="git", revision="main"),
        ),
        ("file:///home/x/lib%20a", Source("directory", "/home/x/lib a")),
        ("file:///home/x/a-1.tar.gz", Source("archive", "file:///home/x/a-1.tar.gz")),
        (
            "https://f.example/a-1-py3-none-any.whl#sha256=AB",
            Source("archive", "https://f.example/a-1-py3-none-any.whl", hashes=(("sha256", "ab"),)),
        ),
    ],
)
def test_direct_references(url: str, source: Source) -> None:
    assert parsed(f"a @ {url}").source == source


def test_an_error_has_the_origin_s_place() -> None:
    for text in ("a >> 1", "a @ hg+https://x.example/"):
        with pytest.raises(ClutchError) as caught:
            parsed(text)
        assert (caught.value.code, str(caught.value.place)) == ("invalid-requirement", "pyproject.toml:3")
