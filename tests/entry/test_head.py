"""The head of a report's pages: how far its due day is away, while that matters."""

from datetime import date, timedelta

import pytest
from django.test import Client

from indicators.models import Report
from tests.entry.conftest import PERIOD

DUE = date(2026, 9, 16)  # a Wednesday


@pytest.fixture
def head(place, reporter, pin_today):
    """The head of the page on a day."""
    assert place.due_on == DUE
    client = Client()

    def shown(day: date, page: str = "") -> str:
        pin_today(day)
        client.force_login(reporter)
        text = client.get(f"/reports/{place.unit.ref}/{PERIOD}/{page}").text
        return text[text.index('class="page-head') : text.index('class="report-tabs"')]

    return shown


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2026, 9, 11), "còn 3 ngày làm việc"),
        (DUE, "đến hạn hôm nay"),
        (DUE + timedelta(days=1), "quá hạn 1 ngày"),
    ],
)
@pytest.mark.parametrize("page", ["", "review/", "history/"])
def test_time_left_stands_beside_the_due_day(head, day, words, page):
    assert words in head(day, page)


@pytest.mark.parametrize("state", ["approved", "locked"])
def test_finished_report_is_not_late(head, place, state):
    Report.objects.create(unit=place.unit, period=place.period, state=state)
    assert "quá hạn" not in head(DUE + timedelta(days=1))


def test_report_opened_again_is_not_late(head, place):
    later = DUE + timedelta(days=20)
    Report.objects.create(unit=place.unit, period=place.period, state="draft", reopened_until=later)
    assert "quá hạn" not in head(DUE + timedelta(days=10))


@pytest.mark.parametrize("state", ["submitted", "returned"])
def test_report_that_waits_is_late(head, place, state):
    Report.objects.create(unit=place.unit, period=place.period, state=state)
    assert "quá hạn 3 ngày" in head(DUE + timedelta(days=3))
