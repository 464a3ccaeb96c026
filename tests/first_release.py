"""A database as the first release kept it: of 22 November 2026, 22:41 UTC.

Its content is written by the models of then, with what is at the edge of what they took.
"""

from datetime import date, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

from tests.factories import picture, upload

# The last migrations of then. Those of other packages that it did not use come later.
LEAVES = [
    ("accounts", "0001_initial"),
    ("association", "0001_initial"),
    ("projects", "0001_initial"),
    ("account", "0009_emailaddress_unique_primary_email"),
    ("admin", "0003_logentry_add_action_flag_choices"),
    ("sessions", "0001_initial"),
]
# Sums of the files of 0001: a database that has them is not told of a change in them.
DIGESTS = {
    "accounts": "6d0b30522d2a6aeb3ac3bdc010d83372e4c99f265bd505dc84c7812bcc828da2",
    "association": "85c852c10dedd85d04bfbbcf0e599d833fdbcb8772a402aefb092bb581c82ea6",
    "projects": "1625c523ee3c4b73612ad0b7a43750b1b18f68af4046400616420799ee8029fb",
}
VILNIUS = ZoneInfo("Europe/Vilnius")
LONG = "Skaitymo džiaugsmas – „visiems“ ir \"kiekvienam\" 'čia'. " * 200
LARGEST = Decimal("999999999999.99")
LONG_AGO, LATER = (datetime(year, 12, 31, 23, 59, tzinfo=VILNIUS) for year in (2014, 2999))


def fill(apps):
    """Make records of each model that `apps`, those of then, have in our apps."""
    make = Maker(apps)
    people(make)
    libraries(make)
    own(make)
    funders(make)
    projects(make)
    activities(make)


class Maker:
    """Makes records by the names of their models: `make("projects.Goal", text="…")`."""

    def __init__(self, apps):
        self.apps = apps

    def __call__(self, label, **values):
        return self.apps.get_model(label).objects.create(**values)


def people(make):
    staff = make("accounts.User", email="Redaktore@Biblioteka.example", is_staff=True)
    make("accounts.User", email="ona@biblioteka.example", name="Ona „Onutė“ O'Neil-Žąsytė")
    make("accounts.User", email="buvusi@biblioteka.example", is_active=False)
    root = make("accounts.User", email="a@b.lt", is_superuser=True, is_staff=True, password="!x")
    group = make("auth.Group", name="Savanoriai")
    root.groups.add(group)
    make("account.EmailAddress", user=staff, email="senas@biblioteka.example", verified=True)
    made = {"user": staff, "action_flag": 1, "object_id": "1", "object_repr": "Žąsų „mugė“"}
    make("admin.LogEntry", **made, change_message='[{"added": {}}]')


def libraries(make):
    zarasai = make(
        "association.Library",
        name="Zarasų rajono savivaldybės viešoji biblioteka",
        name_since=date(2001, 2, 28),
        municipality="Zarasų rajono savivaldybė",
        county="utena",
        website="https://zarasai.example/kelias?a=1&b=%C5%A1",
    )
    values = {"municipality": "Šiaulių miestas", "county": "siauliai"}
    for name in ("Š" * 200, 'Viešoji "Aušros" biblioteka'):
        library = make("association.Library", name=name, **values)
        make("association.Membership", library=library)
    make("association.FormerName", library=zarasai, name="", ends_on=date(2001, 2, 27))
    make("association.FormerName", library=zarasai, name="Zarasų rajoninė biblioteka")
    make("association.Membership", library=zarasai, starts_on=date(1992, 6, 1))
    make("association.Membership", library=zarasai, ends_on=date(1990, 1, 1))
    member = {"starts_on": date(2020, 2, 29), "ends_on": None, "role": "pirmininkė"}
    make("association.CouncilMember", name="Rūta Ąžuolė", library=zarasai, position=1, **member)
    make("association.CouncilMember", name="Be bibliotekos", role="", ends_on=date(2019, 1, 1))


def own(make):
    make("association.Details", name="Bibliotekų asociacija „Šaltinis“", code="190000000")
    page = {"text": "Pirma pastraipa.\n\nAntra – „su“ *žvaigždute* ir <b>ženklais</b> & #."}
    make("association.Page", title="Istorija", slug="istorija", published_at=LONG_AGO, **page)
    make("association.Page", title="Juodraštis", slug="juodrastis", text=LONG)
    make("association.Page", title="Bus", slug="bus", published_at=LATER)
    for audience, kind in (("public", "bylaws"), ("members", "other")):
        make(
            "association.Document",
            title=f"Įstatai, {audience}",
            dated=date(1991, 3, 11),
            audience=audience,
            kind=kind,
            file=upload("Įstatai (1991).pdf"),
        )


def funders(make):
    council = make(
        "projects.Funder",
        name='Lietuvos "kultūros" taryba',
        kind="council",
        publicity_statement="Projektą iš dalies finansuoja „Taryba“.\n\nAčiū.",
        logo=picture("ženklas.png"),
        website="https://taryba.example/",
    )
    make("projects.Funder", name="Zarasų rajono savivaldybė")
    make("projects.FunderAlias", funder=council, name="LKT")
    make("projects.FunderAlias", funder=council, name="Kultūros taryba «sena»")


def projects(make):
    """Make a finished one with all fields, a draft, one to come, and sums told in words alone."""
    finished = make(
        "projects.Project",
        title="Skaitymo „šaltiniai“ ir „Knygų mugė“",
        short_title="Šaltiniai",
        starts_on=date(2014, 3, 1),
        ends_on=date(2014, 12, 31),
        published_at=LONG_AGO,
        summary="Trumpai.",
        text=LONG.strip(),
        budget_amount=Decimal("80000.00"),
        budget_currency="LTL",
        budget_as_written="80 tūkst. Lt",
        contact_person="Ona O'Neil",
        contact_email="ona@biblioteka.example",
        cover="honey",
        position=1,
    )
    draft = make("projects.Project", title="Ž" * 300, budget_as_written="apie 5 mln.")
    words = make(
        "projects.Project", title="Žodžiais", text="Tekstas.", budget_as_written="6 000 Eur"
    )
    make("projects.Project", title="Rytoj", published_at=LATER, starts_on=date(2999, 1, 1))
    make("projects.Project", title="Vykdomas", published_at=LONG_AGO)
    council, zarasai = make.apps.get_model("projects.Funder").objects.order_by("pk")
    fundings(make, finished, draft, words, council, zarasai)
    library = make.apps.get_model("association.Library").objects.earliest("pk")
    make("projects.Partner", project=finished, library=library, position=1)
    make(
        "projects.Partner", project=finished, name="Goethe-Institut „Vilnius“", country="Vokietija"
    )
    make("projects.Goal", project=finished, text="Skaityti daugiau.", position=1)
    make("projects.Goal", project=finished, text=LONG, position=2)
    make("projects.Goal", project=draft, text="*")
    make("projects.ResultLink", project=finished, title="Leidinys", url="https://a.example/?q=ž")
    for audience in ("public", "members"):
        values = {"title": audience, "dated": date(2015, 1, 1), "audience": audience}
        make("projects.Document", project=finished, file=upload("ataskaita.pdf"), **values)
    for alt, is_decorative in (("Pilna salė", False), ("", True), ("", False)):
        photo = {"image": picture("Žmonės (1).png"), "alt": alt, "is_decorative": is_decorative}
        make("projects.Photo", project=finished, caption="„Mugė“, 2014 m.", **photo)


def fundings(make, finished, draft, words, council, zarasai):
    litas = {"awarded_amount": Decimal("250.00"), "awarded_currency": "LTL"}
    make("projects.Funding", project=finished, funder=council, is_partial=True, **litas)
    make(
        "projects.Funding",
        project=finished,
        funder=zarasai,
        programme="„Kultūra“",
        state="refused",
        asked_amount=LARGEST,
        asked_currency="EUR",
        asked_as_written="beveik visas bilijonas",
    )
    make("projects.Funding", project=draft, funder=zarasai, state="asked", asked_as_written="daug")
    make("projects.Funding", project=words, funder=council, awarded_as_written="80 tūkst. Lt")
    make(
        "projects.Funding",
        project=words,
        funder=zarasai,
        state="refused",
        awarded_as_written="nieko",
    )


def activities(make):
    finished, draft = make.apps.get_model("projects.Project").objects.order_by("pk")[:2]
    fair = make(
        "projects.Activity",
        project=finished,
        text="Knygų mugė Šiauliuose",
        kind="fair",
        short_title="Mugė",
        was_done=True,
        outcome="Įvyko.\n\n– gerai\n– labai",
        participants=2147483647,
        position=1,
    )
    make("projects.Activity", project=finished, text="Seminaras", kind="", was_done=False)
    make("projects.Activity", project=draft, text=LONG)
    fair.goals.set(finished.goals.all())
    fair.partners.set(finished.partners.all())
    make("projects.ActivityDay", activity=fair, starts_on=date(2014, 10, 13))
    times = {"starts_at": time(10), "ends_at": time(16, 30)}
    make("projects.ActivityDay", activity=fair, starts_on=date(2014, 4, 10), **times)
    last = {"starts_on": date(2014, 12, 30), "ends_on": date(2015, 1, 2)}
    make("projects.ActivityDay", activity=fair, **last)
    make("projects.Place", activity=fair, town="Šiauliai", host="Biblioteka „Aušra“, salė")
    make("projects.Place", activity=fair, country="Latvija")
