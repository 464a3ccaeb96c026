from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils import timezone

from association import pictures
from association.models import LAST
from association.pictures import MAX_BYTES
from projects.models import Photo, Project
from tests import factories
from tests.association.test_files import statuses
from tests.forms import form_data
from tests.pictures import cut_short, drawing, from_iphone, from_phone, in_disguise, png_of, saved
from tests.reading import text_of
from tests.tasks import run_tasks

from .test_admin import history_of

pytestmark = pytest.mark.django_db

REFUSED = [
    (png_of(13000, 13000), "Paveikslėlis didesnis kaip 50 megapikselių."),
    (cut_short(), "Paveikslėlio failas sugadintas arba atsiųstas ne visas."),
    (in_disguise(b"<!doctype html>"), "Tai ne paveikslėlis arba jo formato svetainė nepriima."),
    (in_disguise(b"<svg/>", "zenklas.svg"), "SVG faile gali slypėti programų,"),
    (in_disguise(b"x" * (MAX_BYTES + 1)), "Failas didesnis kaip 20 MB."),
]


@pytest.fixture
def project(db):
    return factories.project(title="Mugė")


def address_of(project):
    return reverse("admin:projects_project_photos", args=[project.pk])


def unchanged(client, project):
    """Return what a browser would send for the form of the photos, sent unchanged."""
    return form_data(client.get(address_of(project)).content.decode(), "photos_form")


def save(client, project, files=(), **changes):
    """Send the form with `files` and `changes`, by the names of fields; return the page then."""
    for file in files:
        file.seek(0)
    data = unchanged(client, project) | changes | {"image": list(files)}
    return client.post(address_of(project), data, follow=True)


def messages(response):
    return [str(message) for message in response.context["messages"]]


def send(client, project, file, **data):
    """Send one photo as the script does; return the answer."""
    file.seek(0)
    address = reverse("admin:projects_project_send_photo", args=[project.pk])
    return client.post(address, {"image": file} | data).json()


def named(photo, **fields):
    """Return `fields` as the form names those of `photo`."""
    return {f"photo-{photo.pk}-{name}": value for name, value in fields.items()}


@pytest.mark.usefixtures("each_place")
def test_photos_are_taken_and_each_bad_file_says_why(editor, project):
    typed = factories.photo(project, alt="")
    good = [from_phone(), from_iphone()]
    bad = [file for file, _told in REFUSED]
    page = save(editor, project, [good[0], *bad, good[1]], **named(typed, alt="Pilna salė"))
    told = messages(page)
    assert told[:2] == ["Įkeltos 2 nuotraukos.", "Pakeitimai išsaugoti."]
    for (file, reason), sentence in zip(REFUSED, told[2:], strict=True):
        assert sentence.startswith(f"{file.name}: {reason}")
    assert [(photo.position, photo.alt) for photo in project.photos.all()] == [
        (1, "Pilna salė"),
        (2, ""),
        (3, ""),
    ]
    assert history_of(editor, project) == [
        "Pridėta: nuotrauka „nuotrauka.jpg“. Pridėta: nuotrauka „IMG_0001.heic“. "
        "Pakeista: nuotrauka „Pilna salė“ (alternatyvusis tekstas)."
    ]


@pytest.mark.parametrize(("upload", "told"), REFUSED, ids=lambda value: getattr(value, "name", ""))
def test_photo_sent_by_the_script_is_refused_in_a_sentence(editor, project, upload, told):
    [error] = send(editor, project, upload)["errors"]
    assert error.startswith(told)
    assert not project.photos.exists()
    assert history_of(editor, project) == []


def test_photo_sent_by_the_script_comes_back_as_its_row(editor, project):
    answer = send(editor, project, from_phone(), position="1")
    photo = project.photos.get()
    assert answer["state"] == (
        "Lankytojai mato 0 nuotraukų. 1 dar be alternatyviojo teksto, todėl lankytojams nerodoma."
    )
    assert answer["number"] == 1
    row = form_data(answer["row"])
    assert row["photo"] == [str(photo.pk)]
    told = {name.rpartition("-")[2]: value for name, [value] in row.items() if name[0] == "p"}
    del told["photo"]
    assert told == {"alt": "", "caption": "", "position": "1", "focus_x": "50", "focus_y": "40"}
    assert history_of(editor, project) == ["Pridėta: nuotrauka „nuotrauka.jpg“."]


def test_photo_sent_by_the_script_comes_where_it_was_chosen(editor, project):
    factories.photo(project, alt="Sena")
    for position in (3, 2):
        send(editor, project, from_phone(), position=position)
    assert project.photos.first().alt == "Sena"
    second, third = project.photos.all()[1:]
    assert second.pk > third.pk


@pytest.mark.parametrize(
    "data", [{"image": ""}, {"image": in_disguise(b"")}, {"position": "a"}, {"position": "9" * 30}]
)
def test_nonsense_sent_instead_of_a_photo_is_told(editor, project, data):
    assert send(editor, project, from_phone(), **data)["errors"]
    assert not project.photos.exists()


def test_photo_with_a_long_name_is_taken(editor, project):
    send(editor, project, saved(drawing(), name=f"{'ą' * 200}.jpg"))
    assert len(project.photos.get().image.name) <= 100


@pytest.mark.parametrize("upload", [from_phone(orientation=6), from_iphone()])
def test_photo_of_a_phone_is_shown_on_the_page_as_it_was_held(editor, visitor, project, upload):
    send(editor, project, upload)
    photo = project.photos.get()
    assert photo.width < photo.height
    save(editor, project, **named(photo, alt="Pilna salė"))
    waiting = visitor.get(project.get_absolute_url()).content.decode()
    place = f'viewBox="0 0 {photo.width} {photo.height}" width="{photo.width}"'
    assert place in waiting
    assert 'role="img" aria-label="Pilna salė"' in waiting
    run_tasks()
    shown = visitor.get(project.get_absolute_url()).content.decode()
    assert f'width="{photo.width}" height="{photo.height}" alt="Pilna salė"' in shown
    assert place not in shown


def test_page_of_photos_says_what_visitors_see(editor, project):
    def told():
        return " ".join(editor.get(address_of(project)).context["state"].split())

    assert told() == "Nuotraukų dar nėra."
    factories.photo(project)
    factories.photo(project, is_decorative=True)
    assert told() == "Lankytojai mato 2 nuotraukas."
    factories.photo(project, alt="")
    assert told() == (
        "Lankytojai mato 2 nuotraukas. 1 dar be alternatyviojo teksto, todėl lankytojams nerodoma."
    )
    project.withdraw()
    assert told().startswith("Paskelbus projektą, lankytojai matys 2 nuotraukas.")


def test_page_of_photos_offers_what_the_site_can_read(editor, project):
    page = editor.get(address_of(project)).content.decode()
    assert 'accept="image/jpeg,image/png,image/webp,image/gif,image/heic,image/heif"' in page
    assert "ne didesnis kaip 20 MB ir 50 megapikselių" in page


def test_page_of_photos_shows_the_photo_that_is_to_be_told_in_words(editor, project):
    photo = factories.photo(project)
    assert "Vaizdas dar ruošiamas." in text_of(editor.get(address_of(project)))
    run_tasks()
    photo.refresh_from_db()
    page = editor.get(address_of(project)).content.decode()
    assert f'<img src="{photo.image.smallest}" width="30" height="20" alt=""' in page


def test_photos_saved_unchanged_stay_as_they_were(editor, project, monkeypatch):
    monkeypatch.setattr(pictures, "load", None)  # nor are they looked at again
    factories.photo(project, alt="Salė", position=1)
    factories.photo(project, is_decorative=True, position=2)
    before = list(Photo.objects.values()), Project.objects.values("changed_at").get()
    assert messages(save(editor, project)) == []
    assert (list(Photo.objects.values()), Project.objects.values("changed_at").get()) == before
    assert history_of(editor, project) == []


@pytest.mark.usefixtures("each_place")
def test_photos_are_told_ordered_and_deleted_in_one_form(editor, visitor, project):
    first, second, third = (factories.photo(project, alt="", position=each) for each in (1, 2, 3))
    changed_at = Project.objects.get().changed_at
    changes = (
        named(first, delete="on", alt="x" * 300)
        | named(second, alt=" Pilna\nsalė ", caption="Atidarymas", focus_x="10", focus_y="0")
        | named(third, is_decorative="on", position="1")
    )
    assert messages(save(editor, project, **changes)) == ["Pakeitimai išsaugoti."]
    kept = [(photo.pk, photo.position, photo.alt, photo.focus) for photo in project.photos.all()]
    assert kept == [(third.pk, 1, "", (50, 40)), (second.pk, 2, "Pilna salė", (10, 0))]
    assert history_of(editor, project) == [
        "Pakeista: nuotrauka „Atidarymas“ (alternatyvusis tekstas, prierašas, svarbiausia vieta"
        " nuo kairės ir svarbiausia vieta nuo viršaus). Pakeista: nuotrauka „"
        f"{third.file_name}“ (vieta eilėje ir puošybinė). Ištrinta: nuotrauka „{first.file_name}“."
    ]
    assert Project.objects.get().changed_at > changed_at
    run_tasks()
    second.refresh_from_db()
    assert statuses(second.image.smallest, visitor) == [200]
    assert Project.objects.get().share_image


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"is_decorative": "on"}, "Puošybinė nuotrauka alternatyviojo teksto neturi:"),
        ({"alt": "x" * 251}, "Alternatyvusis tekstas: "),
        ({"focus_x": "101"}, "Nuo kairės, proc.: Reikšmė turi būti ne didesnė kaip 100."),
        ({"focus_x": ""}, "Nuo kairės, proc.: "),
        ({"focus_y": "vidurys"}, "Nuo viršaus, proc.: "),
        ({"focus_y": "9" * 40}, "Nuo viršaus, proc.: "),
        ({"position": "-1"}, "Nr.: "),
        ({"caption": "a\x00b"}, "Prierašas: "),
    ],
)
def test_photo_form_refused_saves_nothing_and_keeps_what_was_typed(editor, project, fields, told):
    photo, other = factories.photo(project, alt="Salė"), factories.photo(project, alt="")
    before = list(Photo.objects.values())
    typed = named(photo, **fields) | named(other, alt="Kita salė")
    page = save(editor, project, [from_phone()], **typed)
    assert f"{photo.file_name}" in text_of(page)
    assert told in text_of(page)
    assert "Pakeitimai dar neišsaugoti. Ištaisykite, kas pažymėta." in text_of(page)
    assert messages(page) == ["Įkelta 1 nuotrauka."]
    kept = form_data(page.content.decode(), "photos_form")
    assert {name: kept[name][0] for name in typed if "\x00" not in typed[name]} == {
        name: value for name, value in typed.items() if "\x00" not in value
    }
    stored = {each["id"]: each for each in Photo.objects.values()}
    for each in before:
        assert stored[each["id"]] | {"position": LAST} == each


def test_photo_that_somebody_else_deleted_is_told_and_the_others_are_saved(editor, project):
    gone, kept = factories.photo(project, alt=""), factories.photo(project, alt="")
    data = unchanged(editor, project) | named(gone, alt="Ji") | named(kept, alt="Kita")
    gone.delete()
    page = editor.post(address_of(project), data, follow=True)
    assert messages(page) == [
        "Pakeitimai išsaugoti.",
        "1 nuotraukos nebėra: ištrynė kažkas kitas.",
    ]
    assert project.photos.get().alt == "Kita"


def test_two_editors_tell_the_photos_at_the_same_time_and_no_text_is_lost(editor, project):
    first, second = (factories.photo(project, alt="", position=each) for each in (1, 2))
    one, other = unchanged(editor, project), unchanged(editor, project)
    editor.post(address_of(project), one | named(first, alt="Salė"))
    changes = named(second, alt="Mugė") | named(first, caption="Atidarymas")
    editor.post(address_of(project), other | changes)
    told = [(photo.alt, photo.caption) for photo in project.photos.all()]
    assert told == [("Salė", "Atidarymas"), ("Mugė", "")]
    page = editor.post(address_of(project), other | named(first, is_decorative="on"))
    assert "Puošybinė nuotrauka alternatyviojo teksto neturi:" in text_of(page)


def test_two_editors_tell_the_same_of_one_photo_and_the_second_sees_both(editor, project):
    photo = factories.photo(project, alt="")
    other = unchanged(editor, project)
    save(editor, project, **named(photo, alt="Salė", focus_x="10"))
    mine = other | named(photo, alt="Mugė", focus_x="90", caption="Atidarymas")
    page = editor.post(address_of(project), mine)
    assert "Kol rašėte, kitas žmogus čia įrašė: „Salė“." in text_of(page)
    assert "Kol rašėte, kitas žmogus čia įrašė: „10“." in text_of(page)
    photo.refresh_from_db()
    assert (photo.alt, photo.focus_x, photo.caption) == ("Salė", 10, "")
    kept = form_data(page.content.decode(), "photos_form")
    assert kept[f"photo-{photo.pk}-caption"] == ["Atidarymas"]
    editor.post(address_of(project), kept)
    photo.refresh_from_db()
    assert (photo.alt, photo.focus_x, photo.caption) == ("Mugė", 90, "Atidarymas")


def test_two_editors_who_tell_a_photo_alike_are_told_nothing(editor, project):
    photo = factories.photo(project, alt="")
    other = unchanged(editor, project)
    save(editor, project, **named(photo, alt="Salė"))
    page = editor.post(address_of(project), other | named(photo, alt="Salė"), follow=True)
    assert "Kol rašėte" not in text_of(page)


def test_photo_of_another_project_and_nonsense_are_left_alone(editor, project):
    foreign = factories.photo(factories.project(), alt="Kito")
    data = {"photo": [foreign.pk, "9" * 30, "a", "\x00", ""]} | named(foreign, alt="Mano")
    response = editor.post(address_of(project), data, follow=True)
    assert response.status_code == 200
    foreign.refresh_from_db()
    assert foreign.alt == "Kito"


def test_photo_is_news_from_the_day_on_which_it_is_told_in_words(editor, project):
    long_ago = timezone.now() - timedelta(days=30)
    silent = factories.photo(project, alt="", added_at=long_ago)
    told = factories.photo(project, alt="Salė", added_at=long_ago)
    save(editor, project, **named(silent, alt="Pilna salė"), **named(told, alt="Sausakimša salė"))
    silent.refresh_from_db()
    told.refresh_from_db()
    assert silent.added_at > timezone.now() - timedelta(minutes=1)
    assert told.added_at == long_ago


def test_photo_whose_file_is_lost_can_be_told_in_words(editor, visitor, project):
    photo = factories.photo(project, alt="")
    photo.image.storage.delete(photo.image.name)
    save(editor, project, **named(photo, alt="Pilna salė"))
    assert 'viewBox="0 0 30 20"' in visitor.get(project.get_absolute_url()).content.decode()


def test_photos_are_only_for_those_who_may_change_the_project(editor, editor_user, project):
    photo = factories.photo(project, alt="")
    data = unchanged(editor, project) | named(photo, alt="Pilna salė")
    editor_user.user_permissions.set(Permission.objects.filter(codename="view_project"))
    sending = reverse("admin:projects_project_send_photo", args=[project.pk])
    answers = [
        editor.get(address_of(project)),
        editor.post(address_of(project), data),
        editor.post(sending, {"image": from_phone()}),
    ]
    assert [answer.status_code for answer in answers] == [403, 403, 403]
    photo.refresh_from_db()
    assert (photo.alt, project.photos.count()) == ("", 1)


@pytest.mark.parametrize("pk", ["0", "9" * 30])
def test_photos_of_no_project_are_not_found(editor, pk):
    for tail in ("", "siusti/"):
        address = f"/admin/projects/project/{pk}/nuotraukos/{tail}"
        assert editor.post(address).status_code == 404


@pytest.mark.parametrize("item_count", [1, 3])
def test_page_of_photos_asks_the_database_the_same_whatever_their_number(
    editor, project, django_assert_num_queries, item_count
):
    for _ in range(item_count):
        factories.photo(project)
    editor.get(address_of(project))
    with django_assert_num_queries(8):
        editor.get(address_of(project))


@pytest.mark.parametrize("item_count", [1, 3])
def test_photos_that_stay_cost_no_queries_when_the_form_is_sent(
    editor, project, django_assert_num_queries, item_count
):
    for position in range(1, item_count + 1):
        factories.photo(project, position=position)
    data = unchanged(editor, project)
    with django_assert_num_queries(10):
        editor.post(address_of(project), data)
