"""How long the admin's pages take with 100,000 projects, beside 100: `make bench`.

Runs on the PostgreSQL of DATABASE_URL, in databases that it makes and drops.
"""

import os
import sys
import time
from urllib.parse import urlsplit

import django
from django.conf import settings

LIMIT = 0.500  # seconds that a page of the admin may take, as the project promises
TIMES = 5
PROJECTS, FUNDERS = "/admin/projects/project/", "/admin/projects/funder/"
SEARCHES = ["žiburys", "gandralizdis", "šulinys", "bibliotekų", "seminaras", "2014", "fondas", "s"]
SEARCHES += ["nėra tokio", "Šiaulių seminaras 2014", "viešųjų bibl skaityt kauno apskr jaun fond"]


def addresses():
    """Yield the addresses of all that lists, counts, or opens one of many."""
    from django.contrib import admin

    from projects.models import Funder, Project

    yield "/admin/"
    for model in admin.site._registry:
        yield f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
    yield from (f"{PROJECTS}?q={words}" for words in SEARCHES)
    for query in filters():
        yield f"{PROJECTS}?{query}"
        yield f"{PROJECTS}?{query}&q=bibliotekos"
    yield f"{PROJECTS}?p={Project.objects.count() // 50}"
    yield f"{PROJECTS}?public=yes&p={Project.objects.count() // 100}"
    for column in range(1, 6):
        yield from (f"{PROJECTS}?o={way}{column}" for way in ("", "-"))
    yield f"{PROJECTS}?o=1&q=bibliotekos"
    for column in range(1, 6):
        yield from (f"{FUNDERS}?o={way}{column}" for way in ("", "-"))
    yield from (f"{FUNDERS}?{query}" for query in ("q=jaunimo", "projects=no", "logo=no"))
    choice = "/admin/autocomplete/?app_label=projects&model_name={}&field_name={}&term={}"
    yield choice.format("funding", "funder", "jaunimo")
    yield choice.format("partner", "library", "siauliu")
    some = Project.objects.order_by("-pk")[0]
    for page in ("change", "history", "busenos", "nuotraukos", "delete"):
        yield f"{PROJECTS}{some.pk}/{page}/"
    yield f"{PROJECTS}skelbimas/?id={some.pk}"
    funder = Funder.objects.order_by("-pk")[0]
    yield from (f"{FUNDERS}{funder.pk}/{page}/" for page in ("change", "history"))
    yield from (f"{each}siuksliadeze/" for each in (PROJECTS, FUNDERS))


def filters():
    """Yield what each filter of the list of projects adds to its address."""
    from projects.models import Funder

    for name, values in {
        "waits": ["drafts", "results", "activities", "photos"],
        "public": ["yes", "later", "no"],
        "state": ["current", "planned", "finished"],
        "year": ["2014"],
        "funder": [Funder.objects.order_by("pk")[0].pk],
    }.items():
        yield from (f"{name}={value}" for value in values)
    yield "state=finished&public=yes&year=2014"


def told(address):
    """Return `address` without numbers of records, which differ from one database to another."""
    parts = ["…" if part.isdecimal() else part for part in address.split("/")]
    head, equals, last = "/".join(parts).rpartition("=")
    return f"{head}=…" if head.endswith(("&p", "?p", "funder", "id")) else head + equals + last


def look(client, address):
    """Return how many seconds the page at `address` takes, and how many statements."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as asked:
        start = time.perf_counter()
        response = client.get(address, follow=True)
        seconds = time.perf_counter() - start
    assert response.status_code == 200, (address, response.status_code)
    return seconds, len(asked)


def measured(count):
    """Return (seconds, statements) of each page, in a new database with `count` projects."""
    from django.db import connection

    from .content import fill, show_progress

    name = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, serialize=False)
    try:
        fill(count, show_progress(count))
        fill_bin(count // 100)
        return measure()
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)


def fill_bin(count):
    """Delete `count` projects, so that the bin has them."""
    from association.versions import keep
    from projects.models import Project

    for project in Project.objects.order_by("pk")[:count]:
        keep(project, by=None, told="Ištrinta.")
        project.delete()


def measure():
    """Return (seconds, statements) of each page of the database that there is, at its fastest.

    What else the machine does at the time makes a page slower, and is no fault of it.
    """
    from django.contrib.contenttypes.models import ContentType
    from django.test import Client

    from tests import factories
    from tests.logins import log_in

    ContentType.objects.clear_cache()  # of another database
    client = Client(SERVER_NAME=urlsplit(settings.SITE_URL).hostname)
    log_in(client, factories.user(is_staff=True, is_superuser=True))
    found = {}
    for address in addresses():
        looks = [look(client, address) for _ in range(TIMES)]
        found[told(address)] = min(seconds for seconds, _statements in looks), looks[-1][1]
    return found


def main(count):
    """Print a line for each page; return whether each kept to LIMIT."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()
    few, many = measured(100), measured(count)
    for page, (seconds, statements) in many.items():
        ratio = seconds / few[page][0] if page in few else float("nan")
        print(f"{seconds * 1000:6.0f} ms  {ratio:5.1f} × 100 projects  {statements:3} SQL  {page}")
    slow = [page for page, (seconds, _statements) in many.items() if seconds > LIMIT]
    print(f"Slower than {LIMIT * 1000:.0f} ms: {', '.join(slow) or 'none'}")
    return not slow


if __name__ == "__main__":
    sys.exit(not main(int(sys.argv[1]) if sys.argv[1:] else 100_000))
