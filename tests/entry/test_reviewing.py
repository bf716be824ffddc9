"""From draft to locked: sending, approving exact versions, returning, locking and opening again."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from accounts.models import AuditEntry, Role, User
from indicators.actions import reviewing
from indicators.actions.entering import save_narrative
from indicators.actions.reporting import ReportingError
from indicators.entry.places import place_or_404
from indicators.models import Job, Measurement, MeasurementVersion, Report
from tests.cast import make_person
from tests.entry.conftest import PERIOD
from tests.factories.results import make_measurement


@pytest.fixture
def filled(enter, place):
    for code, typed in (
        ("DI-01", {"numerator": "9", "denominator": "10"}),
        ("DI-02", {"value": "12"}),
        ("DI-03", {"answer": "missing", "missing_reason": "late_source"}),
    ):
        assert enter(code, **typed).state == "saved"
    return place


@pytest.fixture
def sent(filled, reporter):
    reviewing.submit_report(place=filled, by=reporter)
    return filled


def waiting() -> list[int]:
    return list(MeasurementVersion.objects.filter(state="submitted").values_list("pk", flat=True))


def test_unanswered_cell_keeps_the_report_back(enter, place, reporter):
    enter("DI-02", value="12")
    with pytest.raises(reviewing.NotReady) as refused:
        reviewing.submit_report(place=place, by=reporter)
    assert [(key, each.code) for key, each in refused.value.problems] == [
        ("DI-01:commune", "number_missing"),
        ("DI-03:commune", "number_missing"),
    ]
    assert not waiting()


def test_report_of_words_alone_is_sent(office):
    person = make_person("cam", Role.REPORTER, office.cam_ranh)
    place = place_or_404(person, office.cam_ranh.ref, PERIOD)
    words = {"results": "Đã làm", "difficulties": "", "causes": "", "proposals": ""}
    save_narrative(place=place, by=person, **words)
    assert reviewing.submit_report(place=place, by=person).state == "submitted"


def test_sent_report_waits_for_approval(sent):
    assert len(waiting()) == 3
    assert Report.objects.get().state == "submitted"
    assert Report.objects.get().first_submitted_at is not None


def test_approved_cells_count_and_are_recomputed(sent, approver):
    assert reviewing.approve_cells(place=sent, version_ids=waiting(), by=approver) == 3
    assert set(Measurement.objects.values_list("answer", flat=True)) == {"value", "missing"}
    assert Report.objects.get().state == "approved"
    assert Job.objects.count() == 3
    assert AuditEntry.objects.filter(action="measurement.approve", actor=approver).count() == 3


def test_nobody_approves_their_own(sent, reporter):
    with pytest.raises(ReportingError):
        reviewing.approve_cells(place=sent, version_ids=waiting(), by=reporter)
    assert len(waiting()) == 3


def test_database_refuses_own_approval_of_a_superuser(sent, reporter):
    User.objects.filter(pk=reporter.pk).update(is_superuser=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        MeasurementVersion.objects.update(
            state="approved", approved_by=reporter, approved_at="2026-09-20T00:00Z"
        )


def test_approval_binds_to_the_version_that_was_seen(sent, enter, approver):
    seen = waiting()
    enter("DI-02", value="13")
    with pytest.raises(ReportingError):
        reviewing.approve_cells(place=sent, version_ids=seen, by=approver)
    assert not Measurement.objects.exclude(answer="unanswered").exists()


def test_edit_after_approval_changes_no_figure(sent, enter, approver):
    reviewing.approve_cells(place=sent, version_ids=waiting(), by=approver)
    enter("DI-02", value="99")
    cell = Measurement.objects.get(indicator__code="DI-02")
    assert (cell.value, cell.working_version.value, cell.working_version.state) == (12, 99, "draft")


def test_returned_cell_says_why_and_must_be_mended(sent, enter, reporter, approver):
    one = MeasurementVersion.objects.get(measurement__indicator__code="DI-02")
    with pytest.raises(ReportingError):
        reviewing.return_cells(place=sent, version_ids=[one.pk], by=approver, reason="  ")
    reviewing.return_cells(place=sent, version_ids=[one.pk], by=approver, reason="Xem lại")
    assert Report.objects.get().state == "returned"
    with pytest.raises(reviewing.NotReady):
        reviewing.submit_report(place=sent, by=reporter)
    enter("DI-02", value="11")
    reviewing.submit_report(place=sent, by=reporter)
    one.refresh_from_db()
    assert (one.state, one.reason, one.returned_by) == ("returned", "Xem lại", approver)
    assert Report.objects.get().state == "submitted"


@pytest.fixture
def locked(sent, approver, pin_today, reporter, office):
    reviewing.approve_cells(place=sent, version_ids=waiting(), by=approver)
    pin_today(sent.locks_after + timedelta(days=1))
    return place_or_404(reporter, office.phan_rang.ref, PERIOD)


def test_report_locks_after_its_day(sent, approver, pin_today, reporter, office):
    reviewing.approve_cells(place=sent, version_ids=waiting(), by=approver)
    pin_today(sent.locks_after)
    assert not place_or_404(reporter, office.phan_rang.ref, PERIOD).is_locked
    pin_today(sent.locks_after + timedelta(days=1))
    assert place_or_404(reporter, office.phan_rang.ref, PERIOD).is_locked
    assert reviewing.lock_due_reports() == 1
    assert reviewing.lock_due_reports() == 0


def test_locked_report_refuses_entry(locked, enter):
    assert enter("DI-02", value="50").findings[0].code == "report_locked"


def test_reopened_report_closes_itself(locked, approver, pin_today, enter):
    until = locked.locks_after + timedelta(days=10)
    with pytest.raises(ReportingError):
        reviewing.reopen_report(place=locked, by=approver, reason="", until=until)
    reviewing.reopen_report(place=locked, by=approver, reason="Sửa theo kết luận", until=until)
    assert not locked.is_locked
    pin_today(until)
    assert not locked.is_locked
    pin_today(until + timedelta(days=1))
    assert locked.is_locked
    assert AuditEntry.objects.get(action="report.reopen").reason == "Sửa theo kết luận"


def test_reopening_cannot_last_for_ever(locked, approver):
    with pytest.raises(ReportingError):
        reviewing.reopen_report(place=locked, by=approver, reason="Sửa", until=date(2027, 12, 31))


def test_warning_needs_a_justification(office, enter, place, reporter):
    office.phan_rang.obligations.exclude(indicator__code="DI-01").delete()
    place.unit.obligations.first().indicator.definitions.update(denominator_change_percent=10)
    earlier = place_or_404(reporter, office.phan_rang.ref, "2026-Q2")
    make_measurement(
        office.phan_rang,
        place.unit.obligations.first().indicator,
        earlier.period,
        level="commune",
        numerator="9",
        denominator="10",
    )
    outcome = enter("DI-01", numerator="9", denominator="20")
    assert [each.code for each in outcome.findings] == ["denominator_changed"]
    assert outcome.version.warnings == ["denominator_changed"]
    with pytest.raises(reviewing.NotReady):
        reviewing.submit_report(place=place, by=reporter)
    enter("DI-01", numerator="9", denominator="20", justification="Sáp nhập thôn")
    reviewing.submit_report(place=place, by=reporter)
    assert waiting()


def test_history_keeps_every_decision(sent, approver, enter):
    one = MeasurementVersion.objects.get(measurement__indicator__code="DI-02")
    reviewing.return_cells(place=sent, version_ids=[one.pk], by=approver, reason="Xem lại")
    said = [(each.action, each.reason) for each in reviewing.history_of(sent)]
    assert said == [("measurement.return", "Xem lại"), ("report.submit", "")]
