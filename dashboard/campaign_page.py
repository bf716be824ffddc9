"""A campaign beside its days and its goals: how far, who has reported, day by day, commune by commune.

Sums come from the database; shares are exact fractions. A commune without a figure is silent, never zero.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from django.utils.translation import gettext

from accounts.permissions import Principal, units_coordinated_by, units_read_by
from dashboard.campaign_days import DayRow, chart_of, day_rows
from dashboard.charts import Tick, Trajectory, percent
from events.campaign_rights import reported_among
from events.campaign_sums import UnitSum, sums_of
from events.campaigns import days_in, participants, quarters_of
from events.models import CampaignGoal, Event
from indicators import figures
from indicators.engine.display import places_to_show
from provinces.dates import today
from provinces.models import Unit

ORDERS = ("name", "value", "last")


@dataclass(frozen=True)
class Days:
    """The campaign's own days, both ends included, and how many of them have begun."""

    first: datetime.date
    last: datetime.date
    on: datetime.date

    @property
    def total(self) -> int:
        return days_in(self.first, self.last)

    @property
    def gone(self) -> int:
        return min(days_in(self.first, self.on), self.total)

    @property
    def share(self) -> Fraction:
        return Fraction(self.gone, self.total)

    @property
    def bar(self) -> str:
        return percent(self.share)

    @property
    def text(self) -> str:
        return _percentage(self.share)

    @property
    def is_over(self) -> bool:
        return self.on > self.last

    @property
    def has_begun(self) -> bool:
        return self.on >= self.first


def _percentage(share: Fraction) -> str:
    """With as many decimals as keep it on its side of 100 %; the whole needs none."""
    if share == 1:
        return figures.figure(100, "%")
    return figures.figure(share * 100, "%", places_to_show(share * 100, Fraction(100), 1, share >= 1))


@dataclass(frozen=True)
class Progress:
    """A goal with what was reached of it. ``total`` is None while no unit has reported."""

    goal: CampaignGoal
    total: Decimal | None
    reported: int
    units: int
    days: Days

    @property
    def unit_word(self) -> str:
        return figures.unit_word(self.goal.unit_of_measure)

    @property
    def share(self) -> Fraction | None:
        return None if self.total is None else Fraction(self.total) / Fraction(self.goal.value)

    @property
    def text(self) -> str:
        return figures.missing("") if self.share is None else _percentage(self.share)

    @property
    def bar(self) -> str:
        return percent(self.share or Fraction(0))

    @property
    def silent(self) -> int:
        return self.units - self.reported

    @property
    def pace(self) -> Fraction:
        """What an even pace would have reached by now."""
        return Fraction(self.goal.value) * self.days.share

    @property
    def pace_words(self) -> str:
        """How far the total is from an even pace; a state has none, for nobody said where it began."""
        if self.total is None or not self.goal.is_flow or not self.days.has_begun:
            return ""
        gap = Fraction(self.total) - self.pace
        said = figures.figure(abs(gap), self.unit_word, 0)
        if abs(gap) < 1:
            return gettext("At an even pace")
        pattern = (
            gettext("%(gap)s ahead of an even pace") if gap > 0 else gettext("%(gap)s behind an even pace")
        )
        return pattern % {"gap": said}


@dataclass(frozen=True)
class UnitRow:
    unit: Unit
    sum: UnitSum | None
    may_report: bool


@dataclass
class CampaignPage:
    event: Event
    days: Days
    goals: list[Progress]
    chosen: Progress | None
    rows: list[UnitRow]
    order: str
    descending: bool
    hidden: int
    """Communes whose own figures the reader does not see; they are in the totals."""
    own: list[Unit]
    """Communes the reader reports for, where they are few."""
    may_set_goals: bool
    chart: Trajectory | None = None
    cutoffs: list[Tick] = field(default_factory=list)
    day_rows: list[DayRow] = field(default_factory=list)

    @property
    def is_illustrative(self) -> bool:
        return any(each.goal.is_illustrative for each in self.goals)

    @property
    def name_note(self) -> str:
        """Where the name says another number of days than there are: both, once."""
        found = re.search(r"(\d+) ngày", self.event.title_vi)
        if found is None or int(found[1]) == self.days.total:
            return ""
        return gettext(
            "The name is the one that was reported (%(named)s days); from the first to the last day, both "
            "included, there are %(days)s."
        ) % {"named": figures.number(int(found[1])), "days": figures.number(self.days.total)}


def campaign_page(
    who: Principal, event: Event, *, goal: str = "", order: str = "", descending: bool = False
) -> CampaignPage:
    """The page of a campaign in a number of queries that hangs on nothing but its kinds of goals."""
    goals = list(event.goals.select_related("indicator"))
    units = list(participants(event))
    ids = [unit.pk for unit in units]
    seen = set(units_read_by(who).filter(pk__in=ids).order_by().values_list("pk", flat=True))
    mine = reported_among(who, ids)
    sums = sums_of(goals)
    days = Days(event.starts_on, event.ends_on, today())
    progress = [progress_of(each, sums, len(units), days) for each in goals]
    chosen = next((each for each in progress if str(each.goal.pk) == goal), progress[0] if progress else None)
    order = order if order in ORDERS else "name"
    rows = [
        UnitRow(unit, sums.get((chosen.goal.pk, unit.pk)) if chosen else None, unit.pk in mine)
        for unit in units
        if unit.pk in seen or unit.pk in mine
    ]
    page = CampaignPage(
        event,
        days,
        progress,
        chosen,
        sorted_rows(rows, order, descending=descending),
        order,
        descending,
        len(units) - len(rows),
        [unit for unit in units if unit.pk in mine] if 0 < len(mine) <= 3 else [],
        units_coordinated_by(who).filter(pk=event.unit_id).exists(),
    )
    if chosen is not None:
        page.day_rows = day_rows(chosen.goal, days.first, days.total)
        page.chart = chart_of(chosen.goal, page.day_rows, days.on)
        page.cutoffs = _cutoffs(event, days)
    return page


def progress_of(
    goal: CampaignGoal, sums: Mapping[tuple[int, int], UnitSum], units: int, days: Days
) -> Progress:
    own = [each.value for (pk, _unit), each in sums.items() if pk == goal.pk]
    return Progress(goal, sum(own, Decimal(0)) if own else None, len(own), units, days)


def sorted_rows(rows: Iterable[UnitRow], order: str, *, descending: bool) -> list[UnitRow]:
    """In the Vietnamese order of names, by value or by last day; the silent stay at the end either way."""
    by_name = sorted(rows, key=lambda each: (each.unit.sort_key, each.unit.pk))
    if order == "name":
        return by_name[::-1] if descending else by_name
    told = [each for each in by_name if each.sum is not None]
    silent = [each for each in by_name if each.sum is None]
    told.sort(key=lambda each: _rank(each, order), reverse=descending)
    return [*told, *silent]


def _rank(row: UnitRow, order: str) -> Fraction:
    if row.sum is None:
        return Fraction(0)
    return Fraction(row.sum.value) if order == "value" else Fraction(row.sum.last_on.toordinal())


def _cutoffs(event: Event, days: Days) -> list[Tick]:
    """Data cut-offs of quarters within the campaign: its figures before and after go to two quarters."""
    return [
        Tick(
            percent(Fraction(days_in(days.first, each.cutoff_on), days.total)),
            f"{figures.period(each.code)} · {figures.day(each.cutoff_on)}",
        )
        for each in quarters_of(event)
        if days.first <= each.cutoff_on < days.last
    ]
