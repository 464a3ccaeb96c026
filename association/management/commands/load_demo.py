import csv
from datetime import date, timedelta
from pathlib import Path

from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils import timezone

from association import ready_texts
from association.models import County, Details, FormerName, Library, Membership, Page
from projects.importers import import_projects
from projects.indexing import collect_words
from projects.models import Cover, Funder, Funding, Partner, Project
from projects.money import read_sum
from projects.share_images import draw_later

SAMPLE = Path(__file__).resolve().parents[2] / "sample"
NAME = "Lietuvos savivaldybių viešųjų bibliotekų asociacija"
SEAT = "Lietuvos nacionalinė Martyno Mažvydo biblioteka, Gedimino pr. 51, Vilnius"


def rows(name):
    with (SAMPLE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def day(text):
    return date.fromisoformat(text) if text else None


class Command(BaseCommand):
    help = "Loads and publishes the sample content, if the site has no content yet."

    @transaction.atomic
    def handle(self, **options):
        if any(model.objects.exists() for model in (Details, Library, Funder, Project, Page)):
            return
        Details.objects.create(name=NAME, short_name="LSVBA", seat=SEAT)
        self.load_pages()
        self.load_libraries()
        import_projects((SAMPLE / "projektai.txt").read_text(encoding="utf-8"), publish=True)
        self.load_finished_projects()
        self.stdout.write("The sample content is loaded and published.")

    def load_pages(self):
        about = (SAMPLE / "apie.txt").read_text(encoding="utf-8").strip()
        pages = [{"slug": Page.ABOUT, "title": "Apie Asociaciją", "text": about}]
        for page in [*pages, *map(ready_texts.initial, ready_texts.TITLES)]:
            Page.objects.create(**page, published_at=timezone.now())

    def load_libraries(self):
        """Load the members; since when each is one is unknown, and stays so."""
        counties = {county.label: county for county in County}
        for row in rows("libraries.csv"):
            renamed_on = day(row["renamed_on"])
            library = Library.objects.create(
                name=row["name"],
                name_since=renamed_on,
                municipality=row["municipality"],
                county=counties[row["county"]],
            )
            Membership.objects.create(library=library)
            if renamed_on:
                FormerName.objects.create(
                    library=library,
                    name=row["former_name"],
                    ends_on=renamed_on - timedelta(days=1),
                )

    def load_finished_projects(self):
        colours = list(Cover)
        for number, row in enumerate(rows("finished.csv"), start=2):
            project = Project.objects.create(
                title=row["title"],
                short_title=row["short_title"],
                starts_on=day(row["starts_on"]),
                ends_on=day(row["ends_on"]),
                summary=row["summary"],
                cover=colours[number % len(colours)],
                published_at=timezone.now(),
            )
            if row["partner"]:
                Partner.objects.create(project=project, name=row["partner"])
            if row["funder"]:
                awarded = read_sum(row["sum"])
                Funding.objects.create(
                    project=project,
                    funder=Funder.objects.create(name=row["funder"]),
                    programme=row["programme"],
                    awarded_amount=awarded.amount,
                    awarded_currency=awarded.currency,
                    awarded_as_written=awarded.as_written,
                )
        collect_words(Project.objects.order_by())
        draw_later(Project.objects.order_by())
