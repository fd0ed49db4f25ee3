from __future__ import annotations

import pytest

from clutch.io.caching import LONGEST_S, lifetime_s, may_store, revalidation_headers, validators


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, 0),
        ({"cache-control": "max-age=600, public"}, 600),
        ({"cache-control": 'public, Max-Age="60"'}, 60),
        ({"cache-control": "max-age=600", "age": "100"}, 500),
        ({"cache-control": "max-age=600", "age": "1000"}, 0),
        ({"cache-control": "max-age=600, no-cache"}, 0),
        ({"cache-control": "no-store, max-age=600"}, 0),
        ({"cache-control": "max-age=-1"}, 0),
        ({"cache-control": "max-age=soon"}, 0),
        ({"cache-control": "s-maxage=600"}, 0),
        ({"cache-control": "max-age=99999999999"}, LONGEST_S),
        ({"cache-control": "max-age=٣"}, 0),
    ],
)
def test_lifetime(headers, seconds):
    assert lifetime_s(headers) == seconds


def test_validators_come_back_as_conditions():
    etag, modified = validators({"etag": 'W/"1"', "last-modified": "Mon, 02 Nov 2026 10:00:00 GMT"})
    assert revalidation_headers(etag, modified) == (
        ("if-none-match", 'W/"1"'),
        ("if-modified-since", "Mon, 02 Nov 2026 10:00:00 GMT"),
    )
    assert revalidation_headers(*validators({})) == ()


def test_what_may_not_be_stored():
    assert may_store({"cache-control": "no-cache"})
    assert not may_store({"cache-control": "private, No-Store"})
