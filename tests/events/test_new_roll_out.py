"""A roll-out that a coordinator makes, begun in its pilot units."""

import pytest

from accounts.models import AuditEntry
from events.models import RollOut
from tests.events.making import TODAY, make_event

ADDRESS = "/rollouts/new/"


@pytest.fixture
def typed(places, client, coordinator, pin_today):
    pin_today(TODAY)
    client.force_login(coordinator)
    event = make_event(places.khanh_hoa, title_vi="Phong trào")
    return {
        "unit": "P56-2025",
        "event": str(event.pk),
        "title_vi": "Mỗi xã một sản phẩm số",
        "title_en": "One digital product per commune",
        "reached_means_vi": "Sản phẩm có trên sàn",
        "asks_product": "on",
        "pilots": [places.phan_rang.ref],
    }


def test_a_roll_out_begins_in_its_pilot_units_and_leaves_a_trace(typed, places, client):
    answer = client.post(ADDRESS, typed)
    made = RollOut.objects.get()
    assert answer.url == f"/rollouts/{made.pk}/"
    assert (made.unit, made.title_en, made.asks_product) == (places.khanh_hoa, typed["title_en"], True)
    [row] = made.units.all()
    assert (row.unit, row.is_pilot, row.state) == (places.phan_rang, True, "not_reported")
    assert AuditEntry.objects.get(action="roll_out.made").actor.username == "coordinator"


@pytest.mark.parametrize(
    "wrong", [{"event": ""}, {"title_vi": ""}, {"unit": "P66-2025"}, {"pilots": ["P56-2025"]}]
)
def test_what_does_not_fit_is_refused_and_kept(wrong, typed, client):
    answer = client.post(ADDRESS, typed | wrong)
    assert answer.status_code == 422
    assert typed["reached_means_vi"] in answer.content.decode()
    assert not RollOut.objects.exists()


def test_a_title_stands_once_in_a_unit(typed, client):
    client.post(ADDRESS, typed)
    assert client.post(ADDRESS, typed).status_code == 422


def test_the_page_of_campaigns_leads_there_for_coordinators_alone(typed, client, leader):
    assert f'href="{ADDRESS}"' in client.get("/campaigns/").content.decode()
    client.force_login(leader)
    assert f'href="{ADDRESS}"' not in client.get("/campaigns/").content.decode()
