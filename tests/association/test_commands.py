from io import StringIO

import pytest
from django.core.management import call_command
from django.test import Client

from association.models import Details, FormerName, Library, Membership
from projects.models import Project
from tests import factories

pytestmark = pytest.mark.django_db


def load_demo():
    output = StringIO()
    call_command("load_demo", stdout=output)
    return output.getvalue()


def test_load_demo_shows_the_real_projects_on_the_first_page():
    load_demo()
    response = Client().get("/")
    assert [project.fundings.count() for project in response.context["current"]] == [1, 1]
    assert [project.short_title for project in response.context["finished"]] == [
        "Pokyčių evoliucija bibliotekose",
        "Žinių dalijimasis Ispanijoje",
        "Portugalijos bibliotekos",
        "Tell your Story",
    ]


def test_load_demo_knows_of_libraries_only_what_its_sources_say():
    load_demo()
    assert Library.objects.members().count() == 60
    assert Membership.objects.filter(starts_on__isnull=False).count() == 0
    renamed = Library.objects.get(name="Mažeikių Henriko Nagio viešoji biblioteka")
    assert str(renamed.name_since) == "2022-12-29"
    former = renamed.former_names.get()
    assert (former.name, str(former.ends_on)) == (
        "Mažeikių rajono savivaldybės viešoji biblioteka",
        "2022-12-28",
    )
    assert FormerName.objects.filter(name="").count() == 2


def test_load_demo_tells_a_period_in_the_words_of_its_source():
    load_demo()
    periods = [project.period for project in Project.objects.finished()]
    assert [period.replace("\u00a0", " ") for period in periods] == [
        *("2019 m.", "2019 m.", "2017 m."),
        "2015 m. liepos mėn. – 2016 m. sausio mėn.",
    ]


@pytest.mark.parametrize(
    "make", [factories.details, factories.library, factories.funder, factories.draft]
)
def test_load_demo_leaves_a_site_with_content_alone(make):
    make()
    assert load_demo() == ""
    assert (Details.objects.count() + Library.objects.count() + Project.objects.count()) <= 1


def test_load_demo_again_changes_nothing():
    load_demo()
    Project.objects.first().delete()
    assert load_demo() == ""
    assert Project.objects.count() == 5


def test_load_demo_tells_what_the_association_is_for():
    load_demo()
    page = Client().get("/asociacija/").content.decode()
    assert '<h2 id="apie">Apie Asociaciją</h2>' in page
