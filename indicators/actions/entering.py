"""Saving the cells of a report: many at once, each refused or written on its own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Change, User
from accounts.models.audit import Operation
from indicators.actions.reporting import CellValue
from indicators.entry.context import Context, context_of
from indicators.entry.findings import Code, Finding, blocks_saving, finding, needs_justification
from indicators.entry.places import Owed, Place
from indicators.entry.reading import CellInput, read_cell
from indicators.entry.rules import check
from indicators.models import (
    Measurement,
    MeasurementVersion,
    Report,
    ReportState,
    VersionState,
)

__all__ = ["CellInput", "Outcome", "save_cells", "save_narrative"]
SAVED, UNCHANGED, REFUSED, CONFLICT = "saved", "unchanged", "refused", "conflict"
_CONTENT = ("answer", "missing_reason", "numerator", "denominator", "value", "qualifier", "note")


@dataclass
class Outcome:
    """What became of one cell. ``version`` is the newest stored one; in a conflict it is somebody else's."""

    key: str
    state: str
    findings: list[Finding] = field(default_factory=list)
    version: MeasurementVersion | None = None
    cell: CellValue | None = None


@transaction.atomic
def save_cells(
    *, place: Place, inputs: Sequence[CellInput], by: User, via: str, write: bool = True
) -> list[Outcome]:
    """Check cells by the rule table and write those that stand as new drafts, in a fixed number of queries.

    ``write=False`` answers the same without writing anything. The caller has asked whether ``by`` may enter
    here. Two people saving at once act one after the other: the report's row is locked.
    """
    if write:
        lock_report(place)
    context = context_of(place)
    read = {
        given.key: read_cell(given, context.owed[given.key].definition)
        for given in inputs
        if given.key in context.owed
    }
    times = Counter(given.key for given in inputs)
    typed = {key: cell for key, (cell, _findings) in read.items() if cell.answer}
    outcomes = [
        _judge(given, read.get(given.key), typed, context)
        if times[given.key] == 1
        else _repeated(given, context)
        for given in inputs
    ]
    if write:
        _write(place, context, list(zip(inputs, outcomes, strict=True)), by, via)
    return outcomes


def lock_report(place: Place) -> Report:
    """The report's row, made where there is none yet, and nobody else writes to it until this is done."""
    report, _made = Report.objects.select_for_update().get_or_create(
        unit=place.unit, agency=place.agency, period=place.period
    )
    place.report = report
    return report


def _judge(
    given: CellInput,
    read: tuple[CellValue, list[Finding]] | None,
    typed: Mapping[str, CellValue],
    context: Context,
) -> Outcome:
    working = context.working(given.key)
    if read is None:
        place_findings = check(context.case(given.key, CellValue(answer=given.meant), {}))
        return Outcome(given.key, REFUSED, place_findings, working)
    cell, findings = read
    if not cell.answer:
        if working is None or working.state == VersionState.WITHDRAWN:
            return Outcome(given.key, UNCHANGED)
        empty = finding(Code.NUMBER_MISSING, _("Write the figure, or say why there is none."))
        return Outcome(given.key, REFUSED, [empty], working, cell)
    findings = findings or check(context.case(given.key, cell, typed))
    if working is not None and _is_same(given, cell, working):
        return Outcome(given.key, UNCHANGED, findings, working, cell)
    if given.base is not None and given.base != (working.number if working else 0):
        changed = finding(
            Code.CONFLICT, _("Somebody else changed this cell meanwhile; choose which figure stays.")
        )
        return Outcome(given.key, CONFLICT, [changed], working, cell)
    state = REFUSED if blocks_saving(findings) else SAVED
    return Outcome(given.key, state, findings, working, cell)


def _repeated(given: CellInput, context: Context) -> Outcome:
    """Two figures for one cell: neither is written, for nobody can know which was meant."""
    twice = finding(Code.REPEATED, _("This cell stands here more than once; keep one of its figures."))
    return Outcome(given.key, REFUSED, [twice], context.working(given.key))


def _is_same(given: CellInput, cell: CellValue, working: MeasurementVersion) -> bool:
    if working.state == VersionState.WITHDRAWN or working.justification != given.justification.strip():
        return False
    return all(getattr(working, name) == getattr(cell, name) for name in _CONTENT)


def _write(
    place: Place, context: Context, judged: Sequence[tuple[CellInput, Outcome]], by: User, via: str
) -> None:
    saved = [(given, outcome) for given, outcome in judged if outcome.state == SAVED]
    if not saved:
        return
    now = timezone.now()
    new = [outcome.key for _given, outcome in saved if outcome.key not in context.cells]
    made = [_new_cell(place, context.owed[key]) for key in new]
    for cell in Measurement.objects.bulk_create(made):
        context.cells[f"{cell.indicator.code}:{cell.level}"] = cell
    versions = [_new_version(context, given, outcome, by, via) for given, outcome in saved]
    MeasurementVersion.objects.bulk_create(versions)
    for version in versions:
        version.measurement.working_version = version
        version.measurement.report = place.report
    Measurement.objects.bulk_update([each.measurement for each in versions], ["working_version", "report"])
    for (_given, outcome), version in zip(saved, versions, strict=True):
        outcome.version = version
    Change.objects.bulk_create(
        [
            Change(resource="measurement", object_id=cell.pk, operation=Operation.CREATED, at=now)
            for cell in made
        ]
    )
    report = place.report
    if report is not None and report.state != ReportState.DRAFT:
        report.state = ReportState.DRAFT
        report.save(update_fields=["state"])


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
        justification=given.justification.strip(),
        **{name: getattr(cell, name) for name in _CONTENT},
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
