"""Who acts for a library, until when, and who comes after them."""

from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from accounts import invitations, representations, succession
from accounts.models import Invitation, Representative
from accounts.refusals import NotPossible
from association.models import Document
from tests import factories
from tests.logins import log_in

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()
DAY = timedelta(days=1)
IN_A_MONTH = TODAY + 30 * DAY


def director(**fields):
    return factories.representative(
        **{"is_director": True, "starts_on": TODAY - 100 * DAY} | fields
    )


def periods(user):
    found = user.representations.order_by("starts_on")
    return [(each.starts_on, each.ends_on, each.is_director) for each in found]


def statuses(client, *addresses):
    answers = [client.get(address) for address in addresses]
    for answer in answers:
        answer.getvalue()  # to its end, which closes the file
    return [answer.status_code for answer in answers]


def acts(user, on=None):
    return user.representations.acting(on).exists()


def test_end_closes_the_doors_at_once_and_keeps_the_history():
    made = factories.representative(starts_on=TODAY - DAY)
    representations.end(made)
    assert not acts(made.user)
    assert periods(made.user) == [(TODAY - DAY, TODAY, False)]


def test_end_on_the_first_day():
    made = factories.representative()
    representations.end(made)
    assert not acts(made.user)
    assert periods(made.user) == [(TODAY, TODAY, False)]


def test_end_twice_is_told():
    made = factories.representative()
    representations.end(made)
    with pytest.raises(NotPossible):
        representations.end(made)


def test_end_of_one_who_has_not_begun_leaves_nothing():
    made = factories.representative(starts_on=IN_A_MONTH)
    representations.end(made)
    assert not Representative.objects.exists()


def test_person_whose_representation_was_ended_can_begin_anew():
    made = factories.representative()
    representations.end(made)
    representations.begin(made.user, made.library, TODAY)
    assert acts(made.user)


def test_successor_who_is_a_colleague_directs_from_the_day_named():
    leaving = director()
    colleague = factories.representative(library=leaving.library, starts_on=TODAY - 10 * DAY)
    email = colleague.user.email.upper()
    succession.name_successor(leaving, email, IN_A_MONTH, by=leaving.user)
    assert periods(leaving.user) == [(TODAY - 100 * DAY, IN_A_MONTH - DAY, True)]
    assert periods(colleague.user) == [
        (TODAY - 10 * DAY, IN_A_MONTH - DAY, False),
        (IN_A_MONTH, None, True),
    ]
    for user, on in ((leaving.user, IN_A_MONTH - DAY), (colleague.user, IN_A_MONTH)):
        directing = user.representations.acting(on).get()
        assert directing.is_director
    assert not acts(leaving.user, IN_A_MONTH)
    assert mail.outbox == []


def test_successor_from_elsewhere_is_invited_and_directs_from_the_day_named():
    leaving = director()
    made = succession.name_successor(leaving, "nauja@b.example", IN_A_MONTH, by=leaving.user)
    (letter,) = mail.outbox
    assert letter.to == ["nauja@b.example"]
    assert f"Nuo: {IN_A_MONTH.year}" in letter.body
    user = invitations.accept(made, "Nauja Naujė", by=None)
    assert periods(user) == [(IN_A_MONTH, None, True)]
    assert not acts(user)


def test_invitation_answered_after_its_day_begins_on_the_day_of_the_answer():
    made = factories.invitation(starts_on=TODAY - DAY)
    user = invitations.accept(made, "Nauja Naujė", by=None)
    assert periods(user) == [(TODAY, None, False)]


@pytest.mark.parametrize("way", ["colleague", "invited"])
def test_whoever_stays_after_all_is_succeeded_by_nobody(way):
    leaving = director()
    colleague = factories.representative(library=leaving.library, starts_on=TODAY - 10 * DAY)
    email = colleague.user.email if way == "colleague" else "nauja@b.example"
    succession.name_successor(leaving, email, IN_A_MONTH, by=leaving.user)
    succession.stay(leaving)
    assert periods(leaving.user) == [(TODAY - 100 * DAY, None, True)]
    assert periods(colleague.user) == [(TODAY - 10 * DAY, None, False)]
    assert not Invitation.objects.unanswered().exists()


def test_naming_another_successor_replaces_the_first():
    leaving = director()
    for name in ("pirma", "antra"):
        succession.name_successor(leaving, f"{name}@b.example", IN_A_MONTH, by=leaving.user)
    assert [each.email for each in Invitation.objects.unanswered()] == ["antra@b.example"]


def test_only_a_director_names_a_successor():
    made = factories.representative()
    with pytest.raises(NotPossible):
        succession.name_successor(made, "x@b.example", IN_A_MONTH, by=made.user)
    assert made.user.representations.get().ends_on is None


def end_representation(made):
    representations.end(made)


def end_membership(made):
    made.library.memberships.update(starts_on="2010-01-01", ends_on=TODAY - DAY)


@pytest.mark.parametrize("end", [end_representation, end_membership])
def test_next_click_after_the_end_is_out(end):
    made = factories.representative()
    document = Document.objects.create(
        title="Protokolas", audience="members", file=factories.upload()
    )
    client = log_in(Client(), made.user)
    assert statuses(client, document.file.url, "/paskyra/") == [200, 200]
    end(made)
    page = client.get("/")
    assert not page.wsgi_request.user.is_authenticated
    assert "Nebeatstovaujate nė vienai bibliotekai narei" in page.text
    assert statuses(client, document.file.url, "/paskyra/") == [404, 302]


@pytest.mark.parametrize("end", [end_representation, end_membership])
def test_file_that_was_open_is_closed_with_the_end(end):
    made = factories.representative()
    document = Document.objects.create(
        title="Protokolas", audience="members", file=factories.upload()
    )
    client = log_in(Client(), made.user)
    assert statuses(client, document.file.url) == [200]
    end(made)
    assert statuses(client, document.file.url) == [404]


def test_whoever_acts_for_nobody_any_more_gets_to_the_own_account_alone():
    made = factories.representative()
    representations.end(made)
    client = log_in(Client(), made.user)
    assert client.get("/paskyra/").status_code == 200
    assert client.get("/paskyra/").status_code == 200


def test_staff_whose_representation_ends_stay_logged_in():
    made = factories.representative(user=factories.user(is_staff=True))
    client = log_in(Client(), made.user)
    client.get("/")
    representations.end(made)
    assert client.get("/").wsgi_request.user.is_authenticated


def test_staff_who_have_used_no_second_factor_see_what_members_see(editor_user):
    draft = factories.draft()
    file = draft.documents.create(title="Sąmata", file=factories.upload()).file.url
    internal = Document.objects.create(
        title="Protokolas", audience="members", file=factories.upload()
    )
    client = Client()
    client.force_login(editor_user)
    addresses = [draft.get_absolute_url(), file, internal.file.url]
    assert statuses(client, *addresses) == [404, 404, 404]
    factories.representative(user=editor_user)
    assert statuses(client, *addresses) == [404, 404, 200]
    log_in(client, editor_user)
    assert statuses(client, *addresses) == [200, 200, 200]
