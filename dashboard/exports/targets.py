"""Targets, what bodies reported for one, and late reports as tables with the words of their pages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from dashboard.overview import Overview
from dashboard.rows import Row
from dashboard.target_page import Cell as ReportedCell
from dashboard.target_page import TargetPage
from indicators import figures
from indicators.discipline import Discipline
from indicators.exports import Cell, Exact, Table, yes
from indicators.models import Provenance
from provinces.models import Unit


def figure_cells(row: Row) -> Iterator[Cell]:
    """Result, its unit, numerator and denominator; words where there is no number."""
    judged = row.attainment
    if row.value is None or row.measure.value_type == "boolean":
        yield row.value_text
    else:
        yield Exact(row.value, row.places)
    yield figures.unit_word(row.measure.unit)
    for number in (judged.numerator, judged.denominator):
        yield None if number is None else Exact(number, None)


def target_table(page: TargetPage) -> Table:
    """One target over time: every judged period of its kind, the newest first."""
    title = f"{page.target.name}, {page.target.unit.name}"
    columns = [
        *(_("Period"), _("Result"), _("Unit of measure"), _("Numerator"), _("Denominator"), _("Plan")),
        *(_("State"), _("Notes"), _("Illustrative data")),
    ]
    return Table(title, columns, _over_time(page.rows), [page.target.document.number])


def _over_time(rows: Iterable[Row]) -> list[list[Cell]]:
    return [
        [
            figures.period(row.attainment.period.code, row.attainment.period.name_vi),
            *figure_cells(row),
            row.asked_text,
            figures.status(row.status),
            "; ".join(row.notes),
            yes(row.is_value_illustrative),
        ]
        for row in rows
    ]


def cells_table(page: TargetPage) -> Table:
    """What the bodies reported for the target, as far as the page lists it for this person."""
    columns = [
        *(_("Body"), _("Level"), _("Numerator"), _("Denominator"), _("Figure"), _("Unit of measure")),
        *(_("Version"), _("Illustrative data")),
    ]
    period = page.cells_period
    when = figures.period(period.code, period.name_vi) if period else ""
    about = [f"{_('What the bodies reported')} · {when}", page.target.document.number]
    title = f"{page.target.name}, {_('What the bodies reported')}, {when}"
    return Table(title, columns, [_reported(each) for each in page.cells], about)


def _reported(each: ReportedCell) -> list[Cell]:
    cell = each.measurement
    has_number = each.value is not None and each.measure.value_type != "boolean"
    has_parts = bool(each.numerator)
    return [
        str(cell.agency) if cell.agency else cell.unit.name,
        figures.level(cell.level, cell.unit.tier),
        Exact(cell.numerator, None) if has_parts and cell.numerator is not None else None,
        Exact(cell.denominator, None) if has_parts and cell.denominator is not None else None,
        Exact(each.value, each.measure.decimals) if has_number and each.value is not None else each.text,
        figures.unit_word(each.measure.unit),
        cell.approved_version.number if cell.approved_version else None,
        yes(cell.provenance == Provenance.ILLUSTRATIVE),
    ]


def late_table(unit: Unit, page: Overview) -> Table:
    """The bodies whose report of the period is late or has not been sent, the latest first."""
    columns = [_("Body"), _("State"), _("Due day"), _("Days late")]
    rows: list[list[Cell]] = [
        [
            each.name,
            pgettext("a report", "not sent") if each.discipline == Discipline.MISSING else _("sent late"),
            each.due_on,
            each.days,
        ]
        for each in page.discipline.late
    ]
    period = page.board.period
    name = figures.period(period.code, period.name_vi)
    return Table(f"{_('Reporting discipline')}, {unit.name}, {name}", columns, rows)
