"""Tags for the frame of a page: `{% load pages %}`."""

from django import template

register = template.Library()


@register.simple_block_tag
def rendered(content):
    """What is inside, under a name: `{% rendered as title %}`; for a block printed twice."""
    return content
