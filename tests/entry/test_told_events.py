"""What webhooks are told of reports and figures, in the transaction in which it happens."""

from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import HookEvent, User
from indicators.actions import reviewing
from indicators.entry.places import Place
from indicators.models import Measurement, MeasurementVersion, Report

KEYS = {"id", "resource", "unit", "agency", "period", "state", "address"}


@pytest.fixture
def approve(enter: Callable[..., Any], place: Place, reporter: User, approver: User) -> Callable[[], None]:
    """Sends what was entered and approves it."""

    def approve() -> None:
        reviewing.submit_report(place=place, by=reporter)
        waiting = MeasurementVersion.objects.filter(state="submitted").values_list("pk", flat=True)
        reviewing.approve_cells(place=place, version_ids=list(waiting), by=approver)

    return approve


@pytest.fixture
def approved(enter: Callable[..., Any], approve: Callable[[], None]) -> None:
    enter("DI-01", numerator="9", denominator="10")
    enter("DI-02", value="12")
    enter("DI-03", answer="missing", missing_reason="late_source")
    approve()


def told() -> list[tuple[str, str, int]]:
    return list(HookEvent.objects.values_list("event", "resource", "object_id"))


def test_approved_report_is_told(approved: None, place: Place) -> None:
    report = Report.objects.get()
    assert told() == [("report.approved", "report", report.pk)]
    event = HookEvent.objects.get()
    assert event.unit_id == place.unit.pk
    assert event.data == {
        "id": report.pk,
        "resource": "report",
        "unit": place.unit.ref,
        "agency": None,
        "period": place.period.code,
        "state": "approved",
        "address": f"http://127.0.0.1:8000/api/v1/reports/{report.pk}/",
    }


def test_report_that_still_waits_is_not_told(
    enter: Callable[..., Any], place: Place, reporter: User, approver: User
) -> None:
    enter("DI-01", numerator="9", denominator="10")
    enter("DI-02", value="12")
    enter("DI-03", value="1")
    reviewing.submit_report(place=place, by=reporter)
    one = MeasurementVersion.objects.get(measurement__indicator__code="DI-02")
    reviewing.approve_cells(place=place, version_ids=[one.pk], by=approver)
    assert told() == []


def test_corrected_figure_is_told_without_the_figure(
    approved: None, enter: Callable[..., Any], approve: Callable[[], None]
) -> None:
    HookEvent.objects.all().delete()
    enter("DI-02", value="99")
    approve()
    cell = Measurement.objects.get(indicator__code="DI-02")
    assert told() == [
        ("measurement.corrected", "measurement", cell.pk),
        ("report.approved", "report", Report.objects.get().pk),
    ]
    data = HookEvent.objects.get(event="measurement.corrected").data
    assert set(data) == KEYS | {"indicator", "level", "version"}
    assert (data["indicator"], data["version"], data["state"]) == ("DI-02", 2, "approved")
    assert "99" not in str(data.values())


def test_withdrawn_figure_is_told(approved: None, place: Place, approver: User) -> None:
    HookEvent.objects.all().delete()
    version = MeasurementVersion.objects.get(measurement__indicator__code="DI-02")
    reviewing.withdraw_cell(place=place, version=version, by=approver, reason="Sai nguồn")
    assert [event for event, _resource, _pk in told()] == ["measurement.corrected"]
    assert HookEvent.objects.get().data["state"] == "withdrawn"


def test_address_that_is_told_is_that_of_the_figure(
    approved: None, place: Place, approver: User, client: Any, administrator: User
) -> None:
    version = MeasurementVersion.objects.get(measurement__indicator__code="DI-02")
    reviewing.withdraw_cell(place=place, version=version, by=approver, reason="Sai nguồn")
    address = HookEvent.objects.get(event="measurement.corrected").data["address"]
    client.force_login(administrator)
    assert client.get(address.removeprefix("http://127.0.0.1:8000")).status_code == 200
