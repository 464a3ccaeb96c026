"""What a project's page says to machines: `{% load project_data %}`."""

from django import template

from association.structured_data import script
from projects.structured_data import project_node

register = template.Library()


@register.simple_tag
def project_data(project):
    """A project that was read with_details(): its page has asked for all of it anyway."""
    return script(project_node(project))
