"""Who attacks, and where: made within the site itself, before it is attacked from outside."""

import json
import re

from django.conf import settings
from django.contrib import admin
from django.test import Client
from django.urls import NoReverseMatch, reverse
from django.utils.crypto import get_random_string

from association.files import file_fields
from tests import factories
from tests.crawling import patterns
from tests.logins import log_in

# What would end the attack too early: the session, the second factor, or the account itself.
SPARED = (
    "logout",
    "sessions",
    "erase",
    "totp",
    "webauthn",
    "recovery",
    "password",
    "account_email",
)

TAKES_FILES = re.compile("/(nuotraukos/siusti|importuoti|is-teksto|csv|document/add)/$")


def ask(manage):
    """Return what as_json() tells, asked of a site whose commands `manage(*command)` runs."""
    told = manage(
        *("shell", "--verbosity=0", "--command"),
        "from tests.attack.world import as_json; print(as_json())",
    )
    return json.loads(told.strip().splitlines()[-1])


def as_json():
    """Make a member and an editor; return their sessions, and the addresses of the site."""
    name = get_random_string(12).lower()  # who attacks again is somebody else
    member = factories.representative(
        user=factories.user(email=f"narys-{name}@biblioteka.example"), is_director=True
    )
    editor = factories.user(
        email=f"redaktore-{name}@biblioteka.example", is_staff=True, is_superuser=True
    )
    people = {"member": member.user, "editor": editor}
    return json.dumps(
        {
            "host": settings.SITE_URL.partition("//")[2],
            "cookies": {"session": settings.SESSION_COOKIE_NAME, "csrf": settings.CSRF_COOKIE_NAME},
            "sessions": {name: session_of(user) for name, user in people.items()},
            "addresses": sorted(addresses()),
            "files": sorted(files()),
            "taking_files": sorted(each for each in addresses() if TAKES_FILES.search(each)),
            "spared": sorted({*spared(), *(f"/{user.pk}/" for user in people.values())}),
        }
    )


def session_of(user):
    return log_in(Client(), user).cookies[settings.SESSION_COOKIE_NAME].value


def addresses():
    """Yield the address of each page: where one wants a number, of something that is there."""
    firsts = {
        f"admin:{model._meta.app_label}_{model._meta.model_name}_": first_of(model)
        for model in admin.site._registry
    }
    for name, arguments in patterns():
        number = next((pk for start, pk in firsts.items() if name.startswith(start)), 1)
        values = {
            argument: "zodis" if argument in {"slug", "key", "name"} else number
            for argument in arguments
        }
        try:
            yield reverse(name, kwargs=values)
        except NoReverseMatch:
            continue


def first_of(model):
    first = model._base_manager.order_by("pk").first()
    return first.pk if first else 1


def files():
    """Yield the address of a file of each kind that there is."""
    for field in file_fields():
        record = field.model._base_manager.exclude(**{field.name: ""}).first()
        if record:
            yield getattr(record, field.name).url


def spared():
    """Yield the addresses that nothing is sent to by who would lose what they attack with."""
    for name, arguments in patterns():
        if not arguments and any(word in name for word in SPARED):
            yield reverse(name)
