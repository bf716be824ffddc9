"""Theme and plan of a yearly return: while it is to come, and never over what somebody else wrote."""

from datetime import date

import pytest

from events.actions.keeping import EventError, edit_event
from tests.events.making import TODAY, make_event


@pytest.fixture
def sent(client, coordinator, pin_today):
    pin_today(TODAY)
    client.force_login(coordinator)
    return client.post


@pytest.fixture
def planned(places):
    root = make_event(
        places.nation, kind="national_day", starts_on=date(2023, 10, 10), title_vi="Ngày", repeats_yearly=True
    )

    def make(first, **fields):
        return make_event(
            places.nation,
            kind="national_day",
            starts_on=first,
            title_vi=f"Ngày {first.year}",
            returns_of=root,
            returns_in=first.year,
            **fields,
        )

    return make


def test_the_plan_of_a_day_to_come_is_filled_in(planned, sent):
    event = planned(date(2027, 10, 10))
    assert sent(f"/events/{event.pk}/edit/", {"theme_vi": "Chủ đề"}).status_code == 302


@pytest.mark.parametrize(
    ("first", "fields"),
    [(date(2026, 10, 10), {}), (date(2027, 10, 10), {"cancelled": True, "cancel_reason": "Bão"})],
)
def test_the_plan_of_a_past_or_cancelled_day_is_closed(first, fields, planned, sent):
    event = planned(first, **fields)
    assert sent(f"/events/{event.pk}/edit/", {"theme_vi": "Chủ đề"}).status_code == 404


def test_what_somebody_else_wrote_meanwhile_is_not_written_over(planned, sent, coordinator):
    event = planned(date(2027, 10, 10))
    edit_event(event=event, by=coordinator, fields={"theme_vi": "Của người khác"})
    answer = sent(f"/events/{event.pk}/edit/", {"theme_vi": "Của tôi", "revision": "0"})
    assert answer.status_code == 422
    assert "Của tôi" in answer.content.decode()
    event.refresh_from_db()
    assert event.theme_vi == "Của người khác"


def test_the_form_carries_what_its_writer_saw(planned, client, sent):
    event = planned(date(2027, 10, 10))
    assert 'name="revision" value="0"' in client.get(f"/events/{event.pk}/edit/").content.decode()


def test_an_action_that_names_another_revision_is_refused(places, coordinator):
    event = make_event(places.khanh_hoa)
    with pytest.raises(EventError):
        edit_event(event=event, by=coordinator, fields={"place": "Nha Trang"}, seen=3)
