"""Links by which somebody without an account reads a draft."""

from datetime import timedelta
from secrets import token_urlsafe

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .projects import Project


def new_key():
    return token_urlsafe(24)


def end_of_validity():
    return timezone.now() + DraftLink.VALID_FOR


class DraftLinkQuerySet(models.QuerySet):
    def valid(self, at=None):
        """Links that open their draft at `at` (aware datetime; now by default)."""
        return self.filter(expires_at__gt=at or timezone.now())

    def run_out(self):
        """Links that open nothing any more."""
        return self.filter(expires_at__lte=timezone.now())

    def opening(self, key):
        """Return the valid link with `key`, with its project; None where there is none."""
        if "\0" in key:  # which PostgreSQL cannot be asked for
            return None
        return self.valid().select_related("project").filter(key=key).first()

    def reader(self, key):
        """Return the DraftReader whom the link with `key` lets in, None where it lets nobody in."""
        link = self.opening(key)
        return link and DraftReader(link.project_id)


class DraftLink(models.Model):
    """A secret address of a draft, for the council; it opens for 14 days, or until withdrawn."""

    VALID_FOR = timedelta(days=14)

    project = models.OneToOneField(Project, models.CASCADE, related_name="draft_link")
    key = models.CharField(max_length=60, unique=True, default=new_key)
    expires_at = models.DateTimeField(_("valid until"), default=end_of_validity)

    objects = DraftLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("link to a draft")
        verbose_name_plural = _("links to drafts")

    def __str__(self):
        return str(self.project)

    def get_absolute_url(self):
        return reverse("projects:draft", args=[self.key])

    @classmethod
    def renew(cls, project):
        """Give `project` a new link, valid from now on; the one before it opens no more."""
        values = {"key": new_key(), "expires_at": end_of_validity()}
        return cls.objects.update_or_create(project=project, defaults=values)[0]

    @property
    def is_valid(self):
        return self.expires_at > timezone.now()


class DraftReader(AnonymousUser):
    """A stranger who may read one project, whether it is published or not."""

    def __init__(self, project_id):
        super().__init__()
        self.reads_project_id = project_id
