"""Each refusal is a page in Lithuanian that says what to do."""

from unittest.mock import Mock

import psycopg2
import pytest
from django.core.exceptions import BadRequest, PermissionDenied, RequestDataTooBig
from django.db import DatabaseError, OperationalError
from django.test import Client, RequestFactory
from django.urls import path

from association import errors
from association.urls import handler400, handler403, handler404, handler500, urlpatterns

__all__ = ["handler400", "handler403", "handler404", "handler500"]


def refuse(error):
    def view(request):
        raise error

    return view


urlpatterns = [
    path("400/", refuse(BadRequest())),
    path("403/", refuse(PermissionDenied())),
    path("413/", refuse(RequestDataTooBig())),
    path("500/", refuse(RuntimeError())),
    path("503/", refuse(OperationalError())),
    *urlpatterns,
]

HEADINGS = {
    400: "Užklausa nesuprasta",
    403: "Šis puslapis jums neprieinamas",
    404: "Puslapis nerastas",
    413: "Siunčiate per daug",
    500: "Nepavyko parodyti puslapio",
    503: "Svetainė trumpam neveikia",
}


@pytest.mark.django_db
@pytest.mark.urls("tests.test_errors")
@pytest.mark.parametrize("status", HEADINGS)
def test_error_page_is_lithuanian(status):
    response = Client(raise_request_exception=False).get(f"/{status}/")
    assert response.status_code == status
    assert f"<h1>{HEADINGS[status]}</h1>" in response.content.decode()


@pytest.mark.parametrize(
    "view",
    [
        errors.server_error,
        lambda request: errors.bad_request(request, BadRequest()),
        lambda request: errors.bad_request(request, RequestDataTooBig()),
    ],
)
def test_error_page_of_a_broken_site_needs_no_database(view):
    assert 'lang="lt"' in view(RequestFactory().get("/")).content.decode()


@pytest.mark.django_db
def test_database_that_ends_in_the_middle_of_an_answer_is_away(visitor, monkeypatch):
    """psycopg2 raises then what it raises for mistakes of the site, too."""
    error = DatabaseError("server closed the connection unexpectedly")
    visitor.raise_request_exception = False
    for cause, status in ((psycopg2.DatabaseError(), 503), (None, 500)):
        error.__cause__ = cause
        monkeypatch.setattr("projects.views.ProjectList.get", Mock(side_effect=error))
        assert visitor.get("/").status_code == status


@pytest.mark.django_db
def test_error_page_of_a_stale_form_says_what_to_do():
    client = Client(enforce_csrf_checks=True)
    response = client.post("/prisijungti/", {"login": "ona@biblioteka.example"})
    assert response.status_code == 403
    assert "<h1>Formos išsiųsti nepavyko</h1>" in response.content.decode()


@pytest.mark.django_db
def test_error_page_of_an_upload_too_large(settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    response = Client().post("/prisijungti/", {"login": "x" * 200})
    assert response.status_code == 413


@pytest.mark.django_db
def test_page_that_is_not_found_offers_the_search(visitor):
    page = visitor.get("/nera-tokio/").content.decode()
    assert '<form class="search-form" method="get" action="/paieska/" role="search">' in page
