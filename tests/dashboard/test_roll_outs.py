"""The page of a roll-out and its forms."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from dashboard.roll_out_page import roll_out_page
from events.models import RollOut, RollOutState, RollOutUnit
from tests.cast import Places
from tests.dashboard.reading import words
from tests.events.campaign_world import make_campaign
from tests.factories.units import make_unit

pytestmark = pytest.mark.django_db
DAY = date(2026, 10, 5)


@pytest.fixture
def roll_out(places: Places, pin_today: Callable[[date], None]) -> RollOut:
    pin_today(DAY)
    found = RollOut.objects.create(
        unit=places.khanh_hoa, event=make_campaign(places.khanh_hoa), title_vi="Thí điểm"
    )
    pilot = {"is_pilot": True, "state": "reached", "reached_on": date(2026, 7, 15)}
    RollOutUnit.objects.create(roll_out=found, unit=places.phan_rang, **pilot)
    RollOutUnit.objects.create(roll_out=found, unit=places.cam_ranh)
    return found


def test_all_states_stand_there_and_add_up(roll_out: RollOut, leader: User) -> None:
    page = roll_out_page(leader, roll_out)
    assert {each.state: each.count for each in page.states} == {
        "reached": 1,
        "under_way": 0,
        "not_started": 0,
        "not_reported": 1,
    }
    assert (page.reached, page.total) == (1, 2)
    assert sum(each.count for each in page.states) == page.total


def test_not_reported_is_another_word_than_not_started() -> None:
    assert RollOutState.NOT_REPORTED.label != RollOutState.NOT_STARTED.label


def test_tile_says_state_day_and_pilot(roll_out: RollOut, client: Client, leader: User) -> None:
    client.force_login(leader)
    shown = client.get(f"/rollouts/{roll_out.pk}/").content.decode()
    label = roll_out_page(leader, roll_out).tiles[1].line.label
    assert "15/07/2026" in label
    assert f'aria-label="{label}"' in shown
    assert "1<span>/2</span>" in shown


def test_state_in_the_address_narrows_the_table_alone(roll_out: RollOut, leader: User) -> None:
    page = roll_out_page(leader, roll_out, state="reached")
    assert [line.row.unit.name for line in page.lines] == ["Phường Phan Rang"]
    assert len(page.tiles) == 2


def test_official_of_another_province_sees_the_counts_alone(
    roll_out: RollOut, client: Client, neighbour: User
) -> None:
    client.force_login(neighbour)
    answer = client.get(f"/rollouts/{roll_out.pk}/")
    assert "1<span>/2</span>" in answer.content.decode()
    assert "Phan Rang" not in words(answer)


def test_queries_do_not_grow_with_units(
    roll_out: RollOut, places: Places, client: Client, coordinator: User
) -> None:
    client.force_login(coordinator)
    counts = []
    for more in (0, 18, 180):
        units = [make_unit("commune", parent=places.khanh_hoa) for _n in range(more)]
        RollOutUnit.objects.bulk_create(RollOutUnit(roll_out=roll_out, unit=unit) for unit in units)
        client.get(f"/rollouts/{roll_out.pk}/")
        with CaptureQueriesContext(connection) as found:
            client.get(f"/rollouts/{roll_out.pk}/")
        counts.append(len(found))
    assert len(set(counts)) == 1


def test_coordinator_extends_by_one_button(
    roll_out: RollOut, places: Places, client: Client, coordinator: User
) -> None:
    make_unit("commune", parent=places.khanh_hoa)
    client.force_login(coordinator)
    assert f"/rollouts/{roll_out.pk}/extend/" in client.get(f"/rollouts/{roll_out.pk}/").content.decode()
    client.post(f"/rollouts/{roll_out.pk}/extend/")
    assert roll_out.units.count() == 3


@pytest.mark.parametrize("who", ["reporter", "approver", "leader", "neighbour", "outsider", "administrator"])
def test_nobody_else_extends(who: str, roll_out: RollOut, client: Client, cast: Any) -> None:
    client.force_login(getattr(cast, who))
    assert client.post(f"/rollouts/{roll_out.pk}/extend/").status_code == 404


def test_reporter_says_the_state_of_their_own_commune(
    roll_out: RollOut, places: Places, client: Client, reporter: User
) -> None:
    client.force_login(reporter)
    form = {"state": "reached", "reached_on": "01/10/2026", "note": "Xong"}
    answer = client.post(f"/rollouts/{roll_out.pk}/units/{places.phan_rang.ref}/", form)
    assert answer.status_code == 302
    row = roll_out.units.get(unit=places.phan_rang)
    assert (row.reached_on, row.note) == (date(2026, 10, 1), "Xong")


def test_refused_state_keeps_what_was_typed(
    roll_out: RollOut, places: Places, client: Client, reporter: User
) -> None:
    client.force_login(reporter)
    form = {"state": "reached", "reached_on": "06/10/2026", "note": "Xong"}
    answer = client.post(f"/rollouts/{roll_out.pk}/units/{places.phan_rang.ref}/", form)
    assert answer.status_code == 422
    assert 'value="06/10/2026"' in answer.content.decode()


@pytest.mark.parametrize("who", ["approver", "leader", "neighbour", "outsider", "administrator"])
def test_nobody_else_says_a_state(
    who: str, roll_out: RollOut, places: Places, client: Client, cast: Any
) -> None:
    client.force_login(getattr(cast, who))
    address = f"/rollouts/{roll_out.pk}/units/{places.phan_rang.ref}/"
    assert client.get(address).status_code == 404
    assert client.post(address, {"state": "reached"}).status_code == 404


def test_reporter_says_nothing_of_another_commune(
    roll_out: RollOut, places: Places, client: Client, reporter: User
) -> None:
    client.force_login(reporter)
    assert client.get(f"/rollouts/{roll_out.pk}/units/{places.cam_ranh.ref}/").status_code == 404
