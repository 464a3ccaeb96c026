"""A table that somebody has sent, on its way into the site."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .shared import one_of

FOLDER = "lenteles"


class TableImportQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Imports of `user`, as long as they are staff: what somebody sends is their own."""
        if user.is_authenticated and user.acts_as_staff:
            return self.filter(by=user)
        return self.none()

    def light(self):
        """Without what the preview tells, which may be large."""
        return self.defer("preview")


class ImportState(models.TextChoices):
    SENT = "sent", _("waits to be read")
    READING = "reading", _("is being read")
    READ = "read", _("waits for your decision")
    AGREED = "agreed", _("waits to be imported")
    IMPORTING = "importing", _("is being imported")
    DONE = "done", _("imported")
    REFUSED = "refused", _("cannot be read")


class TableImport(models.Model):
    """A table that is read, looked at, and imported; each step is done by the worker.

    Its file is deleted when it is done, and both after association.tables.imports.KEPT.
    """

    State = ImportState
    WAITING = (ImportState.SENT, ImportState.AGREED)
    AT_WORK = (*WAITING, ImportState.READING, ImportState.IMPORTING)

    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("by whom")
    )
    model = models.CharField(_("what is imported"), max_length=60)  # its label
    name = models.CharField(_("name of the file"), max_length=200)
    file = models.FileField(_("file"), upload_to=FOLDER, blank=True)
    state = models.CharField(
        _("state"), max_length=10, choices=ImportState, default=ImportState.SENT
    )
    made_at = models.DateTimeField(_("sent at"), default=timezone.now)
    # Whether rows with errors are left out of what was agreed to.
    only_right = models.BooleanField(default=False, editable=False)
    told = models.TextField(_("what was told"), blank=True)
    counts = models.JSONField(default=dict, editable=False)
    preview = models.JSONField(default=dict, editable=False)
    task = models.CharField(max_length=40, blank=True, editable=False)

    objects = TableImportQuerySet.as_manager()

    class Meta:
        verbose_name = _("import of a table")
        verbose_name_plural = _("imports of tables")
        ordering = ["-made_at", "-pk"]
        constraints = [one_of("state", ImportState, "table_import_state_known")]

    def __str__(self):
        return self.name

    @property
    def is_at_work(self):
        return self.state in self.AT_WORK
