"""Yearly events in the days of a month's page that belong to the year beside it."""

from datetime import date

import pytest

from events.lists import month_page
from events.models import Event
from tests.events.making import TODAY, make_event


@pytest.fixture
def yearly(places):
    def make(first, **fields):
        return make_event(
            places.khanh_hoa, starts_on=first, title_vi=f"Hằng năm {first}", repeats_yearly=True, **fields
        )

    return make


def shown(first):
    return [
        (day.on, mark.returns)
        for week in month_page(Event.objects.for_list(), first).weeks
        for day in week
        for mark in day.marks
    ]


def test_the_last_days_of_december_show_what_returns_in_january(yearly, pin_today):
    pin_today(TODAY)
    yearly(date(2023, 1, 2))
    assert shown(date(2026, 12, 1)) == [(date(2027, 1, 2), True)]


def test_the_first_days_of_january_show_what_returns_in_december(yearly, pin_today):
    pin_today(TODAY)
    yearly(date(2023, 12, 30))
    assert shown(date(2027, 1, 1)) == [(date(2026, 12, 30), True)]


def test_a_return_that_was_made_is_not_told_twice_at_the_turn_of_the_year(yearly, places, pin_today):
    pin_today(TODAY)
    root = yearly(date(2023, 12, 30))
    make_event(
        places.khanh_hoa, starts_on=date(2026, 12, 30), title_vi="Lần này", returns_of=root, returns_in=2026
    )
    assert shown(date(2027, 1, 1)) == [(date(2026, 12, 30), False)]


def test_a_yearly_event_that_lasts_over_the_turn_of_the_year_stands_on_its_own_days(yearly, pin_today):
    pin_today(TODAY)
    yearly(date(2026, 12, 31), ends_on=date(2027, 1, 1))
    assert shown(date(2027, 1, 1)) == [(date(2026, 12, 31), False), (date(2027, 1, 1), False)]
