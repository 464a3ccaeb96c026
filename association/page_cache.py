"""Pages for strangers, made once for each state of the content and served again from memory.

What may be kept is listed, and nothing else is: a page is the same for each stranger, whatever
headers, cookies or queries the request bears, so that nobody can poison it or fill the memory.
Each process keeps pages of its own, and asks the database each time whether they still hold.
"""

from collections import OrderedDict
from dataclasses import dataclass
from hashlib import sha256
from threading import Lock

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpResponse
from django.http.response import ResponseHeaders
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag

from . import content_state
from .logs import AWAY

# Views whose answer to a stranger tells of what is public alone, and depends on nothing else.
PUBLIC = {
    *("projects:list", "projects:archive", "projects:search", "projects:calendar"),
    *("projects:calendar_file", "projects:activity_file", "projects:feed", "projects:detail"),
    *("projects:funders", "projects:funder", "projects:funder_totals", "projects:open_data"),
    *("projects:csv", "projects:json", "association:about", "association:libraries"),
    *("association:library", "association:page", "association:sitemap"),
    *("association:sitemap_section", "association:robots"),
}
# A browser asks each time. What stands between (nginx, in deploy/) may hold a page for three
# seconds, the last of them while it asks for a new one; and show it for a day while it gets none.
SHARED = "public, max-age=0, s-maxage=2, stale-while-revalidate=1, stale-if-error=86400"
# The same, of what could be asked for in endless ways: it is stored nowhere.
ASKED = "public, no-cache"
PAGE = "puslapis"
_CONDITIONS = {"HTTP_IF_NONE_MATCH", "HTTP_IF_MATCH"}  # on ETags
_OWN_COOKIES = [settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME, "messages"]


@dataclass(frozen=True)
class Kept:
    """An answer as it was made in a State."""

    state: content_state.State
    body: bytes
    headers: ResponseHeaders

    @property
    def size(self):
        return len(self.body) + 1000  # what the headers and the bookkeeping take, about

    def answer(self):
        response = HttpResponse(self.body)
        response.headers = copy_of(self.headers)
        return response


def copy_of(headers):
    """Return the ResponseHeaders `headers` once more, unchecked: that takes as long as all else."""
    found = ResponseHeaders({})
    found._store.update(headers._store)
    return found


class Shelf:
    """Answers by address, at most `size` bytes of them: those not asked for longest go first."""

    def __init__(self, size):
        self.size, self.taken = size, 0
        self.answers, self.lock = OrderedDict(), Lock()

    def get(self, address):
        with self.lock:
            if address not in self.answers:
                return None
            self.answers.move_to_end(address)
            return self.answers[address]

    def put(self, address, kept):
        with self.lock:
            self._remove(address)
            self.answers[address] = kept
            self.taken += kept.size
            while self.taken > self.size:
                self._remove(next(iter(self.answers)))

    def remove(self, address):
        with self.lock:
            self._remove(address)

    def _remove(self, address):
        former = self.answers.pop(address, None)
        if former is not None:
            self.taken -= former.size


class KeepPages:
    """Middleware: answer a stranger from the shelf; keep what may be, and mark it as public.

    It stands outside of all that adds headers, so that these are kept with the page.
    """

    def __init__(self, get_response):
        self.get_response = get_response
        self.shelf = Shelf(settings.KEPT_PAGES)

    def __call__(self, request):
        address = (request.path_info, request.META["QUERY_STRING"])
        kept = self.shelf.get(address)
        if kept is not None and is_strangers(request):
            try:
                request.content_state = content_state.current()
                if kept.state == request.content_state:
                    return conditional(request, kept.answer())
            except AWAY:
                pass  # the view says so, as it does everywhere
        response = self.get_response(request)
        state = getattr(request, "content_state", None)
        if state is None or response.status_code != 200 or response.cookies:
            # Of what is public no more, nothing stays in memory.
            if kept is not None and response.status_code in {301, 302, 404, 410}:
                self.shelf.remove(address)
            return response
        return self.mark(request, response, address, state)

    def process_view(self, request, view, args, kwargs):
        """Note in which state the content is before the view looks at it, where it matters."""
        if hasattr(request, "content_state"):
            return
        if request.resolver_match.view_name in PUBLIC and is_strangers(request):
            request.content_state = content_state.current()

    def mark(self, request, response, address, state):
        """Return `response` with its ETag and how long it may be kept, or 304; keep it here too."""
        is_one = is_one_page(address, response)
        response["Cache-Control"] = SHARED if is_one else ASKED
        response["ETag"] = etag_of(response, state, address)
        may_be_kept = is_one and not response.streaming and not request.COOKIES
        if may_be_kept and request.method == "GET":
            self.shelf.put(address, Kept(state, response.content, copy_of(response.headers)))
        return conditional(request, response)


def is_strangers(request):
    """Whether `request` reads, at the site's own address, and bears no cookie of ours."""
    if request.method not in {"GET", "HEAD"}:
        return False
    if any(name in request.COOKIES for name in _OWN_COOKIES):
        return False
    if settings.SECURE_SSL_REDIRECT and not request.is_secure():
        return False
    try:
        host = request.get_host()
    except DisallowedHost:
        return False
    return host.partition(":")[0] not in settings.OLD_HOSTS


def is_one_page(address, response):
    """Whether the page has this address and no other: no query but the number of a page it has."""
    _path, query = address
    if not query:
        return True
    page = (getattr(response, "context_data", None) or {}).get("page_obj")
    return page is not None and page.number > 1 and query == f"{PAGE}={page.number}"


def etag_of(response, state, address):
    """Return the ETag of an answer by what it says; one that comes bit by bit, by what it is of.

    That is the content in its `state`, and the release, whose folder has a name of its own.
    """
    if response.streaming:
        return f"W/{digest(repr((settings.BASE_DIR, state, address)).encode())}"
    return digest(response.content)


def digest(data):
    return quote_etag(sha256(data).hexdigest()[:32])  # which processors have built in


def conditional(request, response):
    """Return `response`, or 304 where the browser has it already; 412 where it wants another."""
    if not _CONDITIONS & request.META.keys():
        return response
    return get_conditional_response(request, etag=response["ETag"], response=response)
