from io import BytesIO

import pytest
from django.core.management import call_command
from django.test import Client
from PIL import Image

from association.models import Details
from projects import covers
from projects.importers import import_projects
from projects.models import Cover, Project
from projects.share_images import draw_later, draw_now, remove_left_over
from tests import factories
from tests.association.test_files import statuses
from tests.pictures import GREEN, HONEY, SECRETS, cut_short, drawing, from_phone, saved
from tests.tasks import run_tasks

pytestmark = pytest.mark.django_db

TITLE = "„Mugė“"
OWNER = "Bibliotekų asociacija"
MIDDLE = (50, 50)  # per cent


def read(data):
    return Image.open(BytesIO(data)).convert("RGB")


def is_near(picture, point, colour):
    """Whether `picture` has about the `colour`, as CSS writes it, at `point`."""
    wanted = Image.new("RGB", (1, 1), colour).getpixel((0, 0))
    return all(abs(a - b) < 12 for a, b in zip(picture.getpixel(point), wanted, strict=True))


def written(picture, cover=Cover.SPRUCE):
    """Return the box (left, top, right, bottom) of what is written on the cloth."""
    cloth, _deep, ink = covers.cloth(cover)
    grey = [Image.new("RGB", (1, 1), each).convert("L").getpixel((0, 0)) for each in (cloth, ink)]
    middle = sum(grey) // 2
    light_on_dark = grey[1] > grey[0]
    page = picture.crop((covers.GROOVE[1] + 4, 0, *covers.SIZE)).convert("L")
    mask = page.point(lambda value: 255 if (value > middle) == light_on_dark else 0)
    left, top, right, bottom = mask.getbbox()
    return left + covers.GROOVE[1] + 4, top, right + covers.GROOVE[1] + 4, bottom


@pytest.mark.parametrize("cover", Cover)
def test_cover_is_of_the_cloth_of_the_page(cover):
    picture = read(covers.draw_title(TITLE, "", OWNER, cover))
    cloth, deep, _ink = covers.cloth(cover)
    assert picture.size == (1200, 630)
    assert is_near(picture, (20, 300), deep)
    assert is_near(picture, (1150, 600), cloth)


@pytest.mark.parametrize(
    "title",
    [
        "Mugė",
        "Tarptautinė konferencija „Pokyčių evoliucija bibliotekose“",
        "Viešųjų bibliotekų patirties mainų akademija: gebėjimų stiprinimas Lietuvoje",
        "nebeprisikiškiakopūsteliaujančiaisiais" * 2,
        "žodis " * 30,
        "Ž" * covers.TITLE_LENGTH,
    ],
)
def test_title_of_any_length_stays_on_the_cover(title):
    sentence = "Finansavimą skyrė Europos Komisija."
    picture = read(covers.draw_title(f"„{title}“", sentence, OWNER, "honey"))
    left, top, right, bottom = written(picture, "honey")
    assert left > covers.GROOVE[1] + 10
    assert top > 40
    assert right <= covers.RIGHT + 2
    assert bottom <= covers.BOTTOM + 12
    face = covers.fitted(f"„{title}“")
    lines = face.balanced(f"„{title}“", covers.RIGHT - covers.LEFT)
    assert len(lines) * face.size * covers.LINE_HEIGHT <= covers.TITLE_HEIGHT


def test_lines_of_a_title_are_about_as_long_as_each_other():
    face = covers.Face(covers.SERIF, 60)
    lines = face.balanced("„Bibliotekų ir skaitytojų mugė visoje Lietuvoje šį rudenį“", 900)
    lengths = [face.length(line) for line in lines]
    assert len(lines) == 2
    assert min(lengths) > 0.8 * max(lengths)


def test_words_that_belong_together_are_on_one_line():
    face = covers.Face(covers.SERIF, 60)
    assert "2014\u00a0m." in " ".join(face.balanced("Bibliotekų mugė 2014\u00a0m.", 500)).split(" ")


def test_letters_are_taken_from_the_font_that_has_them():
    face = covers.Face(covers.SERIF, 60)
    parts = [part for _font, part in face.runs("Café Łódź, Киев, ąčęėįšųūž")]
    assert parts == ["Caf", "é", " ", "Łó", "d", "ź", ", ", ", ąčęėįšųūž"]


def test_photo_covers_all_but_the_spine():
    file = saved(drawing((900, 1600)), name="a.jpg")
    picture = read(covers.draw_photo(file, Cover.MADDER, MIDDLE))
    assert picture.size == (1200, 630)
    assert is_near(picture, (20, 300), covers.cloth(Cover.MADDER)[1])
    assert is_near(picture, (600, 600), GREEN)
    assert is_near(picture, (1195, 600), GREEN)


@pytest.mark.parametrize(("from_above", "colour"), [(0, HONEY), (100, GREEN)])
def test_photo_is_cut_around_its_main_spot(from_above, colour):
    file = saved(drawing((900, 1600)), name="a.jpg")
    picture = read(covers.draw_photo(file, Cover.MADDER, (50, from_above)))
    assert is_near(picture, (600, 20), colour)


def test_photo_on_the_cover_tells_nothing_of_place_and_camera():
    data = covers.draw_photo(from_phone((640, 480)), Cover.SPRUCE, MIDDLE)
    assert [secret for secret in SECRETS if secret in data] == []


def drawn(project):
    """Return the name of the picture of `project` when the worker has done its work."""
    draw_later(Project.objects.filter(pk=project.pk))
    run_tasks()
    return Project.objects.get(pk=project.pk).share_image.name


def test_picture_has_a_new_address_when_what_it_shows_changes():
    details = factories.details(name=OWNER)
    project = factories.project(title="Mugė")
    names = [drawn(project)]

    def change(**fields):
        Project.objects.filter(pk=project.pk).update(**fields)
        names.append(drawn(project))

    change(title="Didžioji mugė")
    change(cover=Cover.HONEY)
    factories.funding(project, factories.funder(name="Fondas"))
    names.append(drawn(project))
    Details.objects.filter(pk=details.pk).update(name="Kita asociacija")
    names.append(drawn(project))
    first = factories.photo(project)
    names.append(drawn(project))
    factories.photo(project).delete()
    first.image = saved(drawing((80, 60)))
    first.save()
    names.append(drawn(project))
    first.focus_y = 100
    first.save()
    names.append(drawn(project))
    assert len(set(names)) == len(names) == 8
    storage = project.share_image.storage
    assert [name for name in names if storage.exists(name)] == [names[-1]]


def test_picture_is_not_drawn_again_for_what_it_does_not_show():
    project = factories.project(title="Mugė")
    drawn(project)
    Project.objects.update(summary="Apie mugę.", ends_on="2014-12-31")
    factories.photo(project, alt="")  # which visitors do not get yet
    assert draw_later(Project.objects.all()) == 0


@pytest.mark.usefixtures("each_place")
def test_lost_picture_is_drawn_again():
    project = factories.project()
    name = drawn(project)
    project.share_image.storage.delete(name)
    assert drawn(project) == name
    assert project.share_image.storage.exists(name)


@pytest.mark.usefixtures("each_place")
def test_photo_that_cannot_be_read_gives_way_to_the_title():
    project = factories.project(title="Mugė")
    photo = factories.photo(project)
    lost = factories.photo(factories.project(title="Mugė"))
    name = photo.image.storage.save("projektu-nuotraukos/a.jpg", cut_short())
    type(photo).objects.filter(pk=photo.pk).update(image=name)
    lost.image.storage.delete(lost.image.name)
    assert draw_now(Project.objects.all()) == 2
    for each in Project.objects.all():
        with each.share_image.open() as file:
            assert is_near(read(file.read()), (1150, 600), covers.cloth(Cover.SPRUCE)[0])


@pytest.mark.usefixtures("each_place")
def test_picture_of_a_draft_is_for_editors_alone(visitor, member, editor):
    project = factories.draft()
    draw_now(Project.objects.all())
    project.refresh_from_db()
    address = project.share_image.url
    assert statuses(address, visitor, member, editor) == [404, 404, 200]
    project.publish()
    assert statuses(address, visitor, member, editor) == [200, 200, 200]
    project.withdraw()
    assert statuses(address, visitor, member, editor) == [404, 404, 200]


@pytest.mark.usefixtures("each_place")
def test_picture_of_a_deleted_project_is_removed():
    kept, gone = factories.project(), factories.project()
    names = [drawn(kept), drawn(gone)]
    gone.delete()
    assert remove_left_over() == 1
    storage = kept.share_image.storage
    assert [storage.exists(name) for name in names] == [True, False]


def test_nothing_is_left_over_where_nothing_was_drawn():
    assert remove_left_over() == 0


def test_imported_project_gets_its_picture():
    import_projects("„Mugė“\n\nTikslai:\n1. Skatinti skaitymą.\n", publish=True)
    run_tasks()
    assert Project.objects.get().share_image


def test_rebuild_draws_what_is_lacking(capsys):
    factories.project()
    call_command("rebuild_pictures")
    assert "Covers to share: 1 made, 0 left over and removed" in capsys.readouterr().out
    assert Project.objects.get().share_image
    call_command("rebuild_pictures")
    assert "Covers to share: 0 made" in capsys.readouterr().out
    call_command("rebuild_pictures", all=True)
    assert "Covers to share: 1 made" in capsys.readouterr().out


def test_page_of_no_project_shows_the_mark_of_the_site_to_those_who_share_it(db):
    page = Client().get("/").content.decode()
    assert '<meta property="og:image" content="http://localhost:8000/static/img/share.png">' in page
