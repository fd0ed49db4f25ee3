"""The commands that resolve, through the real entry, against a real index on loopback."""

from __future__ import annotations

import hashlib
import io
import json
import subprocess
import threading
import zipfile
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

Clutch = Callable[..., "subprocess.CompletedProcess[str]"]

_RELEASES: dict[str, dict[str, tuple[str, ...]]] = {
    "web": {"2.0": ("text>=1",), "2.4": ("text>=1",), "3.0": ("text>=1",)},
    "text": {"1.0": (), "1.1": ()},
    "checker": {"0.9": ()},
}
"""Name to version to what it requires."""


def _wheel(name: str, version: str, requires: tuple[str, ...]) -> bytes:
    lines = ["Metadata-Version: 2.1", f"Name: {name}", f"Version: {version}"]
    lines += [f"Requires-Dist: {text}" for text in requires]
    folder = f"{name}-{version}.dist-info"
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for path, text in (
            (f"{name}.py", f"version = {version!r}\n"),
            (f"{folder}/METADATA", "\n".join(lines) + "\n"),
            (f"{folder}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"),
            (f"{folder}/RECORD", ""),
        ):
            archive.writestr(zipfile.ZipInfo(path), text)
    return buffer.getvalue()


def _shelf() -> dict[str, bytes]:
    """Paths of the server with what it answers."""
    answers = {}
    for name, releases in _RELEASES.items():
        links = []
        for version, requires in releases.items():
            content = _wheel(name, version, requires)
            filename = f"{name}-{version}-py3-none-any.whl"
            answers[f"/files/{filename}"] = content
            digest = hashlib.sha256(content).hexdigest()
            links.append(f'<a href="../../files/{filename}#sha256={digest}">{filename}</a>')
        answers[f"/simple/{name}/"] = f"<html><body>{'<br>'.join(links)}</body></html>".encode()
    return answers


@pytest.fixture(scope="module")
def index_url() -> Iterator[str]:
    answers = _shelf()

    class Answer(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            content = answers.get(self.path)
            self.send_response(404 if content is None else 200)
            self.send_header("Content-Type", "text/html" if self.path.startswith("/simple/") else "binary/octet-stream")
            self.send_header("Content-Length", str(len(content or b"")))
            self.end_headers()
            self.wfile.write(content or b"")

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/simple/"
    server.shutdown()
    server.server_close()


@pytest.fixture
def shop(tmp_path: Path, environ: dict[str, str], index_url: str) -> Path:
    environ["CLUTCH_DEFAULT_INDEX"] = index_url
    folder = tmp_path / "shop"
    folder.mkdir()
    (folder / "pyproject.toml").write_text(
        '[project]\nname = "shop"\nversion = "1.0"\nrequires-python = ">=3.11"\ndependencies = [\n    "web>=2,<3",\n]\n'
    )
    return folder


def test_lock_shows_what_came_and_then_that_it_holds(clutch: Clutch, shop: Path) -> None:
    finished = clutch("lock", cwd=shop)
    assert (finished.returncode, finished.stdout) == (0, "")
    assert finished.stderr.startswith(" + text 1.1\n + web 2.4\nlocked 2 packages in ")
    assert clutch("lock", cwd=shop).stderr.startswith("the lock is up to date (")
    assert clutch("lock", "--check", cwd=shop).returncode == 0
    report = json.loads(clutch("lock", "--json", cwd=shop).stdout)
    assert report["lock"]["packages"] == [{"name": "text", "version": "1.1"}, {"name": "web", "version": "2.4"}]
    assert (report["is_written"], report["changes"]) == (False, [])


def test_a_stale_lock_is_exit_code_3(clutch: Clutch, shop: Path) -> None:
    finished = clutch("lock", "--check", cwd=shop)
    assert finished.returncode == 3
    assert finished.stderr.startswith("error: ")
    assert not (shop / "pylock.toml").exists()
    assert clutch("export", "--locked", cwd=shop).returncode == 3


def test_a_dry_run_writes_nothing(clutch: Clutch, shop: Path) -> None:
    finished = clutch("lock", "-n", cwd=shop)
    assert finished.stderr == " + text 1.1\n + web 2.4\nwould lock 2 packages\n"
    assert not (shop / "pylock.toml").exists()


def test_quiet_says_nothing(clutch: Clutch, shop: Path) -> None:
    finished = clutch("-q", "lock", cwd=shop)
    assert (finished.returncode, finished.stdout, finished.stderr) == (0, "", "")


def test_an_unknown_package_leaves_everything_as_it_was(clutch: Clutch, shop: Path) -> None:
    before = (shop / "pyproject.toml").read_bytes()
    finished = clutch("add", "--no-sync", "no-such-package", cwd=shop)
    assert (finished.returncode, finished.stdout) == (1, "")
    assert "`no-such-package`" in finished.stderr
    assert "Traceback" not in finished.stderr
    assert (shop / "pyproject.toml").read_bytes() == before
    assert not (shop / "pylock.toml").exists()


def test_add_and_remove(clutch: Clutch, shop: Path) -> None:
    added = clutch("add", "--no-sync", "--dev", "checker", cwd=shop)
    assert added.returncode == 0, added.stderr
    assert "added `checker>=0.9` to group dev\n" in added.stderr
    removed = clutch("remove", "--no-sync", "--json", "checker", cwd=shop)
    assert json.loads(removed.stdout)["removed"] == ["checker>=0.9"]
    assert '"checker' not in (shop / "pyproject.toml").read_text()


def test_outdated_update_and_upgrade(clutch: Clutch, shop: Path) -> None:
    manifest = shop / "pyproject.toml"
    manifest.write_text(manifest.read_text().replace("web>=2,<3", "web==2.0"))
    assert clutch("lock", cwd=shop).returncode == 0
    manifest.write_text(manifest.read_text().replace("web==2.0", "web>=2,<3"))
    assert clutch("lock", cwd=shop).returncode == 0
    assert clutch("outdated", cwd=shop).stdout == (
        "package  locked  allowed  newest\nweb      2.0     2.4      3.0     direct\n"
    )
    updated = clutch("update", "--no-sync", "web", cwd=shop)
    assert updated.stderr.startswith(" ~ web 2.0 -> 2.4\n")
    upgraded = clutch("upgrade", "--no-sync", "--dry-run", cwd=shop)
    assert upgraded.returncode == 0, upgraded.stderr
    assert " ~ web 2.4 -> 3.0\n" in upgraded.stderr
    assert "web>=2,<3" in manifest.read_text()
    assert clutch("list", "--outdated", "--direct", cwd=shop).stdout == (
        "package  locked  allowed  newest\nweb      2.4     2.4      3.0     direct\n"
    )


def test_offline_without_a_store_is_said(clutch: Clutch, shop: Path) -> None:
    finished = clutch("lock", "--offline", cwd=shop)
    assert finished.returncode == 1
    assert finished.stderr.startswith("error: ")
    assert "Traceback" not in finished.stderr
