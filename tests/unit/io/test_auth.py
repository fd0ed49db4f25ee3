from __future__ import annotations

import pytest

from clutch.base.errors import ClutchError
from clutch.io.auth import (
    Credentials,
    default_netrc_path,
    host_of,
    origin_of,
    redact,
    strip_credentials,
    url_credentials,
    variable_name,
)


@pytest.mark.parametrize(
    ("url", "stripped", "credentials"),
    [
        ("https://index.example/a", "https://index.example/a", None),
        ("https://me:pw@index.example/a@b", "https://index.example/a@b", ("me", "pw")),
        ("https://me@index.example/", "https://index.example/", ("me", "")),
        ("https://me:p%40w@index.example/", "https://index.example/", ("me", "p@w")),
        ("https://me:p@w@index.example/", "https://index.example/", ("me", "p@w")),
        ("https://:token@index.example/", "https://index.example/", ("", "token")),
        ("https://@index.example/", "https://index.example/", None),
        ("ssh://git@index.example/a", "ssh://index.example/a", ("git", "")),
    ],
)
def test_credentials_in_urls(url, stripped, credentials):
    assert strip_credentials(url) == stripped
    assert url_credentials(url) == credentials


@pytest.mark.parametrize(
    "text",
    [
        "cannot read https://me:hunter2@index.example/simple/",
        "cannot read `https://hunter2@index.example` and `http://a:hunter2@b`",
        "https://index.example/a?x=1&access_token=hunter2&y=2",
        "git+ssh://me:hunter2@index.example/a.git",
        "https://index.example/?password=hunter2#sha256=1",
        "https://index.example/?X-Amz-Signature=1&sig=hunter2",
    ],
)
def test_redaction(text):
    redacted = redact(text)
    assert "hunter2" not in redacted
    assert "****" in redacted
    assert redact(redacted) == redacted


def test_redaction_leaves_other_text_alone():
    text = "see https://index.example/a?x=1#b, or mail me@index.example"
    assert redact(text) == text


def test_origins():
    assert origin_of("HTTPS://me@Index.Example:443/a?b#c") == "https://index.example"
    assert origin_of("http://index.example:443") == "http://index.example:443"
    assert host_of("https://[::1]:8080/a") == "::1"
    assert host_of("https://me@index.example:80") == "index.example"


def test_variables_of_a_named_index_are_for_its_origin_only():
    environ = {"CLUTCH_INDEX_MY_INDEX_USERNAME": "me", "CLUTCH_INDEX_MY_INDEX_PASSWORD": "pw"}
    credentials = Credentials(environ, indexes=[("my-index", "https://index.example/simple/")])
    assert credentials("https://index.example/files/a.whl") == ("me", "pw")
    assert credentials("https://index.example:8080/") is None
    assert credentials("http://index.example/") is None
    assert credentials("https://other.example/") is None
    assert credentials("https://you:own@index.example/") == ("you", "own")
    assert variable_name("my-index.2") == "MY_INDEX_2"


def test_credentials_of_an_index_url_serve_its_files():
    credentials = Credentials({}, indexes=[("a", "https://me:pw@index.example/simple/")])
    assert credentials("https://index.example/files/a.whl") == ("me", "pw")


def test_netrc(tmp_path):
    path = tmp_path / "netrc"
    path.write_text("machine index.example login me password pw\ndefault login any password one\n")
    path.chmod(0o600)
    credentials = Credentials({}, str(path))
    assert credentials("https://index.example/a") == ("me", "pw")
    assert credentials("https://you@index.example/a") == ("you", "")
    assert credentials("https://other.example/a") == ("any", "one")
    assert Credentials({}, str(tmp_path / "none"))("https://index.example/") is None


def test_broken_netrc_is_named_with_its_line_and_without_its_content(tmp_path):
    path = tmp_path / "netrc"
    path.write_text("machine index.example login me password pw\nhunter2 x\n")
    with pytest.raises(ClutchError) as caught:
        Credentials({}, str(path))("https://index.example/")
    assert caught.value.code == "bad-netrc"
    assert "line 2" in caught.value.message
    assert "hunter2" not in caught.value.message


def test_where_netrc_is(tmp_path):
    assert default_netrc_path({"NETRC": "/a", "HOME": str(tmp_path)}) == "/a"
    assert default_netrc_path({"HOME": str(tmp_path)}) == ""
    (tmp_path / ".netrc").write_text("")
    assert default_netrc_path({"HOME": str(tmp_path)}) == str(tmp_path / ".netrc")
    assert default_netrc_path({}) == ""


def test_missing_keyring_is_nobody():
    assert Credentials({}, keyring="/no/such/keyring").after_refusal("https://index.example/") is None
    assert Credentials({}).after_refusal("https://index.example/") is None
