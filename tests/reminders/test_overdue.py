"""Telling webhooks of reports that are overdue: from the day after, once each."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import HookEvent
from indicators.actions.overdue import tell_overdue
from indicators.models import Report, ReportState
from tests.factories.cells import calendar, owe, period
from tests.factories.results import make_indicator
from tests.factories.units import make_unit

DUE_ON = date(2025, 12, 16)
LATE = DUE_ON + timedelta(days=1)


@pytest.fixture
def owing(places, pin_today):
    pin_today(LATE)
    calendar(2025)
    indicator = make_indicator("DI-01")
    owe(places.phan_rang, indicator, "commune")
    return indicator


def test_report_is_overdue_the_day_after_its_due_day(owing, places):
    assert tell_overdue(DUE_ON) == 0
    assert tell_overdue(LATE) == 1
    event = HookEvent.objects.get()
    report = Report.objects.get(unit=places.phan_rang, period=period("2025-Q4"))
    assert (event.event, event.resource, event.object_id) == ("report.overdue", "report", report.pk)
    assert (event.data["state"], event.data["due_on"]) == ("not_started", DUE_ON.isoformat())


def test_report_is_told_once(owing):
    assert [tell_overdue(LATE), tell_overdue(LATE), tell_overdue(LATE + timedelta(days=5))] == [1, 0, 0]


@pytest.mark.parametrize("state", [ReportState.SUBMITTED, ReportState.APPROVED, ReportState.LOCKED])
def test_sent_report_is_not_overdue(owing, places, state):
    Report.objects.create(unit=places.phan_rang, period=period("2025-Q4"), state=state)
    assert tell_overdue(LATE) == 0


def test_returned_report_is_overdue(owing, places):
    Report.objects.create(unit=places.phan_rang, period=period("2025-Q4"), state=ReportState.RETURNED)
    assert tell_overdue(LATE) == 1


def test_what_was_missed_long_ago_is_no_news(owing):
    assert tell_overdue(DUE_ON + timedelta(days=31)) == 0


def test_number_of_queries_does_not_grow_with_the_bodies(owing, places):
    counts = []
    for more in (1, 12):
        for number in range(more):
            commune = make_unit("commune", parent=places.khanh_hoa, name=f"Xã {more}-{number}")
            owe(commune, owing, "commune")
        with CaptureQueriesContext(connection) as counted:
            tell_overdue(LATE)
        counts.append(len(counted))
    assert counts[0] == counts[1]
