"""What a page says to machines: `{% load structured_data %}`."""

from django import template

from association import structured_data

register = template.Library()


@register.simple_tag(takes_context=True)
def page_data(context):
    """Whose page it is, the way to it by `breadcrumbs`, and the nodes in `structured_data`."""
    things = [structured_data.organization(context["details"])]
    if steps := context.get("breadcrumbs"):
        page = context["object"]
        things.append(structured_data.breadcrumbs([*steps, (page, page.get_absolute_url())]))
    return structured_data.script(things + context.get("structured_data", []))
