"""Tags for the frame of a page: `{% load pages %}`."""

from itertools import count

from django import template

from ..renderings import made_once, not_lazy

register = template.Library()


@register.simple_block_tag
def rendered(content):
    """What is inside, under a name: `{% rendered as title %}`; for a block printed twice."""
    return content


@register.tag
def once(parser, token):
    """What is inside tells of a record alone: `{% once project %}`; see made_once().

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
        record, *others = (not_lazy(each.resolve(context)) for each in self.told)
        return made_once(record, (self.number, *others), lambda: self.nodelist.render(context))
