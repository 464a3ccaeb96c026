"""Tags for the frame of a page: `{% load pages %}`."""

from itertools import count

from django import template
from django.db.models import Model

from ..renderings import made_once, not_lazy

register = template.Library()


@register.simple_block_tag
def rendered(content):
    """What is inside, under a name: `{% rendered as title %}`; for a block printed twice."""
    return content


@register.tag
def once(parser, token):
    """What is inside tells of a record alone: `{% once project %}`, or of lists; see made_once().

    What else it reads of the page is named too: `{% once project draft_notice %}`.
    """
    _name, *words = token.split_contents()
    inside = parser.parse(["endonce"])
    parser.delete_first_token()
    return Once([parser.compile_filter(word) for word in words], inside)


class Once(template.Node):
    numbers = count()

    def __init__(self, told, inside):
        self.told, self.nodelist, self.number = told, inside, next(self.numbers)

    def render(self, context):
        values = [not_lazy(each.resolve(context)) for each in self.told]
        told = [each for each in values if isinstance(each, Model | list)]
        # Each in its place: one that is missing must not be taken for another.
        others = [type(each) if isinstance(each, Model | list) else each for each in values]
        if not told:
            return self.nodelist.render(context)
        return made_once(told, (self.number, *others), lambda: self.nodelist.render(context))
