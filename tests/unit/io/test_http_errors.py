from __future__ import annotations

import pytest

from clutch.io.http_errors import backoff_s, status_error, transport_error


@pytest.mark.parametrize(
    ("number", "text", "code", "passes"),
    [
        (6, "Could not resolve host: index.example", "network-unreachable", True),
        (7, "Failed to connect", "network-unreachable", True),
        (28, "Operation too slow", "network-timeout", True),
        (18, "end of response", "network-cut-off", True),
        (60, "SSL certificate problem: self-signed certificate", "tls-failed", False),
        (999, "Something new", "network-failed", False),
    ],
)
def test_numbers_of_libcurl(number, text, code, passes):
    error, may_pass = transport_error(number, text, "https://me:hunter2@index.example/a")
    assert error.code == code
    assert may_pass == passes
    assert error.message.startswith("`index.example` ")
    assert "hunter2" not in f"{error.message}{error.subject}{error.place}"


def test_messages_do_not_repeat_what_they_say():
    error, _ = transport_error(6, "Could not resolve host: index.example", "https://index.example/a")
    assert error.message == "`index.example` cannot be reached: its name is not known"


def test_libcurls_words_fit_into_the_sentence():
    error, _ = transport_error(60, "SSL certificate problem: expired.", "https://index.example/a")
    assert error.message == "`index.example` does not prove who it is (SSL certificate problem: expired)"
    error, _ = transport_error(7, "Failed to connect.", "https://index.example/a")
    assert error.message == "`index.example` cannot be reached (failed to connect)"


def test_refusals_tell_whether_credentials_were_sent():
    url = "https://me:hunter2@index.example/a"
    assert "the password of `me` is not accepted" in status_error(401, url, "me").message
    assert "credentials are needed" in status_error(401, url, "").message


def test_pauses_grow_and_have_an_end():
    assert [backoff_s(attempt) for attempt in (1, 2, 3, 9)] == [0.2, 0.4, 0.8, 10.0]
