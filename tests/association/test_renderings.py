import gc
from datetime import timedelta
from weakref import ref

import pytest
from django.template import engines
from django.utils import timezone

from association import renderings
from association.renderings import NotTold, made_once, size_of, told_by
from projects.models import Project
from tests import factories

pytestmark = pytest.mark.django_db
ROOM = 60_000


def read():
    return Project.objects.with_text().get()


def made(record, how=""):
    """Return what is made of `record`, and whether it was made now."""
    makings = []
    found = made_once(record, how, lambda: makings.append(record) or f"{record} {how}")
    return found, bool(makings)


@pytest.fixture
def project(monkeypatch):
    monkeypatch.setattr(renderings, "renderings", renderings.Renderings(ROOM))
    return factories.full_project(title="Mugė")


def test_same_is_made_once(project):
    assert made(read()) == ("Mugė ", True)
    assert made(read()) == ("Mugė ", False)
    assert made(read(), "kitaip") == ("Mugė kitaip", True)


def test_each_change_of_the_record_or_of_its_parts_makes_it_anew(project):
    funder = project.fundings.get().funder
    made(read())
    for change in (
        lambda: Project.objects.update(title="Dirbtuvės"),
        lambda: project.goals.update(text="Kitas tikslas."),
        lambda: project.activities.create(text="Dar viena veikla."),
        lambda: type(funder).objects.update(name="Kita taryba"),
        lambda: project.goals.all().delete(),
        lambda: Project.objects.update(published_at=None),
    ):
        change()
        assert made(read())[1]
        assert not made(read())[1]


def test_what_turns_by_itself_makes_it_anew(project, monkeypatch):
    now = timezone.now()
    Project.objects.update(ends_on=timezone.localdate(now), published_at=now + timedelta(hours=1))
    for moment in (now, now + timedelta(hours=1), now + timedelta(days=1, hours=2)):
        monkeypatch.setattr(timezone, "now", lambda moment=moment: moment)
        assert made(read())[1]


def test_what_was_not_read_with_its_parts_is_made_each_time(project):
    prefetched = Project.objects.prefetch_related("goals").get()
    more = Project.objects.with_text().prefetch_related("photos").get()
    for each in (prefetched, more, [prefetched], "Mugė"):
        with pytest.raises(NotTold):
            told_by(each, timezone.now())
    assert made(prefetched)[1]
    assert made(prefetched)[1]


def test_no_more_is_kept_than_there_is_room_for(project):
    for how in range(9):
        made(read(), how)
        kept = renderings.renderings.kept
        assert sum(map(size_of, [*kept, *kept.values()])) <= ROOM
    assert len(kept) > 1


def test_record_that_was_made_once_is_not_kept(project):
    record = read()
    assert not record.share_image
    assert made(record)[1]
    gone = ref(record)
    del record
    gc.collect()
    assert gone() is None
    assert not made(read())[1]


def test_record_is_not_taken_for_another_that_is_named(project):
    words = "{% load pages %}{% once first then %}{{ first }}, {{ then }}{% endonce %}"
    template = engines["django"].from_string(words)
    pairs = [(read(), ""), ("", read()), ([], [read()]), ([read()], [])]
    shown = [template.render({"first": first, "then": then}) for first, then in pairs]
    assert shown[:2] == ["Mugė, ", ", Mugė"]
    assert shown[2] != shown[3]


def test_first_page_shows_a_change_of_each_part_at_once(visitor, project):
    visitor.get("/")
    project.goals.update(text="Naujas tikslas.")
    assert "Naujas tikslas." in visitor.get("/").text
    project.activities.update(text="Nauja veikla.")
    assert "Nauja veikla." in visitor.get("/").text
    type(project.fundings.get().funder).objects.update(name="Nauja taryba")
    page = visitor.get("/").text
    assert page.count("Nauja taryba") > page.count("application/ld+json")
