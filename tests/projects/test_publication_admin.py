"""The page of the admin on what is public of projects."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.utils import timezone
from django.utils.formats import date_format

from projects.models import DraftLink, Project
from projects.publication import address_of
from tests import factories
from tests.forms import form_data
from tests.projects.test_admin import ADD, history_of
from tests.reading import text_of

pytestmark = pytest.mark.django_db


def press(client, projects, button, value="1", **typed):
    """Press `button` on the page of `projects`; return the page that answers."""
    address = address_of(projects)
    sent = form_data(client.get(address).content.decode(), "publishing")
    deeds = {"_withdraw", "_link", "_unlink"}
    if button in deeds:
        sent = {}
    return client.post(address, sent | typed | {button: value}, follow=True)


def messages(response):
    return [str(message) for message in response.context["messages"]]


def in_days(days):
    """Return what one types for 9 o'clock `days` from today."""
    day = timezone.localdate() + timedelta(days=days)
    return {"at_0": day.isoformat(), "at_1": "09:00"}


def strict_draft(**fields):
    """A draft whose funder requires a logo that is missing."""
    made = factories.draft(**fields)
    factories.funding(made, factories.funder(name="Taryba", requires_logo=True))
    return made


def test_page_tells_who_sees_the_project_what_is_missing_and_what_comes_by_itself(editor):
    project = strict_draft(title="Mugė", ends_on="2099-12-31")
    seen = text_of(editor.get(address_of([project]))).replace("\u00a0", " ")
    assert "Juodraštis: mato tik svetainės tvarkytojai." in seen
    assert "Nuo 2100 m. sausio 1 d. bus rodomas tarp įgyvendintų projektų." in seen
    assert "Trūksta finansuotojo logotipo: Taryba. Reikalauja: Taryba. Papildyti" in seen
    assert "Trūksta skirtos sumos: Taryba. Nereikalaujama, bet pravartu. Papildyti" in seen


def test_each_lack_leads_to_the_field_that_mends_it(editor):
    project = strict_draft()
    page = editor.get(address_of([project])).content.decode()
    funder = project.fundings.get().funder
    assert f'href="/admin/projects/funder/{funder.pk}/change/#id_logo"' in page
    form = f"/admin/projects/project/{project.pk}/change/"
    assert f'href="{form}#id_fundings-0-awarded_amount"' in page
    assert 'id="id_fundings-0-awarded_amount"' in editor.get(form).content.decode()


def test_project_is_published_now(editor):
    project = factories.draft()
    response = press(editor, [project], "_now")
    assert messages(response) == ["Paskelbtas 1 projektas."]
    assert Project.objects.get().is_published
    assert history_of(editor, project) == ["Paskelbta."]
    assert "Viešas nuo" in text_of(response)


def test_project_is_published_at_a_time_that_is_told(editor):
    project = factories.draft()
    day = date_format(timezone.localdate() + timedelta(days=3), "DATE_FORMAT")
    response = press(editor, [project], "_later", **in_days(3))
    assert messages(response) == [f"1 projektas bus paskelbtas {day} 09.00\u00a0val."]
    project.refresh_from_db()
    assert f"{timezone.localtime(project.published_at):%H:%M}" == "09:00"
    assert f"Bus viešas nuo {day} 09.00\u00a0val. Iki tol mato tik" in response.content.decode()
    assert history_of(editor, project) == [f"Bus paskelbta: {day} 09.00\u00a0val."]


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"at_0": "", "at_1": ""}, "Nurodykite dieną ir laiką arba skelbkite dabar."),
        (in_days(-1), "Šis laikas jau praėjo. Nurodykite vėlesnį arba skelbkite dabar."),
        (in_days(20_000), "Iki nurodytos dienos – daugiau kaip dešimt metų. Pataisykite metus."),
        ({"at_0": "rytoj", "at_1": "09:00"}, "Įveskite datą taip: 2014-04-10."),
        (
            {"at_0": "9999-12-31", "at_1": "23:59"},
            "Iki nurodytos dienos – daugiau kaip dešimt metų.",
        ),
        ({"at_0": "0001-01-01", "at_1": "00:00"}, "Šis laikas jau praėjo."),
    ],
)
def test_time_that_is_none_is_refused_and_kept(editor, typed, told):
    project = factories.draft()
    response = press(editor, [project], "_later", **typed)
    assert told in text_of(response)
    assert f'value="{typed["at_0"]}"' in response.content.decode() or not typed["at_0"]
    assert Project.objects.get().published_at is None


def test_what_a_funder_requires_stops_until_a_reason_is_given(editor):
    project = strict_draft()
    refused = press(editor, [project], "_now", reason="  ")
    assert "Nepaskelbta: trūksta to, ko reikalauja finansuotojas." in text_of(refused)
    assert Project.objects.get().published_at is None
    done = press(editor, [project], "_now", reason="Finansuotojas dar neatsiuntė logotipo.")
    assert Project.objects.get().is_published
    reason = (
        "Paskelbta. Trūksta finansuotojo logotipo: Taryba. Skelbiama nepaisant"
        " trūkumų. Priežastis: Finansuotojas dar neatsiuntė logotipo."
    )
    assert reason in text_of(done)
    assert history_of(editor, project) == [reason]


def test_several_are_published_together_or_none_where_one_is_stopped(editor):
    projects = [factories.draft(), strict_draft()]
    press(editor, projects, "_now")
    assert not Project.objects.published().exists()
    assert history_of(editor, projects[0]) == []
    response = press(editor, projects, "_now", reason="Nėra logotipo.")
    assert messages(response) == ["Paskelbti 2 projektai."]
    assert history_of(editor, projects[0]) == ["Paskelbta."]


def test_only_those_that_are_ticked_are_published(editor):
    one, other = factories.draft(), factories.draft()
    press(editor, [one, other], "_now", chosen=[other.pk])
    assert Project.objects.published().get() == other
    none = press(editor, [one], "_now", chosen=[])
    assert "Pažymėkite bent vieną projektą." in text_of(none)


def test_project_is_withdrawn_at_once_with_its_link(editor, visitor):
    project = factories.project()
    response = press(editor, [project], "_withdraw", project.pk)
    assert messages(response) == ["Projektas vėl yra juodraštis."]
    assert history_of(editor, project) == ["Nebeskelbiama."]
    assert visitor.get(project.get_absolute_url()).status_code == 404


def test_timed_publication_is_withdrawn_too(editor):
    project = factories.draft()
    press(editor, [project], "_later", **in_days(3))
    press(editor, [project], "_withdraw", project.pk)
    assert Project.objects.get().published_at is None


def test_link_for_the_council_is_made_shown_and_ended(editor, visitor):
    project = factories.draft(title="Mugė")
    response = press(editor, [project], "_link", project.pk)
    link = DraftLink.objects.get()
    assert f'value="http://localhost:8000{link.get_absolute_url()}"' in response.content.decode()
    assert "Mugė" in text_of(visitor.get(link.get_absolute_url()))
    press(editor, [project], "_unlink", project.pk)
    assert visitor.get(link.get_absolute_url()).status_code == 404
    assert history_of(editor, project) == [
        "Sukurta nuoroda į juodraštį.",
        "Nuoroda į juodraštį panaikinta.",
    ]


def test_link_that_ran_out_is_not_shown(editor):
    project = factories.draft()
    link = DraftLink.renew(project)
    DraftLink.objects.update(expires_at=timezone.now())
    page = editor.get(address_of([project])).content.decode()
    assert link.key not in page
    assert "Sukurti nuorodą" in page


def test_deeds_reach_no_project_but_those_on_the_page(editor):
    listed, other = factories.draft(), factories.project()
    press(editor, [listed], "_withdraw", other.pk)
    assert Project.objects.get(pk=other.pk).is_published


@pytest.mark.parametrize("query", ["", "?id=", "?id=0", "?id=x", f"?id={'9' * 40}", "?id=%00"])
def test_page_of_no_project_is_not_found(editor, query):
    assert editor.get(f"/admin/projects/project/skelbimas/{query}").status_code == 404


def test_page_is_only_for_those_who_may_change_projects(editor, editor_user):
    project = factories.draft()
    editor_user.user_permissions.set(Permission.objects.filter(codename="view_project"))
    assert editor.get(address_of([project])).status_code == 403
    assert (
        editor.post(address_of([project]), {"_now": "1", "chosen": project.pk}).status_code == 403
    )
    assert Project.objects.get().published_at is None


@pytest.mark.parametrize("count", [1, 3])
def test_page_asks_the_database_the_same_however_many_projects_it_tells_of(
    editor, django_assert_num_queries, count
):
    projects = [factories.full_project(published_at=None) for _ in range(count)]
    for project in projects:
        factories.photo(project)
        DraftLink.renew(project)
    address = address_of(projects)
    editor.get(address)
    with django_assert_num_queries(11):
        editor.get(address)


@pytest.mark.parametrize("button", ["_now", "_later"])
def test_page_of_before_changes_nothing_of_what_somebody_else_has_published(editor, button):
    project, other = factories.draft(), factories.draft()
    address = address_of([project, other])
    typed = form_data(editor.get(address).content.decode(), "publishing") | in_days(3)
    project.publish()
    editor.post(address, typed | {button: "1"})
    assert Project.objects.get(pk=project.pk).is_published
    assert history_of(editor, project) == []
    other.publish()
    response = editor.post(address, typed | {button: "1"}, follow=True)
    assert messages(response) == ["Jau paskelbta: nieko nepakeista."]
    assert Project.objects.published().count() == 2


@pytest.mark.parametrize("button", ["_withdraw", "_link", "_unlink"])
def test_button_that_makes_no_sense_any_more_does_nothing(editor, button):
    project = factories.draft() if button != "_link" else factories.project()
    before = Project.objects.values().get()
    assert messages(press(editor, [project], button, project.pk)) == []
    assert history_of(editor, project) == []
    assert Project.objects.values().get() == before
    assert not DraftLink.objects.exists()


def test_who_may_not_publish_is_not_led_to_where_one_does(editor, editor_user):
    may = Permission.objects.filter(codename__in=["view_project", "add_project"])
    editor_user.user_permissions.set(may)
    project = factories.draft()
    for address in (ADD, f"/admin/projects/project/{project.pk}/change/"):
        page = editor.get(address).content.decode()
        assert 'name="_publish"' not in page
        assert "/nuotraukos/" not in page
    typed = form_data(editor.get(ADD).content.decode(), "project_form") | {"title": "Mugė"}
    assert editor.post(ADD, typed | {"_publish": "1"}, follow=True).status_code == 200


def sent_by(client, projects, form):
    return form_data(client.get(address_of(projects)).content.decode(), form)


def test_who_publishes_over_somebody_elses_newer_time_is_told_and_keeps_what_was_typed(editor):
    project = factories.draft(title="Mugė")
    mine = sent_by(editor, [project], "publishing") | in_days(7) | {"_later": "1"}
    press(editor, [project], "_later", **in_days(3))
    project.refresh_from_db()
    page = editor.post(address_of([project]), mine)
    seen = text_of(page).replace("\u00a0", " ")
    assert "Nieko nepadaryta: kol žiūrėjote, kitas žmogus pakeitė projekto „Mugė“ skelbimą." in seen
    day = date_format(timezone.localdate(project.published_at), "DATE_FORMAT").replace(
        "\u00a0", " "
    )
    assert f"Bus viešas nuo {day} 09.00 val." in seen
    kept = form_data(page.content.decode(), "publishing")
    assert kept["at_0"] == [in_days(7)["at_0"]]
    editor.post(address_of([project]), kept | {"_later": "1"})
    assert Project.objects.get().published_at > project.published_at


def test_who_withdraws_what_somebody_else_has_just_published_is_told(editor):
    project = factories.draft(title="Mugė")
    press(editor, [project], "_later", **in_days(3))
    mine = sent_by(editor, [project], "deeds") | {"_withdraw": str(project.pk)}
    press(editor, [project], "_now")
    page = editor.post(address_of([project]), mine, follow=True)
    assert messages(page)[0].startswith("Nieko nepadaryta: kol žiūrėjote")
    assert Project.objects.get().is_published
    press(editor, [project], "_withdraw", str(project.pk))
    assert Project.objects.get().published_at is None


def test_page_out_of_date_or_with_nonsense_in_it_is_answered(editor):
    project = factories.draft()
    for nonsense in ("", "x", f"{project.pk}:\x00", f"{project.pk}:2026-13-01"):
        sent = {"seen": nonsense, "_withdraw": str(project.pk)}
        assert editor.post(address_of([project]), sent, follow=True).status_code == 200
