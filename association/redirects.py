"""Addresses of the association's older sites, and where each leads now.

django.contrib.redirects has no such checks, and asks for a table of sites besides.
"""

from urllib.parse import unquote, unquote_plus, urlsplit

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import models
from django.db.models import Q
from django.http import Http404, HttpRequest
from django.urls import Resolver404, resolve
from django.utils.translation import gettext_lazy as _
from django.views.generic.detail import SingleObjectMixin

is_web_address = URLValidator(schemes=["http", "https"])


def spelled(address, *, with_query=True):
    """Return the path of `address`, and its query, as the table keeps them.

    The host, the escapes, a slash at the end and the fragment do not count.
    """
    parts = urlsplit(address)
    path = unquote(parts.path).rstrip("/") or "/"
    return f"{path}?{unquote_plus(parts.query)}" if parts.query and with_query else path


def on_this_site(address):
    try:
        host = urlsplit(address).netloc
    except ValueError:
        return False
    return host in {"", urlsplit(settings.SITE_URL).netloc}


def validate_target(address):
    """Raise ValidationError unless `address` is a path of this site or a web address."""
    if address.startswith("/"):
        if address.startswith("//") or "\\" in address or " " in address:
            raise ValidationError(_("This is not an address."))
    else:
        is_web_address(address)


def is_served(path):
    """Whether a stranger who asks for `path` gets a page of this site, slash or not."""
    for spelling in (path, f"{path}/"):
        try:
            match = resolve(spelling)
        except Resolver404:
            continue
        if not match.kwargs or _has_record(match):
            return True
    return False


def _has_record(match):
    """Whether the page of one record that `match` leads to finds it for a stranger."""
    view_class = getattr(match.func, "view_class", None)
    if view_class is None or not issubclass(view_class, SingleObjectMixin):
        return False
    request = HttpRequest()
    request.user = AnonymousUser()
    view = view_class()
    view.setup(request, **match.kwargs)
    try:
        return bool(view.get_object())
    except Http404:
        return False


class RedirectQuerySet(models.QuerySet):
    def answering(self, address):
        """Return the redirect for `address` (a path, with its query); None if there is none.

        One for the very query goes before one for the path, which drops the query: an older
        site's means nothing here.
        """
        spellings = [spelled(address), spelled(address, with_query=False)]
        if "\0" in spellings[0]:
            return None  # PostgreSQL refuses to look for it
        found = {each.old_path: each for each in self.filter(old_path__in=spellings)}
        return next((found[each] for each in spellings if each in found), None)


class Redirect(models.Model):
    """Where an address that the site does not have leads to."""

    old_path = models.CharField(
        _("old address"),
        max_length=500,
        unique=True,
        help_text=_("As it stood in the browser: /index.php?id=5. The name of the site may go."),
        error_messages={"unique": _("There is a redirect from this address already.")},
    )
    target = models.CharField(
        _("new address"),
        max_length=500,
        validators=[validate_target],
        help_text=_("A page of this site, such as /asociacija/, or an address with https://."),
    )

    objects = RedirectQuerySet.as_manager()

    class Meta:
        verbose_name = _("redirect")
        verbose_name_plural = _("redirects")
        ordering = ["old_path"]
        constraints = [
            models.CheckConstraint(
                name="redirect_from_a_path",
                condition=Q(old_path__startswith="/"),
                violation_error_message=_("Begin the old address with / or https://."),
            )
        ]

    def __str__(self):
        return f"{self.old_path} → {self.target}"

    def clean(self):
        try:
            self.old_path = spelled(self.old_path.strip())
        except ValueError as error:
            raise ValidationError({"old_path": _("This is not an address.")}) from error
        # The table is asked first only for an older host, of which it cannot tell one row.
        if not settings.OLD_HOSTS and is_served(spelled(self.old_path, with_query=False)):
            raise ValidationError(
                {"old_path": _("The site has a page at this address, so this would never be used.")}
            )
        if self._leads_back():
            raise ValidationError({"target": _("This leads back to the old address.")})

    def _leads_back(self):
        """Whether one who follows the targets comes to the old address again."""
        others = Redirect.objects.exclude(pk=self.pk)
        step, passed = self, set()
        while step and step.pk not in passed and on_this_site(step.target):
            passed.add(step.pk)
            if self.old_path in (spelled(step.target), spelled(step.target, with_query=False)):
                return True
            step = others.answering(step.target)
        return False
