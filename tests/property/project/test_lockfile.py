from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from clutch.model.artifact import Artifact
from clutch.model.lock import Asked, Lock, LockedPackage
from clutch.model.requirement import Source
from clutch.project.lock_reading import parse_by_tomllib, parse_lock
from clutch.project.lockfile import render_lock

NAMES = st.from_regex(r"[a-z][a-z0-9]{0,5}(-[a-z0-9]{1,3})?", fullmatch=True)
VERSIONS = st.from_regex(r"[0-9]{1,2}(\.[0-9]{1,2}){0,2}(rc1|\.post2|\+local)?", fullmatch=True)
TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12)
MARKERS = st.sampled_from(["", 'os_name == "nt"', "os_name == 'nt'", "\"a\" in extras and os_name != 'x'"])
TIMES = st.sampled_from(["", "2025-01-02T03:04:05Z", "2025-01-02T03:04:05.5Z", "2025-01-02T03:04:05.123456Z"])
HASHES = st.sampled_from([(("sha256", "ab"),), (("md5", "0"), ("sha256", "ff"))])


@st.composite
def artifacts(draw: st.DrawFn, kind: str) -> Artifact:
    name = draw(NAMES) + draw(st.sampled_from(["-1-py3-none-any.whl", "-1+x%-py3-none-any.whl", " a.zip"]))
    shown = name.replace("%", "%25").replace("+", "%2B").replace(" ", "%20")
    url = draw(
        st.sampled_from(
            [f"https://f.example/a/{shown}", f"https://f.example/{shown}?q#f", "https://f.example/other", "a/b.c"]
        )
    )
    return Artifact(kind, name, url, draw(HASHES), draw(st.integers(0, 9)), draw(TIMES))


@st.composite
def sources(draw: st.DrawFn) -> Source:
    return draw(
        st.sampled_from(
            [
                Source("directory", "../a b"),
                Source("directory", ".", "sub", editable=True),
                Source("vcs", "https://g.example/x", "s", vcs="git", revision="v'1", commit="ab"),
                Source("archive", "https://f.example/x.zip", hashes=(("sha256", "00"),)),
                Source("archive", "./x.zip", hashes=(("sha256", "00"),)),
            ]
        )
    )


@st.composite
def packages(draw: st.DrawFn, name: str) -> LockedPackage:
    source = draw(st.none() | sources())
    wheels = draw(st.lists(artifacts("wheel"), max_size=3, unique_by=lambda one: (one.filename, one.url)))
    return LockedPackage(
        name,
        draw(VERSIONS),
        draw(MARKERS),
        draw(st.sampled_from(["", ">=3.8"])),
        draw(st.sampled_from(["", "https://index.example/simple/"])),
        source,
        tuple(sorted(wheels, key=lambda one: (one.filename, one.url))),
        draw(st.none() | artifacts("sdist")),
        tuple(sorted(draw(st.sets(NAMES, max_size=2)))),
        tuple(sorted(draw(st.sets(TEXTS, max_size=3)))),
    )


@st.composite
def locks(draw: st.DrawFn) -> Lock:
    names = sorted(draw(st.sets(NAMES, max_size=4)))
    asked = Asked(
        draw(st.dictionaries(st.sampled_from(["", "group:dev", "extra:x"]), st.just(("a>=1", "b")), max_size=3)),
        draw(st.dictionaries(NAMES, TEXTS, max_size=2)),
        draw(st.sampled_from(["", "3.15"])),
    )
    listed = tuple(draw(packages(name)) for name in names)
    groups = tuple(sorted(draw(st.sets(NAMES, max_size=2))))
    return Lock(">=3.11", tuple(draw(st.lists(MARKERS, max_size=2))), groups, groups, groups[:1], listed, asked)


@given(locks())
@settings(deadline=None, max_examples=120)
def test_every_lock_comes_back_by_both_ways(lock: Lock) -> None:
    text = render_lock(lock)
    assert parse_by_tomllib(text, "pylock.toml") == lock
    assert parse_lock(text, "pylock.toml") == lock


@given(locks(), st.randoms(use_true_random=False))
@settings(deadline=None, max_examples=120)
def test_a_damaged_line_never_makes_the_two_ways_differ(lock: Lock, random: object) -> None:
    from random import Random

    from clutch.base.errors import ClutchError

    assert isinstance(random, Random)
    text = render_lock(lock)
    at = random.randrange(len(text))
    damaged = text[:at] + random.choice(["", '"', "'", "[", "]", "{", "\n", "=", "x", ",", "#"]) + text[at + 1 :]
    results: list[Lock | None] = []
    for parse in (parse_lock, parse_by_tomllib):
        try:
            results.append(parse(damaged, "pylock.toml"))
        except ClutchError:
            results.append(None)
    assert results[0] == results[1]
