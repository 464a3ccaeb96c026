"""Parts of files, as RFC 9110 has them, against the bytes themselves."""

import pytest
from django.core.signals import request_finished
from django.db import close_old_connections
from hypothesis import given
from hypothesis import strategies as st

from association import ranges
from association.models import Document
from tests import factories

CONTENT = bytes(range(256)) * 3
SIZE = len(CONTENT)
ENTITY = '"a"'
TIME = "Tue, 24 Nov 2026 10:00:00 GMT"


class Request:
    def __init__(self, method="GET", **headers):
        self.method = method
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}


def part(header, size=SIZE, method="GET", **headers):
    """Return the range that `header` asks for, None for the whole, 416 where there is none."""
    try:
        return ranges.asked_for(Request(method, Range=header, **headers), size, ENTITY, TIME)
    except ranges.UnsatisfiableError:
        return 416


numbers = st.integers(0, 40)
contents = st.binary(max_size=30)


@given(contents, numbers, numbers)
def test_range_from_a_byte_to_a_byte_is_these_bytes(content, first, last):
    found = part(f"bytes={first}-{last}", len(content))
    if last < first:
        assert found is None
    elif first >= len(content):
        assert found == 416
    else:
        assert content[found.start : found.stop] == content[first : last + 1] != b""


@given(contents, numbers)
def test_range_from_a_byte_goes_to_the_end(content, first):
    found = part(f"bytes={first}-", len(content))
    if first >= len(content):
        assert found == 416
    else:
        assert content[found.start : found.stop] == content[first:]


@given(contents, numbers)
def test_range_without_a_beginning_is_the_end(content, length):
    found = part(f"bytes=-{length}", len(content))
    if not length:
        assert found == 416
    elif not content:
        assert found is None
    else:
        assert content[found.start : found.stop] == content[-length:]


@given(st.text(max_size=20))
def test_range_that_is_no_range_is_ignored_or_within_the_file(text):
    found = part(f"bytes={text}")
    assert found in (None, 416) or 0 <= found.start < found.stop <= SIZE


@pytest.mark.parametrize(
    "header",
    ["", "bytes=", "bytes=-", "bytes=5-1", "bytes=0-1,4-5", "pages=1-2", "bytes=a-b", "bytes=١-٢"]
    + ["bytes=--1", "bytes=0-" + "9" * 5000],
)
def test_range_that_is_not_understood_gets_the_whole_file(header):
    assert part(header) is None


def test_only_get_knows_ranges():
    assert [part("bytes=0-1", method=method) for method in ("GET", "HEAD")] == [range(2), None]


@pytest.mark.parametrize(
    ("validator", "found"),
    [
        (ENTITY, range(2)),
        (TIME, range(2)),
        ('W/"a"', None),
        ('"b"', None),
        ("Tue, 24 Nov 2026 10:00:01 GMT", None),
        ("", None),
    ],
)
def test_range_of_a_file_that_has_changed_is_the_whole_file(validator, found):
    assert part("bytes=0-1", If_Range=validator) == found
    if found is None:  # a part that is not there any more is no error then
        assert part(f"bytes={SIZE}-", If_Range=validator) is None


@pytest.fixture
def address(db):
    file = factories.upload("a.pdf", CONTENT)
    return Document.objects.create(title="Įstatai", file=file).file.url


def answer(client, address, method="get", **headers):
    """Return the answer, closed, with its bytes as `body`."""
    response = getattr(client, method)(address, headers=headers)
    response.body = response.getvalue() if response.streaming else response.content
    # The file is closed as the server does it, but the test's database connection is kept.
    request_finished.disconnect(close_old_connections)
    response.close()
    request_finished.connect(close_old_connections)
    return response


def ask(client, address, method="get", **headers):
    """Return the answer's status, its Content-Range, its Content-Length and its bytes."""
    response = answer(client, address, method, **headers)
    length = int(response["Content-Length"])
    return response.status_code, response.get("Content-Range"), length, response.body


def test_part_of_a_file_is_sent_as_asked(visitor, address):
    status, where, length, body = ask(visitor, address, range="bytes=300-309")
    assert (status, where, length) == (206, f"bytes 300-309/{SIZE}", 10)
    assert body == CONTENT[300:310]


def test_part_is_put_together_from_chunks(visitor, address, monkeypatch):
    monkeypatch.setattr(ranges, "CHUNK", 7)
    assert ask(visitor, address, range="bytes=-100")[3] == CONTENT[-100:]


def test_part_beyond_the_end_is_refused_with_the_length(visitor, address):
    assert ask(visitor, address, range=f"bytes={SIZE}-") == (416, f"bytes */{SIZE}", 0, b"")


def test_head_tells_the_length_of_the_whole_file(visitor, address):
    assert ask(visitor, address, "head", range="bytes=0-1") == (200, None, SIZE, b"")
    assert answer(visitor, address, "head")["Accept-Ranges"] == "bytes"


@pytest.mark.parametrize("name", ["ETag", "Last-Modified"])
def test_download_that_broke_off_goes_on_where_the_file_is_the_same(visitor, address, name):
    validator = answer(visitor, address, "head")[name]
    going_on = ask(visitor, address, range="bytes=500-", **{"if-range": validator})
    assert (going_on[0], going_on[3]) == (206, CONTENT[500:])
    again = ask(visitor, address, range="bytes=500-", **{"if-range": '"other"'})
    assert (again[0], again[3]) == (200, CONTENT)


def test_file_that_the_browser_still_has_is_not_sent_in_part_either(visitor, address):
    etag = answer(visitor, address, "head")["ETag"]
    headers = {"Range": "bytes=0-1", "If-None-Match": etag}
    response = visitor.get(address, headers=headers)
    assert (response.status_code, response.content) == (304, b"")
