from __future__ import annotations

import os

import pytest

from clutch.base.errors import ClutchError
from clutch.io.auth import Credentials
from clutch.io.fetch import Fetcher, Network, Request


def code_of(fetcher: Fetcher, request: Request) -> str:
    with pytest.raises(ClutchError) as caught:
        fetcher.fetch(request).get()
    return caught.value.code


def test_redirect_gives_the_last_url(server, fetcher):
    server.answer("/b", b"x")
    url = server.answer("/a", b"", 302, location="/b")
    assert fetcher.fetch(Request(url)).get().url == f"{server.url}/b"


def test_redirects_without_end(server, fetcher):
    assert code_of(fetcher, Request(server.answer("/a", b"", 301, location="/a"))) == "bad-redirect"
    assert server.count("/a") == 11


def test_redirect_to_another_kind_of_address_is_refused(server, fetcher, tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("x")
    assert code_of(fetcher, Request(server.answer("/a", b"", 302, location=secret.as_uri()))) == "bad-redirect"


def test_credentials_stay_with_their_origin(server, other_server, fetcher):
    target = other_server.answer("/b", b"x")
    url = server.answer("/a", b"", 302, location=target)
    with_user = url.replace("http://", "http://me:secret@")
    response = fetcher.fetch(Request(with_user, headers=(("authorization-x", "kept"), ("cookie", "c=1")))).get()
    assert server.seen[-1].headers["authorization"] == "Basic bWU6c2VjcmV0"
    assert server.seen[-1].headers["cookie"] == "c=1"
    assert "authorization" not in other_server.seen[-1].headers
    assert "cookie" not in other_server.seen[-1].headers
    assert other_server.seen[-1].headers["authorization-x"] == "kept"
    assert "secret" not in response.url


def test_credentials_go_along_inside_one_origin(server, fetcher):
    server.answer("/b", b"x")
    url = server.answer("/a", b"", 302, location="/b").replace("http://", "http://me:secret@")
    fetcher.fetch(Request(url)).get()
    assert server.seen[-1].headers["authorization"] == "Basic bWU6c2VjcmV0"


def test_credentials_of_a_source_are_sent_at_once(server, quick):
    credentials = Credentials(
        {"CLUTCH_INDEX_HOME_USERNAME": "me", "CLUTCH_INDEX_HOME_PASSWORD": "secret"},
        indexes=[("home", f"{server.url}/simple/")],
    )
    with Fetcher(quick, credentials) as fetcher:
        fetcher.fetch(Request(server.answer("/a", b"x"))).get()
    assert len(server.seen) == 1
    assert server.seen[0].headers["authorization"] == "Basic bWU6c2VjcmV0"


def test_keyring_is_asked_only_after_a_refusal(server, quick, tmp_path):
    keyring = tmp_path / "keyring"
    keyring.write_text(f'#!/bin/sh\necho "$@" >> {tmp_path}/asked\necho secret\n')
    keyring.chmod(0o755)

    def act(handler):
        wanted = "Basic bWU6c2VjcmV0"
        handler.reply(200 if handler.headers.get("authorization") == wanted else 401, b"x")

    server.act("/a", act)
    server.act("/b", act)
    url = server.url.replace("http://", "http://me@")
    with Fetcher(quick, Credentials(dict(os.environ), keyring=str(keyring))) as fetcher:
        assert fetcher.fetch(Request(f"{url}/a")).get().body == b"x"
        assert fetcher.fetch(Request(f"{url}/b")).get().body == b"x"
    assert (tmp_path / "asked").read_text() == f"get {server.url}/a me\n"
    assert len(server.seen) == 3


def test_no_message_holds_a_password(server, fetcher):
    for status in (401, 403, 404, 500):
        url = server.answer("/a", b"", status).replace("http://", "http://me:hunter2@") + "?token=hunter2"
        with pytest.raises(ClutchError) as caught:
            fetcher.fetch(Request(url)).get()
        assert "hunter2" not in str(caught.value)
        assert "hunter2" not in str(caught.value.place)


def test_certificate_of_nobody_is_refused(tls_server, fetcher):
    assert code_of(fetcher, Request(tls_server.answer("/a", b"x"))) == "tls-failed"


def test_certificate_bundle_is_used(tls_server, certificate):
    with Fetcher(Network(ca_bundle=certificate)) as fetcher:
        assert fetcher.fetch(Request(tls_server.answer("/a", b"x"))).get().body == b"x"


def test_missing_certificate_bundle_is_said(tls_server, tmp_path):
    with Fetcher(Network(ca_bundle=str(tmp_path / "none.pem"))) as fetcher:
        assert code_of(fetcher, Request(tls_server.answer("/a", b"x"))) == "tls-failed"


@pytest.mark.parametrize("has_port", [False, True])
def test_trusted_host_needs_no_certificate(tls_server, has_port):
    host = tls_server.url.removeprefix("https://") if has_port else "127.0.0.1"
    with Fetcher(Network(trusted_hosts=(host,))) as fetcher:
        assert fetcher.fetch(Request(tls_server.answer("/a", b"x"))).get().body == b"x"


def test_redirect_away_from_tls_is_refused(tls_server, server, certificate):
    url = tls_server.answer("/a", b"", 302, location=server.answer("/b", b"x"))
    with Fetcher(Network(ca_bundle=certificate)) as fetcher:
        assert code_of(fetcher, Request(url)) == "bad-redirect"
    assert not server.seen
