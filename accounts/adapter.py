from types import SimpleNamespace

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings

from association.models import Details


class AccountAdapter(DefaultAccountAdapter):
    """The association's policy: nobody signs up uninvited, letters bear its name."""

    def is_open_for_signup(self, request):
        return False

    def render_mail(self, template_prefix, email, context, headers=None):
        details = Details.objects.current()
        ours = {
            "current_site": SimpleNamespace(
                name=details.name or settings.SITE_URL, domain=settings.SITE_URL
            ),
            "details": details,
            "code_minutes": settings.ACCOUNT_PASSWORD_RESET_BY_CODE_TIMEOUT // 60,
        }
        return super().render_mail(template_prefix, email, context | ours, headers)
