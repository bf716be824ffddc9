"""The rows behind cells: reports locked, cells made, versions written; set by set, however many there are."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

from django.db.models import OuterRef, Q, Subquery
from django.utils import timezone

from accounts.models import Change, User
from accounts.models.audit import Operation
from indicators.actions.reporting import CellValue
from indicators.entry.context import Context
from indicators.entry.outcomes import CONTENT
from indicators.entry.places import BodyKey, Owed, Place
from indicators.models import Measurement, MeasurementVersion, Report, ReportState
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
    report, _made = Report.objects.select_for_update().get_or_create(
        unit=place.unit, agency=place.agency, period=place.period
    )
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
        found = _locked(wanted)
    for key, place in wanted.items():
        place.report = found[key]


def _locked(wanted: Collection[BodyKey]) -> dict[BodyKey, Report]:
    rows = Report.objects.select_for_update().filter(
        unit__in={unit for unit, _agency, _period in wanted},
        period__in={period for _unit, _agency, period in wanted},
    )
    own = Q(agency__isnull=True) | Q(agency__in={agency for _unit, agency, _period in wanted if agency})
    return {(each.unit_id, each.agency_id, each.period_id): each for each in rows.filter(own).order_by("pk")}


def write_drafts(drafts: Sequence[Draft], by: User, via: str) -> list[MeasurementVersion]:
    """The new versions, each the newest of its cell; their reports are drafts again. Needs their locks."""
    if not drafts:
        return []
    # Their ids are known before the cells are made, so that a new cell points at its version from the start.
    ids = bulk.reserve(MeasurementVersion, len(drafts))
    numbers = [_next_number(draft) for draft in drafts]
    pairs = list(zip(drafts, ids, strict=True))
    stored = [draft.context.cells[draft.key].pk for draft in drafts if draft.key in draft.context.cells]
    _make_cells([(draft, pk) for draft, pk in pairs if draft.key not in draft.context.cells])
    versions = [
        _version(draft, pk, number, by, via) for draft, pk, number in zip(drafts, ids, numbers, strict=True)
    ]
    bulk.insert(versions)
    _point_at_newest(stored)
    _join_reports(drafts)
    for version in versions:
        version.measurement.working_version = version
    reports = {draft.context.place.report for draft in drafts if draft.context.place.report}
    changed = [report for report in reports if report.state != ReportState.DRAFT]
    for report in changed:
        report.state = ReportState.DRAFT
    if changed:
        Report.objects.filter(pk__in=[report.pk for report in changed]).update(state=ReportState.DRAFT)
    return versions


def _next_number(draft: Draft) -> int:
    before = draft.context.working(draft.key)
    return before.number + 1 if before else 1


def _make_cells(wanted: Sequence[tuple[Draft, int]]) -> None:
    """The cells that nothing was saved in yet, each pointing at the version that is about to be written."""
    made = [_new_cell(draft.context.place, draft.context.owed[draft.key], pk) for draft, pk in wanted]
    bulk.insert(made)
    for (draft, _pk), cell in zip(wanted, made, strict=True):
        draft.context.cells[draft.key] = cell
    now = timezone.now()
    bulk.insert_values(
        Change,
        ("resource", "object_id", "operation", "at"),
        [("measurement", cell.pk, Operation.CREATED.value, now) for cell in made],
    )


def _new_cell(place: Place, one: Owed, version: int) -> Measurement:
    return Measurement(
        indicator=one.indicator,
        unit=place.unit,
        level=one.level,
        period=place.period,
        agency_id=one.agency_id,
        definition=one.definition,
        report=place.report,
        working_version_id=version,
    )


def _version(draft: Draft, pk: int, number: int, by: User, via: str) -> MeasurementVersion:
    definition = draft.context.owed[draft.key].definition
    return MeasurementVersion(
        pk=pk,
        measurement=draft.context.cells[draft.key],
        number=number,
        definition=definition,
        is_capped=definition.numerator_within_denominator,
        entered_by=by,
        via=via,
        warnings=draft.warnings,
        justification=draft.justification,
        **{name: getattr(draft.cell, name) for name in CONTENT},
    )


def _point_at_newest(cells: Collection[int]) -> None:
    """Set by set: a value for each row in one statement would grow with every row."""
    newest = MeasurementVersion.objects.filter(measurement=OuterRef("pk")).order_by("-number")
    if cells:
        Measurement.objects.filter(pk__in=cells).update(working_version=Subquery(newest.values("pk")[:1]))


def _join_reports(drafts: Sequence[Draft]) -> None:
    """Cells of the time before reports, or made by a figure of the administration, now belong to one."""
    loose: dict[int, list[int]] = {}
    for draft in drafts:
        cell, report = draft.context.cells[draft.key], draft.context.place.report
        if cell.report_id is None and report is not None:
            loose.setdefault(report.pk, []).append(cell.pk)
    for report_id, ids in loose.items():
        Measurement.objects.filter(pk__in=ids).update(report=report_id)
