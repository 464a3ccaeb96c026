from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class AssociationConfig(AppConfig):
    name = "association"
    verbose_name = _("Association")

    def ready(self):
        from . import checks, keeping  # noqa: F401

        keeping.register_rules()
        post_migrate.connect(watch_content, sender=self)


def watch_content(using, **kwargs):
    from . import content_state

    content_state.watch(connections[using])
