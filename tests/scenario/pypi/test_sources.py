from __future__ import annotations

import shutil
import subprocess

import pytest

from clutch.base.errors import ClutchError, NotFoundError
from clutch.model.plan import Install
from clutch.model.requirement import Requirement, Source

PROJECT = b'[project]\nname = "demo"\nversion = "1.0"\ndependencies = ["a>=1"]\n'


def git(folder, *arguments):
    identity = ["-c", "user.name=Somebody", "-c", "user.email=some@body.example", "-c", "init.defaultBranch=main"]
    command = ["git", *identity, *arguments]
    return subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout.strip()


@pytest.fixture
def repository(tmp_path):
    if shutil.which("git") is None:
        pytest.skip("git is not installed")
    folder = tmp_path / "repository"
    (folder / "inner").mkdir(parents=True)
    (folder / "pyproject.toml").write_bytes(PROJECT)
    (folder / "inner" / "pyproject.toml").write_bytes(PROJECT.replace(b"demo", b"inner"))
    git(folder, "init")
    git(folder, "add", ".")
    git(folder, "commit", "-m", "first")
    git(folder, "tag", "v1")
    return folder


def ask(tools, source, name="demo"):
    return tools.index().source_facts(Requirement("pypi", name, source=source)).get()


def test_commit_becomes_exact_and_is_checked_out_once(tools, repository):
    url = repository.as_uri()
    source, facts = ask(tools, Source("vcs", url, vcs="git", revision="v1"))
    assert source.commit == git(repository, "rev-parse", "HEAD")
    assert source.revision == "v1"
    assert [one.name for one in facts.requires] == ["a"]
    shutil.rmtree(repository)
    again, _ = ask(tools, source)
    assert again == source


def test_project_in_a_subdirectory_of_a_commit(tools, repository):
    source = Source("vcs", repository.as_uri(), "inner", vcs="git")
    exact, facts = ask(tools, source, "inner")
    assert facts.name == "inner"
    assert exact.subdirectory == "inner"


@pytest.mark.parametrize(("subdirectory", "code"), [("missing", "no-file"), ("../..", "bad-subdirectory")])
def test_subdirectory_that_is_none(tools, repository, subdirectory, code):
    with pytest.raises(ClutchError) as caught:
        ask(tools, Source("vcs", repository.as_uri(), subdirectory, vcs="git"))
    assert caught.value.code == code


def test_revision_that_does_not_exist(tools, repository):
    with pytest.raises(NotFoundError) as caught:
        ask(tools, Source("vcs", repository.as_uri(), vcs="git", revision="v9"))
    assert caught.value.code == "no-revision"


def test_source_archive_by_address_is_fetched_once(tools, kit):
    content = kit.sdist_bytes("demo", "1.0", {"pyproject.toml": PROJECT})
    artifact = tools.simple.add("demo", "demo-1.0.tar.gz", content)
    source, facts = ask(tools, Source("archive", artifact.url))
    assert source.hashes == artifact.hashes
    assert facts.version == "1.0"
    ask(tools, source)
    assert tools.simple.asked == ["/files/demo-1.0.tar.gz"]


def test_archive_with_another_hash_than_stated(tools, kit):
    artifact = tools.simple.add("demo", "demo-1.0.tar.gz", kit.sdist_bytes("demo", "1.0", {"pyproject.toml": PROJECT}))
    with pytest.raises(ClutchError) as caught:
        ask(tools, Source("archive", artifact.url, hashes=(("sha256", "0" * 64),)))
    assert caught.value.code == "hash-mismatch"


def test_local_wheel_by_path_is_installed(tools, kit, environment):
    (tools.folder / "demo-1.0-py3-none-any.whl").write_bytes(kit.wheel_bytes("demo", "1.0"))
    source, _ = ask(tools, Source("archive", "demo-1.0-py3-none-any.whl"))
    order = Install("pypi", "demo", "1.0", None, source, True)
    installer = tools.installer()
    [prepared] = installer.prepare([order], environment.interpreter)
    installer.install(prepared, order, environment)
    assert kit.run_python(environment, "import demo; print(demo.NAME)") == "demo"


def test_index_that_points_at_files_of_this_machine_is_not_believed(tools):
    tools.simple.add_wheel("demo", "1.0")
    tools.simple.add_wheel("demo", "2.0", url="file:///etc/demo-2.0-py3-none-any.whl")
    index = tools.index()
    listing = index.listing("demo").get()
    assert [len(listing.artifacts(number)) for number in range(2)] == [0, 1]
    with pytest.raises(ClutchError) as caught:
        index.facts(listing, 0).get()
    assert caught.value.code == "no-metadata"


def test_index_in_a_folder(tools, kit):
    from clutch.pypi.index import IndexSource

    folder = tools.folder / "local" / "demo"
    folder.mkdir(parents=True)
    (folder / "demo-1.0-py3-none-any.whl").write_bytes(kit.wheel_bytes("demo", "1.0", requires=["a"]))
    (folder / "index.html").write_text('<a href="demo-1.0-py3-none-any.whl">demo</a>')
    index = tools.index(IndexSource("local", folder.parent.as_uri()))
    listing = index.listing("demo").get()
    assert list(listing.versions) == ["1.0"]
    assert [one.name for one in index.facts(listing, 0).get().requires] == ["a"]
    with pytest.raises(NotFoundError):
        index.listing("nothing").get()


def test_everything_from_page_to_import_over_html(tools, environment, kit):
    tools.simple.speaks_json = False
    for name, metadata in (("demo", "silent"), ("a", "")):
        tools.simple.add_wheel(name, "1.0", metadata, requires=["a>=1"] if name == "demo" else [])
    index, installer = tools.index(), tools.installer()
    orders = []
    for name in ("demo", "a"):
        listing = index.listing(name).get()
        facts = index.facts(listing, 0).get()
        artifact = installer.choose(listing.artifacts(0), environment.interpreter)
        orders.append(Install("pypi", facts.name, facts.version, artifact, None, name == "demo"))
    for prepared, order in zip(installer.prepare(orders, environment.interpreter), orders, strict=True):
        installer.install(prepared, order, environment)
    assert kit.run_python(environment, "import demo, a; print(demo.NAME, a.NAME)") == "demo a"
