"""The national day is made every year by itself, once, and is not told twice."""

from datetime import date

import pytest

from accounts.models import Change
from config.tasks import make_yearly_events
from dashboard.agenda import agenda
from events.actions.returning import make_returns
from events.models import Event
from tests.events.making import make_event
from tests.factories.results import make_document, make_period

pytestmark = pytest.mark.django_db


@pytest.fixture
def day(places, pin_today):
    pin_today(date(2026, 11, 21))
    made = make_event(
        places.nation,
        kind="national_day",
        starts_on=date(2023, 10, 10),
        title_vi="Ngày Chuyển đổi số quốc gia 2023",
        title_en="National Digital Transformation Day 2023",
        theme_vi="Chủ đề năm 2023",
        repeats_yearly=True,
    )
    made.documents.add(make_document(places.nation))
    return made


def returns():
    return list(Event.objects.filter(returns_of__isnull=False).order_by("starts_on"))


def test_this_years_and_the_next_are_made_with_their_own_year(day):
    make_yearly_events()
    assert [(f"{each.starts_on}", each.title_vi) for each in returns()] == [
        ("2026-10-10", "Ngày Chuyển đổi số quốc gia 2026"),
        ("2027-10-10", "Ngày Chuyển đổi số quốc gia 2027"),
    ]


def test_theme_and_plan_are_left_open_and_documents_come_along(day):
    make_returns()
    each = returns()[0]
    assert (each.theme_vi, each.agenda_vi, each.repeats_yearly) == ("", "", False)
    assert list(each.documents.all()) == list(day.documents.all())


def test_a_second_run_makes_nothing_and_keeps_what_was_filled_in(day):
    make_returns()
    Event.objects.filter(returns_in=2026).update(theme_vi="Dữ liệu số", starts_on=date(2026, 10, 9))
    assert make_returns() == 0
    assert returns()[0].theme_vi == "Dữ liệu số"


def test_in_a_new_year_only_the_next_is_made(day, pin_today):
    make_returns()
    pin_today(date(2027, 1, 1))
    assert make_returns() == 1
    assert [each.returns_in for each in returns()] == [2026, 2027, 2028]


def test_a_cancelled_return_stays_cancelled(day):
    make_returns()
    Event.objects.filter(returns_in=2026).update(cancelled=True, cancel_reason="Bão")
    assert make_returns() == 0


def test_a_leap_day_returns_on_the_28th(places, pin_today):
    pin_today(date(2026, 1, 1))
    make_event(places.nation, starts_on=date(2024, 2, 29), repeats_yearly=True)
    make_returns()
    assert [f"{each.starts_on}" for each in returns()] == ["2026-02-28", "2027-02-28"]


def test_what_somebody_entered_before_becomes_the_return(day, places):
    entered = make_event(
        places.nation,
        kind="national_day",
        starts_on=date(2026, 10, 10),
        title_vi="Ngày Chuyển đổi số quốc gia 2026",
    )
    assert make_returns() == 1
    entered.refresh_from_db()
    assert (entered.returns_of, entered.returns_in) == (day, 2026)


def test_returns_are_told_in_the_change_feed(day):
    make_returns()
    told = Change.objects.filter(resource="event", operation="created").values_list("object_id", flat=True)
    assert set(told) == {each.pk for each in returns()}


def lines(places, code):
    told = agenda(places.khanh_hoa, make_period(code), [], [], [])
    return [(f"{line.on}", line.text) for line in told if "quốc gia" in line.text]


def test_agenda_tells_the_day_once_before_and_after_its_return_is_made(day, places):
    before = lines(places, "2026")
    make_returns()
    after = lines(places, "2026")
    assert before == [("2026-10-10", "Ngày Chuyển đổi số quốc gia")]
    assert [on for on, _text in after] == ["2026-10-10"]


def test_api_lists_the_return_in_its_year_and_not_its_root_as_well(day, client, coordinator):
    make_returns()
    client.force_login(coordinator)
    rows = client.get("/api/v1/events/?year=2026").json()["results"]
    assert [row["returns_of"] for row in rows] == [day.pk]
