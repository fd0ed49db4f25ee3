from __future__ import annotations

import subprocess
import sys

import pytest

from clutch.base.errors import ClutchError, NotFoundError, OfflineError
from clutch.io.fetch import Fetcher, Network
from clutch.model.requirement import Requirement, Source
from clutch.pypi.index import IndexOptions, IndexSource, PypiIndex


def test_json_page_becomes_listing(tools):
    tools.simple.add_wheel("demo", "1.0", **{"requires-python": ">=3.6", "upload-time": "2024-01-02T03:04:05Z"})
    tools.simple.add_wheel("demo", "2.0a1", **{"requires-python": ">=3.8"})
    tools.simple.add_wheel("demo", "1.10", yanked="broken")
    listing = tools.index().listing("demo").get()
    assert list(listing.versions) == ["2.0a1", "1.10", "1.0"]
    assert list(listing.python) == [">=3.8", "", ">=3.6"]
    assert (listing.withdrawn, listing.prereleases) == (0b010, 0b001)
    assert listing.withdrawn_reason(1) == "broken"
    assert listing.uploaded_at(2) == "2024-01-02T03:04:05Z"
    assert listing.uploaded_at(0) == ""
    assert listing.index_name == "main"
    assert listing.allowed(">=1.5") == 0b011
    assert listing.artifacts(2)[0].url == f"{tools.simple.root}/files/demo-1.0-py3-none-any.whl"


def test_html_page_says_the_same_as_json(tools, tmp_path):
    tools.simple.add_wheel("demo", "1.0", **{"requires-python": ">=3.6"})
    tools.simple.add_wheel("demo", "1.1", yanked="no good")
    from_json = tools.index().listing("demo").get()
    tools.simple.speaks_json = False
    from_html = tools.index(refresh=True).listing("demo").get()
    assert list(from_html.versions) == list(from_json.versions)
    assert list(from_html.python) == list(from_json.python)
    assert from_html.withdrawn == from_json.withdrawn
    assert from_html.artifacts(0)[0]._replace(size_bytes=0) == from_json.artifacts(0)[0]._replace(size_bytes=0)


def test_asking_twice_is_free(tools):
    tools.simple.add_wheel("demo", "1.0")
    index = tools.index()
    first, second = index.listing("demo"), index.listing("demo")
    assert first is second
    first.get()
    assert tools.simple.asked == ["/simple/demo/"]


def test_fresh_page_is_not_asked_for_again(tools):
    tools.simple.cache_control = "max-age=600"
    tools.simple.add_wheel("demo", "1.0")
    tools.index().listing("demo").get()
    tools.clock.now += 599
    again = tools.index().listing("demo").get()
    assert again.artifacts(0)[0].filename == "demo-1.0-py3-none-any.whl"
    assert len(tools.simple.asked) == 1


def test_old_page_is_asked_for_conditionally_and_renewed(tools):
    tools.simple.cache_control = "max-age=600"
    tools.simple.add_wheel("demo", "1.0")
    tools.index().listing("demo").get()
    tools.clock.now += 601
    assert list(tools.index().listing("demo").get().versions) == ["1.0"]
    assert tools.simple.conditional == ["/simple/demo/"]
    tools.index().listing("demo").get()
    assert len(tools.simple.asked) == 2


def test_changed_page_replaces_the_old_one(tools):
    tools.simple.add_wheel("demo", "1.0")
    tools.index().listing("demo").get()
    tools.simple.add_wheel("demo", "2.0")
    assert list(tools.index().listing("demo").get().versions) == ["2.0", "1.0"]
    assert tools.index(offline=True).listing("demo").get().artifacts(0)[0].filename == "demo-2.0-py3-none-any.whl"


def test_refresh_asks_although_the_page_is_fresh(tools):
    tools.simple.cache_control = "max-age=600"
    tools.simple.add_wheel("demo", "1.0")
    tools.index().listing("demo").get()
    tools.index(refresh=True).listing("demo").get()
    assert len(tools.simple.asked) == 2


def test_offline_uses_what_is_there_however_old(tools):
    tools.simple.add_wheel("demo", "1.0")
    tools.index().listing("demo").get()
    tools.clock.now += 10_000_000
    assert list(tools.index(offline=True).listing("demo").get().versions) == ["1.0"]
    assert len(tools.simple.asked) == 1


def test_offline_without_a_page_is_an_offline_error(tools):
    with Fetcher(Network(offline=True)) as fetcher:
        source = IndexSource("main", tools.simple.url)
        index = PypiIndex([source], fetcher, tools.store, IndexOptions(tools.clock, offline=True), "/")
        with pytest.raises(OfflineError):
            index.listing("demo").get()


def test_damaged_record_is_a_miss(tools):
    tools.simple.cache_control = "max-age=600"
    tools.simple.add_wheel("demo", "1.0")
    tools.index().listing("demo").get()
    for kind in ("listing", "page"):
        for path in (tools.folder / "store" / "v1" / kind).iterdir():
            path.write_bytes(path.read_bytes()[:-3] + b"xyz")
    assert list(tools.index().listing("demo").get().versions) == ["1.0"]


def test_artifacts_that_went_away_meanwhile_are_an_error_in_words(tools):
    tools.simple.cache_control = "max-age=600"
    tools.simple.add_wheel("demo", "1.0")
    tools.index().listing("demo").get()
    listing = tools.index().listing("demo").get()
    tools.store.clean("page")
    with pytest.raises(ClutchError) as caught:
        listing.artifacts(0)
    assert caught.value.code == "index-changed"
    assert tools.index().listing("demo").get().artifacts(0)


def test_first_index_that_has_the_package_is_the_only_one(tools, other):
    tools.simple.add_wheel("demo", "1.0")
    other.add_wheel("demo", "9.0")
    other.add_wheel("only-there", "3.0")
    index = tools.index(IndexSource("default", other.url, is_default=True), IndexSource("mine", tools.simple.url))
    assert list(index.listing("demo").get().versions) == ["1.0"]
    assert index.listing("only-there").get().index_name == "default"
    assert other.asked == ["/simple/only-there/"]


def test_strategy_all_merges_versions(tools, other):
    tools.simple.add_wheel("demo", "1.0")
    tools.simple.add_wheel("demo", "2.0")
    other.add_wheel("demo", "3.0", yanked="bad")
    other.add_wheel("demo", "2.0.0")
    index = tools.index(IndexSource("a", tools.simple.url), IndexSource("b", other.url), strategy="all")
    listing = index.listing("demo").get()
    assert list(listing.versions) == ["3.0", "2.0", "1.0"]
    assert listing.withdrawn == 1
    assert listing.withdrawn_reason(0) == "bad"
    assert listing.artifacts(0)[0].url.startswith(other.root)
    assert listing.artifacts(1)[0].url.startswith(tools.simple.root)
    assert index.facts(listing, 2).get().version == "1.0"


def test_strategy_all_needs_one_index_that_has_it(tools, other):
    other.add_wheel("demo", "3.0")
    sources = (IndexSource("a", tools.simple.url), IndexSource("b", other.url))
    assert list(tools.index(*sources, strategy="all").listing("demo").get().versions) == ["3.0"]
    with pytest.raises(NotFoundError):
        tools.index(*sources, strategy="all").listing("nothing").get()


def test_explicit_index_is_asked_only_by_name(tools, other):
    other.add_wheel("demo", "1.0")
    index = tools.index(IndexSource("special", other.url, is_explicit=True), IndexSource("main", tools.simple.url))
    with pytest.raises(NotFoundError):
        index.listing("demo").get()
    assert list(index.listing("demo", "special").get().versions) == ["1.0"]
    with pytest.raises(ClutchError) as caught:
        index.listing("demo", "nowhere").get()
    assert caught.value.code == "unknown-index"
    assert "`main` and `special`" in caught.value.message


def test_unknown_package_names_the_indexes_but_no_password(tools):
    url = tools.simple.url.replace("http://", "http://user:secret@")
    with pytest.raises(NotFoundError) as caught:
        tools.index(IndexSource("", url)).listing("nothing").get()
    assert caught.value.code == "unknown-package"
    assert tools.simple.url in caught.value.message
    assert "secret" not in caught.value.message


def test_answer_that_is_no_index_page(tools):
    tools.simple.files["demo"] = {}
    tools.simple.page = lambda project: (b"hello", "text/plain")
    with pytest.raises(ClutchError) as caught:
        tools.index().listing("demo").get()
    assert caught.value.code == "invalid-index-page"


def test_source_facts_of_a_wheel_get_its_hash(tools):
    artifact = tools.simple.add_wheel("demo", "1.0", requires=["other>=2"])
    index = tools.index()
    wanted = Requirement("pypi", "demo", source=Source("archive", artifact.url))
    source, facts = index.source_facts(wanted).get()
    assert source.hashes == artifact.hashes
    assert [requirement.name for requirement in facts.requires] == ["other"]
    assert index.source_facts(wanted).get()[0] == source


def test_source_facts_of_another_project_are_refused(tools):
    artifact = tools.simple.add_wheel("demo", "1.0")
    index, source = tools.index(), Source("archive", artifact.url)
    index.source_facts(Requirement("pypi", "demo", source=source)).get()
    with pytest.raises(ClutchError) as caught:
        index.source_facts(Requirement("pypi", "wrong", source=source)).get()
    assert caught.value.code == "wrong-name"


def test_source_facts_of_a_folder_with_static_metadata(tools):
    folder = tools.folder / "mine"
    folder.mkdir()
    (folder / "pyproject.toml").write_text(
        '[project]\nname = "Mine"\nversion = "0.1"\ndependencies = ["a>=1"]\n'
        "[project.optional-dependencies]\nfast = [\"b ; python_version < '3.12'\"]\n"
    )
    source = Source("directory", "mine", editable=True)
    exact, facts = tools.index().source_facts(Requirement("pypi", "mine", source=source)).get()
    assert exact == source
    assert (facts.name, facts.version, facts.extras) == ("mine", "0.1", ("fast",))
    assert [(one.name, one.allowed) for one in facts.requires] == [("a", ">=1"), ("b", "")]
    assert 'extra == "fast"' in facts.requires[1].marker.replace("'", '"')
    assert "python_version" in facts.requires[1].marker or "python_full_version" in facts.requires[1].marker


def test_source_facts_of_a_missing_folder(tools):
    with pytest.raises(NotFoundError):
        tools.index().source_facts(Requirement("pypi", "mine", source=Source("directory", "nowhere"))).get()


def test_importing_the_index_loads_nothing_heavy():
    code = (
        "import sys, clutch.pypi.index, clutch.pypi.facts, clutch.pypi.facts_record, clutch.pypi.artifact_lines\n"
        "heavy = 'msgspec hashlib json zipfile subprocess pycurl packaging email tomllib ssl clutch.standards.simple'\n"
        "print([name for name in heavy.split() if name in sys.modules])"
    )
    finished = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert finished.stdout.strip().splitlines()[-1] == "[]"
