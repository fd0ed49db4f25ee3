from __future__ import annotations

import pytest

from clutch.base.errors import ClutchError
from clutch.model.plan import Install
from clutch.pypi.facts_record import parse_facts, render_facts
from clutch.pypi.metadata_facts import facts_from_metadata


class CountingBuilder:
    def __init__(self, metadata: bytes) -> None:
        self.content = metadata
        self.built: list[str] = []

    def metadata(self, tree):
        self.built.append(tree.label)
        return self.content

    def wheel(self, tree, folder):
        raise AssertionError


def ask(tools, name="demo", candidate=0, **options):
    index = tools.index(**options)
    return index.facts(index.listing(name).get(), candidate).get()


def files_asked(tools):
    return [path.rpartition("/")[2] for path in tools.simple.asked if path.startswith("/files/")]


def test_announced_metadata_is_one_request(tools):
    tools.simple.add_wheel("demo", "1.0", requires=["a>=1", 'b[x] ; extra == "y"'], extra="Provides-Extra: y\n")
    facts = ask(tools)
    assert [(one.name, one.extras, one.allowed) for one in facts.requires] == [("a", (), ">=1"), ("b", ("x",), "")]
    assert facts.extras == ("y",)
    assert files_asked(tools) == ["demo-1.0-py3-none-any.whl.metadata"]


def test_facts_are_remembered_across_runs(tools):
    tools.simple.add_wheel("demo", "1.0", requires=["a @ https://index.example/a-1.0.tar.gz"])
    first = ask(tools)
    tools.simple.asked.clear()
    assert ask(tools) == first
    assert files_asked(tools) == []


def test_announced_metadata_with_a_wrong_hash_is_no_metadata(tools):
    tools.simple.add_wheel("demo", "1.0")
    tools.simple.files["demo"]["demo-1.0-py3-none-any.whl"]["core-metadata"] = {"sha256": "0" * 64}
    with pytest.raises(ClutchError) as caught:
        ask(tools)
    assert caught.value.code == "no-metadata"


def test_silent_metadata_is_noticed_and_remembered(tools):
    tools.simple.add_wheel("demo", "1.0", "silent", requires=["a"])
    tools.simple.add_wheel("more", "1.0", "silent")
    assert [one.name for one in ask(tools).requires] == ["a"]
    assert files_asked(tools) == ["demo-1.0-py3-none-any.whl.metadata"]
    ask(tools, "more")
    assert files_asked(tools)[-1] == "more-1.0-py3-none-any.whl.metadata"
    record = tools.store.read_record("host", tools.simple.root)
    assert record is not None
    assert record.startswith(b"silent=yes")


def test_part_of_the_wheel_when_no_metadata_is_served(tools):
    tools.simple.add_wheel("demo", "1.0", "", requires=["a"])
    assert [one.name for one in ask(tools).requires] == ["a"]
    assert files_asked(tools)[:2] == ["demo-1.0-py3-none-any.whl.metadata", "demo-1.0-py3-none-any.whl"]


def test_server_without_silent_metadata_is_left_alone_after_three_tries(tools):
    for number in range(5):
        tools.simple.add_wheel(f"demo{number}", "1.0", "")
    index = tools.index()
    for number in range(5):
        index.facts(index.listing(f"demo{number}").get(), 0).get()
    asked = [name for name in files_asked(tools) if name.endswith(".metadata")]
    assert asked == [f"demo{number}-1.0-py3-none-any.whl.metadata" for number in range(3)]
    tools.clock.now += 25 * 3600
    tools.simple.add_wheel("late", "1.0", "silent")
    ask(tools, "late")
    assert files_asked(tools)[-1] == "late-1.0-py3-none-any.whl.metadata"


def test_whole_wheel_when_ranges_are_refused(tools):
    tools.simple.serves_ranges = False
    tools.simple.add_wheel("demo", "1.0", "", requires=["a"])
    tools.simple.add_wheel("more", "1.0", "")
    assert [one.name for one in ask(tools).requires] == ["a"]
    ask(tools, "more")
    assert b"ranges=no" in tools.store.read_record("host", tools.simple.root)


def test_wheel_of_another_project_is_no_metadata(tools, kit):
    content = kit.wheel_bytes("evil", "1.0")
    tools.simple.add("demo", "demo-1.0-py3-none-any.whl", content, "announced")
    with pytest.raises(ClutchError) as caught:
        ask(tools)
    assert caught.value.code == "no-metadata"


def test_invalid_requirement_is_no_metadata_with_the_reason(tools):
    tools.simple.add_wheel("demo", "1.0", requires=["a >< 3"])
    with pytest.raises(ClutchError) as caught:
        ask(tools)
    assert caught.value.code == "no-metadata"
    assert "a >< 3" in caught.value.message


@pytest.mark.parametrize(
    ("text", "allowed"),
    [("a (>=1.0)", ">=1.0"), ("a >=1.0.*", ">=1.0"), ("a >=1.0<2", "<2,>=1.0"), ("a >=1.0,", ">=1.0")],
)
def test_old_spellings_are_understood(text, allowed):
    content = f"Metadata-Version: 2.1\nName: demo\nVersion: 1.0\nRequires-Dist: {text}\n".encode()
    [requirement] = facts_from_metadata(content, "demo").requires
    assert requirement.allowed == allowed


def test_wheel_tells_for_its_sdist(tools, kit):
    tools.simple.add("demo", "demo-1.0.tar.gz", kit.sdist_bytes("demo", "1.0", {"setup.py": b""}))
    tools.simple.add_wheel("demo", "1.0", requires=["a"])
    assert [one.name for one in ask(tools).requires] == ["a"]


def test_static_package_info_of_an_sdist(tools, kit):
    info = b"Metadata-Version: 2.2\nName: demo\nVersion: 1.0\nRequires-Dist: a>=1\n"
    tools.simple.add("demo", "demo-1.0.tar.gz", kit.sdist_bytes("demo", "1.0", {"PKG-INFO": info}))
    assert [one.name for one in ask(tools).requires] == ["a"]


def test_dynamic_package_info_needs_a_build(tools, kit):
    info = b"Metadata-Version: 2.2\nName: demo\nVersion: 1.0\nDynamic: Requires-Dist\n"
    tools.simple.add("demo", "demo-1.0.tar.gz", kit.sdist_bytes("demo", "1.0", {"PKG-INFO": info, "setup.py": b""}))
    builder = CountingBuilder(kit.metadata_of("demo", "1.0", ["built"]))
    index = tools.index(builder=builder)
    ticket = index.facts(index.listing("demo").get(), 0)
    tools.fetcher.pump(0.2)
    assert builder.built == []
    assert [one.name for one in ticket.get().requires] == ["built"]
    assert builder.built == ["demo-1.0.tar.gz"]
    ask(tools)


def test_static_project_table_of_an_sdist(tools, kit):
    text = b'[project]\nname = "demo"\nversion = "1.0"\ndependencies = ["a"]\n'
    files = {"PKG-INFO": b"Metadata-Version: 1.0\nName: demo\nVersion: 1.0\n", "pyproject.toml": text}
    tools.simple.add("demo", "demo-1.0.tar.gz", kit.sdist_bytes("demo", "1.0", files))
    assert [one.name for one in ask(tools).requires] == ["a"]


def test_no_build_leaves_such_an_sdist_without_metadata(tools, kit):
    tools.simple.add("demo", "demo-1.0.tar.gz", kit.sdist_bytes("demo", "1.0", {"setup.py": b""}))
    builder = CountingBuilder(kit.metadata_of("demo", "1.0"))
    with pytest.raises(ClutchError) as caught:
        ask(tools, builder=builder, no_build=frozenset({"demo"}))
    assert caught.value.code == "no-metadata"
    assert builder.built == []


def test_compact_form_gives_back_what_it_was_given():
    content = (
        b"Metadata-Version: 2.1\nName: Demo_X\nVersion: 1.0\nRequires-Python: >=3.8\nProvides-Extra: q\n"
        b"Requires-Dist: a[x,y]>=1,<2; python_version < '3.9'\n"
        b"Requires-Dist: b @ https://index.example/b-1.0.tar.gz#sha256=00 ; extra == 'q'\n"
        b"Requires-Dist: c\n"
    )
    facts = facts_from_metadata(content, "demo-x")
    assert parse_facts(render_facts(facts)) == facts
    assert facts.requires[1].source.url == "https://index.example/b-1.0.tar.gz"


def test_unknown_form_is_refused():
    with pytest.raises(ValueError, match="format"):
        parse_facts(b"facts 9\ta\t1\t\n\n")


def test_whole_wheel_that_was_read_is_not_fetched_again(tools, interpreter):
    tools.simple.serves_ranges = False
    artifact = tools.simple.add_wheel("demo", "1.0", "")
    ask(tools)
    count = files_asked(tools).count(artifact.filename)
    order = Install("pypi", "demo", "1.0", artifact, None, True)
    [prepared] = tools.installer(compile=False).prepare([order], interpreter)
    assert (prepared.name, prepared.version) == ("demo", "1.0")
    assert files_asked(tools).count(artifact.filename) == count
