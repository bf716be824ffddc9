"""Units and agencies are looked at, not changed; holidays are kept."""

import pytest
from django.contrib.auth import get_user_model
from django.urls import reverse

from provinces.models import Holiday
from tests.factories.units import MERGER, make_agency, make_unit, merge

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator(client):
    user = get_user_model().objects.create_superuser(username="administrator", password="x")
    client.force_login(user)
    return client


def test_units_are_found_without_diacritics(administrator) -> None:
    make_unit(name="Tỉnh Đắk Lắk")
    make_unit(name="Tỉnh Lai Châu")
    page = administrator.get(reverse("admin:provinces_unit_changelist"), {"q": "dak lak"})
    assert "Tỉnh Đắk Lắk" in page.text
    assert "Tỉnh Lai Châu" not in page.text


def test_unit_shows_where_it_came_from(administrator) -> None:
    old, new = make_unit(name="Tỉnh Cũ"), make_unit(name="Tỉnh Mới")
    merge(old, into=new)
    assert "Tỉnh Cũ" in administrator.get(reverse("admin:provinces_unit_change", args=[new.pk])).text


def test_unit_cannot_be_changed(administrator) -> None:
    unit = make_unit()
    address = reverse("admin:provinces_unit_change", args=[unit.pk])
    assert administrator.post(address, {"name": "Tỉnh Khác"}).status_code == 403


@pytest.mark.parametrize("page", ["unit", "agency", "agencykind"])
def test_nothing_can_be_added(administrator, page: str) -> None:
    assert administrator.get(reverse(f"admin:provinces_{page}_add")).status_code == 403


@pytest.mark.parametrize("count", [2, 20])
def test_list_of_agencies_costs_the_same_for_any_length(
    administrator, count: int, django_assert_max_num_queries
) -> None:
    for _each in range(count):
        make_agency(make_unit())
    with django_assert_max_num_queries(8):
        page = administrator.get(reverse("admin:provinces_agency_changelist"))
    assert page.text.count("Sở Khoa học và Công nghệ tỉnh") == count


def test_holiday_can_be_added(administrator) -> None:
    answer = administrator.post(
        reverse("admin:provinces_holiday_add"), {"day": MERGER.isoformat(), "name_vi": "Nghỉ bão"}
    )
    assert answer.status_code == 302
    assert Holiday.objects.get().day == MERGER
