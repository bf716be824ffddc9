"""Two to six units side by side over the periods of one kind: a chart and its table."""

from __future__ import annotations

from dataclasses import dataclass

from accounts.permissions import Principal
from dashboard import choosing
from dashboard.lines import MOST, Line, LineChart, Point, line_chart
from dashboard.measured import Choice
from dashboard.ranking import chosen
from dashboard.unit_rows import UnitRow, unit_row
from indicators.models import Period
from indicators.unit_figures import figures_of
from provinces.models import Unit

MOST_PERIODS = 12


@dataclass(frozen=True)
class ComparedRow:
    """One period with the figure of each unit, in the order of the columns."""

    period: Period
    period_text: str
    cells: list[UnitRow]


@dataclass(frozen=True)
class Comparison:
    units: list[Unit]
    rows: list[ComparedRow]
    chart: LineChart | None


def compared(user: Principal, choice: Choice, refs: list[str]) -> Comparison | None:
    """The chosen units over the last periods of the kind looked at, newest first; None without two of them.

    Only what each unit reported or pooled as it was then: what is restated has a page of its own.
    """
    units = chosen(choice.units, refs, MOST)
    if len(units) < 2 or choice.indicator is None or choice.period is None:
        return None
    periods = [each for each in choice.periods if each.kind == choice.period.kind][:MOST_PERIODS]
    ids = [each.pk for each in periods]
    found = figures_of(choice.indicator, choice.level, [unit.pk for unit in units], ids, who=user)
    as_reported = {key: each for key, each in found.items() if not each.is_restated}
    measure = choice.measure
    rows = [
        ComparedRow(
            period,
            choosing.period_text(period),
            [unit_row(unit, as_reported.get((unit.pk, period.pk)), measure) for unit in units],
        )
        for period in periods
        if any((unit.pk, period.pk) in as_reported for unit in units)
    ]
    in_time = rows[::-1]
    lines = [
        Line(
            unit.place_name,
            [
                Point(place, cell.value, cell.text)
                for place, row in enumerate(in_time)
                if (cell := row.cells[column]).is_value and cell.value is not None
            ],
        )
        for column, unit in enumerate(units)
    ]
    drawable = any(line.points for line in lines)
    chart = None
    if drawable:
        chart = line_chart(lines, [row.period_text for row in in_time], is_rank=measure.is_rank)
    return Comparison(units, rows, chart)
