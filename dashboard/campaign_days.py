"""A goal of a campaign day by day: the table, and the curve of the accumulated figure beside an even pace."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from django.db.models import Count, F, Q, Sum

from dashboard.charts import Mark, Trajectory, trajectory
from events.campaigns import days_in
from events.models import CampaignFigure, CampaignGoal


@dataclass(frozen=True)
class DayRow:
    """What is known on the evening of a day; a week's total is known on its last day."""

    on: datetime.date
    value: Decimal
    """Of that day, with the weeks that end on it; of a state all that is reported for the day."""
    of_weeks: Decimal
    units: int
    total: Decimal
    pace: Fraction | None
    """None for a state, whose beginning nobody has said."""


def day_rows(goal: CampaignGoal, first: datetime.date, days: int) -> list[DayRow]:
    """The days on which something was reported, in their order; one query."""
    rows = _flow_days(goal) if goal.is_flow else _state_days(goal)
    return [
        DayRow(
            on,
            value,
            of_weeks,
            units,
            total,
            Fraction(goal.value) * Fraction(days_in(first, on), days) if goal.is_flow else None,
        )
        for on, value, of_weeks, units, total in rows
    ]


_Day = tuple[datetime.date, Decimal, Decimal, int, Decimal]


def _flow_days(goal: CampaignGoal) -> Iterable[_Day]:
    total = Decimal(0)
    grouped = CampaignFigure.objects.live().filter(goal=goal).order_by("to_on").values_list("to_on")
    weeks = Sum("value", filter=~Q(from_on=F("to_on")))
    sums = grouped.annotate(of_day=Sum("value"), of_weeks=weeks, units=Count("unit", distinct=True))
    for on, value, of_weeks, units in sums:
        total += value
        yield on, value, of_weeks or Decimal(0), units, total


def _state_days(goal: CampaignGoal) -> Iterable[_Day]:
    """Each unit counts with what it said last."""
    last: dict[int, Decimal] = {}
    days: dict[datetime.date, list[tuple[int, Decimal]]] = {}
    rows = CampaignFigure.objects.live().filter(goal=goal).order_by("to_on", "from_on", "pk")
    for on, unit, value in rows.values_list("to_on", "unit_id", "value"):
        days.setdefault(on, []).append((unit, value))
    for on, said in days.items():
        last.update(said)
        of_day = sum((value for _unit, value in said), Decimal(0))
        yield on, of_day, Decimal(0), len({unit for unit, _value in said}), sum(last.values(), Decimal(0))


def chart_of(goal: CampaignGoal, rows: list[DayRow], on: datetime.date) -> Trajectory | None:
    """The accumulated figure over the campaign's days; None while nothing is reported."""
    if not rows:
        return None
    event = goal.event
    before = event.starts_on - datetime.timedelta(days=1)
    return trajectory(
        goal=Mark(event.ends_on, goal.value),
        values=[Mark(each.on, each.total) for each in rows],
        baseline=Mark(before, 0) if goal.is_flow else None,
        on_track_from=Decimal(1),
        today=on if before <= on <= event.ends_on else None,
    )
