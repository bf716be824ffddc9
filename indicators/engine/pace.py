"""How far a value has come and how far it should have come (attainment rules, section 4).

All figures are exact fractions; 1 is the whole way. None means undefined, and no percentage may be shown.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from fractions import Fraction
from functools import lru_cache

from .cases import STEP, Number, Target, exact


def progress(target: Target, x: Number) -> Fraction | None:
    """The share of the way from baseline to goal: below 0 when moving away, above 1 beyond the goal."""
    goal, baseline = target.goal, target.baseline
    if goal is None or baseline is None or goal == baseline:
        return None
    return (exact(x) - baseline) / (goal - baseline)


def expected(target: Target, day: date) -> Fraction | None:
    """The share of the way that should be behind at the end of `day`, milestones and shape included."""
    goal, baseline, start = target.goal, target.baseline, target.baseline_on
    if goal is None or baseline is None or start is None or goal == baseline:
        return None
    # The due day comes first: a target due on its baseline's own day is expected whole on it.
    if day >= target.due_on:
        return Fraction(1)
    if day <= start:
        return Fraction(0)
    if not target.milestones:
        return Fraction(0) if target.shape == STEP else _straight_share(start, target.due_on, day)

    way = goal - baseline
    share_before, day_before = Fraction(0), start
    for milestone in target.milestones:
        share = (milestone.value - baseline) / way
        if day < milestone.on:
            share_after, day_after = share, milestone.on
            break
        share_before, day_before = share, milestone.on
    else:
        share_after, day_after = Fraction(1), target.due_on
    if target.shape == STEP:
        return share_before
    return share_before + (share_after - share_before) * _straight_share(day_before, day_after, day)


def periods_left(months: int, day: date, due_on: date) -> int:
    """Whole calendar periods of so many months that end after `day` and by the due day.

    By the calendar alone: the due day may lie years beyond the last period that has been set up.
    """
    return max(0, _periods_ended(months, due_on) - _periods_ended(months, day))


def _periods_ended(months: int, day: date) -> int:
    finished = day.year * 12 + day.month - (day.day < monthrange(day.year, day.month)[1])
    return finished // months


def pace_needed(target: Target, x: Number, periods_left: int) -> Fraction | None:
    """What each whole reporting period left must add (negative: take away) to reach the goal on time.

    In the unit of the value. None for a rule without a goal, or when no whole period is left.
    """
    goal = target.goal
    if goal is None or periods_left < 1:
        return None
    return (goal - exact(x)) / periods_left


def landing(target: Target, x: Number, day: date) -> Fraction | None:
    """Where the value would stand on the due day if it kept its speed since the baseline.

    A projection on the straight line from baseline to due day, never a status; milestones play no part.
    None where progress is undefined and up to the baseline's day.
    """
    start, baseline, goal = target.baseline_on, target.baseline, target.goal
    if start is None or baseline is None or goal is None or goal == baseline:
        return None
    if day >= target.due_on:
        return exact(x)
    if day <= start:
        return None
    return baseline + (exact(x) - baseline) / _straight_share(start, target.due_on, day)


@lru_cache(maxsize=65536)
def _straight_share(start: date, end: date, day: date) -> Fraction:
    return Fraction(day.toordinal() - start.toordinal(), end.toordinal() - start.toordinal())
