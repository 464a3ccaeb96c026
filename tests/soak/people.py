"""Who writes to the site in a soak: run within the site, by `manage.py shell`."""

import json

from allauth.account.models import EmailAddress
from django.conf import settings
from django.test import Client

from accounts.models import User
from projects.models import Project
from tests import factories
from tests.logins import log_in

ASKERS = 400  # who ask for codes; each may five times in a quarter of an hour


def session_of(user):
    """Return the value of the cookie of a session that `user` has entered, staff as they must."""
    return log_in(Client(), user).cookies[settings.SESSION_COOKIE_NAME].value


def enter():
    """Make who writes, and what they write; print as JSON what a client has to know of them."""
    editor = factories.user(email="redaktore@biblioteka.example", is_staff=True, is_superuser=True)
    librarian = factories.representative(is_director=True)
    askers = User.objects.bulk_create(
        User(email=f"klausia{number}@biblioteka.example", password="!") for number in range(ASKERS)
    )
    EmailAddress.objects.bulk_create(
        EmailAddress(user=each, email=each.email, verified=True, primary=True) for each in askers
    )
    page = factories.page(title="Apkrova", slug="apkrova")
    facts = {
        "cookie": settings.SESSION_COOKIE_NAME,
        "editor": session_of(editor),
        "librarian": session_of(librarian.user),
        "page": page.pk,
        "project": Project.objects.order_by("pk").first().pk,
        "project_with_photos": factories.project(title="Apkrovos nuotraukos").pk,
        "library": librarian.library_id,
    }
    print(json.dumps(facts))
