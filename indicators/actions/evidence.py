"""Attaching the files that prove a figure, and taking them off again."""

from __future__ import annotations

from typing import Any, BinaryIO

from django.core.files import File
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actions.changes import note_change
from accounts.actions.files import add_file, take_off
from accounts.models import User
from accounts.models.audit import Operation
from indicators.actions.cells import lock_report, note_reports
from indicators.actions.reporting import ReportingError
from indicators.actions.traces import leave_trace
from indicators.entry.places import Owed, Place, owed
from indicators.models import Evidence, Indicator, Measurement, Report, ReportState


@transaction.atomic
def attach(
    *, place: Place, indicator: Indicator, level: str, by: User, file: File | BinaryIO, name: str = ""
) -> Evidence:
    """Put a file on a cell of the report; the cell is made where nothing was saved in it yet.

    The caller has asked whether ``by`` may enter here. Raises FileRefused for a file that is not
    accepted or is there already, ReportingError for a locked report or a figure it does not owe.
    """
    report = lock_report(place)
    if not place.is_open:
        raise _closed()
    one = next((one for one in owed(place) if one.indicator == indicator and one.level == level), None)
    if one is None:
        raise ReportingError(_("This report does not owe this figure."))
    return put_on(_cell(place, one, report), by=by, file=file, name=name)


def put_on(cell: Measurement, *, by: User, file: File | BinaryIO, name: str = "") -> Evidence:
    """Keep a file on a cell and leave the trace; the caller has asked whether its report may be worked in."""
    evidence: Evidence = add_file(cell.evidence, file=file, by=by, name=name)
    _trace("attach", evidence, by, operation=Operation.CREATED, after=_told(evidence))
    return evidence


@transaction.atomic
def remove(*, evidence: Evidence, by: User, reason: str) -> Evidence:
    """Take a file off its cell. Its name and hash stay in the history, and its content in the storage.

    The caller has asked whether ``by`` may enter there. Raises FileRefused without a reason and for a
    file that is removed already, ReportingError for a locked report.
    """
    place = place_of(evidence)
    lock_report(place)
    if not place.is_open:
        raise _closed()
    before = _told(evidence)
    evidence = take_off(evidence, by=by, reason=reason)
    _trace("remove", evidence, by, operation=Operation.UPDATED, before=before, reason=reason.strip())
    return evidence


def place_of(evidence: Evidence) -> Place:
    """The report whose cell the file proves."""
    cell = evidence.measurement
    agency = cell.report.agency if cell.report else cell.agency
    return Place(cell.unit, agency, cell.period, cell.report)


def _closed() -> ReportingError:
    return ReportingError(_("The report is locked, or its period has not begun."))


def _cell(place: Place, one: Owed, report: Report) -> Measurement:
    cell, made = Measurement.objects.get_or_create(
        indicator=one.indicator,
        unit=place.unit,
        level=one.level,
        period=place.period,
        agency_id=one.agency_id,  # type: ignore[misc]
        defaults={"definition": one.definition, "report": report},
    )
    if made:
        note_change("measurement", cell.pk, Operation.CREATED, cell.unit_id)
    elif cell.report_id is None:
        cell.report = report
        cell.save(update_fields=["report"])
        note_reports([report])
    if report.state == ReportState.NOT_STARTED:
        report.state = ReportState.DRAFT
        report.save(update_fields=["state"])
        note_reports([report])
    return cell


def _told(evidence: Evidence) -> dict[str, Any]:
    cell = evidence.measurement
    return {
        "cell": f"{cell.indicator.code}:{cell.level}",
        "period": cell.period.code,
        "name": evidence.name,
        "size": evidence.size,
        "sha256": evidence.sha256,
    }


def _trace(action: str, evidence: Evidence, by: User, **words: Any) -> None:
    leave_trace(action=action, subject=evidence, by=by, unit=evidence.measurement.unit, **words)
