"""Parts of files by address: single byte ranges as RFC 9110, section 14, has them."""

import re

from django.http import HttpResponse

# Longer numbers than any file has bytes are ignored, as is each range that is not understood.
_RANGE = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})", re.IGNORECASE)
CHUNK = 64 * 1024  # bytes held in memory at once


class UnsatisfiableError(Exception):
    """The range asked for begins after the file's end."""


def asked_for(request, size, etag, last_modified):
    """Return the range of a file of `size` bytes that is asked for, None for the whole file.

    Several ranges at once get the whole file, as RFC 9110 allows; so does HEAD, for which ranges
    mean nothing, and a range that wants the file as it was (If-Range) where it is no more so.
    Raise UnsatisfiableError where the file has no such bytes.
    """
    if request.method != "GET" or request.headers.get("If-Range", etag) not in {
        etag,
        last_modified,
    }:
        return None
    match = _RANGE.fullmatch(request.headers.get("Range", "").strip())
    if not match or match.groups() == ("", ""):
        return None
    return _within(*match.groups(), size)


def _within(first, last, size):
    if not first:  # the last so many bytes
        length = min(int(last), size)
        if not int(last):
            raise UnsatisfiableError
        return range(size - length, size) or None  # an empty file has no part to name
    if last and int(last) < int(first):
        return None
    if int(first) >= size:
        raise UnsatisfiableError
    return range(int(first), min(int(last or size), size - 1) + 1)


def cut(response, file, part, size):
    """Make `response`, which sends the whole `file`, send its bytes in the range `part` alone."""
    file.seek(part.start)
    response.streaming_content = _chunks(file, len(part))
    response.status_code = 206
    response["Content-Length"] = len(part)
    response["Content-Range"] = f"bytes {part.start}-{part.stop - 1}/{size}"
    return response


def _chunks(file, left):
    while left and (chunk := file.read(min(left, CHUNK))):
        left -= len(chunk)
        yield chunk


def unsatisfiable(size):
    """Return the answer to a range that a file of `size` bytes does not have."""
    return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
