"""One search over all that visitors look for: `Results(query, user)`.

What is found is asked of visible_to(user) alone, at the time of the search: a project that is
withdrawn, or whose time comes, needs no indexing anew.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from association.inserts import without_names
from association.lithuanian import shortened, stems, typeset
from association.models import Document as AssociationDocument
from association.models import Library, Page
from association.notation import plain
from association.search import Finder, Query, indexed_fields

from .models import Activity, Document, Funder, Project

# Of one kind for one reason; who would read on writes another word instead. With a limit the
# database need not sort the tens of thousands of records that have a frequent word.
LIMIT = 200
TITLE_LENGTH = 120  # characters of an activity's text that stand for a title


class Kind(models.TextChoices):
    PROJECT = "project", _("project")
    ACTIVITY = "activity", _("activity")
    FUNDER = "funder", _("funder")
    LIBRARY = "library", _("library")
    PAGE = "page", _("page")
    DOCUMENT = "document", _("document")


@dataclass(frozen=True)
class Hit:
    """A record that was found; `title` and `snippet` are safe HTML with the hits marked."""

    kind: Kind
    record: models.Model
    title: SafeString
    snippet: SafeString
    url: str  # empty where the record has no page


def url_of(record):
    """Return the address of the record's page; empty where it has none."""
    return record.get_absolute_url() if hasattr(record, "get_absolute_url") else ""


@dataclass(frozen=True)
class Source:
    """Where one kind of hit comes from: where it is found by, as paths to fields of stems."""

    kind: Kind
    model: type[models.Model]
    titles: list[str]
    order: list  # among equals
    text: str = ""
    collection: str = ""  # of its words and those of what belongs to it
    is_small: bool = False  # so few records that the database may sort all that it finds
    is_walked: bool = False  # `order`, or its first column, has an index
    title: Callable = str
    body: Callable = lambda record: ""
    url: Callable = url_of
    related: list[str] = field(default_factory=list)  # what title, body and url read

    def ranks(self, query, words):
        """Return the conditions of a hit by rank (int), the best first."""
        conditions = [
            any_of(self.titles, "", words),
            any_of(self.titles, "__has_words", query),
            any_of([self.text], "__has_words", query),
            any_of([self.collection], "__has_words", query),
        ]
        return {rank: condition for rank, condition in enumerate(conditions) if condition}

    def find(self, query, words, user):
        """Return the rank of each key that `user` may see, in order: all of them, or LIMIT."""
        visible, ranks = self.model._default_manager.visible_to(user), self.ranks(query, words)
        if self.is_small:
            rank = Case(*(When(condition, Value(rank)) for rank, condition in ranks.items()))
            records = visible.annotate(rank=rank).filter(rank__isnull=False)
            ranked = records.order_by("rank", *self.order).values_list("pk", "rank")[:LIMIT]
            return first_of_each(ranked)
        found, finder = {}, Finder(visible, self.order)
        for rank, condition in ranks.items():
            if len(found) < LIMIT:
                # Few titles are the query, however frequent its words.
                keys = finder.first_keys(condition, LIMIT, walks=self.is_walked and rank > 0)
                found = first_of_each([*found.items(), *((key, rank) for key in keys)])
        return found

    def hits(self, keys, user, query):
        """Return the Hit of each of `keys` that `user` may see, by key."""
        records = self.model._default_manager.visible_to(user).prefetch_related(*self.related)
        records = records.defer(*(field.name for field in indexed_fields(self.model)))
        return {key: self.hit(record, query) for key, record in records.in_bulk(keys).items()}

    def hit(self, record, query):
        title = query.mark(typeset(self.title(record)))
        return Hit(self.kind, record, title, query.snippet(self.body(record)), self.url(record))


def any_of(paths, lookup, value):
    """Return the condition that `lookup` holds for one of `paths`; an empty one without any."""
    return Q(*((f"{path}{lookup}", value) for path in paths if path), _connector=Q.OR)


def first_of_each(ranked):
    """Return the first rank of each key of `ranked`, pairs of a key and a rank, in their order."""
    found = {}
    for key, rank in ranked:
        found.setdefault(key, rank)
    return found


def lines(*texts):
    return "\n".join(text for text in texts if text)


LATEST_FIRST = [F("ends_on").desc(nulls_first=True), F("position").desc(), F("id").desc()]
SOURCES = [
    Source(
        Kind.PROJECT,
        Project,
        titles=["title_stems", "short_title_stems"],
        text="stems",
        collection="collected_stems",
        order=LATEST_FIRST,
        is_walked=True,
        title=lambda project: project.quoted_title,
        body=lambda project: lines(
            project.summary, plain(project.text), *(goal.text for goal in project.goals.all())
        ),
        related=["goals"],
    ),
    Source(
        Kind.ACTIVITY,
        Activity,
        titles=[],
        text="stems",
        collection="collected_stems",
        order=[F("project_id").desc(), F("position").asc(), F("id").asc()],
        is_walked=True,
        title=lambda activity: shortened(activity.name, TITLE_LENGTH),
        body=lambda activity: lines(activity.text, plain(activity.outcome)),
        related=["project"],
    ),
    Source(
        Kind.FUNDER,
        Funder,
        titles=["title_stems", "aliases__title_stems"],
        is_small=True,
        order=["sort_key", "pk"],
        body=lambda funder: ", ".join(alias.name for alias in funder.aliases.all()),
        related=["aliases"],
    ),
    Source(
        Kind.LIBRARY,
        Library,
        titles=["title_stems", "former_names__title_stems"],
        text="stems",
        is_small=True,
        order=["sort_key", "pk"],
        body=lambda library: ", ".join(
            [library.municipality, *(former.name for former in library.former_names.all())]
        ),
        related=["former_names"],
    ),
    Source(
        Kind.PAGE,
        Page,
        titles=["title_stems"],
        text="stems",
        is_small=True,
        order=["-changed_at", "pk"],
        body=lambda page: plain(without_names(page.text)),
    ),
    *(
        Source(
            Kind.DOCUMENT,
            model,
            titles=["title_stems"],
            order=[F("dated").desc(nulls_last=True), F("id").desc()],
            url=lambda document: document.file.url,
        )
        for model in (AssociationDocument, Document)
    ),
]


class Results:
    """What `user` may see of what `text`, whatever a visitor typed, finds, the best first.

    Titles that are the query, titles that have its words, texts that have them, then records
    that have them together with what belongs to them. Each of these by kind, projects first,
    and within a kind the latest first. A slice is a list of Hit.
    """

    def __init__(self, text, user):
        self.words, self.query, self.user = stems(text), Query.read(text), user

    def __len__(self):
        return len(self._found[0])

    def __getitem__(self, part):
        """Return the Hits of a slice; what has been deleted meanwhile is left out."""
        places = self._found[0][part]
        hits = {}
        for number, source in enumerate(SOURCES):
            keys = [key for origin, key in places if origin == number]
            found = source.hits(keys, self.user, self.query) if keys else {}
            hits |= {(number, key): hit for key, hit in found.items()}
        return [hits[place] for place in places if place in hits]

    @property
    def are_all(self):
        """Whether nothing more would be found without LIMIT."""
        return self._found[1]

    @cached_property
    def _found(self):
        """The places (number of source, key) of all results in order, and whether these are all."""
        if not self.query:
            return [], True
        found, are_all = [], True
        for number, source in enumerate(SOURCES):
            keys = source.find(self.query, self.words, self.user)
            are_all = are_all and len(keys) < LIMIT
            found += ((rank, number, order, key) for order, (key, rank) in enumerate(keys.items()))
        return [(number, key) for _rank, number, _order, key in sorted(found)], are_all
