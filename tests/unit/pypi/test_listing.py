from __future__ import annotations

import pytest

from clutch.base.errors import ClutchError
from clutch.pypi.artifact_lines import render_paragraph
from clutch.pypi.listing import Policy, PypiListing
from clutch.pypi.pages import Releases
from clutch.pypi.telling import facts_key, telling_file
from clutch.standards.simple import OpenPage, SimpleFile


def page(*filenames, **fields):
    return [SimpleFile(name, f"https://index.example/f/{name}", **fields) for name in filenames]


def listing_of(*files, name="demo", policy=None):
    releases = Releases(name, OpenPage(files, lambda file: file))

    def read_paragraph(version):
        return render_paragraph(releases.files(version))

    return PypiListing(releases.listing_text(), read_paragraph, policy or Policy(), "main")


def test_newest_first_by_pep_440_and_no_duplicates():
    names = (
        "demo-1.0.tar.gz",
        "demo-1.0.0-py3-none-any.whl",
        "demo-1.10.tar.gz",
        "demo-1.9.tar.gz",
        "demo-2.0rc1.tar.gz",
    )
    listing = listing_of(*page(*names))
    assert list(listing.versions) == ["2.0rc1", "1.10", "1.9", "1.0"]
    assert [one.filename for one in listing.artifacts(3)] == ["demo-1.0.tar.gz", "demo-1.0.0-py3-none-any.whl"]
    assert listing.prereleases == 1


def test_local_and_post_versions_of_wheels():
    listing = listing_of(*page("demo-1.0+cu_12-py3-none-any.whl", "demo-1.0.post1-py3-none-any.whl"))
    assert list(listing.versions) == ["1.0.post1", "1.0+cu.12"]


@pytest.mark.parametrize(
    "filename",
    [
        "demo-1.0.exe",
        "demo-1.0-py3.11.egg",
        "demo-nonsense.tar.gz",
        "demo-1.0-py3.whl",
        "other-1.0.tar.gz",
        "other-1.0-py3-none-any.whl",
        "demo-x.y-py3-none-any.whl",
        "demo.whl",
        "-.tar.gz",
        "demo-1.0-py3-none-../any.whl",
    ],
)
def test_files_that_cannot_be_understood_are_left_out(filename):
    listing = listing_of(*page(filename, "demo-2.0.tar.gz"))
    assert list(listing.versions) == ["2.0"]
    assert len(listing.artifacts(0)) == 1


def test_old_sdist_names_with_hyphens():
    listing = listing_of(*page("zope-page-1.0-1.tar.gz", "Zope.Page-2.0.zip"), name="zope-page")
    assert list(listing.versions) == ["2.0", "1.0.post1"]


def test_page_without_files():
    listing = listing_of()
    assert list(listing.versions) == []
    assert listing.allowed("") == 0


def test_withdrawn_only_when_all_files_are():
    some = [*page("demo-1.0.tar.gz", withdrawn="bad"), *page("demo-1.0-py3-none-any.whl")]
    assert listing_of(*some).withdrawn == 0
    every = [*page("demo-1.0.tar.gz", withdrawn="bad\tthing\n"), *page("demo-1.0-py3-none-any.whl", withdrawn="")]
    listing = listing_of(*every)
    assert listing.withdrawn == 1
    assert listing.withdrawn_reason(0) == "bad thing"


def test_what_platform_wheels_serve():
    wheels = page("demo-1.0-cp311-cp311-manylinux_2_17_x86_64.whl")
    listing = listing_of(*wheels)
    assert "linux" in listing.fits(0)
    assert listing_of(*wheels, *page("demo-1.0.tar.gz")).fits(0) == ""
    without_builds = listing_of(*wheels, *page("demo-1.0.tar.gz"), policy=Policy(no_build=True))
    assert without_builds.fits(0) == listing.fits(0)
    assert [one.kind for one in without_builds.artifacts(0)] == ["wheel"]


def test_pure_wheel_serves_all():
    assert listing_of(*page("demo-1.0-py2.py3-none-any.whl")).fits(0) == ""


def test_sdist_alone_without_builds_serves_none():
    assert listing_of(*page("demo-1.0.tar.gz"), policy=Policy(no_build=True)).fits(0) == "never"


def test_wheel_alone_without_binaries_serves_none():
    listing = listing_of(*page("demo-1.0-py3-none-any.whl"), policy=Policy(no_binary=True))
    assert listing.fits(0) == "never"
    assert listing.artifacts(0) == ()
    assert len(listing.all_artifacts(0)) == 1


def test_requires_python_is_canonical_and_nonsense_is_any():
    files = [
        *page("demo-1.0.tar.gz", python=">=3.8, <4"),
        *page("demo-2.0.tar.gz", python=">=3.6.*"),
        *page("demo-3.0.tar.gz", python="three or so"),
    ]
    assert list(listing_of(*files).python) == ["", ">=3.6", "<4,>=3.8"]


def test_facts_key_is_the_hash_of_the_pure_wheel():
    files = [
        SimpleFile("demo-1.0.tar.gz", "https://index.example/a", (("sha256", "a" * 64),)),
        SimpleFile("demo-1.0-cp311-cp311-win32.whl", "https://index.example/b", (("sha256", "b" * 64),)),
        SimpleFile("demo-1.0-py3-none-any.whl", "https://index.example/c", (("sha256", "c" * 64),)),
    ]
    assert facts_key(telling_file(listing_of(*files).all_artifacts(0))) == "c" * 32
    assert len(facts_key(listing_of(*page("demo-1.0.tar.gz")).all_artifacts(0)[0])) == 32


def test_masks_of_specifiers():
    listing = listing_of(*page("demo-1.0.tar.gz", "demo-2.0.tar.gz", "demo-3.0a1.tar.gz"))
    assert listing.allowed("") == 0b111
    assert listing.allowed("<2") == 0b100
    assert listing.allowed("==2.0") == 0b010
    assert listing.names_prerelease(">=3.0a1")
    assert not listing.names_prerelease(">=3")
    assert listing.pins_exactly("==2.0")
    assert not listing.pins_exactly("==2.*")
    with pytest.raises(ClutchError):
        listing.allowed("nonsense")


def test_control_characters_of_a_hostile_page_are_refused():
    with pytest.raises(ClutchError) as caught:
        listing_of(*page("demo-1.0.tar.gz", uploaded_at="2024\t01"))
    assert caught.value.code == "invalid-index-page"


@pytest.mark.parametrize("name", ["demo-1.0-py3-none-any\n.whl", "demo-1.0-\x1ea-b-c.whl", "demo-1.0-\ta-b-c.whl"])
def test_control_characters_in_names_are_refused(name):
    with pytest.raises(ClutchError):
        listing_of(*page(name))


@pytest.mark.parametrize("text", ["", "listing 9\n", "listing 2\na\n"])
def test_other_texts_are_no_listing(text):
    with pytest.raises(ValueError, match="listing"):
        PypiListing(text, str, Policy(), "main")


def test_artifact_survives_the_compact_form():
    file = SimpleFile(
        "demo-1.0-py3-none-any.whl",
        "https://index.example/x/demo-1.0-py3-none-any.whl",
        (("md5", "0" * 32), ("sha256", "1" * 64)),
        123,
        "2024-01-02T03:04:05.678Z",
        ">=3.8",
        (("sha256", "2" * 64),),
        "reason",
    )
    [artifact] = listing_of(file).artifacts(0)
    assert tuple(artifact) == ("wheel", *file[:5], file.facts_hashes, file.python, file.withdrawn)
    [silent] = listing_of(file._replace(facts_hashes=None, withdrawn=None)).artifacts(0)
    assert (silent.facts_hashes, silent.withdrawn) == (None, None)
    [announced] = listing_of(file._replace(facts_hashes=())).artifacts(0)
    assert announced.facts_hashes == ()


def test_reading_a_stored_listing_parses_no_version(monkeypatch):
    names = [f"demo-{major}.{minor}.tar.gz" for major in range(40) for minor in range(40)]
    text = Releases("demo", OpenPage(page(*names), lambda file: file)).listing_text()
    import clutch.standards.version as version

    version.parse_version.cache_clear()
    listing = PypiListing(text, lambda version: "", Policy(), "main")
    assert len(listing.versions) == 1600
    assert version.parse_version.cache_info().currsize == 0
    listing.allowed(">=3,<4")
    assert version.parse_version.cache_info().currsize < 40
