"""What staff type plainly is set right wherever a visitor reads it."""

import re
from html import unescape

import pytest
from django.apps import apps
from django.db import models
from django.test import Client

from association.rich_text import refresh
from tests.test_site import PUBLIC, content  # noqa: F401 - a fixture

TYPED = 'apie "Aušros" mugę 2014 m. kovo 5 d. '
SET = "apie „Aušros“ mugę 2014~m.~kovo~5~d.".replace("~", "\u00a0")
# What machines read, or a reader wants letter by letter.
NOT_PROSE = (models.EmailField, models.URLField, models.SlugField, models.FileField)
CODES = {"phone", "code", "account", "old_path", "target", "content_type"}


def prose(model):
    """Yield the fields of `model` that hold what staff type for readers."""
    for field in model._meta.fields:
        if not isinstance(field, models.CharField | models.TextField):
            continue
        is_code = field.name in CODES or isinstance(field, NOT_PROSE) or field.choices
        has_room = field.max_length is None or field.max_length > len(TYPED) + 10
        if field.editable and has_room and not is_code and not field.name.endswith("_as_written"):
            yield field


def type_plainly():
    for app in ("association", "projects"):
        for model in apps.get_app_config(app).get_models():
            for record in model._base_manager.all():
                typed = {field.name: f"{TYPED}{record.pk}" for field in prose(model)}
                model._base_manager.filter(pk=record.pk).update(**typed)
            refresh(model)


@pytest.mark.django_db
def test_what_is_typed_plainly_is_set_right_on_each_page(content):  # noqa: F811
    type_plainly()
    found = 0
    for address in PUBLIC:
        page = Client().get(address.format(**content), follow=True).content.decode()
        page = re.sub("(?s)<script.*?</script>", "", page)  # data for machines
        words = unescape(page)
        assert '"Aušros"' not in words, address
        assert "2014 m" not in words, address
        found += words.count(SET)
    assert found > 50
