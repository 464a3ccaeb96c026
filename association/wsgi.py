"""What gunicorn serves: `gunicorn association.wsgi`."""

import os
from contextlib import suppress

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "association.settings")

CHUNK = 64 * 1024  # bytes


class Body:
    """The body of a request, of `left` bytes that have not been read."""

    def __init__(self, stream, left):
        self.stream, self.left = stream, left

    def read(self, size=-1):
        return self._counted(self.stream.read(min(size, self.left) if size >= 0 else self.left))

    def readline(self, size=-1):
        return self._counted(self.stream.readline(min(size, self.left) if size >= 0 else self.left))

    def _counted(self, data):
        self.left -= len(data)
        return data

    def read_to_its_end(self):
        with suppress(OSError):  # who sent it is gone
            while self.left and self.read(CHUNK):
                pass


class ReadsAll:
    """Reads what a view has left of a request, before the answer to it is given out.

    gunicorn closes a connection with more than a little that nobody has read, and the answer may
    be lost with it: nginx then says that the site is away to who was only to log in.
    """

    def __init__(self, application):
        self.application = application

    def __call__(self, environ, start_response):
        length = environ.get("CONTENT_LENGTH") or ""
        left = int(length) if length.isdecimal() and len(length) < 19 else 0
        body = Body(environ["wsgi.input"], left)
        answer = self.application(environ | {"wsgi.input": body}, start_response)
        body.read_to_its_end()
        return answer


application = ReadsAll(get_wsgi_application())
