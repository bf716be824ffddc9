"""Saving the cells of reports: many at once, each refused or written on its own."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from django.db import transaction
from django.db.models import OuterRef, Q, Subquery
from django.utils import timezone

from accounts.models import Change, User
from accounts.models.audit import Operation
from indicators.entry.context import Context, contexts_of
from indicators.entry.findings import needs_justification
from indicators.entry.outcomes import CONFLICT, CONTENT, REFUSED, SAVED, UNCHANGED, Outcome, Typed
from indicators.entry.places import BodyKey, Owed, Place
from indicators.entry.reading import CellInput, plain_text
from indicators.models import Measurement, MeasurementVersion, Report, ReportState
from provinces import bulk

__all__ = [
    "CONFLICT",
    "REFUSED",
    "SAVED",
    "UNCHANGED",
    "CellInput",
    "Outcome",
    "save_cells",
    "save_narrative",
]
_BATCH = 2000
Work = Sequence[tuple[Place, Sequence[CellInput]]]
"""Reports with the cells typed into each; no report stands in it twice."""


def save_cells(
    *, place: Place, inputs: Sequence[CellInput], by: User, via: str, write: bool = True
) -> list[Outcome]:
    """Check the cells of one report and write those that stand; see `save_reports`."""
    return save_reports(work=[(place, inputs)], by=by, via=via, write=write)[0]


@transaction.atomic
def save_reports(
    *, work: Work, by: User, via: str, write: bool = True, whole: bool = False
) -> list[list[Outcome]]:
    """Check cells by the rule table and write those that stand as new drafts, in a fixed number of queries.

    ``write=False`` answers the same without writing anything; with ``whole`` a report of which one cell is
    refused is not written at all. The caller has asked whether ``by`` may enter in these reports. Two people
    saving at once act one after the other: the reports' rows are locked.
    """
    places = [place for place, _inputs in work]
    if write:
        lock_reports(places)
    contexts = contexts_of(places)
    typed = [Typed(context, inputs) for context, (_place, inputs) in zip(contexts, work, strict=True)]
    shown = _versions([seen for each in typed for seen in each.built_on_older()])
    judged = [each.judge(shown) for each in typed]
    if write:
        _write(
            [
                (each.context, list(zip(each.inputs, outcomes, strict=True)))
                for each, outcomes in zip(typed, judged, strict=True)
                if not whole or not any(one.state in (REFUSED, CONFLICT) for one in outcomes)
            ],
            by,
            via,
        )
    return judged


def _versions(wanted: Collection[tuple[int, int]]) -> dict[tuple[int, int], MeasurementVersion]:
    """The versions of these cells with these numbers; most of the time none are asked for."""
    if not wanted:
        return {}
    cells, numbers = {cell for cell, _number in wanted}, {number for _cell, number in wanted}
    versions = MeasurementVersion.objects.filter(measurement__in=cells, number__in=numbers)
    return {(each.measurement_id, each.number): each for each in versions}


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


def _locked(wanted: dict[BodyKey, Place]) -> dict[BodyKey, Report]:
    rows = Report.objects.select_for_update().filter(
        unit__in={unit for unit, _agency, _period in wanted},
        period__in={period for _unit, _agency, period in wanted},
    )
    own = Q(agency__isnull=True) | Q(agency__in={agency for _unit, agency, _period in wanted if agency})
    return {(each.unit_id, each.agency_id, each.period_id): each for each in rows.filter(own).order_by("pk")}


Judged = tuple[Context, Sequence[tuple[CellInput, Outcome]]]


def _write(judged: Sequence[Judged], by: User, via: str) -> None:
    saved = [
        (context, given, outcome)
        for context, pairs in judged
        for given, outcome in pairs
        if outcome.state == SAVED
    ]
    if not saved:
        return
    _make_cells([(context, outcome.key) for context, _given, outcome in saved])
    versions = [_new_version(context, given, outcome, by, via) for context, given, outcome in saved]
    bulk.insert(versions)
    for (_context, _given, outcome), version in zip(saved, versions, strict=True):
        version.measurement.working_version = version
        outcome.version = version
    _point_at_newest([version.measurement for version in versions])
    _join_reports([(context, context.cells[outcome.key]) for context, _given, outcome in saved])
    reports = {context.place.report for context, _given, _outcome in saved if context.place.report}
    changed = [report for report in reports if report.state != ReportState.DRAFT]
    for report in changed:
        report.state = ReportState.DRAFT
    if changed:
        Report.objects.filter(pk__in=[report.pk for report in changed]).update(state=ReportState.DRAFT)


def _make_cells(wanted: Sequence[tuple[Context, str]]) -> None:
    """The cells that nothing was saved in yet."""
    new = [(context, key) for context, key in wanted if key not in context.cells]
    made = [_new_cell(context.place, context.owed[key]) for context, key in new]
    bulk.insert(made)
    for (context, key), cell in zip(new, made, strict=True):
        context.cells[key] = cell
    now = timezone.now()
    bulk.insert(
        [
            Change(resource="measurement", object_id=cell.pk, operation=Operation.CREATED, at=now)
            for cell in made
        ]
    )


def _point_at_newest(cells: Sequence[Measurement]) -> None:
    """Set by set: a value for each row in one statement would grow with every row."""
    newest = MeasurementVersion.objects.filter(measurement=OuterRef("pk")).order_by("-number")
    ids = [cell.pk for cell in cells]
    Measurement.objects.filter(pk__in=ids).update(working_version=Subquery(newest.values("pk")[:1]))


def _join_reports(cells: Sequence[tuple[Context, Measurement]]) -> None:
    """Cells of the time before reports, or made by a figure of the administration, now belong to one."""
    loose: dict[int, list[int]] = {}
    for context, cell in cells:
        if cell.report_id is None and context.place.report is not None:
            loose.setdefault(context.place.report.pk, []).append(cell.pk)
    for report, ids in loose.items():
        Measurement.objects.filter(pk__in=ids).update(report=report)


def _new_cell(place: Place, one: Owed) -> Measurement:
    return Measurement(
        indicator=one.indicator,
        unit=place.unit,
        level=one.level,
        period=place.period,
        agency_id=one.agency_id,
        definition=one.definition,
        report=place.report,
    )


def _new_version(
    context: Context, given: CellInput, outcome: Outcome, by: User, via: str
) -> MeasurementVersion:
    cell, definition = outcome.cell, context.owed[outcome.key].definition
    assert cell is not None  # noqa: S101 (a saved outcome carries what was read)
    before = context.working(outcome.key)
    return MeasurementVersion(
        measurement=context.cells[outcome.key],
        number=before.number + 1 if before else 1,
        definition=definition,
        is_capped=definition.numerator_within_denominator,
        entered_by=by,
        via=via,
        warnings=[each.code for each in needs_justification(outcome.findings)],
        justification=plain_text(given.justification),
        **{name: getattr(cell, name) for name in CONTENT},
    )


@transaction.atomic
def save_narrative(
    *, place: Place, by: User, results: str, difficulties: str, causes: str, proposals: str
) -> Report:
    """The words of a report; a unit may report words only."""
    report = lock_report(place)
    if not place.is_open:
        return report
    report.results, report.difficulties = results.strip(), difficulties.strip()
    report.causes, report.proposals = causes.strip(), proposals.strip()
    if report.state == ReportState.NOT_STARTED:
        report.state = ReportState.DRAFT
    report.save(update_fields=["results", "difficulties", "causes", "proposals", "state"])
    return report
