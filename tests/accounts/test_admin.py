import pytest

from accounts.models import Representative
from tests import factories

pytestmark = pytest.mark.django_db


def test_library_is_shown_with_those_who_act_for_it(superuser):
    made = factories.representative(user=factories.user(name="Ona Onaitė"))
    address = f"/admin/association/library/{made.library.pk}/change/"
    assert "Ona Onaitė" in superuser.get(address).content.decode()


def test_editor_of_content_does_not_see_who_acts_for_a_library(editor):
    made = factories.representative(user=factories.user(name="Ona Onaitė"))
    address = f"/admin/association/library/{made.library.pk}/change/"
    assert "Ona Onaitė" not in editor.get(address).content.decode()
    assert editor.get("/admin/accounts/representative/").status_code == 403


@pytest.mark.parametrize(("has_come", "shown"), [(1, False), (0, True)])
def test_representatives_who_have_not_come_in_yet_are_found(superuser, has_come, shown):
    made = factories.representative()
    address = "/admin/accounts/representative/"
    if has_come:
        made.user.last_login = made.user.date_joined
        made.user.save()
    page = superuser.get(address, {"user__last_login__isempty": 1})
    assert (made in page.context["cl"].queryset) is shown


@pytest.mark.parametrize("item_count", [1, 3])
def test_list_of_representatives_asks_the_database_the_same_for_any_number(
    superuser, django_assert_num_queries, item_count
):
    for _number in range(item_count):
        factories.representative()
    with django_assert_num_queries(7):
        page = superuser.get("/admin/accounts/representative/")
    assert page.context["cl"].result_count == Representative.objects.count()
