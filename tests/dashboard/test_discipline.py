"""Who has reported: every body that owes a report once, judged by the day it was first sent."""

from datetime import date, datetime
from types import SimpleNamespace

import pytest

from accounts.models import Role
from indicators.discipline import discipline_of
from indicators.models import PeriodDueDay, Report
from provinces.dates import VIETNAM
from tests.cast import make_person
from tests.dashboard.reading import card
from tests.factories.cells import owe
from tests.factories.results import make_indicator, make_period
from tests.factories.units import make_unit

DUE = {"commune": date(2026, 10, 16), "agency": date(2026, 10, 16)}


@pytest.fixture
def quarter():
    period = make_period("2026-Q3")
    PeriodDueDay.objects.filter(period=period).delete()
    for body, day in DUE.items():
        PeriodDueDay.objects.create(period=period, body=body, due_on=day)
    return period


@pytest.fixture
def communes(places, quarter):
    """Three communes that owe two figures each, of one report each."""
    third = make_unit("commune", parent=places.khanh_hoa, name="Xã Vạn Hưng")
    for indicator in (make_indicator("DI-01"), make_indicator("DI-02")):
        for unit in (places.phan_rang, places.cam_ranh, third):
            owe(unit, indicator, "commune", frequency="quarter")
    return SimpleNamespace(first=places.phan_rang, second=places.cam_ranh, third=third)


def sent(unit, period, day, state="approved", **more):
    moment = datetime(2026, 10, day, 23, 59, tzinfo=VIETNAM)
    return Report.objects.create(unit=unit, period=period, state=state, first_submitted_at=moment, **more)


def found(who, places, quarter):
    return discipline_of(who, places.khanh_hoa, quarter, DUE)


def test_counts_add_up_to_all_that_owe(leader, places, quarter, communes):
    sent(communes.first, quarter, 16)
    sent(communes.second, quarter, 18)
    counts = found(leader, places, quarter).counts
    assert counts == {"in_time": 1, "late": 1, "missing": 1, "waited_for": 0}
    assert found(leader, places, quarter).total == sum(counts.values()) == 3


def test_last_minute_of_the_due_day_is_in_time(leader, places, quarter, communes):
    sent(communes.first, quarter, 16)
    [in_time] = [each for each in found(leader, places, quarter).bodies if each.discipline == "in_time"]
    assert in_time.days == 0


def test_returned_after_it_was_sent_in_time_is_in_time(leader, places, quarter, communes):
    sent(communes.first, quarter, 15, state="returned")
    assert found(leader, places, quarter).counts["in_time"] == 1


def test_latest_comes_first_with_its_days(leader, places, quarter, communes, pin_today):
    pin_today(date(2026, 10, 26))
    sent(communes.second, quarter, 18)
    late = found(leader, places, quarter).late
    assert [(each.name, each.days) for each in late][-1] == ("Phường Cam Ranh", 2)
    assert {each.days for each in late[:2]} == {10}


def test_nobody_is_late_before_the_due_day(leader, places, quarter, communes, pin_today):
    pin_today(date(2026, 10, 16))
    assert found(leader, places, quarter).counts["waited_for"] == 3


def test_agency_is_a_body_of_its_own(leader, places, quarter):
    indicator = make_indicator("DI-01")
    owe(places.khanh_hoa, indicator, "province", frequency="quarter", agency=places.department)
    [body] = found(leader, places, quarter).bodies
    assert body.name == places.department.label


def test_reporter_sees_their_own_commune_alone(reporter, places, quarter, communes):
    assert [each.name for each in found(reporter, places, quarter).bodies] == ["Phường Phan Rang"]


def test_neighbour_sees_nobody(neighbour, places, quarter, communes):
    assert found(neighbour, places, quarter).total == 0


def test_coordinator_in_the_department_sees_the_province(coordinator, places, quarter, communes):
    assert found(coordinator, places, quarter).total == 3


def test_reporter_in_the_department_does_not(places, quarter, communes):
    reporter = make_person("r", Role.REPORTER, agency=places.department)
    assert found(reporter, places, quarter).total == 0


def test_overview_names_the_late(reads, places, quarter, communes, judge):
    judge("met", unit=places.khanh_hoa, period=quarter)
    sent(communes.first, quarter, 16)
    text = card(reads.get("/", {"unit": "P56-2025", "period": "2026-Q3"}), "discipline")
    assert "3 báo cáo phải nộp 1 đúng hạn 0 gửi muộn 2 quá hạn 0 chưa đến hạn" in text
    assert "Phường Cam Ranh" in text


@pytest.mark.parametrize("number", [2, 20])
def test_number_of_bodies_changes_no_query(leader, places, quarter, number, django_assert_num_queries):
    for _each in range(number):
        owe(make_unit("commune", parent=places.khanh_hoa), make_indicator(), "commune", frequency="quarter")
    found(leader, places, quarter)
    with django_assert_num_queries(2):
        assert found(leader, places, quarter).total == number
