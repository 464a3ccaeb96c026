import pytest
from django.conf import settings
from django.template import Context, engines
from django.template.base import TextNode
from django.template.loader import get_template
from django.utils import translation

from association.template_loading import make_constants

LOADS = "{% load i18n static %}"
SAME_EACH_TIME = {
    '{% translate "Projects" %}': "Projektai",
    '{% translate "Search" context "page" %}': "Paieška",
    "{% blocktranslate %}Search{% endblocktranslate %}": "Ieškoti",
    '<a href="{% url "projects:archive" %}">': '<a href="/projektai/igyvendinti/">',
    '{% static "css/base.css" %}': "/static/css/base.css",
    '{% if yes %}<b>{% translate "Projects" %}</b>{% endif %}': "<b>Projektai</b>",
    '{% for each in "ab" %}{% translate "Year" %} {% endfor %}': "Metai Metai ",
}
OTHER_EACH_TIME = [
    "{% translate word %}",
    '{% translate "Projects" as word %}{{ word }}',
    '{% translate "Projects"|lower %}',
    "{% blocktranslate %}Search: {{ word }}{% endblocktranslate %}",
    "{% blocktranslate count number=yes %}{{ number }} result{% plural %}{{ number }} results"
    "{% endblocktranslate %}",
    '{% url "association:page" word %}',
    "{% url name %}",
    '{% url "projects:archive" as word %}{{ word }}',
    "{% static file %}",
]
VALUES = {
    "yes": 1,
    "word": "Search",
    "name": "projects:archive",
    "file": "css/base.css",
}


def read(text):
    """Return the template of `text` as it is read, and as it is when what is the same was made."""
    plain, made = (engines["django"].from_string(LOADS + text).template for _ in range(2))
    context = Context()
    with context.bind_template(made):
        make_constants(made.nodelist, context)
    return plain, made


def count(nodes):
    """Return how many of `nodes`, and of those within them, are made for each page."""
    within = [getattr(node, name, ()) for node in nodes for name in node.child_nodelists]
    return sum(type(node) is not TextNode for node in nodes) + sum(map(count, within))


@pytest.mark.parametrize(("text", "expected"), SAME_EACH_TIME.items())
def test_what_is_the_same_on_each_page_is_made_once(text, expected):
    plain, made = read(text)
    assert made.render(Context(VALUES)).strip() == expected.strip()
    assert plain.render(Context(VALUES)).strip() == expected.strip()
    # {% load %} is a node too, which makes nothing.
    assert count(made.nodelist) < count(plain.nodelist)


@pytest.mark.parametrize("text", OTHER_EACH_TIME)
def test_what_depends_on_the_page_is_made_each_time(text):
    plain, made = read(text)
    assert count(made.nodelist) == count(plain.nodelist)
    assert made.render(Context(VALUES)) == plain.render(Context(VALUES)) != ""


def test_texts_side_by_side_become_one():
    _plain, made = read('<p>{% translate "Projects" %}: {% url "projects:list" %}</p>')
    assert [type(node) for node in made.nodelist[1:]] == [TextNode]


def test_what_cannot_be_made_says_so_only_where_it_is_asked_for():
    _plain, made = read('{% if no %}{% url "nowhere" %}{% endif %}')
    assert made.render(Context(VALUES)) == ""


def test_templates_of_the_site_are_read_so(settings, monkeypatch):
    (loader,) = engines["django"].engine.template_loaders
    loader.reset()
    read_now = get_template("includes/main_nav.html").template
    assert count(read_now.nodelist) < 20
    assert get_template("includes/main_nav.html").template is read_now
    loader.reset()
    with translation.override("en"):
        assert "Projektai" not in get_template("includes/main_nav.html").render({})
    loader.reset()
    settings.DEBUG = True
    plain = get_template("includes/main_nav.html").template
    assert count(plain.nodelist) > count(read_now.nodelist)
    loader.reset()


def test_language_is_one():
    assert [code for code, _name in settings.LANGUAGES] == [settings.LANGUAGE_CODE]
