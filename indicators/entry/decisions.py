"""The approval page and the history as they are shown."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import AuditEntry, User
from indicators import figures
from indicators.entry.context import figure
from indicators.entry.findings import Code
from indicators.entry.grid import GridRow, grid_rows
from indicators.entry.numbers import write_number
from indicators.entry.rows import EntryRow
from indicators.models import Answer, Measurement, MeasurementVersion, VersionState


@dataclass
class ReviewRow:
    """One cell before its approver."""

    grid: GridRow
    difference: str
    warnings: list[str]
    is_waiting: bool
    is_own: bool

    @property
    def version(self) -> MeasurementVersion | None:
        return self.grid.row.working


def review_rows(rows: Iterable[EntryRow], who: Any) -> list[ReviewRow]:
    """The cells of a report with what an approver weighs; own entries cannot be approved."""
    shown = []
    for grid in grid_rows(rows):
        version = grid.row.working
        shown.append(
            ReviewRow(
                grid=grid,
                difference=_difference(grid.row),
                warnings=[str(Code(each).label) for each in (version.warnings if version else [])],
                is_waiting=version is not None and version.state == VersionState.SUBMITTED,
                is_own=version is not None
                and isinstance(who, User)
                and who.pk in (version.entered_by_id, version.submitted_by_id),
            )
        )
    return shown


def _difference(row: EntryRow) -> str:
    """Now less the period before; points between two rates."""
    if not _has_figure(row.working) or not _has_figure(row.last):
        return figures.ABSENT
    definition = row.definition
    assert row.working is not None  # noqa: S101 (asked above)
    assert row.last is not None  # noqa: S101
    change: Fraction = figure(row.working, definition.ratio_factor) - figure(
        row.last, definition.ratio_factor
    )
    unit = "%" if definition.unit_of_measure == "%" else ""
    return figures.difference(change, unit, definition.decimals)


def _has_figure(cell: Measurement | MeasurementVersion | None) -> bool:
    if cell is None or cell.answer != Answer.VALUE:
        return False
    return cell.value is not None or bool(cell.denominator)


@dataclass
class Line:
    """One decision of the history, in words."""

    at: datetime
    who: str
    what: str
    subject: str
    before: str
    after: str
    reason: str


def lines(entries: Iterable[AuditEntry]) -> list[Line]:
    """The decisions in words, in two queries."""
    listed = list(entries)
    ids = [int(each.subject_id) for each in listed if each.subject_type == "measurement_version"]
    cells = {
        str(version.pk): version.measurement.indicator.code
        for version in MeasurementVersion.objects.filter(pk__in=ids).select_related("measurement__indicator")
    }
    return [
        Line(
            at=each.at,
            who=str(each.actor or ""),
            what=_decision(each.action),
            subject=_subject(each, cells),
            before=_numbers(each.before),
            after=_numbers(each.after),
            reason=each.reason,
        )
        for each in listed
    ]


def _subject(entry: AuditEntry, cells: dict[str, str]) -> str:
    """The code of the indicator, the name of the file, or the report as a whole."""
    if entry.subject_type == "evidence":
        told = entry.after or entry.before or {}
        return str(told.get("name", ""))
    return cells.get(entry.subject_id, "") if entry.subject_type != "report" else _("Report")


def _decision(action: str) -> str:
    return {
        "measurement.approve": _("Approved"),
        "measurement.return": _("Returned"),
        "measurement.withdraw": _("Withdrawn"),
        "evidence.attach": _("Evidence attached"),
        "evidence.remove": _("Evidence removed"),
        "report.submit": _("Sent for approval"),
        "report.reopen": _("Opened again"),
    }.get(action, action)


def _numbers(kept: dict[str, Any] | None) -> str:
    """The numbers of an audit row as they were, in the reader's words."""
    if not kept or "answer" not in kept:
        return ""
    if kept["answer"] != Answer.VALUE:
        return figures.missing(kept.get("missing_reason") or kept["answer"])
    if kept.get("value") is not None:
        return write_number(Decimal(kept["value"]))
    return f"{write_number(Decimal(kept['numerator']))}/{write_number(Decimal(kept['denominator']))}"
