"""A visitor who follows every address that the site lets show, and guesses those it does not."""

import gzip
import re
from html.parser import HTMLParser
from io import BytesIO
from urllib.parse import unquote, urlencode, urljoin, urlsplit
from zipfile import ZipFile, is_zipfile

from django.conf import settings
from django.urls import NoReverseMatch, URLResolver, get_resolver, reverse

WELL_KNOWN = ["/", "/robots.txt", "/sitemap.xml", "/.well-known/security.txt"]
LIMIT = 3000  # addresses: where there are more, something links to itself without end
TYPED = {None, "text", "search"}  # the types of inputs that a visitor types words into
_HOSTS = {"", "testserver", urlsplit(settings.SITE_URL).netloc}
# Neither a semicolon between the cells of a CSV nor the stop of a sentence belongs to an address.
_ADDRESS_IN_TEXT = re.compile(r"(?:https?://|(?<=[\"'])/)[^\s\"'<>\\;]*[^\s\"'<>\\;.,]")
_TOKEN = re.compile(r'(name="csrfmiddlewaretoken" value=")[^"]*')


class Links(HTMLParser):
    """The addresses in a page, and its forms that ask: pairs of an action and typed names."""

    def __init__(self):
        super().__init__()
        self.addresses, self.forms, self._form = [], [], None

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        if tag == "form":
            asks = given.get("method", "get").lower() == "get"
            self._form = (given.get("action") or "", []) if asks else None
            self.forms += [self._form] if asks else []
        elif tag == "input" and self._form and given.get("type") in TYPED and given.get("name"):
            self._form[1].append(given["name"])
        self.addresses += [given[name] for name in ("href", "src") if given.get(name)]
        for candidate in (given.get("srcset") or "").split(","):
            self.addresses += candidate.split()[:1]

    def handle_endtag(self, tag):
        if tag == "form":
            self._form = None


def body(response):
    """Return all that the visitor gets as text: headers, what is compressed, unfolded lines."""
    raw = response.getvalue() if response.streaming else response.content
    if raw.startswith(b"\x1f\x8b"):
        raw = gzip.decompress(raw)
    if is_zipfile(BytesIO(raw)):
        with ZipFile(BytesIO(raw)) as archive:
            raw = b"\n".join(archive.read(name) for name in archive.namelist())
    # The length differs with the length of a word that is repeated, the number with each request.
    told = (item for item in response.items() if item[0] not in {"Content-Length", "X-Request-ID"})
    headers = "\n".join(f"{name}: {value}" for name, value in told)
    text = raw.decode(errors="replace").replace("\r\n ", "")  # iCalendar folds its lines
    return f"{headers}\n{_TOKEN.sub(r'\1', text)}"


def on_this_site(address, base):
    """Return the path and query of `address` as it stands in `base`; None for another site."""
    parts = urlsplit(urljoin(base, address))
    if parts.scheme not in {"", "http", "https"} or parts.netloc not in _HOSTS:
        return None
    path = parts.path or "/"
    if path.startswith(settings.STATIC_URL):
        return None
    return f"{path}?{parts.query}" if parts.query else path


class Crawl:
    """All that `client` reaches from the addresses `starts`.

    `pages` are the texts by address, without the address itself, which a page may repeat;
    `forms` are pairs of an address and a name that words can be typed under.
    """

    def __init__(self, client, starts):
        self.client, self.pages, self.forms = client, {}, set()
        queue = list(starts)
        while queue:
            address = queue.pop()
            if address not in self.pages:
                assert len(self.pages) < LIMIT, address
                queue += self.visit(address)

    def visit(self, address):
        """Keep what stands at `address`; return the addresses of this site that it shows."""
        response = self.client.get(address)
        text = body(response)
        shown = [response.get("Location", ""), *_ADDRESS_IN_TEXT.findall(text)]
        if response.get("Content-Type", "").startswith("text/html"):
            links = Links()
            links.feed(text)
            shown += links.addresses
            for action, names in links.forms:
                shown.append(action)
                target = on_this_site(action, address)
                self.forms |= {(urlsplit(target).path, name) for name in names if target}
        self.pages[address] = text.replace(address, "").replace(unquote(address), "")
        found = (on_this_site(each, address) for each in shown if each)
        return [each for each in found if each]

    def answers(self, word):
        """Return what each form answers to `word`, without the word, which a page may repeat."""
        return {
            (path, name): body(self.client.get(f"{path}?{urlencode({name: word})}")).replace(
                word, ""
            )
            for path, name in self.forms
        }


def patterns(resolver=None, namespace="", outer=()):
    """Yield (name, names of arguments) of each address of the site that has a name."""
    for pattern in (resolver or get_resolver()).url_patterns:
        arguments = [*outer, *pattern.pattern.regex.groupindex]
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from patterns(pattern, inner, arguments)
        elif pattern.name:
            yield f"{namespace}{pattern.name}", arguments


def fixed_addresses():
    """Return the addresses that need nothing to be known."""
    return [reverse(name) for name, arguments in patterns() if not arguments]


def guessed_addresses(pairs):
    """Return the addresses that come of putting a number or a word where one wants a value.

    `pairs` are of a number and a word: in an address with several places the number comes
    first. The admin is left out, since its one door is the login.
    """
    return {
        address
        for name, arguments in patterns()
        if arguments and not name.startswith("admin:")
        for number, word in pairs
        for first in (number, word)
        for address in reversed_with(name, dict.fromkeys(arguments, word) | {arguments[0]: first})
    }


def reversed_with(name, values):
    """Return the address in a list, an empty one where `values` are not of its form."""
    try:
        return [reverse(name, kwargs=values)]
    except NoReverseMatch:
        return []
