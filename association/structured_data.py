"""What pages say to machines, in the words of https://schema.org, as JSON-LD.

Pure functions from records to dictionaries. What is not known is left out. Addresses are
absolute, from SITE_URL, so that they stay the same by whatever name the site was asked. A page
that names a thing by its @id alone describes it elsewhere on the same page.
"""

import json

from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from .addresses import absolute

CONTEXT = "https://schema.org"
# As json_script() of Django has it: no text can end the element that it stands in.
_ESCAPES = {letter: f"\\u{ord(letter):04X}" for letter in "<>&"}


def node(type_, id_=None, **properties):
    """Return a thing of `type_` and its `properties`, without those that are None or empty."""
    values = {"@type": type_, "@id": id_, **properties}
    return {name: value for name, value in values.items() if value not in (None, "", [])}


def reference(thing):
    """Return what stands for `thing`, a node with an @id, beside its description."""
    return {"@id": thing["@id"]}


def script(things):
    """Return `things` as a data block, which browsers do not run and the policy does not stop.

    They are nodes, or what written() made of them.
    """
    graph = ",".join(map(written, things))
    text = f'{{"@context":"{CONTEXT}","@graph":[{graph}]}}'
    return mark_safe(f'<script type="application/ld+json">{text}</script>')  # noqa: S308


def written(thing):
    """Return `thing`, a node, as it stands in a data block; what is written already, as it is."""
    if isinstance(thing, str):
        return thing
    text = json.dumps(thing, ensure_ascii=False, separators=(",", ":"))
    for letter, escape in _ESCAPES.items():  # ten times as fast as translate()
        text = text.replace(letter, escape)
    return text


def organization_id():
    return absolute("/#asociacija")


def organization(details):
    """Return the association by its Details, which may have no name yet."""
    # LT-RC is the register of legal entities in https://org-id.guide.
    code = node("PropertyValue", propertyID="LT-RC", value=details.code)
    return node(
        "NGO",
        organization_id(),
        name=details.name or _("Association"),
        alternateName=details.short_name,
        url=absolute("/"),
        identifier=code if details.code else None,
        address=details.seat,
        email=details.email,
        telephone=details.phone,
    )


def breadcrumbs(steps):
    """Return the way to a page by `steps`, pairs of a name and a path, the page itself last."""
    pages = (node("WebPage", absolute(path), name=str(name)) for name, path in steps)
    items = (node("ListItem", position=at, item=page) for at, page in enumerate(pages, start=1))
    return node("BreadcrumbList", itemListElement=list(items))


def item_list(things, page=None):
    """Return the list of `things`, nodes or what written() made of them, as written() makes one.

    `page` (of a Paginator) says which part of it it is.
    """
    things = list(things)
    first, count = (page.start_index(), page.paginator.count) if page else (1, len(things))
    items = ",".join(
        f'{{"@type":"ListItem","position":{number},"item":{written(thing)}}}'
        for number, thing in enumerate(things, start=first)
    )
    return f'{{"@type":"ItemList","numberOfItems":{count},"itemListElement":[{items}]}}'


def library_summary(library):
    """Return a Library as lists and projects name it."""
    return node(
        "Library",
        # Without the readable part, which changes with the name.
        absolute(reverse("association:library_by_number", args=[library.pk])),
        name=library.name,
        url=library.website,
        mainEntityOfPage=absolute(library.get_absolute_url()),
    )


def library_node(library):
    """Return a Library that was read with_membership()."""
    county = node("AdministrativeArea", name=library.get_county_display())
    area = node("AdministrativeArea", name=library.municipality, containedInPlace=county)
    membership = {"@id": organization_id()} if library.is_member else None
    return library_summary(library) | node(
        "Library",
        address=library.address,
        areaServed=area,
        email=library.email,
        memberOf=membership,
        telephone=library.phone,
    )


def page_node(page):
    """Return a plain page that staff wrote."""
    return node(
        "WebPage",
        absolute(page.get_absolute_url()),
        name=page.title,
        description=page.description,
        url=absolute(page.get_absolute_url()),
        datePublished=page.published_at and page.published_at.isoformat(),
        dateModified=page.last_change.isoformat(),
        inLanguage="lt",
        publisher={"@id": organization_id()},
    )
