"""Reminders: to whom, on which day, once, and in a number of queries that does not grow."""

from datetime import date, datetime, timedelta
from smtplib import SMTPRecipientsRefused

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Deputy, Membership, Role, User
from indicators.models import Measurement, MeasurementVersion, PeriodDueDay, Reminder, Report, ReportState
from indicators.reminders import due_reminders, send_reminders
from provinces.dates import VIETNAM, add_working_days
from tests.cast import make_person
from tests.factories.cells import calendar, owe, period
from tests.factories.results import make_indicator
from tests.factories.units import make_unit

DUE_ON = date(2025, 12, 16)  # a Tuesday: communes, second working day after the cut-off


@pytest.fixture
def indicator(db, settings):
    settings.PORTAL_URL = "https://chitieu.example.vn/"
    calendar(2025)
    return make_indicator("DI-01")


@pytest.fixture
def report(indicator, places, reporter, approver, coordinator):
    """A commune that owes the fourth quarter, with everybody reachable."""
    owe(places.phan_rang, indicator, "commune")
    for user in (reporter, approver, coordinator):
        User.objects.filter(pk=user.pk).update(email=f"{user.username}@example.vn")
    due = PeriodDueDay.objects.get(period__code="2025-Q4", body="commune")
    assert due.due_on == DUE_ON
    return Report.objects.create(unit=places.phan_rang, period=period("2025-Q4"), state=ReportState.DRAFT)


def on(day):
    return {(each.kind.value, each.to.username) for each in due_reminders(day)}


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2025, 12, 10), set()),
        (date(2025, 12, 11), {("before", "reporter")}),
        (DUE_ON, {("due", "reporter")}),
        (date(2025, 12, 17), {("late", "reporter")}),
        (date(2025, 12, 18), {("unsent", "approver")}),
        (date(2025, 12, 24), set()),
    ],
)
def test_days_of_an_unsent_report(day, expected, report):
    assert on(day) == expected


def test_late_waits_for_a_working_day(report):
    PeriodDueDay.objects.filter(body="commune").update(due_on=date(2025, 12, 19))
    assert on(date(2025, 12, 20)) == on(date(2025, 12, 21)) == set()
    assert on(date(2025, 12, 22)) == {("late", "reporter")}


@pytest.mark.parametrize("state", [ReportState.SUBMITTED, ReportState.APPROVED, ReportState.LOCKED])
def test_sent_report_is_not_reminded_of(state, report):
    Report.objects.update(state=state)
    assert on(DUE_ON) == set()


@pytest.mark.parametrize("state", [None, ReportState.NOT_STARTED, ReportState.RETURNED])
def test_report_not_sent_is_reminded_of(state, report):
    Report.objects.all().delete() if state is None else Report.objects.update(state=state)
    assert on(DUE_ON) == {("due", "reporter")}


def test_body_owing_nothing_is_left_alone(report):
    report.unit.obligations.all().delete()
    assert on(DUE_ON) == set()


def test_agency_is_reminded_on_its_own_day(report, places, indicator):
    owe(places.khanh_hoa, indicator, "province", agency=places.department)
    clerk = make_person("clerk", Role.REPORTER, agency=places.department, email="clerk@example.vn")
    PeriodDueDay.objects.filter(body="agency").update(due_on=date(2025, 12, 26))
    assert clerk.username not in {name for _kind, name in on(DUE_ON)}
    assert ("due", "clerk") in on(date(2025, 12, 26))


@pytest.mark.parametrize("flaw", [{"email": ""}, {"is_active": False}])
def test_only_active_people_with_an_address(flaw, report):
    User.objects.filter(username="reporter").update(**flaw)
    assert on(DUE_ON) == set()


def test_ended_role_is_not_reminded(report):
    Membership.objects.filter(user__username="reporter").update(valid_to=date(2025, 12, 1))
    assert on(DUE_ON) == set()


def test_deputy_is_reminded_with_the_approver_in_their_days(report):
    deputy = make_person("deputy", email="deputy@example.vn")
    seat = Membership.objects.get(user__username="approver")
    day = date(2025, 12, 18)
    Deputy.objects.create(membership=seat, user=deputy, valid_from=day, valid_to=day)
    assert on(day) == {("unsent", "approver"), ("unsent", "deputy")}
    assert on(date(2025, 12, 19)) == {("unsent", "approver")}


@pytest.fixture
def waiting(report, indicator, reporter):
    """Sent on Friday 12 December 2025, and nobody has decided."""
    moment = datetime(2025, 12, 12, 9, tzinfo=VIETNAM)
    definition = indicator.definitions.get()
    cell = Measurement.objects.create(
        unit=report.unit,
        indicator=indicator,
        period=report.period,
        level="commune",
        definition=definition,
        report=report,
    )
    cell.working_version = MeasurementVersion.objects.create(
        measurement=cell,
        number=1,
        definition=definition,
        answer="value",
        value=7,
        state="submitted",
        entered_by=reporter,
        submitted_by=reporter,
        submitted_at=moment,
    )
    cell.save()
    Report.objects.update(state=ReportState.SUBMITTED, first_submitted_at=moment)
    return report


def test_approver_hears_after_three_working_days_the_province_after_five(waiting):
    sent = date(2025, 12, 12)
    assert on(add_working_days(sent, 2)) == set()
    assert on(add_working_days(sent, 3)) == {("waiting", "approver")}
    assert on(add_working_days(sent, 5)) == {("waiting", "approver"), ("undecided", "coordinator")}


def test_second_wait_is_reminded_of_again(waiting):
    assert send_reminders(date(2025, 12, 17)) == 1
    again = datetime(2025, 12, 22, 9, tzinfo=VIETNAM)
    MeasurementVersion.objects.update(submitted_at=again)
    assert on(date(2025, 12, 24)) == set()
    assert on(date(2025, 12, 25)) == {("waiting", "approver")}


def test_message_says_what_and_where(report):
    assert send_reminders(DUE_ON) == 1
    [message] = mail.outbox
    assert message.to == ["reporter@example.vn"]
    assert "2025-Q4" in message.subject
    assert "Phường Phan Rang" in message.subject
    assert f"https://chitieu.example.vn/reports/{report.unit.ref}/2025-Q4/" in message.body
    assert "16/12/2025" in message.body


def test_each_message_is_sent_once(report):
    assert send_reminders(DUE_ON) == 1
    assert send_reminders(DUE_ON) == 0
    assert len(mail.outbox) == 1
    row = Reminder.objects.get()
    reporter = User.objects.get(username="reporter")
    assert row.key == f"{report.unit.ref}::2025-Q4:due:{reporter.pk}"
    assert (row.to, row.sent_at is not None) == (reporter, True)


def test_message_missed_on_its_day_is_made_up_for_once(report):
    days = [date(2025, 12, 12) + timedelta(days=number) for number in range(4)]
    assert [send_reminders(day) for day in days] == [1, 0, 0, 0]


@pytest.mark.parametrize(("minutes", "sent"), [(9, 0), (11, 1)])
def test_claimed_message_is_sent_by_another_worker_after_ten_minutes(minutes, sent, report):
    [due] = due_reminders(DUE_ON)
    claimed = timezone.now() - timedelta(minutes=minutes)
    Reminder.objects.create(key=due.key, to=due.to, claimed_at=claimed)
    assert send_reminders(DUE_ON) == sent
    assert len(mail.outbox) == sent


@pytest.mark.parametrize("problem", [ConnectionRefusedError, SMTPRecipientsRefused({}), UnicodeError])
def test_message_that_fails_is_tried_again_and_holds_up_no_other(problem, report, places, monkeypatch):
    make_person("second", Role.REPORTER, places.phan_rang, email="second@example.vn")
    send = mail.EmailMessage.send

    def failing(self, *args, **words):
        if self.to == ["reporter@example.vn"]:
            raise problem
        return send(self, *args, **words)

    monkeypatch.setattr(mail.EmailMessage, "send", failing)
    assert send_reminders(DUE_ON) == 1
    monkeypatch.undo()
    Reminder.objects.update(claimed_at=timezone.now() - timedelta(minutes=11))
    assert send_reminders(DUE_ON) == 1
    assert sorted(message.to[0] for message in mail.outbox) == ["reporter@example.vn", "second@example.vn"]


def test_queries_do_not_grow_with_the_communes(report, places, indicator):
    def counted():
        with CaptureQueriesContext(connection) as queries:
            found = due_reminders(DUE_ON)
        return len(found), len(queries)

    def add(count):
        for number in range(count):
            commune = make_unit("commune", parent=places.khanh_hoa)
            owe(commune, indicator, "commune")
            make_person(f"{commune.ref}-{number}", Role.REPORTER, commune, email="a@example.vn")

    add(1)
    few = counted()
    add(18)
    many = counted()
    assert (few[0], many[0]) == (2, 20)
    assert few[1] == many[1] <= 25
