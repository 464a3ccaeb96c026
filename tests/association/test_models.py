from datetime import UTC, date, datetime, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.utils import timezone

from association.models import (
    LAST,
    Audience,
    CouncilMember,
    Details,
    Document,
    FormerName,
    Library,
    Membership,
    Page,
)
from tests import factories
from tests.database import refused

pytestmark = pytest.mark.django_db


def test_details_are_one_row():
    factories.details()
    assert refused(lambda: Details.objects.create(id=2, name="Kita"))


def test_details_that_nobody_wrote_are_empty():
    assert Details.objects.current().name == ""


def test_library_order_is_lithuanian_on_every_database():
    for name in ("Zarasų", "Šakių", "Skuodo", "Ignalinos", "Įlankos", "Jonavos", "Žemaičių"):
        factories.library(name=name)
    assert [library.name for library in Library.objects.all()] == [
        *("Ignalinos", "Įlankos", "Jonavos", "Skuodo", "Šakių", "Zarasų", "Žemaičių")
    ]


def test_library_of_an_unknown_county_is_refused():
    assert refused(lambda: factories.library(county="latgale"))


@pytest.mark.parametrize(
    "starts_on_ends_on_member",
    [
        (None, None, True),
        (date(2020, 1, 1), None, True),
        (date(2020, 5, 2), None, False),
        (None, date(2020, 5, 1), True),
        (None, date(2020, 4, 30), False),
    ],
)
def test_library_is_a_member_within_its_dates(starts_on_ends_on_member):
    starts_on, ends_on, is_member = starts_on_ends_on_member
    library = factories.library()
    Membership.objects.create(library=library, starts_on=starts_on, ends_on=ends_on)
    assert list(Library.objects.members(on=date(2020, 5, 1))) == [library] * is_member


def test_library_with_an_ended_and_a_new_membership_is_listed_once():
    library = factories.member_library()
    Membership.objects.create(library=library, ends_on=date(2010, 1, 1))
    assert list(Library.objects.members()) == [library]


def test_membership_that_goes_on_is_one_a_library():
    library = factories.member_library()
    assert refused(lambda: Membership.objects.create(library=library))


def test_membership_cannot_end_before_it_starts():
    library, first, second = factories.library(), date(2020, 1, 1), date(2019, 12, 31)
    assert refused(
        lambda: Membership.objects.create(library=library, starts_on=first, ends_on=second)
    )


def test_former_name_may_be_unknown():
    library = factories.library()
    assert str(FormerName.objects.create(library=library, ends_on=date(2015, 9, 30))) == "–"


def test_council_member_new_comes_last_and_is_renumbered():
    for name in ("Pirma", "Antra", "Trečia"):
        CouncilMember.objects.create(name=name)
    CouncilMember.objects.renumber()
    CouncilMember.objects.filter(name="Trečia").update(position=0)
    CouncilMember.objects.renumber()
    assert list(CouncilMember.objects.values_list("name", "position")) == [
        ("Trečia", 1),
        ("Pirma", 2),
        ("Antra", 3),
    ]


def test_council_member_default_position_is_kept_by_the_database():
    assert CouncilMember.objects.create(name="Nauja").position == LAST


@pytest.mark.parametrize(
    ("number", "position", "move", "order"),
    [(3, 1, -1, [3, 1, 2]), (1, 3, 1, [2, 3, 1]), (1, 2, 1, [2, 1, 3]), (3, 2, -1, [1, 3, 2])],
)
def test_renumber_puts_a_moved_record_where_it_was_told(number, position, move, order):
    members = {each: CouncilMember.objects.create(name=each, position=each) for each in (1, 2, 3)}
    CouncilMember.objects.filter(pk=members[number].pk).update(position=position)
    CouncilMember.objects.renumber({members[number].pk: move})
    assert [int(member.name) for member in CouncilMember.objects.all()] == order


def test_renumber_writes_nothing_where_the_order_is_right(django_assert_num_queries):
    for position in (1, 2, 3):
        CouncilMember.objects.create(name="Narė", position=position)
    with django_assert_num_queries(1):
        CouncilMember.objects.renumber()


@pytest.mark.parametrize(("hours", "is_public"), [(-1, True), (1, False), (None, False)])
def test_page_is_public_when_its_time_has_come(hours, is_public):
    published_at = None if hours is None else timezone.now() + timedelta(hours=hours)
    page = factories.page(published_at=published_at)
    assert page.is_published == is_public
    assert Page.objects.visible_to(AnonymousUser()).exists() == is_public


def test_page_draft_is_seen_by_who_may_change_it(editor_user):
    factories.page(published_at=None)
    assert Page.objects.visible_to(editor_user).count() == 1
    assert Page.objects.visible_to(factories.user()).count() == 0


@pytest.mark.parametrize("slug", ["bibliotekos", "asociacija", "prisijungti", "projektai"])
def test_page_at_an_address_of_the_site_is_refused(slug):
    page = Page(title="Puslapis", slug=slug)
    with pytest.raises(ValidationError) as refusal:
        page.full_clean()
    assert list(refusal.value.error_dict) == ["slug"]


def test_page_public_since_before_there_was_a_web_is_refused():
    page = Page(title="Puslapis", slug="puslapis", published_at=datetime(1, 1, 1, tzinfo=UTC))
    with pytest.raises(ValidationError) as refusal:
        page.full_clean()
    assert list(refusal.value.error_dict) == ["published_at"]


def test_publish_keeps_the_time_of_what_is_public():
    page = factories.page()
    since = page.published_at
    page.publish()
    assert page.published_at == since


def test_publish_makes_public_at_once_what_was_scheduled():
    page = factories.page(published_at=timezone.now() + timedelta(days=1))
    page.publish()
    page.refresh_from_db()
    assert page.is_published


def test_withdraw_makes_a_draft():
    page = factories.page()
    page.withdraw()
    page.refresh_from_db()
    assert page.published_at is None


def test_document_for_members_is_hidden_from_a_stranger():
    for audience in Audience:
        Document.objects.create(title=audience, audience=audience, file=factories.upload())
    seen_by = [AnonymousUser(), factories.user(), factories.representative().user]
    assert [Document.objects.visible_to(user).count() for user in seen_by] == [1, 1, 2]


def test_document_whose_file_is_lost_has_no_size():
    document = Document(title="Įstatai", file="asociacijos-dokumentai/nera.pdf")
    assert (document.file_type, document.file_size) == ("PDF", None)


def test_document_of_a_dangerous_type_is_refused():
    document = Document(title="Įstatai", file=factories.upload("pavojus.html"))
    with pytest.raises(ValidationError) as refusal:
        document.full_clean()
    assert list(refusal.value.error_dict) == ["file"]
