"""Records for tests, named for what they are; each takes what the test cares about."""

from datetime import timedelta
from decimal import Decimal
from io import BytesIO
from itertools import count

from django.core.files.base import ContentFile
from django.utils import timezone
from PIL import Image

from accounts.models import Invitation, Representative, User
from association.models import Details, Library, Membership, Page
from projects.models import Activity, Funder, Funding, Goal, Photo, Project

PASSWORD = "žalias-obuolys-7"
_numbers = count(1)


def a_minute_ago():
    """A whole minute that has passed, as publication times are."""
    return timezone.now().replace(second=0, microsecond=0) - timedelta(minutes=1)


def user(**fields):
    return User.objects.create_user(
        **{"email": f"asmuo{next(_numbers)}@biblioteka.example", "password": PASSWORD} | fields
    )


def details(**fields):
    return Details.objects.create(**{"name": "Bibliotekų asociacija"} | fields)


def library(**fields):
    values = {
        "name": f"{next(_numbers)}-oji viešoji biblioteka",
        "municipality": "Zarasų rajono savivaldybė",
        "county": "utena",
    }
    return Library.objects.create(**values | fields)


def member_library(**fields):
    made = library(**fields)
    Membership.objects.create(library=made)
    return made


def representative(**fields):
    """A person who acts for a member library today; `user` and `library` may be given."""
    values = {"user": fields.get("user") or user(), "library": fields.get("library")}
    values["library"] = values["library"] or member_library()
    return Representative.objects.create(**fields | values)


def invitation(key="raktas", **fields):
    """An invitation to act for a member library that opens at /kvietimas/<key>/."""
    values = {"email": f"kviesta{next(_numbers)}@biblioteka.example"} | fields
    values["library"] = values.get("library") or member_library()
    return Invitation.objects.create(key_hash=Invitation.hash_of(key), **values)


def page(**fields):
    values = {"title": "Puslapis", "slug": "puslapis", "published_at": a_minute_ago()}
    return Page.objects.create(**values | fields)


def funder(**fields):
    return Funder.objects.create(**{"name": f"Finansuotojas {next(_numbers)}"} | fields)


def project(**fields):
    """A published project without dates: a current one."""
    values = {"title": f"Projektas {next(_numbers)}", "published_at": a_minute_ago()}
    return Project.objects.create(**values | fields)


def draft(**fields):
    return project(**{"published_at": None} | fields)


def finished_project(**fields):
    yesterday = timezone.localdate() - timedelta(days=1)
    return project(**{"ends_on": yesterday} | fields)


def planned_project(**fields):
    tomorrow = timezone.localdate() + timedelta(days=1)
    return project(**{"starts_on": tomorrow} | fields)


def full_project(**fields):
    """A project with a funding, two goals and two activities, each with a day and a place."""
    made = project(**fields)
    Funding.objects.create(
        project=made,
        funder=funder(),
        is_partial=True,
        awarded_amount=Decimal(80000),
        awarded_currency="LTL",
        awarded_as_written="80 tūkst. Lt",
    )
    for number in (1, 2):
        Goal.objects.create(project=made, text=f"Tikslas {number}.", position=number)
        activity = Activity.objects.create(project=made, text=f"Veikla {number}.", position=number)
        activity.days.create(starts_on="2014-04-10")
        activity.places.create(town="Vilnius")
        activity.partners.add(made.partners.create(name=f"Partneris {number}"))
    made.links.create(title="Leidinys", url="https://biblioteka.example/leidinys")
    return made


def funding(project, funder, **fields):
    """An awarded funding; its sum is unknown unless given."""
    return Funding.objects.create(project=project, funder=funder, **fields)


def upload(name="failas.pdf", content=b"%PDF-1.4 \n%%EOF\n"):
    return ContentFile(content, name=name)


def picture(name="nuotrauka.png", size=(30, 20)):
    data = BytesIO()
    Image.new("RGB", size, "#174a3e").save(data, "PNG")
    return ContentFile(data.getvalue(), name=name)


def photo(project, **fields):
    """A photo that is told in words, unless it is decorative."""
    values = {"project": project, "image": picture()}
    if not fields.get("is_decorative"):
        values["alt"] = "Pilna salė klausytojų"
    return Photo.objects.create(**values | fields)
