"""„Mano paskyra“: what belongs to a member's account, and to the library they act for."""

from allauth.mfa.models import Authenticator
from django.contrib.auth.mixins import LoginRequiredMixin
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.generic import TemplateView

from .. import sessions
from ..devices import device


@method_decorator(never_cache, name="dispatch")
class Account(LoginRequiredMixin, TemplateView):
    """All that belongs to one's own account, and the ways to change it."""

    template_name = "accounts/account.html"

    def get_context_data(self, **kwargs):
        user = self.request.user
        factors = [each.wrap() for each in Authenticator.objects.filter(user=user).order_by("pk")]
        of_type = {
            type: [each for each in factors if each.instance.type == type]
            for type in Authenticator.Type
        }
        return super().get_context_data(
            app=next(iter(of_type["totp"]), None),
            passkeys=of_type["webauthn"],
            has_second_step=bool(of_type["totp"] or (user.is_staff and of_type["webauthn"])),
            recovery_codes=next(iter(of_type["recovery_codes"]), None),
            sessions=[
                {
                    "session": session,
                    "device": device(session.user_agent),
                    "is_current": session.session_key == self.request.session.session_key,
                }
                for session in sessions.living(user)
            ],
            **kwargs,
        )
