"""Sending a report, deciding on its cells, locking it and opening it again."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Mapping
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actions.changes import Noted, note_change, note_changes
from accounts.models import AuditEntry, User
from accounts.models.audit import Operation
from indicators.actions.cells import lock_report
from indicators.actions.jobs import mark_stale
from indicators.actions.reporting import COUNTED_FIELDS, CellValue, ReportingError, numbers_of, withdraw
from indicators.actions.telling import tell_approved, tell_corrected
from indicators.actions.traces import leave_trace
from indicators.entry.context import Context, context_of
from indicators.entry.findings import Code, Finding, Severity, finding, needs_justification
from indicators.entry.places import Place, owed
from indicators.entry.rules import check
from indicators.models import (
    Evidence,
    Indicator,
    Measurement,
    MeasurementVersion,
    Period,
    Report,
    ReportState,
    VersionState,
)
from provinces.dates import today
from provinces.models import Unit

LONGEST_REOPENING = datetime.timedelta(days=60)
# More cells than this are recomputed by one job for the whole report.
_JOBS_OF_THEIR_OWN = 5


class NotReady(ReportingError):  # noqa: N818 (a state, told to its reader)
    """The report cannot be sent yet; ``problems`` says why, cell by cell."""

    def __init__(self, problems: list[tuple[str, Finding]]) -> None:
        super().__init__(_("The report cannot be sent yet; see what is marked."))
        self.problems = problems


@transaction.atomic
def submit_report(*, place: Place, by: User) -> Report:
    """Send all drafts of a report to the approver.

    Raises NotReady where a cell is not answered, where the rule table has something against it that blocks
    sending, where a warning has no justification, or where a returned cell was left as it was.
    """
    report = lock_report(place)
    if not place.is_open:
        raise ReportingError(_("The report is locked, or its period has not begun."))
    context = context_of(place)
    problems = [(key, problem) for key in context.owed for problem in _against(key, context)]
    if problems:
        raise NotReady(problems)
    drafts = MeasurementVersion.objects.filter(_newest_in(place), state=VersionState.DRAFT)
    sent = drafts.update(state=VersionState.SUBMITTED, submitted_by=by, submitted_at=timezone.now())
    if not sent and not _has_words(report):
        raise ReportingError(_("There is nothing new to send."))
    before = report.state
    report.state = ReportState.SUBMITTED if sent or context.owed == {} else _state_of(place)
    report.first_submitted_at = report.first_submitted_at or timezone.now()
    report.save(update_fields=["state", "first_submitted_at"])
    _trace(report, "submit", by, before={"state": before}, after={"state": report.state, "cells": sent})
    return report


def _against(key: str, context: Context) -> list[Finding]:
    """What keeps one cell from being sent."""
    version = context.working(key)
    if version is None or version.state == VersionState.WITHDRAWN:
        return [finding(Code.NUMBER_MISSING, _("Write the figure, or say why there is none."))]
    if version.state == VersionState.RETURNED:
        words = _("This figure was returned: mend it, or say in the note why it stays.")
        return [Finding(Code.NUMBER_MISSING, Severity.BEFORE_SUBMIT, "note", words)]
    if version.state != VersionState.DRAFT:
        return []
    found = check(context.case(key, _cell(version), {}))
    unexplained = [] if version.justification else needs_justification(found)
    return [each for each in found if each.severity != Severity.WARNING] + unexplained


def _cell(version: MeasurementVersion) -> CellValue:
    return CellValue(
        answer=version.answer,
        missing_reason=version.missing_reason,
        numerator=version.numerator,
        denominator=version.denominator,
        value=version.value,
    )


def _has_words(report: Report) -> bool:
    return any((report.results, report.difficulties, report.causes, report.proposals))


def _newest_in(place: Place) -> Q:
    """The newest version of each cell of the report."""
    wanted = owed(place)
    cells = Measurement.objects.filter(
        unit=place.unit, period=place.period, indicator__in=[one.indicator.pk for one in wanted]
    )
    mine = Q(pk__in=[])
    for agency in {one.agency_id for one in wanted}:
        mine |= Q(agency=agency)
    return Q(pk__in=cells.filter(mine).values("working_version"))


def _state_of(place: Place) -> str:
    """How a report stands after a decision: what still waits comes before what is done."""
    states = set(MeasurementVersion.objects.filter(_newest_in(place)).values_list("state", flat=True))
    for version, report in (
        (VersionState.RETURNED, ReportState.RETURNED),
        (VersionState.DRAFT, ReportState.DRAFT),
        (VersionState.WITHDRAWN, ReportState.DRAFT),
        (VersionState.SUBMITTED, ReportState.SUBMITTED),
    ):
        if version in states:
            return report
    return ReportState.APPROVED


@transaction.atomic
def approve_cells(*, place: Place, version_ids: Collection[int], by: User) -> int:
    """Approve exactly these versions; from now on they count. All of them or none.

    Raises ReportingError where one is no longer the newest of its cell or does not wait for approval, and
    where ``by`` entered or submitted it (architecture, convention 2; the database holds it too).
    """
    report = lock_report(place)
    versions = _waiting(place, version_ids)
    for version in versions:
        if by.pk in (version.entered_by_id, version.submitted_by_id):
            raise ReportingError(
                _("%(cell)s: nobody approves a value they entered or submitted; ask a second person.")
                % {"cell": version.measurement.indicator.code}
            )
    now = timezone.now()
    before = {
        each.measurement_id: each
        for each in MeasurementVersion.objects.filter(
            measurement__in=[version.measurement_id for version in versions], state=VersionState.APPROVED
        )
    }
    MeasurementVersion.objects.filter(pk__in=[each.pk for each in before.values()]).update(
        state=VersionState.SUPERSEDED
    )
    MeasurementVersion.objects.filter(pk__in=[each.pk for each in versions]).update(
        state=VersionState.APPROVED, approved_by=by, approved_at=now
    )
    cells = []
    for version in versions:
        cell = version.measurement
        for name in COUNTED_FIELDS:
            setattr(cell, name, getattr(version, name))
        cell.approved_version, cell.updated_at = version, now
        cells.append(cell)
    Measurement.objects.bulk_update(cells, [*COUNTED_FIELDS, "approved_version", "updated_at"])
    _trace_cells("approve", versions, by, before=before)
    _mark(place, cells)
    _settle(report, place)
    corrected = [version for version in versions if version.measurement_id in before]
    tell_corrected(corrected, place, state=VersionState.APPROVED)
    if report.state == ReportState.APPROVED:
        tell_approved(report, place)
    return len(versions)


@transaction.atomic
def return_cells(*, place: Place, version_ids: Collection[int], by: User, reason: str) -> int:
    """Give these versions back to who entered them; the reason is compulsory and stays readable."""
    report = lock_report(place)
    if not reason.strip():
        raise ReportingError(_("Say why the figures are returned."))
    versions = _waiting(place, version_ids)
    MeasurementVersion.objects.filter(pk__in=[each.pk for each in versions]).update(
        state=VersionState.RETURNED, returned_by=by, returned_at=timezone.now(), reason=reason.strip()
    )
    _trace_cells("return", versions, by, before={}, reason=reason.strip())
    _settle(report, place)
    return len(versions)


@transaction.atomic
def withdraw_cell(*, place: Place, version: MeasurementVersion, by: User, reason: str) -> None:
    """Take back the approved figure of a cell; the cell then has none, and the report waits for a new one."""
    report = lock_report(place)
    withdraw(version=version, by=by, reason=reason.strip())
    _settle(report, place)


def _waiting(place: Place, version_ids: Collection[int]) -> list[MeasurementVersion]:
    """These versions, locked; raises where one is not the newest submitted one of a cell of the report."""
    wanted = set(version_ids)
    if not wanted:
        raise ReportingError(_("Choose at least one figure."))
    versions = list(
        MeasurementVersion.objects.select_for_update(of=("self",))
        .filter(_newest_in(place), pk__in=wanted, state=VersionState.SUBMITTED)
        .select_related("measurement__indicator")
        .order_by("pk")
    )
    if len(versions) != len(wanted):
        raise ReportingError(
            _("Some of these figures were changed or decided on meanwhile. Look again; nothing was written.")
        )
    return versions


def _settle(report: Report, place: Place) -> None:
    report.state = _state_of(place)
    report.save(update_fields=["state"])
    note_change("report", report.pk, Operation.UPDATED, report.unit_id)


def _mark(place: Place, cells: list[Measurement]) -> None:
    if len(cells) > _JOBS_OF_THEIR_OWN:
        mark_stale(unit=place.unit, period=place.period)
        return
    for indicator in {cell.indicator_id for cell in cells}:
        mark_stale(
            unit=Unit(pk=place.unit.pk), indicator=Indicator(pk=indicator), period=Period(pk=place.period.pk)
        )


def _trace_cells(
    action: str,
    versions: list[MeasurementVersion],
    by: User,
    *,
    before: Mapping[int, MeasurementVersion],
    reason: str = "",
) -> None:
    AuditEntry.objects.bulk_create(
        [
            AuditEntry(
                actor=by,
                action=f"measurement.{action}",
                subject_type="measurement_version",
                subject_id=str(version.pk),
                unit_id=version.measurement.unit_id,
                before=numbers_of(before.get(version.measurement_id)),
                after=numbers_of(version),
                reason=reason,
            )
            for version in versions
        ]
    )
    if action == "approve":
        cells = [each.measurement for each in versions]
        note_changes(Noted("measurement", cell.pk, Operation.UPDATED, cell.unit_id) for cell in cells)


def _trace(report: Report, action: str, by: User, **words: Any) -> None:
    leave_trace(
        action=action,
        subject=report,
        operation=Operation.UPDATED,
        by=by,
        unit=Unit(pk=report.unit_id),
        **words,
    )


@transaction.atomic
def reopen_report(*, place: Place, by: User, reason: str, until: datetime.date) -> Report:
    """Open a locked report again by a recorded decision; after its last day it closes itself."""
    report = lock_report(place)
    if not place.is_locked:
        raise ReportingError(_("The report is not locked."))
    if not reason.strip():
        raise ReportingError(_("Say why the report is opened again."))
    if not today() <= until <= today() + LONGEST_REOPENING:
        raise ReportingError(
            _("Choose a last day from today to %(day)s.")
            % {"day": (today() + LONGEST_REOPENING).strftime("%d/%m/%Y")}
        )
    report.reopened_until = until
    report.save(update_fields=["reopened_until"])
    _trace(report, "reopen", by, after={"until": until.isoformat()}, reason=reason.strip())
    return report


@transaction.atomic
def lock_due_reports() -> int:
    """Nightly: write down which approved reports are past their lock day; answers how many are new.

    Whether a report is locked never waits for this: ``Place.is_locked`` asks the days themselves.
    """
    approved = Report.objects.filter(state=ReportState.APPROVED).exclude(reopened_until__gte=today())
    done = [
        report
        for report in approved.select_related("unit", "agency", "period").prefetch_related("period__due_days")
        if Place(report.unit, report.agency, report.period, report).is_locked
    ]
    note_changes(Noted("report", report.pk, Operation.UPDATED, report.unit_id) for report in done)
    return Report.objects.filter(pk__in=[report.pk for report in done]).update(state=ReportState.LOCKED)


def history_of(place: Place) -> QuerySet[AuditEntry]:
    """Every decision on the report, its cells and their evidence, newest first."""
    cells = {
        "measurement__unit": place.unit,
        "measurement__period": place.period,
        "measurement__agency": place.agency,
        "measurement__indicator__in": [one.indicator.pk for one in owed(place)],
    }
    versions = MeasurementVersion.objects.filter(**cells).values_list("pk", flat=True)
    files = Evidence.objects.filter(**cells).values_list("pk", flat=True)
    wanted = (
        Q(subject_type="measurement_version", subject_id__in=[str(pk) for pk in versions])
        | Q(subject_type="evidence", subject_id__in=[str(pk) for pk in files])
        | Q(subject_type="report", subject_id=str(place.report.pk if place.report else 0))
    )
    return AuditEntry.objects.filter(wanted).select_related("actor").order_by("-at", "-pk")
