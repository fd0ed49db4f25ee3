from __future__ import annotations

import os
import sys

import pytest

from clutch.base.errors import ClutchError
from clutch.model.plan import Install
from clutch.model.requirement import Requirement, Source
from clutch.pypi.build import LEGACY_BACKEND, LEGACY_REQUIRES, BuildOptions, SourceBuilder, read_build_system
from clutch.pypi.builder import SourceTree

# A whole build backend, so that no test needs an index for one.
BACKEND = r"""
import base64, hashlib, os, sys, tarfile, zipfile

NAME, VERSION = "demo", "1.0"

def get_requires_for_build_wheel(config_settings=None):
    return ["wheel-helper>=1"]

def _write(folder, files):
    name = f"{NAME}-{VERSION}-py3-none-any.whl"
    info = f"{NAME}-{VERSION}.dist-info"
    files = dict(files)
    head = f"Metadata-Version: 2.1\nName: {NAME}\nVersion: {VERSION}\n"
    files[f"{info}/METADATA"] = head + "Requires-Dist: told-by-backend\n"
    files[f"{info}/WHEEL"] = "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    rows = []
    with zipfile.ZipFile(os.path.join(folder, name), "w") as archive:
        for path, text in files.items():
            content = text.encode()
            digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
            rows.append(f"{path},sha256={digest},{len(content)}")
            archive.writestr(path, content)
        archive.writestr(f"{info}/RECORD", "\n".join([*rows, f"{info}/RECORD,,", ""]))
    return name

def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    print("building", config_settings)
    if os.path.exists("broken"):
        sys.stderr.write("a compiler is missing\n")
        raise SystemExit(3)
    with open("litter.txt", "w") as file:
        file.write("built here")
    with open("module.py") as file:
        text = file.read()
    return _write(wheel_directory, {"demo/__init__.py": text, "demo/settings.py": f"S = {config_settings!r}\n"})

def build_editable(wheel_directory, config_settings=None, metadata_directory=None):
    return _write(wheel_directory, {"_demo.pth": os.getcwd() + "\n"})

def build_sdist(sdist_directory, config_settings=None):
    name = f"{NAME}-{VERSION}.tar.gz"
    with tarfile.open(os.path.join(sdist_directory, name), "w:gz") as archive:
        archive.add("module.py", f"{NAME}-{VERSION}/module.py")
    return name
"""
PROJECT = '[build-system]\nrequires = ["some-backend>=2"]\nbuild-backend = "backend"\nbackend-path = ["."]\n'


class Provider:
    """A build environment that has everything already."""

    def __init__(self) -> None:
        self.wanted: list[tuple[str, ...]] = []

    def provision(self, requires, interpreter):
        self.wanted.append(tuple(requires))
        return sys.executable


@pytest.fixture
def provider():
    return Provider()


@pytest.fixture
def builder(tools, provider, interpreter):
    options = BuildOptions({"key": "value", "many": ("a", "b")}, dict(os.environ))
    return SourceBuilder(provider, lambda: interpreter, tools.store, tools, options)


@pytest.fixture
def project(tmp_path):
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "pyproject.toml").write_text(PROJECT)
    (folder / "backend.py").write_text(BACKEND)
    (folder / "module.py").write_text("VALUE = 1\n")
    return folder


def directory(editable=False):
    return Install("pypi", "demo", "1.0", None, Source("directory", "project", editable=editable), True)


def test_folder_is_built_and_installed(tools, builder, provider, project, environment, kit):
    installer = tools.installer(builder)
    [prepared] = installer.prepare([directory()], environment.interpreter)
    installer.install(prepared, directory(), environment)
    code = "import demo, demo.settings; print(demo.VALUE, demo.settings.S)"
    assert kit.run_python(environment, code) == "1 {'key': 'value', 'many': ['a', 'b']}"
    assert provider.wanted == [("some-backend>=2",), ("some-backend>=2", "wheel-helper>=1")]
    [installed] = installer.installed(environment)
    assert '"dir_info": {}' in installed.direct_url
    assert [event.kind for event in tools.events if event.kind in ("building", "built")] == ["building", "built"]


def test_folder_is_built_again_only_when_it_changed(tools, builder, provider, project, interpreter):
    installer = tools.installer(builder)
    installer.prepare([directory()], interpreter)
    (project / "litter.txt").unlink()
    installer.prepare([directory()], interpreter)
    assert len(provider.wanted) == 2
    (project / "module.py").write_text("VALUE = 22\n")
    installer.prepare([directory()], interpreter)
    assert len(provider.wanted) == 4


def test_editable_project_is_built_again_when_pyproject_changes(tools, builder, provider, project, environment, kit):
    installer = tools.installer(builder)
    order = directory(editable=True)
    [prepared] = installer.prepare([order], environment.interpreter)
    installer.install(prepared, order, environment)
    assert kit.run_python(environment, "import module; print(module.VALUE)") == "1"
    [installed] = installer.installed(environment)
    assert installed.fingerprint == installer.fingerprint(order)
    assert '"editable": true' in installed.direct_url
    (project / "module.py").write_text("VALUE = 22\n")
    assert installed.fingerprint == installer.fingerprint(order)
    (project / "pyproject.toml").write_text(PROJECT + "\n")
    assert installed.fingerprint != installer.fingerprint(order)
    wanted = len(provider.wanted)
    installer.prepare([order], environment.interpreter)
    assert len(provider.wanted) > wanted


def test_sdist_is_built_in_a_copy_and_kept(tools, builder, provider, interpreter, kit):
    files = {"pyproject.toml": PROJECT.encode(), "backend.py": BACKEND.encode(), "module.py": b"VALUE = 5\n"}
    artifact = tools.simple.add("demo", "demo-1.0.tar.gz", kit.sdist_bytes("demo", "1.0", files))
    order = Install("pypi", "demo", "1.0", artifact, None, True)
    [prepared] = tools.installer(builder).prepare([order], interpreter)
    assert (prepared.name, prepared.version) == ("demo", "1.0")
    assert not any("litter" in path for path in kit.files_below(tools.store.root))
    tools.simple.asked.clear()
    tools.installer(builder).prepare([order], interpreter)
    assert tools.simple.asked == []
    assert len(provider.wanted) == 2


def test_wheels_and_builds_are_prepared_together(tools, builder, project, interpreter):
    artifact = tools.simple.add_wheel("other", "2.0")
    orders = [directory(), Install("pypi", "other", "2.0", artifact, None, False)]
    assert [one.name for one in tools.installer(builder).prepare(orders, interpreter)] == ["demo", "other"]


def test_builds_can_be_forbidden(tools, builder, project, interpreter):
    with pytest.raises(ClutchError) as caught:
        tools.installer(builder, no_build=True).prepare([directory()], interpreter)
    assert caught.value.code == "build-not-allowed"


def test_failing_backend_is_quoted_and_its_output_kept(tools, builder, project, interpreter):
    (project / "broken").write_text("")
    with pytest.raises(ClutchError) as caught:
        tools.installer(builder).prepare([directory()], interpreter)
    error = caught.value
    assert error.code == "build-failed"
    assert "a compiler is missing" in error.facts[0]
    assert error.place is not None
    with open(error.place.file) as file:
        assert "building" in file.read()


def test_backend_that_cannot_be_imported(tools, builder, project, interpreter):
    (project / "pyproject.toml").write_text(PROJECT.replace('"backend"', '"nowhere"'))
    with pytest.raises(ClutchError) as caught:
        tools.installer(builder).prepare([directory()], interpreter)
    assert caught.value.code == "build-failed"
    assert "`nowhere`" in caught.value.message


def test_metadata_of_a_tree_is_what_its_backend_says(tools, builder, project):
    tools_index = tools.index(builder=builder)
    wanted = Requirement("pypi", "demo", source=Source("directory", "project"))
    _, facts = tools_index.source_facts(wanted).get()
    assert [one.name for one in facts.requires] == ["told-by-backend"]


def test_sdist_can_be_built(builder, project, tmp_path):
    path = builder.sdist(SourceTree(str(project), "demo"), str(tmp_path))
    assert os.path.basename(path) == "demo-1.0.tar.gz"
    assert os.path.getsize(path) > 0


def test_project_without_backend_gets_setuptools(tmp_path):
    (tmp_path / "setup.py").write_text("")
    assert read_build_system(SourceTree(str(tmp_path), "x")) == (LEGACY_REQUIRES, LEGACY_BACKEND, ())
    (tmp_path / "pyproject.toml").write_text('[build-system]\nrequires = ["setuptools"]\n')
    assert read_build_system(SourceTree(str(tmp_path), "x")) == (("setuptools",), LEGACY_BACKEND, ())


@pytest.mark.parametrize(
    ("text", "code"),
    [("[build-system", "invalid-toml"), ("[build-system]\n", "invalid-build-system"), (None, "not-a-project")],
)
def test_projects_that_cannot_be_built(tmp_path, text, code):
    if text is not None:
        (tmp_path / "pyproject.toml").write_text(text)
    with pytest.raises(ClutchError) as caught:
        read_build_system(SourceTree(str(tmp_path), "x"))
    assert caught.value.code == code
