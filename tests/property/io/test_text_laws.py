from __future__ import annotations

import tempfile

from hypothesis import given, settings
from hypothesis import strategies as st

from clutch.io.auth import host_of, origin_of, redact, strip_credentials, url_credentials
from clutch.io.caching import LONGEST_S, lifetime_s
from clutch.io.file_urls import file_url, path_of
from clutch.io.http_errors import retry_after_s
from clutch.io.store import Store

WORDS = st.text("abcxyzABC0123456789-._~%40", min_size=1, max_size=12)


@given(WORDS, WORDS, st.sampled_from(["", "/a@b", "/a:b@c/", "?x=a@b", "#frag@x"]))
def test_credentials_never_outlive_a_redaction(user, password, rest):
    secret = f"QQ{password}QQ"
    url = f"https://{user}:{secret}@index.example{rest}"
    assert secret not in redact(f"cannot read `{url}`: no")
    assert strip_credentials(url) == f"https://index.example{rest}"
    assert url_credentials(url) is not None
    assert host_of(url) == "index.example"
    assert origin_of(url) == "https://index.example"


@given(st.text(max_size=60))
def test_redaction_is_total_and_settles(text):
    assert redact(redact(text)) == redact(text)


@given(st.text("/abc é%#?;:@&=+ ~'", max_size=20).map(lambda text: "/" + text.strip("/")))
def test_file_urls_name_their_path(path):
    assert path_of(file_url(path, "linux"), "linux") == path


def test_file_urls_of_windows():
    assert file_url("C:\\a b\\c", "win32") == "file:///C:/a%20b/c"
    assert path_of("file:///C:/a%20b/c", "win32") == "C:/a b/c"


@given(st.text(max_size=30), st.text(max_size=10))
def test_lifetimes_are_sane_whatever_a_server_says(control, age):
    assert 0 <= lifetime_s({"cache-control": control, "age": age}) <= LONGEST_S


@given(st.one_of(st.text(max_size=30), st.integers(0, 10**12).map(str)))
def test_retry_after_is_never_negative_and_never_fails(text):
    seconds = retry_after_s(text, 1_700_000_000.0)
    assert seconds is None or seconds >= 0


def test_retry_after_of_a_date():
    assert retry_after_s("Tue, 14 Nov 2023 22:13:30 GMT", 1_700_000_000.0) == 10.0


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.text(max_size=20), st.binary(max_size=200)), max_size=6))
def test_the_last_record_of_a_key_wins(records):
    with tempfile.TemporaryDirectory() as root:
        store = Store(root)
        for key, content in records:
            store.write_record("listing", key, content)
        for key, content in dict(records).items():
            assert store.read_record("listing", key) == content
