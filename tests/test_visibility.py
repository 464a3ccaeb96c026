"""What is not public reaches neither a stranger nor a member, whatever address they try.

A draft, a scheduled and a withdrawn project hold an odd word of its own in each of their texts
and files. Pages, feeds and exports that are added later are crawled without a change here.
"""

import re
from collections import Counter
from datetime import timedelta
from io import BytesIO

import pytest
from django.core.files.base import ContentFile
from django.db import models
from django.utils import timezone
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from association.models import Document, Page
from projects.models import (
    Activity,
    Funder,
    Funding,
    Goal,
    Partner,
    Photo,
    Place,
    Project,
    ResultLink,
)
from projects.models import Document as ProjectDocument
from tests import factories
from tests.crawling import WELL_KNOWN, Crawl, fixed_addresses, guessed_addresses
from tests.tasks import run_tasks

pytestmark = pytest.mark.django_db

ODD_WORD = re.compile(r"vobulk\d+x", re.IGNORECASE)
CONTROL = "vobulkx"  # as odd, and in no text
STATES = ["draft", "scheduled", "withdrawn"]


class Hidden:
    """A project in a state that is not public, with all that can belong to it.

    `words` says of each odd word where it stands.
    """

    def __init__(self, state, neighbour, numbers):
        self.state, self.numbers, self.words = state, numbers, {}
        later = timezone.now() + timedelta(hours=1)
        times = {"draft": None, "scheduled": later, "withdrawn": factories.a_minute_ago()}
        self.publishable = [
            self.make(Project, published_at=times[state]),
            self.make(Page, published_at=times[state]),
        ]
        self.project = self.publishable[0]
        self.fill(neighbour)
        if state == "withdrawn":
            for record in self.publishable:
                record.withdraw()

    def fill(self, neighbour):
        """Give the project parts, some of them tied to records that are public."""
        library = neighbour.partners.exclude(library=None).get().library
        funders = [self.make(Funder), neighbour.fundings.get().funder]
        for funder in funders:
            self.make(Funding, project=self.project, funder=funder)
        goal = self.make(Goal, project=self.project)
        partner = self.make(Partner, project=self.project, library=library)
        activity = self.make(Activity, project=self.project)
        activity.goals.add(goal)
        activity.partners.add(partner)
        activity.days.create(starts_on=timezone.localdate())
        self.make(Place, activity=activity)
        self.make(ResultLink, project=self.project)
        self.photo = self.make(Photo, project=self.project, image=self.picture())
        self.files = [
            self.photo.image,
            self.make(ProjectDocument, project=self.project, file=self.document()).file,
            self.make(
                ProjectDocument, project=self.project, file=self.document(), audience="members"
            ).file,
        ]

    def word(self, place):
        word = f"vobulk{self.numbers[ODD_WORD]}x"
        self.numbers[ODD_WORD] += 1
        self.words[word] = f"{self.state}: {place}"
        return word

    def make(self, model, **fields):
        """Return a new record with an odd word in each of its texts that staff write."""
        texts = {
            field.name: self.text(field)
            for field in model._meta.concrete_fields
            if isinstance(field, models.CharField | models.TextField)
            and field.editable
            and not field.choices
        }
        sums = {}
        for name in texts:
            if name.endswith("_as_written"):  # words for a sum need one
                prefix = name.removesuffix("_as_written")
                sums |= {f"{prefix}_amount": 1, f"{prefix}_currency": "EUR"}
        return model.objects.create(**texts | sums | fields)

    def text(self, field):
        word = self.word(field)
        if isinstance(field, models.URLField):
            return f"https://{word}.example/"
        if isinstance(field, models.EmailField):
            return f"{word}@biblioteka.example"
        return word

    def picture(self):
        """A picture with a word in its name and another one within it."""
        data, notes = BytesIO(), PngInfo()
        notes.add_text("Comment", self.word("within a photo"))
        Image.new("RGB", (300, 200), "#174a3e").save(data, "PNG", pnginfo=notes)
        return ContentFile(data.getvalue(), name=f"{self.word('name of a photo')}.png")

    def document(self):
        content = f"%PDF-1.4 {self.word('within a document')}".encode()
        return ContentFile(content, name=f"{self.word('name of a document')}.pdf")

    def addresses(self):
        """Return the addresses of pages and files that one can have kept from another time."""
        pages = [record.get_absolute_url() for record in self.publishable]
        self.photo.refresh_from_db()
        names = self.photo.image.rendition_names
        assert names
        renditions = [self.photo.image.storage.url(name) for name in names]
        return pages + renditions + [file.url for file in self.files]

    def guesses(self):
        """Return pairs of a number and a word to try in addresses."""
        numbers = {self.project.pk, *(part.pk for part in self.project.activities.all())}
        numbers |= {funding.funder_id for funding in self.project.fundings.all()}
        words = {self.project.slug, self.publishable[1].slug, *(file.name for file in self.files)}
        return {(number, word) for number in numbers for word in words}


@pytest.fixture
def neighbour():
    """A public project, which shares a funder and a library with those that are not."""
    factories.details(name="Bibliotekų asociacija")
    factories.page(slug="privatumas", title="Privatumas")
    Document.objects.create(title="Įstatai", file=factories.upload())
    factories.finished_project()
    project = factories.full_project(title="Viešas projektas")
    project.partners.create(library=factories.member_library())
    factories.photo(project, alt="Salė")
    project.documents.create(title="Ataskaita", file=factories.upload())
    return project


@pytest.fixture
def hidden(neighbour):
    numbers = Counter()
    made = [Hidden(state, neighbour, numbers) for state in STATES]
    run_tasks()
    return made


def crawl(client, hidden):
    kept = [address for each in hidden for address in each.addresses()]
    guesses = guessed_addresses({pair for each in hidden for pair in each.guesses()})
    return Crawl(client, {*WELL_KNOWN, *fixed_addresses(), *guesses, *kept})


def leaks(crawled, hidden):
    """Return the odd words found, as triples of where each stands, the word and the address."""
    places = {word: place for each in hidden for word, place in each.words.items()}
    return sorted(
        (places[word], word, address)
        for address, text in crawled.pages.items()
        for word in {found.lower() for found in ODD_WORD.findall(text)}
    )


@pytest.mark.parametrize("who", ["visitor", "member"])
def test_crawl_finds_no_word_of_what_is_not_public(request, hidden, who):
    crawled = crawl(request.getfixturevalue(who), hidden)
    assert leaks(crawled, hidden) == []
    assert {"/", "/duomenys/projektai.csv", "/asociacija/"} - crawled.pages.keys() == set()
    still = crawled.client.get("/").wsgi_request.user.is_authenticated
    assert still == (who == "member")


@pytest.mark.parametrize("who", ["visitor", "member"])
def test_search_answers_a_hidden_word_as_it_answers_one_that_is_nowhere(request, hidden, who):
    crawled = Crawl(request.getfixturevalue(who), [*WELL_KNOWN, *fixed_addresses()])
    crawled.client.get("/")  # shows the messages that the crawl has left
    nothing = crawled.answers(CONTROL)
    for each in hidden:
        for word, place in each.words.items():
            assert crawled.answers(word) == nothing, place


@pytest.mark.parametrize("who", ["visitor", "member"])
def test_address_kept_from_another_time_is_not_found(request, hidden, who):
    client = request.getfixturevalue(who)
    kept = [address for each in hidden for address in each.addresses()]
    assert {address: client.get(address).status_code for address in kept} == dict.fromkeys(
        kept, 404
    )


def test_crawl_finds_the_same_words_once_they_are_public(visitor, hidden):
    for each in hidden:
        for record in each.publishable:
            record.publish()
    found = Counter(place for place, _word, _address in leaks(crawl(visitor, hidden), hidden))
    wanted = {
        *("projects.Project.title", "projects.Project.summary", "projects.Project.text"),
        *("projects.Goal.text", "projects.Activity.text", "projects.Activity.outcome"),
        *("projects.Place.town", "projects.Partner.name", "projects.Funder.name"),
        *("projects.Photo.alt", "projects.Photo.caption", "projects.ResultLink.title"),
        *("projects.Document.title", "association.Page.text"),
        *("within a document", "name of a document"),
    }
    assert {f"{state}: {place}" for state in STATES for place in wanted} - found.keys() == set()
    # A photo is shown, but not what its file says besides.
    unwanted = {"within a photo", "name of a photo"}
    assert {f"{state}: {place}" for state in STATES for place in unwanted} & found.keys() == set()
