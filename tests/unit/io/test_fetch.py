from __future__ import annotations

import gzip
import hashlib
import os
import socket
import time
from pathlib import Path

import pytest

from clutch.base.errors import ClutchError, NotFoundError, OfflineError
from clutch.io.fetch import Fetcher, Network, RangesRefused, Request

BODY = bytes(range(256)) * 40
SHA256 = hashlib.sha256(BODY).hexdigest()


def code_of(fetcher: Fetcher, request: Request) -> str:
    with pytest.raises(ClutchError) as caught:
        fetcher.fetch(request).get()
    return caught.value.code


def test_body_and_headers_arrive(server, fetcher):
    url = server.answer("/a", BODY, X_Answer="42")
    response = fetcher.fetch(Request(url)).get()
    assert response.body == BODY
    assert response.status == 200
    assert response.headers["x-answer"] == "42"
    assert response.url == url
    assert fetcher.requests == 1
    assert fetcher.received_bytes == len(BODY)


def test_nothing_is_sent_before_somebody_waits_or_pumps(server, fetcher):
    ticket = fetcher.fetch(Request(server.answer("/a", b"x")))
    assert not server.seen
    while fetcher.pump(0.1):
        pass
    assert ticket.is_settled
    assert not fetcher.pump(0.1)


def test_hundred_requests_share_connections(server, fetcher):
    urls = [server.answer(f"/{number}", str(number).encode()) for number in range(100)]
    tickets = [fetcher.fetch(Request(url)) for url in urls]
    assert [ticket.get().body for ticket in tickets] == [str(number).encode() for number in range(100)]


def test_no_more_transfers_than_parallel_at_once(server):
    running = []
    most = []

    def act(handler):
        running.append(1)
        most.append(len(running))
        time.sleep(0.02)
        running.pop()
        handler.reply(200, b"x")

    urls = [server.act(f"/{number}", act) for number in range(12)]
    with Fetcher(Network(parallel=3)) as fetcher:
        for ticket in [fetcher.fetch(Request(url)) for url in urls]:
            ticket.get()
    assert max(most) <= 3


def test_same_request_in_flight_is_sent_once(server, fetcher):
    request = Request(server.answer("/a", b"x"))
    assert fetcher.fetch(request) is fetcher.fetch(request)
    fetcher.fetch(request).get()
    assert server.count("/a") == 1
    fetcher.fetch(request).get()
    assert server.count("/a") == 2


def test_callback_may_ask_for_more_and_wait(server, fetcher):
    first, second = server.answer("/a", b"/b"), server.answer("/b", b"end")
    chained = fetcher.fetch(Request(first)).then_ticket(lambda _: fetcher.fetch(Request(second)))
    nested = fetcher.fetch(Request(first + "?2")).then(lambda _: fetcher.fetch(Request(second + "?2")).get())
    assert chained.get().body == b"end"
    assert nested.get().body == b"end"


def test_gzip_is_undone_in_memory_but_not_in_files(server, fetcher, tmp_path):
    packed = gzip.compress(BODY)
    url = server.answer("/a", packed, Content_Encoding="gzip")
    assert fetcher.fetch(Request(url)).get().body == BODY
    assert "gzip" in server.seen[-1].headers["accept-encoding"]
    target = tmp_path / "a.gz"
    fetcher.fetch(Request(url, to_file=str(target))).get()
    assert target.read_bytes() == packed
    assert "accept-encoding" not in server.seen[-1].headers


def test_file_is_checked_while_it_is_written(server, fetcher, tmp_path):
    target = tmp_path / "new" / "a.whl"
    url = server.answer("/a.whl", BODY)
    request = Request(url, to_file=str(target), hashes=(("sha256", SHA256),), size_bytes=len(BODY))
    response = fetcher.fetch(request).get()
    assert target.read_bytes() == BODY
    assert response.sha256 == SHA256
    assert response.body == b""
    assert os.listdir(target.parent) == ["a.whl"]


def test_empty_file(server, fetcher, tmp_path):
    target = tmp_path / "empty"
    fetcher.fetch(Request(server.answer("/a"), to_file=str(target))).get()
    assert target.read_bytes() == b""


@pytest.mark.parametrize("where", ["memory", "file"])
def test_wrong_hash_leaves_nothing(server, fetcher, tmp_path, where):
    to_file = str(tmp_path / "a") if where == "file" else ""
    request = Request(server.answer("/a", BODY), to_file=to_file, hashes=(("sha256", "0" * 64),))
    assert code_of(fetcher, request) == "hash-mismatch"
    assert os.listdir(tmp_path) == []


def test_strongest_hash_decides(server, fetcher):
    url = server.answer("/a", BODY)
    weak_is_wrong = (("md5", "0" * 32), ("sha256", SHA256.upper()))
    assert fetcher.fetch(Request(url, hashes=weak_is_wrong)).get().sha256 == SHA256
    sha512 = (("sha512", hashlib.sha512(BODY).hexdigest()),)
    assert fetcher.fetch(Request(url, hashes=sha512)).get().sha256 == SHA256
    assert code_of(fetcher, Request(url, hashes=(("crc7", "00"),))) == "hash-mismatch"


@pytest.mark.parametrize("size_bytes", [len(BODY) - 1, len(BODY) + 1])
def test_wrong_size_leaves_nothing(server, fetcher, tmp_path, size_bytes):
    request = Request(server.answer("/a", BODY), to_file=str(tmp_path / "a"), size_bytes=size_bytes)
    assert code_of(fetcher, request) == "size-mismatch"
    assert os.listdir(tmp_path) == []


def test_folder_that_may_not_be_written_is_said(server, fetcher, tmp_path):
    (tmp_path / "file").write_text("")
    request = Request(server.answer("/a", BODY), to_file=str(tmp_path / "file" / "a"))
    assert code_of(fetcher, request) == "file-error"


@pytest.mark.parametrize(
    ("status", "code"),
    [(400, "http-status"), (401, "http-unauthorized"), (403, "http-forbidden"), (418, "http-status")],
)
def test_refusals_are_not_repeated(server, fetcher, status, code):
    assert code_of(fetcher, Request(server.answer("/a", b"no", status))) == code
    assert server.count("/a") == 1


@pytest.mark.parametrize("status", [404, 410])
def test_missing_is_another_type(server, fetcher, status):
    with pytest.raises(NotFoundError, match="there is nothing at"):
        fetcher.fetch(Request(server.answer("/a", b"no", status))).get()


def test_server_error_is_repeated_until_it_passes(server, fetcher):
    url = server.act("/a", lambda handler: handler.reply(503), lambda handler: handler.reply(200, b"x"))
    assert fetcher.fetch(Request(url)).get().body == b"x"
    assert server.count("/a") == 2
    assert fetcher.requests == 2


def test_server_error_that_stays_is_reported(server, fetcher):
    assert code_of(fetcher, Request(server.answer("/a", b"", 500))) == "http-status"
    assert server.count("/a") == 3


def test_retry_after_is_honoured(server, fetcher):
    url = server.act(
        "/a", lambda handler: handler.reply(429, b"", {"retry-after": "1"}), lambda handler: handler.reply(200, b"x")
    )
    began = time.monotonic()
    assert fetcher.fetch(Request(url)).get().body == b"x"
    assert time.monotonic() - began >= 0.95


def test_retry_after_beyond_patience_fails_at_once(server, fetcher):
    assert code_of(fetcher, Request(server.answer("/a", b"", 429, retry_after="3600"))) == "http-status"
    assert server.count("/a") == 1


@pytest.mark.parametrize("where", ["memory", "file"])
def test_cut_off_body_is_fetched_again(server, fetcher, tmp_path, where):
    url = server.act(
        "/a", lambda handler: handler.cut_off(BODY[:100], len(BODY)), lambda handler: handler.reply(200, BODY)
    )
    target = tmp_path / "a"
    response = fetcher.fetch(Request(url, to_file=str(target) if where == "file" else "")).get()
    assert (target.read_bytes() if where == "file" else response.body) == BODY


def test_body_that_is_always_cut_off_leaves_nothing(server, fetcher, tmp_path):
    url = server.act("/a", lambda handler: handler.cut_off(BODY[:100], len(BODY)))
    assert code_of(fetcher, Request(url, to_file=str(tmp_path / "a"))) == "network-cut-off"
    assert os.listdir(tmp_path) == []


def test_silence_is_a_timeout(server):
    url = server.act("/a", lambda handler: handler.stall(b"x", 100, 3.0))
    with Fetcher(Network(timeout_s=1.0, retries=0)) as fetcher:
        assert code_of(fetcher, Request(url)) == "network-timeout"


def test_nobody_listens(fetcher):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    assert code_of(fetcher, Request(f"http://127.0.0.1:{port}/a")) == "network-unreachable"


def test_offline_asks_nobody(server):
    url = server.answer("/a", b"x")
    with Fetcher(Network(offline=True)) as fetcher:
        ticket = fetcher.fetch(Request(url))
        assert isinstance(ticket.error, OfflineError)
    assert not server.seen


@pytest.mark.parametrize(
    "url", ["", "ftp://a/b", "http://", "no url", "http://a/b c", "http://a/\nb", "gopher:x", "http://a\\@b/"]
)
def test_bad_urls_are_refused(fetcher, url):
    assert code_of(fetcher, Request(url)) == "bad-url"


def test_304_is_a_response(server, fetcher):
    url = server.answer("/a", b"", 304, etag='"1"')
    response = fetcher.fetch(Request(url, headers=(("if-none-match", '"1"'),))).get()
    assert response.status == 304
    assert server.seen[-1].headers["if-none-match"] == '"1"'


def test_ranges(server, fetcher):
    url = server.act("/a", lambda handler: handler.reply_part(BODY))
    assert fetcher.fetch(Request(url, first_byte=10, last_byte=19)).get().body == BODY[10:20]
    assert fetcher.fetch(Request(url, last_byte=7)).get().body == BODY[-7:]
    assert fetcher.fetch(Request(url, first_byte=len(BODY) - 3)).get().body == BODY[-3:]


@pytest.mark.parametrize("status", [200, 416, 405])
def test_refused_ranges_are_another_type(server, fetcher, status):
    url = server.answer("/a", BODY, status)
    with pytest.raises(RangesRefused):
        fetcher.fetch(Request(url, first_byte=0, last_byte=9)).get()
    assert server.count("/a") == 1


def test_other_part_than_asked_for_is_refused(server, fetcher):
    url = server.answer("/a", BODY[:10], 206, content_range=f"bytes 0-9/{len(BODY)}")
    with pytest.raises(RangesRefused):
        fetcher.fetch(Request(url, first_byte=5, last_byte=14)).get()


def test_proxy_is_used(server):
    server.acts["http://index.example/a"] = [lambda handler: handler.reply(200, b"by proxy")]
    with Fetcher(Network(proxy=server.url)) as fetcher:
        assert fetcher.fetch(Request("http://index.example/a")).get().body == b"by proxy"


def test_proxy_of_the_environment_is_used(server, monkeypatch):
    server.acts["http://index.example/a"] = [lambda handler: handler.reply(200, b"by proxy")]
    monkeypatch.setenv("ALL_PROXY", server.url)
    with Fetcher() as fetcher:
        assert fetcher.fetch(Request("http://index.example/a")).get().body == b"by proxy"


def test_progress_is_told(server, quick, recorder, tmp_path):
    body = os.urandom(3 << 20)
    url = server.answer("/big.whl", body)
    with Fetcher(quick, None, recorder) as fetcher:
        fetcher.fetch(Request(url, to_file=str(tmp_path / "a"))).get()
    assert recorder.kinds()[0] == "fetching"
    assert recorder.kinds()[-1] == "fetched"
    assert recorder.events[-1].subject == "big.whl"
    assert recorder.events[-1].done == len(body) == recorder.events[-1].total
    assert len(recorder.events) >= 4


def test_close_leaves_no_temporary_file(server, quick, tmp_path):
    url = server.act("/a", lambda handler: handler.stall(BODY, 1 << 20, 1.0))
    fetcher = Fetcher(quick)
    ticket = fetcher.fetch(Request(url, to_file=str(tmp_path / "a")))
    while not os.listdir(tmp_path):
        fetcher.pump(0.05)
    fetcher.close()
    fetcher.close()
    assert os.listdir(tmp_path) == []
    with pytest.raises(RuntimeError):
        ticket.get()


def test_interrupt_leaves_no_temporary_file(server, quick, tmp_path):
    class Interrupting:
        def emit(self, event):
            if event.done:
                raise KeyboardInterrupt

    url = server.answer("/a", os.urandom(3 << 20))
    fetcher = Fetcher(quick, None, Interrupting())
    with pytest.raises(KeyboardInterrupt):
        fetcher.fetch(Request(url, to_file=str(tmp_path / "a"))).get()
    assert os.listdir(tmp_path) == []


def test_file_urls_answer_like_a_server(tmp_path: Path, fetcher):
    source = tmp_path / "a file.whl"
    source.write_bytes(BODY)
    url = source.as_uri()
    assert fetcher.fetch(Request(url)).get().body == BODY
    assert fetcher.fetch(Request(url, first_byte=3, last_byte=5)).get().body == BODY[3:6]
    assert fetcher.fetch(Request(url, last_byte=5)).get().body == BODY[-5:]
    target = tmp_path / "copy"
    assert fetcher.fetch(Request(url, to_file=str(target))).get().sha256 == SHA256
    assert target.read_bytes() == BODY
    assert code_of(fetcher, Request(url, hashes=(("sha256", "0" * 64),))) == "hash-mismatch"
    assert code_of(fetcher, Request(url + "x")) == "http-not-found"
    assert code_of(fetcher, Request("file://far.example/a")) == "bad-url"
    (tmp_path / "index.html").write_text("listing")
    assert fetcher.fetch(Request(tmp_path.as_uri() + "/")).get().body == b"listing"


def test_file_urls_work_offline(tmp_path):
    (tmp_path / "a").write_bytes(b"x")
    with Fetcher(Network(offline=True)) as fetcher:
        assert fetcher.fetch(Request((tmp_path / "a").as_uri())).get().body == b"x"
