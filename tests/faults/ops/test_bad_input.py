"""Bad input: one clear sentence that names file and line or URL, the right exit code, and everything as it was."""

from __future__ import annotations

import io
import socket
import zipfile
from typing import Any

import pytest

PROJECT = '[project]\nname = "shop"\nversion = "1.0"\nrequires-python = ">=3.11"\n'


@pytest.fixture(scope="module")
def _kept(tmp_path_factory: pytest.TempPathFactory, _shared_index: Any, make_world: Any) -> Any:
    """One project for all tests that leave it as it was, which is what they hold."""
    world = make_world(tmp_path_factory.mktemp("kept"), _shared_index)
    world.write('"text==1.0"')
    world("sync")
    return world, world.manifest.read_bytes(), world.lock.read_bytes()


@pytest.fixture
def settled(_kept: Any, index: Any) -> Any:
    """A project that is locked and synced, so that there is something to lose."""
    world, manifest, lock = _kept
    world.manifest.write_bytes(manifest)
    world.lock.write_bytes(lock)
    return world


@pytest.fixture
def own(world: Any) -> Any:
    """The same for a test that succeeds in the end, or that needs an empty store."""
    world.write('"text==1.0"')
    world("lock")
    world.index.reset()
    return world


def fails(world: Any, *words: str, code: int = 1, more: dict[str, str] | None = None) -> str:
    """Runs a command that must fail in one sentence and leave everything as it was; the words on standard error."""
    before = world.state()
    finished = world(*words, code=code, more=more)
    lines = [line for line in finished.err.splitlines() if line.startswith("error:")]
    assert len(lines) == 1, finished.err
    assert not lines[0].endswith("."), lines[0]
    assert finished.out == ""
    assert world.state() == before
    leftovers = [path for path in (world.store / "v1").rglob("*.tmp*") if path.is_file()]
    assert not leftovers
    return str(finished.err)


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("[project\nname = 'x'\n", 1, ""),
        ('[project]\nname = "shop"\nname = "shop"\n', 3, "this key has a value already"),
        ('[project]\nname = "shop"\n[project]\n', 3, "the table `project` is there already"),
        (f'{PROJECT}dependencies = ["web >> 2"]\n', 5, "expected a version after `>`"),
        (f'{PROJECT}dependencies = [\n  "web",\n  "text==x.y",\n]\n', 7, "x.y"),
        (f'{PROJECT}dependencies = "web"\n', 5, "dependencies"),
        ('[project]\nversion = "1.0"\n', 1, "name"),
        ('[project]\nname = "shop"\nversion = "one"\n', 3, "one"),
        ('[project]\nname = "shop"\nversion = "1"\nrequires-python = "three"\n', 4, "three"),
        (f'{PROJECT}[dependency-groups]\na = [{{include-group = "b"}}]\n', 6, "b"),
        (f"{PROJECT}[tool.clutch]\ndefualt-index = 'x'\n", 6, "did you mean `default-index`?"),
    ],
)
def test_a_malformed_manifest(settled: Any, text: str, line: int, said: str) -> None:
    settled.manifest.write_text(text)
    for words in (("sync",), ("add", "web"), ("run", "python", "-c", "")):
        err = fails(settled, *words)
        assert f"{settled.manifest}:{line}" in err
        assert said in err


def test_a_manifest_that_is_not_text(settled: Any) -> None:
    settled.manifest.write_bytes(PROJECT.encode() + b"# \xff\xfe\n")
    assert f"{settled.manifest}:5" in fails(settled, "sync")


def test_a_specifier_that_nothing_satisfies(settled: Any) -> None:
    settled.write('"text==1.0", "web>=9"')
    err = fails(settled, "sync")
    assert (
        f"you require `web>=9` ({settled.manifest}:5), but versions go from 1.0 to 3.0 and none of them is that" in err
    )


def test_an_unknown_package_of_the_manifest(settled: Any) -> None:
    settled.write('"text==1.0",\n "nothing-like-it"')
    err = fails(settled, "sync")
    assert "there is no package called `nothing-like-it`" in err
    assert f"{settled.manifest}:6" in err


def test_no_version_for_this_python_says_which_python(settled: Any) -> None:
    settled.write('"future"')
    err = fails(settled, "sync")
    assert "`future` 1.0 needs Python >=3.99" in err
    assert f"{settled.manifest}:5" in err


def test_no_file_for_this_platform_says_which_exist(settled: Any) -> None:
    settled.write('"elsewhere"')
    err = fails(settled, "sync")
    assert "elsewhere" in err
    assert "win" in err


def test_an_index_that_cannot_be_reached(settled: Any) -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{held.getsockname()[1]}/simple/"
        settled.write('"web"')
        err = fails(settled, "sync", more={"CLUTCH_DEFAULT_INDEX": url})
    assert f"{url}web/" in err
    assert "cannot be reached" in err


def test_an_index_whose_name_is_not_known(settled: Any) -> None:
    settled.write('"web"')
    err = fails(settled, "sync", more={"CLUTCH_DEFAULT_INDEX": "http://index.invalid/simple/"})
    assert "`index.invalid` cannot be reached" in err


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (401, "credentials are needed"),
        (403, "refuses access"),
        (404, "no package called `web`"),
        (500, "the server failed"),
    ],
)
def test_a_page_that_is_refused(settled: Any, status: int, said: str) -> None:
    url = settled.index.fail("/simple/web/", status)
    settled.write('"web"')
    err = fails(settled, "sync")
    assert said in err
    assert url in err or status == 404


@pytest.mark.parametrize("status", [401, 403, 404, 500])
def test_a_wheel_that_is_refused(settled: Any, status: int) -> None:
    url = settled.index.fail("/files/web-3.0-py3-none-any.whl", status)
    err = fails(settled, "add", "web")
    assert url in err
    assert str(status) in err


@pytest.mark.parametrize("path", ["/simple/web/", "/files/web-3.0-py3-none-any.whl"])
def test_an_answer_that_is_cut_off(settled: Any, path: str) -> None:
    settled.index.acts[path] = lambda handler: handler.cut_off()
    err = fails(settled, "add", "web")
    assert "broke off its answer" in err
    assert settled.index.root + path in err


def test_an_answer_that_does_not_come(settled: Any) -> None:
    settled.index.slow("/simple/web/", 3)
    err = fails(settled, "add", "web", more={"CLUTCH_TIMEOUT": "1"})
    assert "does not answer in time" in err
    assert settled.index.root + "/simple/web/" in err


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/vnd.pypi.simple.v1+json", b'{"meta": {"api-version": "1.1"}, "name"'),
        ("application/vnd.pypi.simple.v1+json", b'{"meta": {"api-version": "2.0"}, "name": "web", "files": []}'),
        ("application/vnd.pypi.simple.v1+json", b'{"meta": {"api-version": "1.0"}, "files": 3}'),
        ("image/png", b"\x89PNG"),
    ],
)
def test_a_page_that_is_no_page(settled: Any, kind: str, body: bytes) -> None:
    settled.index.acts["/simple/web/"] = lambda handler: handler.reply(200, body, kind)
    assert settled.index.root + "/simple/web/" in fails(settled, "add", "web")


def test_a_wheel_with_another_hash(settled: Any) -> None:
    path = "/files/web-3.0-py3-none-any.whl"
    other = bytes(reversed(settled.index.contents[path]))
    settled.index.acts[path] = lambda handler: handler.reply(200, other)
    err = fails(settled, "add", "web")
    assert settled.index.root + path in err
    assert "hash" in err or "sha256" in err


def test_metadata_with_another_hash(own: Any) -> None:
    path = "/files/web-3.0-py3-none-any.whl.metadata"
    own.index.acts[path] = lambda handler: handler.reply(200, b"Metadata-Version: 2.1\nName: web\nVersion: 9\n\n")
    err = fails(own, "add", "web==3.0")
    assert "web" in err
    assert "hash" in err or "sha256" in err


@pytest.mark.parametrize("member", ["../escape.py", "/escape.py"])
def test_a_wheel_that_wants_out(settled: Any, member: str) -> None:
    content = settled.archives.wheel_bytes("hostile", "1.0", {member: b"bad"})
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert member in archive.namelist()
    settled.index.add("hostile", "hostile-1.0-py3-none-any.whl", content)
    err = fails(settled, "add", "hostile")
    assert "hostile-1.0-py3-none-any.whl" in err
    assert member in err


def test_a_wheel_that_is_no_archive(settled: Any) -> None:
    settled.index.add(
        "junk", "junk-1.0-py3-none-any.whl", b"nothing", metadata=b"Metadata-Version: 2.1\nName: junk\nVersion: 1.0\n\n"
    )
    assert "junk-1.0-py3-none-any.whl" in fails(settled, "add", "junk")


def test_a_build_that_fails_shows_what_the_backend_said(settled: Any) -> None:
    before = settled.state()
    err = settled("add", "broken", code=1).err
    assert settled.state() == before
    assert "the build of `broken-1.0.tar.gz` failed" in err
    assert "the compiler hid" in err


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda text: text[: len(text) // 2] + "\n[[[", ""),
        (lambda text: text.replace("format = 1", "format = 2"), "2"),
        (lambda text: text.replace('lock-version = "1.0"', 'lock-version = "9.0"'), "9.0"),
    ],
)
def test_a_lock_that_cannot_be_read_is_refused_and_not_rewritten(settled: Any, change: Any, said: str) -> None:
    text = settled.lock.read_text()
    assert change(text) != text
    settled.lock.write_text(change(text))
    for words in (("lock",), ("sync",), ("sync", "--frozen"), ("tree",)):
        err = fails(settled, *words)
        assert str(settled.lock) in err
        assert said in err


def test_everything_works_again_afterwards(own: Any) -> None:
    path = "/files/web-3.0-py3-none-any.whl"
    own.index.acts[path] = lambda handler: handler.cut_off()
    fails(own, "add", "web")
    own.index.reset()
    assert "is whole" in own("cache", "verify").err
    own("add", "web")
    assert own.installed() == {"text": "1.0", "web": "3.0"}


def test_retries_overcome_a_server_that_stumbles(own: Any) -> None:
    path, count = "/simple/web/", 0

    def stumble(handler: Any) -> None:
        nonlocal count
        count += 1
        handler.reply(503, b"busy") if count < 3 else handler.usual()

    own.index.acts[path] = stumble
    own("add", "--no-sync", "web", more={"CLUTCH_RETRIES": "3"})
    assert count >= 3
