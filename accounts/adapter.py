from types import SimpleNamespace

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings

from association.models import Details


class AccountAdapter(DefaultAccountAdapter):
    """The association's policy: nobody signs up uninvited, letters bear its name."""

    def is_open_for_signup(self, request):
        return False

    def render_mail(self, template_prefix, email, context, headers=None):
        name = Details.objects.current().name
        site = SimpleNamespace(name=name or settings.SITE_URL, domain=settings.SITE_URL)
        return super().render_mail(
            template_prefix, email, context | {"current_site": site}, headers
        )
