"""Templates in which what is the same on each page is made when they are read.

The site has one language and one set of addresses, so a translation, an address or a file of
/static/ that depends on no variable stays what it is as long as the process runs.
"""

from contextlib import suppress

from django.conf import settings
from django.template import Context
from django.template.base import NodeList, TextNode, TokenType, Variable
from django.template.defaulttags import URLNode
from django.template.loaders import base, cached
from django.templatetags.i18n import BlockTranslateNode, TranslateNode
from django.templatetags.static import StaticNode
from django.urls import NoReverseMatch
from django.utils.translation import get_language


class _Making(base.Loader):
    def get_template(self, template_name, skip=None):
        template = super().get_template(template_name, skip)
        # In development a catalogue may change while the process runs.
        if not settings.DEBUG and get_language() == settings.LANGUAGE_CODE:
            context = Context()
            with context.bind_template(template):
                make_constants(template.nodelist, context)
        return template


class Loader(cached.Loader, _Making):
    """The loader of settings.TEMPLATES: it keeps each template once it has been made."""


def make_constants(nodes, context):
    """Put texts in place of those of `nodes`, a NodeList, that are always the same."""
    for node in nodes:
        for inner in _lists_within(node):
            make_constants(inner, context)
    made = []
    for node in nodes:
        text = _text_of(node, context)
        if text is not None and made and type(made[-1]) is TextNode:
            text = made.pop().s + text
        made.append(node if text is None else TextNode(text))
    nodes[:] = made


def _lists_within(node):
    for value in vars(node).values():
        if isinstance(value, NodeList):
            yield value
        elif isinstance(value, list):  # {% if %} has pairs of a condition and a NodeList
            pairs = (each for each in value if isinstance(each, tuple))
            yield from (each for pair in pairs for each in pair if isinstance(each, NodeList))


def _text_of(node, context):
    """Return what `node` always is; None where it depends on what the page is about."""
    if type(node) is TextNode:
        return node.s
    tells = _CONSTANT.get(type(node))
    if tells is not None and tells(node):
        # What cannot be made says so where it stands, if anybody ever comes there.
        with suppress(NoReverseMatch, ValueError):
            return str(node.render(context))
    return None


def _is_literal(expression):
    """Whether a FilterExpression, or none, is always the same."""
    if expression is None:
        return True
    variable = expression.var
    is_named = isinstance(variable, Variable) and variable.lookups is not None
    return not is_named and not expression.filters


_CONSTANT = {
    TranslateNode: lambda node: (
        node.asvar is None
        and _is_literal(node.filter_expression)
        and _is_literal(node.message_context)
    ),
    BlockTranslateNode: lambda node: (
        node.asvar is None
        and node.countervar is None
        and not node.extra_context
        and _is_literal(node.message_context)
        and all(token.token_type == TokenType.TEXT for token in node.singular)
    ),
    URLNode: lambda node: (
        node.asvar is None and not node.args and not node.kwargs and _is_literal(node.view_name)
    ),
    StaticNode: lambda node: node.varname is None and _is_literal(node.path),
}
