"""What pages say to machines, in the words of https://schema.org, as JSON-LD.

Pure functions from records to dictionaries. Addresses are absolute, from SITE_URL, so that
they stay the same by whatever name the site was asked.
"""

import json

from django.conf import settings
from django.utils.safestring import mark_safe

CONTEXT = "https://schema.org"
# As json_script() of Django has it: no text can end the element that it stands in.
_ESCAPES = {ord(letter): f"\\u{ord(letter):04X}" for letter in "<>&"}


def absolute(path):
    return f"{settings.SITE_URL}{path}"


def node(type_, id_=None, **properties):
    """Return a thing of `type_` and its `properties`, without those that are None or empty."""
    values = {"@type": type_, "@id": id_, **properties}
    return {name: value for name, value in values.items() if value not in (None, "", [])}


def script(thing):
    """Return `thing` as a data block, which browsers do not run and the policy does not stop."""
    data = json.dumps({"@context": CONTEXT, **thing}, ensure_ascii=False).translate(_ESCAPES)
    return mark_safe(f'<script type="application/ld+json">{data}</script>')  # noqa: S308


def organization_id():
    return absolute("/#asociacija")


def organization(details):
    """Return the association by its Details; None while they have no name."""
    if not details.name:
        return None
    # LT-RC is the register of legal entities in https://org-id.guide.
    code = node("PropertyValue", propertyID="LT-RC", value=details.code)
    return node(
        "NGO",
        organization_id(),
        name=details.name,
        alternateName=details.short_name,
        url=absolute("/"),
        identifier=code if details.code else None,
        address=details.seat,
        email=details.email,
        telephone=details.phone,
    )


def breadcrumbs(steps):
    """Return the way to a page by `steps`, pairs of a name and a path, the page itself last."""
    items = [
        node("ListItem", position=number, name=str(name), item=absolute(path))
        for number, (name, path) in enumerate(steps, start=1)
    ]
    return node("BreadcrumbList", itemListElement=items)
