"""A package index on loopback that asks the public one once, keeps what it answered, and replays it from then on.

    python replay.py --store FOLDER [--port 0] [--offline] [--latency-ms 20] [--metadata announced|silent|none]

It prints its address and serves `/simple/NAME/` in both forms (PEP 503, PEP 691, by content negotiation), files with
ranges and validators, and `.metadata` files (PEP 658): announced in the pages, served but not announced, or neither.
`GET /-/counts` tells what was asked for by kind and `GET /-/reset` starts again. The store: `pages/NAME.json` is a list
of file records in the shape of PEP 691 with upstream addresses; `files/NAME/` holds the files as they came.
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import hashlib
import html
import html.parser
import json
import os
import re
import signal
import sys
import urllib.error
import urllib.parse
import urllib.request
import zipfile
from collections import Counter
from pathlib import Path

JSON_TYPE = "application/vnd.pypi.simple.v1+json"
HTML_TYPE = "text/html; charset=utf-8"
KEPT = ("filename", "url", "hashes", "requires-python", "yanked", "size", "upload-time")
PART_BYTES = 1 << 20
PARALLEL_UPSTREAM = 16


def upstream_address() -> str:
    """The Simple API of the index that the library distlib names as the default."""
    from distlib.index import DEFAULT_INDEX

    parts = urllib.parse.urlsplit(DEFAULT_INDEX)
    return f"{parts.scheme}://{parts.netloc}/simple/"


def normalize(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


class Anchors(html.parser.HTMLParser):
    """File records out of an HTML page (PEP 503, 592)."""

    def __init__(self, base: str):
        super().__init__()
        self.base, self.records = base, []

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        if tag != "a" or not found.get("href"):
            return
        url, _, fragment = urllib.parse.urljoin(self.base, found["href"]).partition("#")
        name = urllib.parse.unquote(url.rpartition("/")[2])
        algorithm, _, digest = fragment.partition("=")
        record = {"filename": name, "url": url, "hashes": {algorithm: digest} if digest else {}}
        if found.get("data-requires-python"):
            record["requires-python"] = found["data-requires-python"]
        if "data-yanked" in found:
            record["yanked"] = found["data-yanked"] or True
        self.records.append(record)


class Store:
    """What upstream answered, on disk; asks for what is not there unless offline."""

    def __init__(self, root: Path, offline: bool):
        self.root, self.offline = root, offline
        self.records: dict[str, list] = {}
        self.running: dict[str, asyncio.Task] = {}
        self.slots = asyncio.Semaphore(PARALLEL_UPSTREAM)
        self.asked_upstream = 0

    async def page(self, name: str) -> list | None:
        """The file records of a project; None where there is no such project."""
        if name not in self.records:
            path = self.root / "pages" / f"{name}.json"
            if await self._have(path, lambda: self._record_page(name, path)):
                self.records[name] = json.loads(path.read_bytes())
        return self.records.get(name)

    async def file(self, name: str, filename: str) -> Path | None:
        """One file of a project, or its `.metadata`."""
        path = self.root / "files" / name / filename
        if path.is_file():
            return path
        bare = filename.removesuffix(".metadata")
        record = next((r for r in await self.page(name) or [] if r["filename"] == bare), None)
        if record is None:
            return None
        keep = self._record_file if bare == filename else self._record_metadata
        return path if await self._have(path, lambda: keep(record["url"], path)) else None

    async def _have(self, path: Path, record) -> bool:
        if path.is_file():
            return True
        if self.offline:
            return False
        key = str(path)
        if key not in self.running:
            self.running[key] = asyncio.ensure_future(self._record(record))
        try:
            return await self.running[key]
        finally:
            self.running.pop(key, None)

    async def _record(self, record) -> bool:
        async with self.slots:
            self.asked_upstream += 1
            return await asyncio.to_thread(record)

    def _record_page(self, name: str, path: Path) -> bool:
        url = f"{upstream_address()}{name}/"
        found = fetch(url, {"Accept": f"{JSON_TYPE}, text/html;q=0.2"})
        if found is None:
            return False
        body, kind = found
        if "json" in kind:
            records = [{key: r[key] for key in KEPT if r.get(key)} for r in json.loads(body)["files"]]
            for record in records:
                record["url"] = urllib.parse.urljoin(url, record["url"])
        else:
            anchors = Anchors(url)
            anchors.feed(body.decode())
            records = anchors.records
        return keep(path, json.dumps(records).encode())

    def _record_file(self, url: str, path: Path) -> bool:
        found = fetch(url, {})
        return found is not None and keep(path, found[0])

    def _record_metadata(self, url: str, path: Path) -> bool:
        """Upstream's own, else out of the wheel, since some mirrors leave it out."""
        if not url.endswith(".whl"):
            return False
        found = fetch(url + ".metadata", {})
        if found is not None:
            return keep(path, found[0])
        wheel = path.with_name(path.name.removesuffix(".metadata"))
        if not wheel.is_file() and not self._record_file(url, wheel):
            return False
        with zipfile.ZipFile(wheel) as archive:
            member = next(n for n in archive.namelist() if re.fullmatch(r"[^/]+\.dist-info/METADATA", n))
            return keep(path, archive.read(member))


def fetch(url: str, headers: dict) -> tuple[bytes, str] | None:
    """Body and content type; None for 404 and its like."""
    request = urllib.request.Request(url, headers={"User-Agent": "clutch-benchmarks", **headers})
    try:
        with urllib.request.urlopen(request, timeout=120) as answer:
            return answer.read(), answer.headers.get("Content-Type", "")
    except urllib.error.HTTPError as error:
        if error.code in (403, 404, 410):
            return None
        raise


def keep(path: Path, content: bytes) -> bool:
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    aside.write_bytes(content)
    aside.replace(path)
    return True


def prefers_json(accept: str) -> bool:
    """Whether an Accept header ranks the JSON form at least as high as HTML."""
    ranks = {}
    for part in accept.split(","):
        kind, *parameters = (text.strip() for text in part.split(";"))
        ranks[kind] = next((float(text[2:]) for text in parameters if text.startswith("q=")), 1.0)
    as_json = max(ranks.get(JSON_TYPE, 0.0), ranks.get("application/vnd.pypi.simple.latest+json", 0.0))
    return as_json > 0 and as_json >= max(
        ranks.get("text/html", 0.0), ranks.get("application/vnd.pypi.simple.v1+html", 0.0)
    )


class Index:
    """Answers requests out of the store."""

    def __init__(self, options):
        self.options = options
        self.store = Store(Path(options.store), options.offline)
        self.counts: Counter = Counter()
        self.pages: dict[tuple[str, bool], tuple[bytes, bytes, str]] = {}
        self.page_headers = {"Cache-Control": f"max-age={options.max_age}, public", "Vary": "Accept, Accept-Encoding"}

    async def serve_connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                first, *rest = head.decode("latin-1").split("\r\n")
                headers = {k.lower(): v.strip() for k, _, v in (line.partition(":") for line in rest if line)}
                method, target, _ = first.split(" ")
                if self.options.latency_ms and not target.startswith("/-/"):
                    await asyncio.sleep(self.options.latency_ms / 1000)
                await self.answer(writer, method, urllib.parse.unquote(target.partition("?")[0]), headers)
                await writer.drain()
                if headers.get("connection", "").lower() == "close":
                    return
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def answer(self, writer, method: str, path: str, headers: dict) -> None:
        parts = path.strip("/").split("/")
        try:
            if parts[0] == "-":
                status, extra, body = self.control(parts[-1])
            elif parts[0] == "simple" and len(parts) == 2:
                status, extra, body = await self.page(parts[1], path, headers)
            elif parts[0] == "files" and len(parts) == 3:
                status, extra, body = await self.file(parts[1], parts[2], headers)
            else:
                status, extra, body = 404, {}, b""
        except OSError as error:
            print(f"upstream failed for {path}: {error}", file=sys.stderr, flush=True)
            status, extra, body = 502, {}, b""
        self.counts["requests"] += parts[0] != "-"
        if status in (404, 502):
            self.counts["missing"] += 1
            print(f"missing: {path}", file=sys.stderr, flush=True)
        length = extra.pop("Content-Length", None) or len(body)
        lines = [f"HTTP/1.1 {status} {'OK' if status < 400 else 'No'}"]
        lines += [f"{name}: {value}" for name, value in extra.items()]
        if status != 304:
            lines.append(f"Content-Length: {length}")
        writer.write(("\r\n".join(lines) + "\r\n\r\n").encode("latin-1"))
        if method != "HEAD" and status != 304:
            self.counts["bytes"] += len(body) * (parts[0] != "-")
            for start in range(0, len(body), PART_BYTES):
                writer.write(body[start : start + PART_BYTES])
                await writer.drain()

    def control(self, word: str) -> tuple[int, dict, bytes]:
        if word == "reset":
            self.counts.clear()
        found = {**self.counts, "upstream": self.store.asked_upstream}
        return 200, {"Content-Type": "application/json"}, json.dumps(found).encode()

    async def page(self, asked: str, path: str, headers: dict) -> tuple[int, dict, bytes]:
        name = normalize(asked)
        if name != asked or not path.endswith("/"):
            return 301, {"Location": f"/simple/{name}/"}, b""
        as_json = prefers_json(headers.get("accept", ""))
        if (name, as_json) not in self.pages:
            records = await self.store.page(name)
            if records is None:
                return 404, dict(self.page_headers), b""
            body = self.render_json(name, records) if as_json else self.render_html(name, records)
            self.pages[name, as_json] = body, gzip.compress(body, 6), f'"{hashlib.sha256(body).hexdigest()[:20]}"'
        body, packed, tag = self.pages[name, as_json]
        extra = {**self.page_headers, "ETag": tag, "Content-Type": JSON_TYPE if as_json else HTML_TYPE}
        self.counts["pages"] += 1
        if headers.get("if-none-match") == tag:
            return 304, extra, b""
        if "gzip" in headers.get("accept-encoding", ""):
            return 200, {**extra, "Content-Encoding": "gzip"}, packed
        return 200, extra, body

    def announces(self, record: dict) -> bool:
        return self.options.metadata == "announced" and record["filename"].endswith(".whl")

    def render_json(self, name: str, records: list) -> bytes:
        files = []
        for record in records:
            announced = {"core-metadata": True, "dist-info-metadata": True} if self.announces(record) else {}
            files.append({**record, "url": f"/files/{name}/{urllib.parse.quote(record['filename'])}", **announced})
        return json.dumps({"meta": {"api-version": "1.0"}, "name": name, "files": files}).encode()

    def render_html(self, name: str, records: list) -> bytes:
        lines = ["<!DOCTYPE html><html><body>"]
        for record in records:
            digests = [f"#{algorithm}={digest}" for algorithm, digest in record["hashes"].items()]
            attributes = [f'href="/files/{name}/{urllib.parse.quote(record["filename"])}{"".join(digests[:1])}"']
            if record.get("requires-python"):
                attributes.append(f'data-requires-python="{html.escape(record["requires-python"])}"')
            if record.get("yanked"):
                attributes.append(f'data-yanked="{html.escape(str(record["yanked"]))}"')
            if self.announces(record):
                attributes.append('data-core-metadata="true"')
            lines.append(f"<a {' '.join(attributes)}>{html.escape(record['filename'])}</a><br>")
        return "\n".join([*lines, "</body></html>"]).encode()

    async def file(self, name: str, filename: str, headers: dict) -> tuple[int, dict, bytes]:
        is_metadata = filename.endswith(".metadata")
        path = None if is_metadata and self.options.metadata == "none" else await self.store.file(name, filename)
        if path is None:
            return 404, dict(self.page_headers), b""
        size = path.stat().st_size
        tag = f'"{filename}-{size:x}"'
        extra = {"ETag": tag, "Accept-Ranges": "bytes", "Cache-Control": "max-age=31536000, immutable, public"}
        extra["Content-Type"] = "application/octet-stream"
        self.counts["metadata" if is_metadata else "files"] += 1
        if headers.get("if-none-match") == tag:
            return 304, extra, b""
        wanted = re.fullmatch(r"bytes=(\d*)-(\d*)", headers.get("range", ""))
        if not wanted or not any(wanted.groups()):
            return 200, extra, path.read_bytes()
        start = int(wanted[1]) if wanted[1] else max(0, size - int(wanted[2]))
        stop = min(size, int(wanted[2]) + 1) if wanted[1] and wanted[2] else size
        if start >= stop:
            return 416, {"Content-Range": f"bytes */{size}"}, b""
        self.counts["ranges"] += 1
        with path.open("rb") as content:
            content.seek(start)
            return 206, {**extra, "Content-Range": f"bytes {start}-{stop - 1}/{size}"}, content.read(stop - start)


async def serve(options) -> None:
    index = Index(options)
    server = await asyncio.start_server(index.serve_connection, "127.0.0.1", options.port, backlog=512)
    print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", flush=True)
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    await stopped.wait()
    server.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--store", required=True)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--offline", action="store_true", help="never ask upstream")
    parser.add_argument("--latency-ms", type=float, default=0.0, help="waited before every answer")
    parser.add_argument("--metadata", choices=("announced", "silent", "none"), default="announced")
    parser.add_argument("--max-age", type=int, default=600, help="seconds that pages stay fresh")
    asyncio.run(serve(parser.parse_args()))


if __name__ == "__main__":
    main()
