from __future__ import annotations

from pathlib import Path

import pytest

from clutch.base.errors import ClutchError
from clutch.project.manifest import parse_manifest, read_manifest

FULL = """[build-system]
requires = ["flit_core>=3.11,<4"]
build-backend = "flit_core.buildapi"

[project]
name = "My.App"
version = "1.0"
requires-python = ">=3.11"
dependencies = [
    "httpx>=0.27",
    # a comment
    "torch; sys_platform == 'linux'",
]

[project.optional-dependencies]
Fast_JSON = ["msgspec"]

[project.scripts]
my-app = "my_app:main"

[dependency-groups]
Test = ["pytest", { include-group = "base" }]
base = ["coverage"]
dev = [{ include-group = "test" }, "ruff"]

[[tool.clutch.index]]
name = "cuda"
url = "https://index.example/cuda/"
explicit = true

[tool.clutch]
environments = ["sys_platform == 'linux'"]
conflicts = [[{ extra = "cpu" }, { extra = "gpu" }]]
no-build = ["torch"]
prereleases = { torch = "allow" }

[tool.clutch.sources]
torch = { index = "cuda" }
coverage = { git = "https://git.example/coverage", tag = "v1" }
"""
HEAD = '[project]\nname = "x"\nversion = "1"\n'


def test_everything_is_read_with_its_line() -> None:
    manifest = parse_manifest(FULL, "pyproject.toml")
    assert (manifest.name, manifest.written_name, manifest.version, manifest.is_package) == (
        "my-app",
        "My.App",
        "1.0",
        True,
    )
    assert [(one.name, one.origin.line) for one in manifest.dependencies] == [("httpx", 10), ("torch", 12)]
    assert manifest.dependencies[1].index_name == "cuda"
    assert list(manifest.optional) == ["fast-json"]
    assert [one.name for one in manifest.groups["dev"]] == ["pytest", "coverage", "ruff"]
    assert manifest.default_groups == ("dev",)
    coverage = manifest.groups["base"][0]
    assert coverage.source is not None
    assert (coverage.source.kind, coverage.source.revision) == ("vcs", "v1")
    assert manifest.clutch.settings["no-build"] == ("torch",)
    assert manifest.clutch.settings["prereleases"] == {"torch": "allow"}
    assert [member.name for member in manifest.clutch.conflicts[0]] == ["cpu", "gpu"]
    assert manifest.clutch.environments[0].line == 32


def test_no_requires_python_means_the_maintained_ones() -> None:
    manifest = parse_manifest(HEAD, "pyproject.toml")
    assert (manifest.python, manifest.has_python, manifest.default_groups) == (">=3.11", False, ())


def test_groups_alone_make_a_project() -> None:
    manifest = parse_manifest('[dependency-groups]\ndev = ["ruff"]\n', "pyproject.toml")
    assert (manifest.name, manifest.is_package) == ("", False)
    assert manifest.groups["dev"][0].name == "ruff"


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("[project\n", "malformed-toml", 1),
        ("a = 1\nb = [1,\n\n", "malformed-toml", 2),
        ("\ufeff[project]\n", "malformed-toml", 1),
        ('[project]\nversion = "1"\n', "invalid-value", 1),
        ('[project]\nname = "-x-"\nversion = "1"\n', "invalid-name", 2),
        ('[project]\nname = "x"\n', "invalid-value", 1),
        ('[project]\nname = "x"\nversion = "one"\n', "invalid-version", 3),
        (f'{HEAD}requires-python = "3.x"\n', "invalid-specifier", 4),
        (f'{HEAD}dependencies = "a"\n', "invalid-value", 4),
        (f'{HEAD}dependencies = [\n  "a",\n  7,\n]\n', "invalid-value", 6),
        (f'{HEAD}dependencies = [\n  "a",\n  "b >> 1",\n]\n', "invalid-requirement", 6),
        (f"{HEAD}dependancies = []\n", "unknown-key", 4),
        (f'{HEAD}dynamic = ["name"]\n', "invalid-value", 4),
        (f'{HEAD}dynamic = ["version"]\n', "invalid-value", 4),
        (f'{HEAD}[project.scripts]\nx = "no function"\n', "invalid-value", 5),
        (f'{HEAD}[project.entry-points.console_scripts]\nx = "a:b"\n', "invalid-value", 4),
        ('[build-system]\nbuild-backend = "x"\n', "invalid-value", 1),
        ('[dependency-groups]\na = ["x"]\nA = ["y"]\n', "invalid-value", 3),
        ('[dependency-groups]\na = [{ include = "b" }]\n', "invalid-value", 2),
        (f'{HEAD}[tool.clutch]\nresolutoin = "lowest"\n', "unknown-key", 5),
        (f'{HEAD}[tool.clutch]\nresolution = "oldest"\n', "invalid-value", 5),
        (f'{HEAD}[tool.clutch]\nenvironments = [\n  "sys_platform = 1",\n]\n', "invalid-marker", 6),
        (f'{HEAD}[tool.clutch]\nconstraints = ["a >> 1"]\n', "invalid-requirement", 5),
        (f'{HEAD}[tool.clutch]\ndefault-groups = ["nope"]\n', "unknown-group", 5),
        (f'{HEAD}[tool.clutch]\nconflicts = [[{{ extra = "a" }}]]\n', "invalid-value", 5),
        (f'{HEAD}[tool.clutch.sources]\na = {{ index = "nope" }}\n', "unknown-index", 5),
        (f'{HEAD}[tool.clutch.sources]\na = {{ git = "https://git.example/a", path = "../a" }}\n', "invalid-value", 5),
        (f'{HEAD}[tool.clutch.sources]\na = {{ gti = "https://git.example/a" }}\n', "unknown-key", 5),
        (f'{HEAD}[[tool.clutch.index]]\nname = "a"\n', "invalid-value", 4),
        (f"{HEAD}[tool.clutch]\noffline = true\n", "unknown-key", 5),
    ],
)
def test_every_error_names_file_and_line(text: str, code: str, line: int) -> None:
    with pytest.raises(ClutchError) as caught:
        parse_manifest(text, "some/pyproject.toml")
    assert (caught.value.code, str(caught.value.place)) == (code, f"some/pyproject.toml:{line}")


def test_a_mistyped_key_gets_the_nearest_real_one() -> None:
    with pytest.raises(ClutchError) as caught:
        parse_manifest(f"{HEAD}[tool.clutch]\nconstraint = []\n", "pyproject.toml")
    assert caught.value.hints == ("did you mean `constraints`?",)


def test_a_cycle_of_groups_names_a_line() -> None:
    text = '[dependency-groups]\na = [{ include-group = "b" }]\nb = [{ include-group = "a" }]\n'
    with pytest.raises(ClutchError) as caught:
        parse_manifest(text, "pyproject.toml")
    assert caught.value.place is not None
    assert caught.value.place.line in (1, 2, 3)


def test_a_missing_manifest_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ClutchError) as caught:
        read_manifest(str(tmp_path / "pyproject.toml"))
    assert caught.value.code == "no-project"
    assert caught.value.hints == ("make one with `clutch init`",)


def test_bytes_that_are_not_text_name_the_line(tmp_path: Path) -> None:
    path = tmp_path / "pyproject.toml"
    path.write_bytes(b'a = 1\nb = "\xff"\n')
    with pytest.raises(ClutchError) as caught:
        read_manifest(str(path))
    assert (caught.value.code, str(caught.value.place)) == ("not-utf8", f"{path}:2")


def test_a_build_system_without_a_project_is_no_package() -> None:
    manifest = parse_manifest('[build-system]\nrequires = ["setuptools"]\n', "pyproject.toml")
    assert not manifest.is_package
    assert manifest.build_system is not None
    assert manifest.build_system.backend == "setuptools.build_meta:__legacy__"
    with pytest.raises(ClutchError) as caught:
        parse_manifest("[tool.clutch]\npackage = true\n", "pyproject.toml")
    assert caught.value.code == "invalid-value"


def test_sources_of_every_kind() -> None:
    text = f"""{HEAD}dependencies = ["a", "b", "c", "d"]
[tool.clutch.sources]
a = {{ path = "../a", editable = true }}
b = {{ path = "b-1-py3-none-any.whl" }}
C = {{ url = "https://f.example/c.zip#sha256=00" }}
d = {{ workspace = true }}
[tool.clutch.metadata]
"torch==2.0" = {{ requires = ["a"], requires-python = ">=3.8" }}
old = {{ skip = true }}
"""
    manifest = parse_manifest(text, "pyproject.toml")
    sources = [one.source for one in manifest.dependencies]
    assert sources[0] == ("directory", "../a", "", True, "", "", "", ())
    assert [source.kind if source else "" for source in sources] == ["directory", "archive", "archive", ""]
    assert manifest.clutch.sources["d"].is_workspace
    assert manifest.clutch.metadata["torch==2.0"].requires == ("a",)
    assert manifest.clutch.metadata["old"].is_skipped
