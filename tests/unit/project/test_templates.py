from __future__ import annotations

import pytest

from clutch.project.manifest import parse_manifest
from clutch.project.templates import module_name, project_files


@pytest.mark.parametrize("name", ["app", "My.App-2", "class", "123", "tests", "café"])
@pytest.mark.parametrize("kind", ["app", "lib", "bare"])
def test_files_are_valid(name: str, kind: str) -> None:
    if name == "café" and kind != "bare":
        assert module_name(name) == "caf_"
    name = name.replace("é", "e")
    files = {file.path: file.text for file in project_files(name, kind, ">=3.11", 'Says "hello".')}
    assert list(files) == sorted(files)
    manifest = parse_manifest(files["pyproject.toml"], "pyproject.toml")
    assert manifest.written_name == name
    assert manifest.is_package == (kind != "bare")
    for path, text in files.items():
        if path.endswith(".py"):
            compile(text, path, "exec")
    if kind != "bare":
        assert [one.name for one in manifest.groups["dev"]] == ["pytest"]
        assert f"src/{module_name(name)}/__init__.py" in files
    assert (f"src/{module_name(name)}/py.typed" in files) == (kind == "lib")
    assert list(manifest.scripts) == ([name] if kind == "app" else [])
