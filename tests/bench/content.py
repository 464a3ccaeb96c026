"""Projects by the thousand, in the words of real ones, to measure with: `fill(100_000)`."""

import random
import sys
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from multiprocessing import get_context

from django.core.management.color import no_style
from django.db import connection

from association.models import County, Details, Library
from projects.indexing import collect_words
from projects.models import (
    Activity,
    ActivityDay,
    Funder,
    Funding,
    Goal,
    Partner,
    Photo,
    Place,
    Project,
)

from ..factories import a_minute_ago

CURRENT = 20  # projects; all others are finished
FAITHFUL = 80  # projects, the first ones, that the first funder pays for: its page is full
DRAFTS = 1000  # one project of so many is a draft
UNDESCRIBED = 500  # one photo of so many is not told in words
BATCH = 2000  # projects
PROCESSES = 2  # that fill a PostgreSQL
FUNDERS = 200
TOWNS = "Alytus Kaunas Klaipėda Panevėžys Šiauliai Utena Vilnius Berlynas Ryga Talinas Varšuva"
SUBJECTS = (
    "bibliotekų skaitymo kultūros bendruomenių jaunimo knygos paveldo kraštotyros medijų vaikų "
    "inovacijų patirties žinių atminties kalbos literatūros muzikos kūrybos mokymosi dialogo"
)
FORMS = (
    "akademija keliai dienos dirbtuvės erdvė tiltai mugė savaitė laboratorija sklaida festivalis "
    "skaitymai evoliucija mainai forumas stovykla tinklas istorijos atradimai pokyčiai"
)
VERBS = "Stiprinti Plėtoti Skatinti Sudaryti Atkreipti Ugdyti Kurti Pristatyti Rengti"
ADJECTIVES = "viešųjų savivaldybių tradicinių virtualių regiono Lietuvos Europos šiuolaikinių"
ACTIVITIES = "Seminaras Konferencija Stažuotė Mokymai Leidinys Paroda Susitikimas Edukacija"
# A word in one text of a hundred, of a thousand, and of ten thousand.
RARE = {"šulinys": 100, "gandralizdis": 1000, "žiburys": 10_000}


class Words:
    """Texts of a steady chance: the same at each run, others for each `seed` (int)."""

    def __init__(self, seed=2014):
        self.random = random.Random(seed)  # noqa: S311 - nothing is secret here

    def pick(self, words):
        """Return one of `words`, a text with spaces between them."""
        return self.random.choice(words.split())

    def rare(self):
        """Return a word of RARE as often as it says, else nothing."""
        for word, one_of in RARE.items():
            if self.random.randrange(one_of) == 0:
                return f" {word}"
        return ""

    def title(self, number):
        begin = f"{self.pick(ADJECTIVES).capitalize()} {self.pick(SUBJECTS)} {self.pick(FORMS)}"
        return f"{begin}: {self.pick(SUBJECTS)} {self.pick(FORMS)} {number}{self.rare()}"

    def sentence(self):
        what = f"{self.pick(ADJECTIVES)} {self.pick(SUBJECTS)} ir {self.pick(SUBJECTS)}"
        return f"{self.pick(VERBS)} {what} {self.pick(FORMS)} bibliotekose{self.rare()}."


def fill(count, tell=lambda done: None, funder_count=FUNDERS):
    """Fill an empty database with `count` projects, CURRENT of them current; `tell` how many."""
    words = Words()
    Details.objects.create(name="Bibliotekų asociacija")
    libraries = Library.objects.bulk_create(
        Library(
            name=f"{number}-oji {county.label} biblioteka", municipality="Rajonas", county=county
        )
        for number, county in enumerate([*County] * 6, start=1)
    )
    funders = Funder.objects.bulk_create(
        Funder(name=f"{words.pick(SUBJECTS).capitalize()} fondas {number}")
        for number in range(funder_count)
    )
    add = partial(add_batch, funders=funders, libraries=libraries)
    done = 0
    for number in each_done(add, [range(count)[at : at + BATCH] for at in range(0, count, BATCH)]):
        done += number
        tell(done)
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), [Project]):
            cursor.execute(statement)
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


def each_done(add, batches):
    """Yield what `add` returns for each of `batches`, in whatever order they are done."""
    if connection.vendor != "postgresql" or len(batches) == 1:
        yield from map(add, batches)
        return
    connection.close()  # which no two processes may use
    with get_context("fork").Pool(PROCESSES) as pool:
        yield from pool.imap_unordered(partial(add_apart, add), batches)
        pool.close()
        pool.join()


def add_apart(add, numbers):
    """Add a batch within a process of its own, and leave no connection behind."""
    try:
        return add(numbers)
    finally:
        connection.close()


def add_batch(numbers, funders, libraries):
    """Add the projects with `numbers`, a range; return how many."""
    words = Words(numbers[0])
    add_projects([project(number, words) for number in numbers], words, funders, libraries)
    return len(numbers)


def project(number, words):
    """Return a project, current if it is one of the first."""
    end = date(2025, 12, 31) - timedelta(days=words.random.randrange(365 * 20))
    return Project(
        pk=number + 1,  # whichever process is the first to add one
        title=words.title(number),
        summary=words.sentence(),
        text=" ".join(words.sentence() for _ in range(8)),
        starts_on=end - timedelta(days=300),
        ends_on=date(2099, 12, 31) if number < CURRENT else end,
        published_at=None if number % DRAFTS == DRAFTS - 1 else a_minute_ago(),
        position=number,
    )


def add_projects(projects, words, funders, libraries):
    """Save `projects` with what belongs to each: three goals and activities, two photos.

    And a funding, a partner, days, places. The photos have no files.
    """
    choice = words.random.choice
    Project.objects.bulk_create(projects)
    Goal.objects.bulk_create(
        Goal(project=each, text=words.sentence(), position=position)
        for each in projects
        for position in (1, 2, 3)
    )
    activities = Activity.objects.bulk_create(
        Activity(
            project=each,
            text=f"{words.pick(ACTIVITIES)} „{words.sentence()}“",
            position=position,
        )
        for each in projects
        for position in (1, 2, 3)
    )
    ActivityDay.objects.bulk_create(
        ActivityDay(activity=each, starts_on=each.project.starts_on) for each in activities[::3]
    )
    Place.objects.bulk_create(
        Place(activity=each, town=words.pick(TOWNS), position=1) for each in activities[::3]
    )
    Photo.objects.bulk_create(
        photo(each, words, position) for each in projects for position in (1, 2)
    )
    Partner.objects.bulk_create(
        Partner(project=each, library=choice(libraries), position=1) for each in projects
    )
    Funding.objects.bulk_create(
        Funding(
            project=each,
            funder=choice(funders) if each.position >= FAITHFUL else funders[0],
            awarded_amount=Decimal(words.random.randrange(1000, 80_000)),
            awarded_currency="EUR",
            position=1,
        )
        for each in projects
    )
    collect_words(Project.objects.filter(pk__in=[each.pk for each in projects]))


def photo(project, words, position):
    alt = words.sentence() if words.random.randrange(UNDESCRIBED) else ""
    image = "projektu-nuotraukos/salė.jpg"
    return Photo(project=project, image=image, width=1600, height=1200, alt=alt, position=position)


def show_progress(count):
    """Return what fill() may tell its progress: one line of the terminal."""

    def tell(done):
        end = "\n" if done == count else ""
        print(f"\r{done:,} of {count:,} projects", end=end, file=sys.stderr, flush=True)

    return tell
