"""One unit's series through mergers: as reported then beside what compares with the unit of today."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db.models import Q
from django.utils.translation import gettext

from accounts.permissions import OPEN_TIERS, Principal, units_read_by
from dashboard import choosing
from dashboard.choosing import Option, OptionGroup
from dashboard.lines import Line, LineChart, Point, line_chart
from dashboard.measured import Choice, fill
from dashboard.unit_rows import UnitRow, unit_row
from indicators import figures
from indicators.models import Period, PeriodKind
from indicators.restated_series import (
    Lineage,
    SeriesPeriod,
    lineage_of,
    readable,
    series_of,
    why_words,
)
from provinces.dates import today
from provinces.models import Tier, Unit


@dataclass(frozen=True)
class SeriesRow:
    """One period: the figure of each unit as reported then, and restated to today's unit or why not."""

    period: Period
    period_text: str
    cells: list[UnitRow | None]
    restated: UnitRow | None
    is_pooled_back: bool
    why: str
    why_text: str


@dataclass
class SeriesPage:
    unit: Unit
    lineage: Lineage
    choice: Choice
    rows: list[SeriesRow] = field(default_factory=list)
    kinds: list[Option] = field(default_factory=list)
    kind: str = ""
    chart: LineChart | None = None
    successors: list[Unit] = field(default_factory=list)

    @property
    def compares(self) -> int:
        return sum(row.restated is not None and row.is_pooled_back for row in self.rows)

    @property
    def not_comparable(self) -> int:
        return sum(bool(row.why) for row in self.rows)

    @property
    def has_mergers(self) -> bool:
        return bool(self.lineage.predecessors)


def series_page(user: Principal, unit: Unit, asked: Mapping[str, str]) -> SeriesPage:
    """From the parameters indicator, level and kind (quarters, years, …)."""
    lineage = readable(user, lineage_of(unit))
    choice = Choice(unit, unit.tier, members=lineage.units)
    choice.parents = unit_options(user, unit)
    fill(choice, [each.pk for each in lineage.units], asked)
    page = SeriesPage(unit, lineage, choice)
    if unit.valid_to is not None and unit.valid_to < today():
        page.successors = list(unit.successors().in_name_order())
    if choice.indicator is None or choice.period is None:
        return page
    labels = dict(PeriodKind.choices)
    kinds = list(dict.fromkeys(each.kind for each in choice.periods))
    page.kinds = [Option(kind, str(labels[kind])) for kind in kinds]
    wanted = asked.get("kind", "")
    page.kind = wanted if wanted in kinds else choice.period.kind
    periods = [each for each in choice.periods if each.kind == page.kind]
    found = series_of(lineage, choice.indicator, choice.level, periods, choice.definition, who=user)
    page.rows = [_row(each, lineage, choice) for each in found]
    page.chart = _chart(page)
    return page


def _row(each: SeriesPeriod, lineage: Lineage, choice: Choice) -> SeriesRow:
    measure = choice.measure
    restated = unit_row(lineage.unit, each.restated, measure) if each.restated else None
    return SeriesRow(
        each.period,
        choosing.period_text(each.period),
        [
            unit_row(unit, each.as_reported[unit.pk], measure) if unit.pk in each.as_reported else None
            for unit in lineage.units
        ],
        restated,
        each.restated is not None and each.restated.is_restated,
        each.why,
        why_words(each),
    )


def _chart(page: SeriesPage) -> LineChart | None:
    in_time = page.rows[::-1]
    names = [unit.place_name for unit in page.lineage.units]
    lines = []
    if page.has_mergers:
        points = [_point(place, row.restated) for place, row in enumerate(in_time)]
        name = gettext("%(unit)s, restated") % {"unit": page.unit.place_name}
        lines.append(Line(name, [each for each in points if each]))
    for column, name in enumerate(names):
        is_own = column == 0
        if is_own and page.has_mergers:
            continue
        points = [_point(place, row.cells[column]) for place, row in enumerate(in_time)]
        day = page.lineage.units[column].valid_to
        label = f"{name} ({gettext('until %(day)s') % {'day': figures.day(day)}})" if day else name
        lines.append(Line(label, [each for each in points if each]))
    drawn = [line for line in lines if line.points][:6]
    if not drawn:
        return None
    before = [place for place, row in enumerate(in_time) if row.is_pooled_back or row.why]
    break_after = max(before) if before and max(before) < len(in_time) - 1 else None
    names_of_periods = [row.period_text for row in in_time]
    return line_chart(drawn, names_of_periods, break_after, is_rank=page.choice.measure.is_rank)


def _point(place: int, row: UnitRow | None) -> Point | None:
    if row is None or not row.is_value or row.value is None:
        return None
    return Point(place, row.value, row.text)


def unit_options(user: Principal, chosen: Unit) -> list[OptionGroup]:
    """The nation, every province of both generations, and the communes of the province looked at."""
    near = Q(tier__in=OPEN_TIERS) | Q(pk=chosen.pk)
    if chosen.province_id:
        near |= Q(province=chosen.province_id, tier=Tier.COMMUNE)
    return choosing.grouped(units_read_by(user).filter(near).in_name_order())
