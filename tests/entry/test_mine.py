"""My work, and the monitor."""

from datetime import date, timedelta

import pytest
from django.test import Client

from accounts.models import Membership, Role
from indicators.actions import reviewing
from indicators.entry.work import unstaffed, work_of
from tests.factories.cells import owe
from tests.factories.results import make_indicator
from tests.factories.units import make_unit


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


def names(lines):
    return [(line.place.name, line.place.period.code, line.answered, line.owed) for line in lines]


def test_owed_report_with_its_progress(enter, reporter):
    enter("DI-02", value="3")
    assert ("Phường Phan Rang", "2026-Q3", 1, 3) in names(work_of(reporter).owed)
    assert not work_of(reporter).waiting


def test_sent_report_waits_for_the_approver(office, place, enter, reporter, approver):
    office.phan_rang.obligations.exclude(indicator__code="DI-02").delete()
    enter("DI-02", value="3")
    reviewing.submit_report(place=place, by=reporter)
    assert ("Phường Phan Rang", "2026-Q3", 1, 1) in names(work_of(approver).waiting)
    assert "2026-Q3" not in [line.place.period.code for line in work_of(reporter).owed]


def test_returned_report_comes_back(office, place, enter, reporter, approver):
    office.phan_rang.obligations.exclude(indicator__code="DI-02").delete()
    version = enter("DI-02", value="3").version
    reviewing.submit_report(place=place, by=reporter)
    reviewing.return_cells(place=place, version_ids=[version.pk], by=approver, reason="Xem lại")
    assert names(work_of(reporter).returned) == [("Phường Phan Rang", "2026-Q3", 1, 1)]


def test_days_are_working_days_and_late_ones_are_told(place, reporter, pin_today):
    def line():
        return next(each for each in work_of(reporter).owed if each.place.period.code == "2026-Q3")

    pin_today(place.due_on)
    assert (line().days, line().left) == (0, "đến hạn hôm nay")
    pin_today(place.due_on + timedelta(days=3))
    assert (line().is_overdue, line().left) == (True, "quá hạn 3 ngày")
    pin_today(date(2026, 9, 11))  # a Friday; the report is due on the Wednesday
    assert (line().is_overdue, line().left) == (False, "còn 3 ngày làm việc")


def test_reports_of_offices_below_stand_apart(office, leader):
    Membership.objects.create(user=leader, role=Role.REPORTER, unit=office.khanh_hoa)
    work = work_of(leader)
    assert not work.owed
    assert {line.place.name for line in work.below} == {"Phường Phan Rang"}


@pytest.mark.parametrize("person", ["neighbour", "outsider", "leader"])
def test_others_have_no_work_there(request, office, person):
    work = work_of(request.getfixturevalue(person))
    assert not (work.owed)
    assert not (work.returned)
    assert not (work.waiting)


@pytest.mark.parametrize("communes", [2, 20])
def test_queries_do_not_grow_with_the_communes(
    office, approver, communes, pin_today, django_assert_max_num_queries
):
    Membership.objects.create(user=approver, role=Role.REPORTER, unit=office.khanh_hoa)
    indicator = make_indicator("DI-09")
    for _n in range(communes):
        owe(make_unit("commune", parent=office.khanh_hoa), indicator, "commune")
    client = signed_in(approver)
    # Before the due day the working days that are left are counted for every line.
    pin_today(date(2026, 9, 1))
    # One of them is for the explanations that are asked of the person.
    with django_assert_max_num_queries(22):
        page = client.get("/reports/")
    assert page.text.count("Quý III/2026") >= communes


def test_monitor_lists_offices_without_people(office, coordinator, reporter):
    assert [(each.name, each.has_reporter, each.has_approver) for each in unstaffed(coordinator)] == [
        ("Phường Phan Rang", True, False)
    ]


def test_monitor_is_exported_as_shown(office, coordinator, reporter, client):
    client.force_login(coordinator)
    lines = client.get("/reports/monitor/", {"export": "csv"}).content.decode("utf-8-sig").splitlines()
    assert lines[0] == "Đơn vị,Người báo cáo,Người duyệt"
    shown = client.get("/reports/monitor/").content.decode()
    assert len(lines) - 1 == shown.count('<td class="name strong">') > 0


def test_monitor_is_for_coordinators(office, coordinator, reporter, administrator):
    assert signed_in(coordinator).get("/reports/monitor/").status_code == 200
    assert signed_in(administrator).get("/reports/monitor/").status_code == 200
    assert signed_in(reporter).get("/reports/monitor/").status_code == 404
