"""What was added to projects after they were published: the news that is recorded.

A change of words is no news, since nothing records which words; what was there on the day of
the publication is told by the project itself.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime

from django.contrib.auth.models import AnonymousUser
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from association.lithuanian import shortened

from .models import Activity, Document, Photo, Project, ResultLink

READ = 500  # records of a kind, the latest
NAME_LENGTH = 120  # characters


@dataclass(frozen=True)
class News:
    """What was added to a public `project` on one `day` of Vilnius, in words of one line."""

    project: Project
    day: date
    first_at: datetime
    last_at: datetime
    text: str


def latest(length):
    """Return the `length` latest News of public projects, the latest first."""
    added = defaultdict(list)
    for model, _words in KINDS:
        for record in _added(model):
            added[_day(record), record.project_id].append(record)
    newest = sorted(added, reverse=True)[:length]
    projects = Project.objects.in_bulk([project_id for _day, project_id in newest])
    return [_news(projects[key[1]], key[0], added[key]) for key in newest]


def _added(model):
    """Return the news among the latest records, however many were there at the publication."""
    public = model.objects.visible_to(AnonymousUser()).exclude(added_at=None)
    newest = public.annotate(published_at=F("project__published_at"))
    return [
        record
        for record in newest.order_by("-added_at", "-pk")[:READ]
        if _day(record) > timezone.localdate(record.published_at)
    ]


def _day(record):
    return timezone.localdate(record.added_at)


def _news(project, day, records):
    """Return the News of `records`, what was added to `project` on `day`."""
    times = [record.added_at for record in records]
    sentences = []
    for model, words in KINDS:
        if of_kind := [record for record in records if isinstance(record, model)]:
            of_kind.sort(key=lambda record: (record.position, record.pk))
            sentences.append(words(of_kind))
    return News(project, day, min(times), max(times), " ".join(sentences))


def _names(names):
    return "; ".join(shortened(name, NAME_LENGTH).rstrip(".") for name in names)


def _of_activities(activities):
    return _("Activities: %(names)s.") % {"names": _names(each.name for each in activities)}


def _of_links(links):
    return _("Results: %(names)s.") % {"names": _names(each.title for each in links)}


def _of_photos(photos):
    return _("Photos: %(number)s.") % {"number": len(photos)}


def _of_documents(documents):
    return _("Documents: %(names)s.") % {"names": _names(each.title for each in documents)}


# What counts as news, in the order of the page of a project.
KINDS = [
    (Activity, _of_activities),
    (ResultLink, _of_links),
    (Photo, _of_photos),
    (Document, _of_documents),
]
