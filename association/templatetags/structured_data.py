"""What a page says to machines: `{% load structured_data %}`."""

from django import template

from association import structured_data

register = template.Library()


@register.simple_tag
def organization_data(details):
    """The association by its Details; nothing while they have no name."""
    organization = structured_data.organization(details)
    return structured_data.script(organization) if organization else ""


@register.simple_tag
def breadcrumb_data(breadcrumbs, page):
    """The way to `page`, a record with an address, by pairs of a name and a path."""
    steps = [*breadcrumbs, (page, page.get_absolute_url())]
    return structured_data.script(structured_data.breadcrumbs(steps))
