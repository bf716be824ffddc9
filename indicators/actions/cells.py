"""The rows behind cells: reports locked, cells made, versions written; set by set, however many there are."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable, Sequence
from typing import Any, NamedTuple

from django.db.models import OuterRef, Q, Subquery
from django.utils import timezone

from accounts.actions.changes import Noted, note_changes
from accounts.models import User
from accounts.models.audit import Operation
from indicators.actions.reporting import DRAFT, CellValue
from indicators.entry.context import Context
from indicators.entry.places import BodyKey, Place
from indicators.models import (
    Answer,
    Measurement,
    MeasurementVersion,
    Provenance,
    Qualifier,
    Report,
    ReportState,
    VersionState,
)
from provinces import bulk

_BATCH = 2000


class Draft(NamedTuple):
    """A figure that stands and becomes the next version of its cell."""

    context: Context
    key: str
    cell: CellValue
    justification: str
    warnings: list[str]


def lock_report(place: Place) -> Report:
    """The report's row, made where there is none yet, and nobody else writes to it until this is done."""
    report, made = Report.objects.select_for_update().get_or_create(
        unit=place.unit, agency=place.agency, period=place.period
    )
    if made:
        note_reports([report], Operation.CREATED)
    place.report = report
    return report


def lock_reports(places: Sequence[Place]) -> None:
    """The same for many at once; in the order of their rows, so that no two people wait for each other."""
    if len(places) == 1:
        lock_report(places[0])
        return
    wanted: dict[BodyKey, Place] = {place.key: place for place in places}
    found = _locked(wanted)
    missing = [
        Report(unit=place.unit, agency=place.agency, period=place.period)
        for key, place in wanted.items()
        if key not in found
    ]
    if missing:
        # Somebody else may make one of them at this very moment.
        Report.objects.bulk_create(missing, ignore_conflicts=True, batch_size=_BATCH)
        known, found = set(found), _locked(wanted)
        note_reports([report for key, report in found.items() if key not in known], Operation.CREATED)
    for key, place in wanted.items():
        place.report = found[key]


def note_reports(reports: Iterable[Report], operation: str = Operation.UPDATED) -> None:
    """Tell of reports in the change feed."""
    note_changes(Noted("report", each.pk, operation, each.unit_id) for each in reports)


def _unit(draft: Draft) -> int:
    pk: int = draft.context.place.unit.pk
    return pk


def _locked(wanted: Collection[BodyKey]) -> dict[BodyKey, Report]:
    rows = Report.objects.select_for_update().filter(
        unit__in={unit for unit, _agency, _period in wanted},
        period__in={period for _unit, _agency, period in wanted},
    )
    own = Q(agency__isnull=True) | Q(agency__in={agency for _unit, agency, _period in wanted if agency})
    return {(each.unit_id, each.agency_id, each.period_id): each for each in rows.filter(own).order_by("pk")}


def write_drafts(drafts: Sequence[Draft], by: User, via: str) -> list[dict[str, Any]]:
    """The fields of the new versions, each the newest of its cell; their reports are drafts again.

    The reports are locked. Rows are written as values: making an object of each would cost more than writing.
    """
    if not drafts:
        return []
    now = timezone.now()
    # Their ids are known before the cells are made, so that a new cell points at its version from the start.
    ids = bulk.reserve(MeasurementVersion, len(drafts))
    stored = {
        n: draft.context.cells[draft.key]
        for n, draft in enumerate(drafts)
        if draft.key in draft.context.cells
    }
    new = [n for n in range(len(drafts)) if n not in stored]
    made = dict(zip(new, bulk.reserve(Measurement, len(new)), strict=True))
    bulk.insert_values(Measurement, [_cell(drafts[n], made[n], ids[n], now) for n in new])
    versions = [
        _version(draft, ids[n], stored[n].pk if n in stored else made[n], by, via, now)
        for n, draft in enumerate(drafts)
    ]
    bulk.insert_values(MeasurementVersion, versions)
    _point_at_newest([cell.pk for cell in stored.values()])
    _join_reports([(drafts[n].context.place, cell) for n, cell in stored.items()])
    reports = {draft.context.place.report for draft in drafts if draft.context.place.report}
    changed = [report for report in reports if report.state != ReportState.DRAFT]
    for report in changed:
        report.state = ReportState.DRAFT
    if changed:
        Report.objects.filter(pk__in=[report.pk for report in changed]).update(state=ReportState.DRAFT)
    note_changes(
        [
            *(Noted("measurement", pk, Operation.CREATED, _unit(drafts[n])) for n, pk in made.items()),
            *(Noted("report", each.pk, Operation.UPDATED, each.unit_id) for each in changed),
            *(Noted(DRAFT, each.pk, Operation.UPDATED, each.unit_id) for each in reports),
        ]
    )
    return versions


def _cell(draft: Draft, pk: int, version: int, now: datetime.datetime) -> dict[str, Any]:
    place, one = draft.context.place, draft.context.owed[draft.key]
    return {
        "id": pk,
        "indicator_id": one.indicator.pk,
        "unit_id": place.unit.pk,
        "level": one.level,
        "period_id": place.period.pk,
        "agency_id": one.agency_id,
        "definition_id": one.definition.pk,
        "report_id": place.report.pk if place.report else None,
        "working_version_id": version,
        "answer": Answer.UNANSWERED.value,
        "missing_reason": "",
        "qualifier": Qualifier.OFFICIAL.value,
        "provenance": Provenance.REPORTED.value,
        "updated_at": now,
    }


def _version(draft: Draft, pk: int, cell: int, by: User, via: str, now: datetime.datetime) -> dict[str, Any]:
    before = draft.context.working(draft.key)
    definition, given = draft.context.owed[draft.key].definition, draft.cell
    return {
        "id": pk,
        "measurement_id": cell,
        "number": before.number + 1 if before else 1,
        "state": VersionState.DRAFT.value,
        "definition_id": definition.pk,
        "is_capped": definition.numerator_within_denominator,
        "answer": given.answer,
        "missing_reason": given.missing_reason,
        "numerator": given.numerator,
        "denominator": given.denominator,
        "value": given.value,
        "qualifier": given.qualifier,
        "provenance": given.provenance,
        "note": given.note,
        "via": via,
        "warnings": draft.warnings,
        "justification": draft.justification,
        "reason": "",
        "entered_by_id": by.pk,
        "entered_at": now,
    }


def _point_at_newest(cells: Collection[int]) -> None:
    """Set by set: a value for each row in one statement would grow with every row."""
    newest = MeasurementVersion.objects.filter(measurement=OuterRef("pk")).order_by("-number")
    if cells:
        Measurement.objects.filter(pk__in=cells).update(working_version=Subquery(newest.values("pk")[:1]))


def _join_reports(cells: Sequence[tuple[Place, Measurement]]) -> None:
    """Cells of the time before reports, or made by a figure of the administration, now belong to one."""
    loose: dict[Report, list[int]] = {}
    for place, cell in cells:
        if cell.report_id is None and place.report is not None:
            loose.setdefault(place.report, []).append(cell.pk)
    for report, ids in loose.items():
        Measurement.objects.filter(pk__in=ids).update(report=report)
    note_reports(loose)
