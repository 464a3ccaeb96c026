"""Pictures that lie in a store which hosts share: whether a browser shows them."""

from django.test import Client

from tests import factories
from tests.tasks import run_tasks

SEEN = "image => image.decode().then(() => image.naturalWidth, () => 0)"


def test_photo_in_the_store_is_seen_and_stays_closed_as_it_was_uploaded(
    live_site, open_browser, bucket, settings, monkeypatch
):
    place = f"{bucket['endpoint_url']}/{bucket['bucket_name']}/"
    allowed = [*settings.SECURE_CSP["img-src"], place]
    monkeypatch.setitem(settings.SECURE_CSP, "img-src", allowed)
    photo = factories.photo(factories.project(), alt="Skaitytojai prie lentynų")
    run_tasks()
    page = open_browser()
    answers = []
    page.on("response", lambda answer: answers.append((answer.status, answer.url)))
    page.goto(f"{live_site}{photo.project.get_absolute_url()}")
    shown = page.get_by_alt_text("Skaitytojai prie lentynų").first
    shown.scroll_into_view_if_needed()
    assert shown.evaluate(SEEN) > 0
    assert [status for status, url in answers if url.startswith(place)] == [200]
    policy = page.request.get(page.url).headers["content-security-policy"]
    assert f"img-src 'self' data: {place};" in policy
    assert Client().get(photo.image.url).status_code == 404
