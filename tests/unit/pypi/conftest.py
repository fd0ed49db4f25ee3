"""A real Simple index on loopback, real small wheels, real environments."""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import json
import os
import subprocess
import sys
import tarfile
import threading
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from clutch.io.fetch import Fetcher, Network
from clutch.io.store import Store
from clutch.model.artifact import Artifact
from clutch.model.environment import Environment, Interpreter
from clutch.model.plan import Install
from clutch.pypi.index import IndexOptions, IndexSource, PypiIndex
from clutch.pypi.installer import InstallOptions, WheelInstaller
from clutch.python.inspect import inspect_interpreter

JSON = "application/vnd.pypi.simple.v1+json"


def digest_of(content: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()


def metadata_of(name: str, version: str, requires: Sequence[str] = (), extra: str = "") -> bytes:
    lines = [f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"]
    lines += [f"Requires-Dist: {requirement}\n" for requirement in requires]
    return ("".join(lines) + extra + "\nWhat it is.\n").encode()


def wheel_bytes(
    name: str,
    version: str,
    files: Mapping[str, bytes] | None = None,
    *,
    requires: Sequence[str] = (),
    extra: str = "",
    wheel: str = "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    entry_points: str = "",
    record: str | None = None,
) -> bytes:
    """A wheel with these files; `record` replaces its RECORD ("" leaves it out)."""
    escaped = name.replace("-", "_")
    folder = f"{escaped}-{version}.dist-info"
    members = dict(files if files is not None else {f"{escaped}/__init__.py": f"NAME = {name!r}\n".encode()})
    members[f"{folder}/METADATA"] = metadata_of(name, version, requires, extra)
    members[f"{folder}/WHEEL"] = wheel.encode()
    if entry_points:
        members[f"{folder}/entry_points.txt"] = entry_points.encode()
    if record is None:
        rows = [f"{path},sha256={digest_of(content)},{len(content)}" for path, content in members.items()]
        record = "\n".join([*rows, f"{folder}/RECORD,,", ""])
    if record:
        members[f"{folder}/RECORD"] = record.encode()
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in members.items():
            archive.writestr(path, content)
    return buffer.getvalue()


def sdist_bytes(name: str, version: str, files: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for path, content in files.items():
            member = tarfile.TarInfo(f"{name}-{version}/{path}")
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return buffer.getvalue()


class Simple:
    """A Simple index that can be told how to answer, and says what it was asked for."""

    def __init__(self) -> None:
        self.files: dict[str, dict[str, dict[str, Any]]] = {}
        self.contents: dict[str, bytes] = {}
        self.speaks_json = True
        self.serves_ranges = True
        self.cache_control = ""
        self.asked: list[str] = []
        self.conditional: list[str] = []
        server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        server.daemon_threads = True
        self.server = server
        self.root = f"http://127.0.0.1:{server.server_port}"
        self.url = f"{self.root}/simple/"
        self.thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        self.thread.start()

    def add(self, project: str, filename: str, content: bytes, metadata: str = "", **fields: Any) -> Artifact:
        """Publish a file; `metadata` is `announced`, `silent` or empty (none is served)."""
        sha256 = hashlib.sha256(content).hexdigest()
        entry = {"filename": filename, "url": f"../../files/{filename}", "hashes": {"sha256": sha256}}
        entry |= {"size": len(content), **fields}
        self.contents[f"/files/{filename}"] = content
        if metadata:
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                path = next(name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
                text = archive.read(path)
            self.contents[f"/files/{filename}.metadata"] = text
            if metadata == "announced":
                entry["core-metadata"] = {"sha256": hashlib.sha256(text).hexdigest()}
        self.files.setdefault(project, {})[filename] = entry
        kind = "wheel" if filename.endswith(".whl") else "sdist"
        return Artifact(kind, filename, f"{self.root}/files/{filename}", (("sha256", sha256),), len(content))

    def add_wheel(self, name: str, version: str, metadata: str = "announced", **fields: Any) -> Artifact:
        keys = ("requires", "files", "entry_points", "extra", "wheel", "record")
        options = {key: fields.pop(key) for key in keys if key in fields}
        content = wheel_bytes(name, version, **options)
        filename = f"{name.replace('-', '_')}-{version}-py3-none-any.whl"
        return self.add(name, filename, content, metadata, **fields)

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    def page(self, project: str) -> tuple[bytes, str]:
        files = list(self.files[project].values())
        if self.speaks_json:
            page = {"meta": {"api-version": "1.1"}, "name": project, "versions": [], "files": files}
            return json.dumps(page).encode(), JSON
        links = [
            f'<a href="{file["url"]}#sha256={file["hashes"]["sha256"]}"'
            + (f' data-requires-python="{escape(file["requires-python"])}"' if "requires-python" in file else "")
            + (f' data-yanked="{file["yanked"]}"' if file.get("yanked") else "")
            + (f' data-core-metadata="sha256={file["core-metadata"]["sha256"]}"' if "core-metadata" in file else "")
            + f">{file['filename']}</a><br/>"
            for file in files
        ]
        return f"<!DOCTYPE html><html><body>{''.join(links)}</body></html>".encode(), "text/html"

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        index = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *arguments: object) -> None:
                return None

            def do_GET(self) -> None:
                index.asked.append(self.path)
                parts = self.path.strip("/").split("/")
                if parts[0] == "simple" and len(parts) == 2 and parts[1] in index.files:
                    body, kind = index.page(parts[1])
                    tag = f'"{hashlib.sha256(body).hexdigest()[:12]}"'
                    if self.headers.get("If-None-Match") == tag:
                        index.conditional.append(self.path)
                        self.answer(304, b"", kind, tag)
                    else:
                        self.answer(200, body, kind, tag)
                elif self.path in index.contents:
                    self.file(index.contents[self.path])
                else:
                    self.answer(404, b"no", "text/plain")

            def file(self, content: bytes) -> None:
                span = self.headers.get("Range", "")
                if not span or not index.serves_ranges:
                    self.answer(200, content, "application/octet-stream")
                    return
                first, _, last = span.removeprefix("bytes=").partition("-")
                begin = int(first) if first else max(0, len(content) - int(last))
                end = min(int(last), len(content) - 1) if first and last else len(content) - 1
                part = content[begin : end + 1]
                self.answer(206, part, "application/octet-stream", span=f"bytes {begin}-{end}/{len(content)}")

            def answer(self, status: int, body: bytes, kind: str, tag: str = "", span: str = "") -> None:
                self.send_response(status)
                self.send_header("Content-Type", kind)
                if tag:
                    self.send_header("ETag", tag)
                if span:
                    self.send_header("Content-Range", span)
                if index.cache_control:
                    self.send_header("Cache-Control", index.cache_control)
                if status == 200 and len(body) > 200 and kind == JSON:
                    body = gzip.compress(body)
                    self.send_header("Content-Encoding", "gzip")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

        return Handler


class Clock:
    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def simple() -> Iterator[Simple]:
    index = Simple()
    yield index
    index.close()


@pytest.fixture
def other() -> Iterator[Simple]:
    index = Simple()
    yield index
    index.close()


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(str(tmp_path / "store"))


@pytest.fixture
def fetcher() -> Iterator[Fetcher]:
    with Fetcher(Network(retries=0)) as opened:
        yield opened


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def tools(simple: Simple, fetcher: Fetcher, store: Store, clock: Clock, tmp_path: Path) -> Tools:
    return Tools(simple, fetcher, store, clock, tmp_path)


class Tools:
    """Makes the parts under test, new ones on the same store whenever they are asked for, as each command does."""

    def __init__(self, simple: Simple, fetcher: Fetcher, store: Store, clock: Clock, folder: Path) -> None:
        self.simple, self.fetcher, self.store, self.clock, self.folder = simple, fetcher, store, clock, folder
        self.events: list[Any] = []

    def emit(self, event: Any) -> None:
        self.events.append(event)

    def index(self, *sources: IndexSource, builder: Any = None, **options: Any) -> PypiIndex:
        chosen = sources or (IndexSource("main", self.simple.url, is_default=True),)
        settings = IndexOptions(self.clock, **options)
        return PypiIndex(chosen, self.fetcher, self.store, settings, str(self.folder), builder)

    def installer(self, builder: Any = None, **options: Any) -> WheelInstaller:
        settings = InstallOptions(str(self.folder), **options)
        return WheelInstaller(self.fetcher, self.store, self, settings, builder)

    def install(self, artifact: Artifact, environment: Environment, **options: Any) -> None:
        installer = self.installer(**options)
        name, version = artifact.filename.split("-")[:2]
        order = Install("pypi", name.replace("_", "-").lower(), version, artifact, None, True)
        [prepared] = installer.prepare([order], environment.interpreter)
        installer.install(prepared, order, environment)


@pytest.fixture(scope="session")
def interpreter(tmp_path_factory: pytest.TempPathFactory) -> Interpreter:
    store = Store(str(tmp_path_factory.mktemp("probe")))
    return inspect_interpreter(os.path.realpath(sys.executable), store)


@pytest.fixture
def environment(tmp_path: Path, interpreter: Interpreter) -> Environment:
    root = tmp_path / "env"
    subprocess.run([interpreter.path, "-m", "venv", "--without-pip", str(root)], check=True)
    return Environment(str(root), interpreter)


def run_python(environment: Environment, code: str) -> str:
    finished = subprocess.run([environment.python, "-c", code], capture_output=True, text=True, check=True)
    return finished.stdout.strip()


def files_below(root: str) -> set[str]:
    """All files, links and empty folders below `root`; links are not followed."""
    found = set()
    for parent, folders, names in os.walk(root):
        for name in [*names, *(each for each in folders if os.path.islink(os.path.join(parent, each)))]:
            found.add(os.path.relpath(os.path.join(parent, name), root))
        if not folders and not names:
            found.add(os.path.relpath(parent, root) + "/")
    return found


@pytest.fixture
def kit() -> Any:
    """The functions of this file, for tests that cannot import it."""
    import types

    functions = (wheel_bytes, sdist_bytes, metadata_of, digest_of, run_python, files_below)
    return types.SimpleNamespace(**{function.__name__: function for function in functions})
