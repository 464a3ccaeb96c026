"""The crawler finds what a site of holes shows: each in a place of its own."""

import gzip

import pytest
from django.http import HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.test import Client
from django.urls import path

from tests.crawling import Crawl, fixed_addresses, guessed_addresses

FIRST = """
<a href="/nuoroda/">A</a> <a href="https://kitur.example/">B</a>
<img srcset="/maza.png 1x, /didele.png 2x">
<form action="/paieska/"><input name="q" type="search"><input type="hidden" name="kalba"></form>
<form method="post" action="/isaugoti/"><input name="pavadinimas"></form>
"""


def page(text, content_type="text/html"):
    return lambda request: HttpResponse(text, content_type=content_type)


def search(request):
    word = request.GET.get("q", "")
    return HttpResponse(f"{word}: {'rasta' if word == 'paslaptis' else 'nerasta'}")


def handler404(request, exception):
    return HttpResponse(status=404)


urlpatterns = [
    path("", page(FIRST)),
    path("nuoroda/", lambda request: redirect("/nukreipta/?a=1")),
    path("nukreipta/", lambda request: JsonResponse({"u": "http://testserver/is-json/", "v": 1})),
    path("is-json/", page("BEGIN:VEVENT\r\nURL:http://testserver/is-kalen\r\n doriaus/\r\n")),
    path("is-kalendoriaus/", page(gzip.compress(b"<loc>http://testserver/suspausta/</loc>"))),
    path("suspausta/", lambda request: StreamingHttpResponse(["slap", "tas žodis"])),
    path("paieska/", search, name="search"),
    path("irasas/<int:pk>-<slug:slug>/", page("įrašas"), name="record"),
    path("failai/<path:name>", page("failas"), name="file"),
]


@pytest.fixture(autouse=True)
def site_of_holes(settings):
    settings.ROOT_URLCONF = __name__
    settings.MIDDLEWARE = []


def test_crawl_follows_links_redirects_and_addresses_in_any_format():
    assert sorted(Crawl(Client(), ["/"]).pages) == [
        *("/", "/didele.png", "/is-json/", "/is-kalendoriaus/", "/isaugoti/", "/maza.png"),
        *("/nukreipta/?a=1", "/nuoroda/", "/paieska/", "/suspausta/"),
    ]


def test_crawl_reads_what_is_streamed():
    assert "slaptas žodis" in Crawl(Client(), ["/"]).pages["/suspausta/"]


def test_crawl_forgets_the_address_that_a_page_repeats():
    assert "q=paslaptis" not in Crawl(Client(), ["/paieska/?q=paslaptis"]).pages.popitem()[1]


def test_crawl_tells_a_search_that_knows_a_word_from_one_that_does_not():
    crawled = Crawl(Client(), ["/"])
    assert crawled.forms == {("/paieska/", "q")}
    assert crawled.answers("žodis") == crawled.answers("kitas")
    assert crawled.answers("paslaptis") != crawled.answers("kitas")


def test_guesses_put_numbers_and_words_where_they_fit():
    assert guessed_addresses([(7, "muge")]) == {
        *("/irasas/7-muge/", "/failai/7", "/failai/muge"),
    }


def test_addresses_without_a_gap_are_known():
    assert fixed_addresses() == ["/paieska/"]
