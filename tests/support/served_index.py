"""A Simple index on loopback that a test can tell how to misbehave, and that counts what it is asked for."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

JSON_TYPE = "application/vnd.pypi.simple.v1+json"


class Handler(BaseHTTPRequestHandler):
    """One request; the acts of a test call its methods."""

    protocol_version = "HTTP/1.1"
    server: ServedIndex

    def log_message(self, format: str, *args: object) -> None:
        return

    def do_GET(self) -> None:
        with self.server.guard:
            self.server.asked.append(self.path)
        act = self.server.acts.get(self.path)
        try:
            if act is not None:
                act(self)
            else:
                self.usual()
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def usual(self) -> None:
        """Answers as an index should."""
        parts = self.path.strip("/").split("/")
        if parts[0] == "private":
            wanted = "Basic " + base64.b64encode(b"ada:lovelace").decode()
            if self.headers.get("Authorization") != wanted:
                self.reply(401, b"who are you", headers={"WWW-Authenticate": 'Basic realm="private"'})
                return
            parts[0] = "simple"
        if parts[0] == "simple" and len(parts) == 2 and parts[1] in self.server.files:
            body, kind = self.server.page(parts[1])
            tag = f'"{hashlib.sha256(body).hexdigest()[:12]}"'
            if self.headers.get("If-None-Match") == tag:
                self.reply(304, headers={"ETag": tag})
            else:
                self.reply(200, body, kind, {"ETag": tag, **self.server.page_headers})
        elif self.path in self.server.contents:
            self.file(self.server.contents[self.path])
        else:
            self.reply(404, b"no")

    def file(self, content: bytes) -> None:
        """A file, or the part of it that a range names."""
        span = self.headers.get("Range", "")
        if not span or not self.server.serves_ranges:
            self.reply(200, content, "application/octet-stream")
            return
        first, _, last = span.removeprefix("bytes=").partition("-")
        begin = int(first) if first else max(0, len(content) - int(last))
        end = min(int(last), len(content) - 1) if first and last else len(content) - 1
        place = {"Content-Range": f"bytes {begin}-{end}/{len(content)}"}
        self.reply(206, content[begin : end + 1], "application/octet-stream", place)

    def reply(
        self, status: int, body: bytes = b"", kind: str = "text/plain", headers: dict[str, str] | None = None
    ) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        if status != 304:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def cut_off(self) -> None:
        """Announces a thousand bytes more than it sends."""
        content = self.server.contents.get(self.path, b"some")
        self.send_response(200)
        self.send_header("Content-Length", str(len(content) + 1000))
        self.end_headers()
        self.wfile.write(content)
        self.close_connection = True


class ServedIndex(ThreadingHTTPServer):
    """The server; publish with `add`, then point clutch at `url`."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.files: dict[str, dict[str, dict[str, Any]]] = {}
        self.contents: dict[str, bytes] = {}
        self.guard = threading.Lock()
        self.reset()
        self.root = f"http://127.0.0.1:{self.server_port}"
        self.url = f"{self.root}/simple/"
        self._thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        self._thread.start()

    def handle_error(self, request: object, client_address: object) -> None:
        return

    def reset(self) -> None:
        """Behaves well again, and forgets what it was asked for."""
        self.acts: dict[str, Callable[[Handler], None]] = {}
        self.asked: list[str] = []
        self.speaks_json = True
        self.serves_ranges = True
        self.page_headers: dict[str, str] = {}

    def close(self) -> None:
        self.shutdown()
        self.server_close()
        self._thread.join()

    def add(self, project: str, filename: str, content: bytes, *, metadata: bytes = b"", **fields: Any) -> str:
        """Publishes a file and gives its path; `metadata` is served beside it when there is any."""
        entry = {
            "filename": filename,
            "url": f"../../files/{filename}",
            "hashes": {"sha256": hashlib.sha256(content).hexdigest()},
            "size": len(content),
            **fields,
        }
        self.contents[f"/files/{filename}"] = content
        if metadata:
            self.contents[f"/files/{filename}.metadata"] = metadata
            entry["core-metadata"] = {"sha256": hashlib.sha256(metadata).hexdigest()}
        self.files.setdefault(project, {})[filename] = entry
        return f"/files/{filename}"

    def fail(self, path: str, status: int) -> str:
        """Answers this path with this status from now on; gives its URL."""
        self.acts[path] = lambda handler: handler.reply(status, b"no")
        return self.root + path

    def slow(self, path: str, seconds: float) -> None:
        """Answers this path as usual, but late."""

        def act(handler: Handler) -> None:
            time.sleep(seconds)
            handler.usual()

        self.acts[path] = act

    def page(self, project: str) -> tuple[bytes, str]:
        files = list(self.files[project].values())
        if self.speaks_json:
            page = {"meta": {"api-version": "1.1"}, "name": project, "versions": [], "files": files}
            return json.dumps(page).encode(), JSON_TYPE
        return f"<!DOCTYPE html><html><body>{''.join(map(_link, files))}</body></html>".encode(), "text/html"


def _link(file: dict[str, Any]) -> str:
    attributes = {}
    if "requires-python" in file:
        attributes["data-requires-python"] = file["requires-python"]
    if file.get("yanked"):
        attributes["data-yanked"] = file["yanked"]
    if "core-metadata" in file:
        attributes["data-core-metadata"] = f"sha256={file['core-metadata']['sha256']}"
    text = "".join(f' {name}="{html.escape(value)}"' for name, value in attributes.items())
    return f'<a href="{file["url"]}#sha256={file["hashes"]["sha256"]}"{text}>{file["filename"]}</a><br/>\n'
