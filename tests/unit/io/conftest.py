"""A real server on loopback that can misbehave in every way a test asks for."""

from __future__ import annotations

import shutil
import socketserver
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple

import pytest

from clutch.base.events import Event
from clutch.io.fetch import Fetcher, Network


class Seen(NamedTuple):
    path: str
    headers: dict[str, str]


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: LoopbackServer

    def do_GET(self) -> None:
        self.server.seen.append(Seen(self.path, {name.lower(): value for name, value in self.headers.items()}))
        acts = self.server.acts.get(self.path.partition("?")[0])
        if acts is None:
            self.reply(404)
            return
        act = acts.pop(0) if len(acts) > 1 else acts[0]
        try:
            act(self)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def reply(self, status: int = 200, body: bytes = b"", headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        if status not in (204, 304):
            self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def cut_off(self, body: bytes, announced: int) -> None:
        self.send_response(200)
        self.send_header("content-length", str(announced))
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = True

    def stall(self, body: bytes, announced: int, seconds: float) -> None:
        self.send_response(200)
        self.send_header("content-length", str(announced))
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()
        time.sleep(seconds)
        self.close_connection = True

    def reply_part(self, content: bytes) -> None:
        text = self.headers.get("range", "").removeprefix("bytes=")
        if not text:
            self.reply(200, content)
            return
        first, _, last = text.partition("-")
        if not first:
            begin, end = max(0, len(content) - int(last)), len(content)
        else:
            begin, end = int(first), min(int(last) + 1, len(content)) if last else len(content)
        self.reply(206, content[begin:end], {"content-range": f"bytes {begin}-{end - 1}/{len(content)}"})

    def log_message(self, format: str, *args: object) -> None:
        return


Act = Callable[[Handler], None]


class LoopbackServer(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, scheme: str = "http", context: ssl.SSLContext | None = None) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        if context is not None:
            self.socket = context.wrap_socket(self.socket, server_side=True)
        self.seen: list[Seen] = []
        self.acts: dict[str, list[Act]] = {}
        self.url = f"{scheme}://127.0.0.1:{self.server_address[1]}"

    def handle_error(self, request: object, client_address: object) -> None:
        return

    def act(self, path: str, *acts: Act) -> str:
        """Answer `path` with each of `acts` in turn, the last for ever; the URL."""
        self.acts[path] = list(acts)
        return self.url + path

    def answer(self, path: str, body: bytes = b"", status: int = 200, **headers: str) -> str:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.act(path, lambda handler: handler.reply(status, body, named))

    def count(self, path: str) -> int:
        return sum(1 for seen in self.seen if seen.path == path)


def serve(server: socketserver.BaseServer) -> threading.Thread:
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    return thread


def running(server: LoopbackServer) -> Iterator[LoopbackServer]:
    thread = serve(server)
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def server() -> Iterator[LoopbackServer]:
    yield from running(LoopbackServer())


@pytest.fixture
def other_server() -> Iterator[LoopbackServer]:
    """A second origin (another port)."""
    yield from running(LoopbackServer())


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A self-made certificate for 127.0.0.1 with its key, one PEM file."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("openssl is not here")
    folder = tmp_path_factory.mktemp("tls")
    request = "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1"
    argv = [openssl, *request.split(), "-keyout", "key.pem", "-out", "cert.pem"]
    subprocess.run(argv, cwd=folder, check=True, capture_output=True)
    path = folder / "both.pem"
    path.write_text((folder / "cert.pem").read_text() + (folder / "key.pem").read_text())
    return str(path)


@pytest.fixture
def tls_server(certificate: str) -> Iterator[LoopbackServer]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    yield from running(LoopbackServer("https", context))


class Recorder:
    def __init__(self) -> None:
        self.events: list[Event] = []

    def emit(self, event: Event) -> None:
        self.events.append(event)

    def kinds(self) -> list[str]:
        return [event.kind for event in self.events]


@pytest.fixture
def recorder() -> Recorder:
    return Recorder()


QUICK = Network(timeout_s=2.0, retries=2)


@pytest.fixture
def quick() -> Network:
    return QUICK


@pytest.fixture
def fetcher() -> Iterator[Fetcher]:
    with Fetcher(QUICK) as made:
        yield made
