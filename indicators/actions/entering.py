"""Saving the cells of reports: many at once, each refused or written on its own."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from indicators.actions.cells import Draft, lock_report, lock_reports, note_reports, write_drafts
from indicators.actions.reporting import ReportingError
from indicators.entry.context import Context, contexts_of
from indicators.entry.findings import Finding, needs_justification
from indicators.entry.outcomes import (
    CONFLICT,
    REFUSED,
    SAVED,
    UNCHANGED,
    Checked,
    Outcome,
    Typed,
)
from indicators.entry.places import Place
from indicators.entry.reading import CellInput, plain_text
from indicators.models import MeasurementVersion, Report, ReportState

__all__ = [
    "CONFLICT",
    "REFUSED",
    "SAVED",
    "UNCHANGED",
    "CellInput",
    "NotWhole",
    "Outcome",
    "check_reports",
    "save_cells",
    "save_narrative",
    "save_reports",
]
Work = Sequence[tuple[Place, Sequence[CellInput]]]
"""Reports with the cells typed into each; no report stands in it twice."""


def save_cells(*, place: Place, inputs: Sequence[CellInput], by: User, via: str) -> list[Outcome]:
    """Check the cells of one report and write those that stand as new drafts, in a fixed number of queries.

    The caller has asked whether ``by`` may enter in the report. Two people saving at once act one after the
    other: the report's row is locked.
    """
    with transaction.atomic():
        lock_report(place)
        judged = _judged([(place, inputs)])
        _write(judged, by, via)
    return judged[0][1]


class NotWhole(ReportingError):  # noqa: N818 (a state, told to its reader)
    """Some cells were refused or are in conflict, so none was written; ``outcomes`` says which, by report."""

    def __init__(self, outcomes: list[list[Outcome]]) -> None:
        super().__init__(_("Nothing was written, for some rows were refused; mend them and send all again."))
        self.outcomes = outcomes


@transaction.atomic
def save_reports(*, work: Work, by: User, via: str, whole: bool) -> list[list[Outcome]]:
    """The same for many reports at once, in a number of queries that only grows with the periods.

    ``whole``: all cells are written or, with NotWhole, none. A cell that was changed since the version it is
    built on is a conflict, even where it says again what stood there then: a machine means what it says.
    """
    lock_reports([place for place, _inputs in work])
    judged = _judged(work, strictly=True)
    outcomes = [outcomes for _typed, outcomes in judged]
    if whole and any(each.state in (REFUSED, CONFLICT) for listed in outcomes for each in listed):
        raise NotWhole(outcomes)
    _write(judged, by, via)
    return outcomes


def _write(judged: Sequence[tuple[Typed, list[Outcome]]], by: User, via: str) -> None:
    saved = [
        (typed.context, given, outcome)
        for typed, outcomes in judged
        for given, outcome in zip(typed.inputs, outcomes, strict=True)
        if outcome.state == SAVED and outcome.cell
    ]
    versions = write_drafts([_draft(*each) for each in saved], by, via)
    for (_context, _given, outcome), fields in zip(saved, versions, strict=True):
        outcome.version = MeasurementVersion(**fields)


def check_reports(work: Work, *, strictly: bool = False) -> list[list[Outcome]]:
    """What would become of the cells of many reports; nothing is written."""
    return [outcomes for _typed, outcomes in _judged(work, strictly)]


def _judged(work: Work, strictly: bool = False) -> list[tuple[Typed, list[Outcome]]]:
    contexts = contexts_of([place for place, _inputs in work])
    typed = [Typed(context, inputs) for context, (_place, inputs) in zip(contexts, work, strict=True)]
    # Without them nothing counts as left alone.
    shown = {} if strictly else _versions([seen for each in typed for seen in each.built_on_older()])
    return [(each, each.judge(shown)) for each in typed]


def _versions(wanted: Collection[tuple[int, int]]) -> dict[tuple[int, int], MeasurementVersion]:
    """The versions of these cells with these numbers; most of the time none are asked for."""
    if not wanted:
        return {}
    cells, numbers = {cell for cell, _number in wanted}, {number for _cell, number in wanted}
    versions = MeasurementVersion.objects.filter(measurement__in=cells, number__in=numbers)
    return {(each.measurement_id, each.number): each for each in versions}


def _draft(context: Context, given: CellInput, outcome: Outcome) -> Draft:
    assert outcome.cell is not None  # noqa: S101 (a saved outcome carries what was read)
    warnings = [each.code for each in needs_justification(outcome.findings)]
    return Draft(context, outcome.key, outcome.cell, plain_text(given.justification), warnings)


@transaction.atomic
def save_checked(
    *, work: Sequence[tuple[Place, Sequence[Checked]]], by: User, via: str
) -> list[list[tuple[Checked, Finding]]]:
    """Write what a dry run found good, report by report: whole, or not at all where it has changed since.

    Answers for each report what stands in the way. What was written already is none the second time. The
    caller has asked whether ``by`` may enter in these reports.
    """
    lock_reports([place for place, _checked in work])
    contexts = contexts_of([place for place, _checked in work], with_history=False)
    obstacles, drafts = [], []
    for context, (_place, checked) in zip(contexts, work, strict=True):
        found = [(each, obstacle) for each in checked if (obstacle := each.obstacle(context)) is not None]
        obstacles.append(found)
        if not found:
            drafts += [
                Draft(context, each.key, each.cell, each.justification, each.warnings)
                for each in checked
                if not each.is_written(context)
            ]
    write_drafts(drafts, by, via)
    return obstacles


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
    note_reports([report])
    return report
