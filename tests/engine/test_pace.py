"""Progress, expectation, pace needed and landing (rules, section 4)."""

from datetime import date, timedelta
from fractions import Fraction

import pytest

from indicators.engine import pace
from indicators.engine.rules import Milestone, Target

START = date(2022, 12, 31)
DUE = date(2024, 12, 31)  # 731 days later
DAY = timedelta(days=1)
MIDDLE = date(2023, 12, 31)  # after 365 of them
SHARE = Fraction(365, 731)


def rising(**changes):
    return Target("at_least", DUE, **{"target": 100, "baseline": 60, "baseline_on": START} | changes)


def falling(**changes):
    return Target("at_most", DUE, **{"target": 10, "baseline": 40, "baseline_on": START} | changes)


def ranged(direction):
    return Target("between", DUE, low=16, high=18, direction=direction, baseline=10, baseline_on=START)


@pytest.mark.parametrize(
    ("target", "x", "share"),
    [
        (rising(), 60, 0),
        (rising(), 70, Fraction(1, 4)),
        (rising(), 100, 1),
        (rising(), 110, Fraction(5, 4)),
        (rising(), 50, Fraction(-1, 4)),
        (falling(), 40, 0),
        (falling(), 30, Fraction(1, 3)),
        (falling(), 5, Fraction(7, 6)),
        (falling(), 41, Fraction(-1, 30)),
        (ranged("higher"), 13, Fraction(1, 2)),
        (ranged("lower"), 14, Fraction(1, 2)),
    ],
)
def test_progress_is_the_share_of_the_way(target, x, share):
    assert pace.progress(target, x) == share


NO_WAY = [
    rising(baseline=None),
    rising(baseline=100),
    ranged("within"),
    Target("rank_at_most", DUE, target=50, baseline=60, baseline_on=START),
    Target("equal", DUE, target=50, baseline=60, baseline_on=START),
    Target("growth_at_least", DUE, target=50, baseline=60, baseline_on=START, years=1),
    Target("done", DUE),
    Target("judged", DUE),
    Target("all_of", DUE, parts=[rising()]),
]


@pytest.mark.parametrize("target", NO_WAY, ids=lambda target: target.rule)
def test_progress_is_undefined_without_a_way(target):
    assert pace.progress(target, 55) is None
    assert pace.expected(target, MIDDLE) is None
    assert pace.expected(target, DUE) is None
    assert pace.landing(target, 55, MIDDLE) is None


def test_progress_needs_no_baseline_day_but_expectation_does():
    assert pace.progress(rising(baseline_on=None), 70) == Fraction(1, 4)
    assert pace.expected(rising(baseline_on=None), MIDDLE) is None


@pytest.mark.parametrize(
    ("day", "share"),
    [
        (START - 100 * DAY, 0),
        (START, 0),
        (START + DAY, Fraction(1, 731)),
        (MIDDLE, SHARE),
        (DUE - DAY, Fraction(730, 731)),
        (DUE, 1),
        (DUE + 100 * DAY, 1),
    ],
)
def test_expected_on_the_straight_line(day, share):
    assert pace.expected(rising(), day) == share


def test_expected_on_a_target_due_on_its_baselines_day():
    target = rising(baseline_on=DUE)

    assert pace.expected(target, DUE - DAY) == 0
    assert pace.expected(target, DUE) == 1


STOPS = [Milestone(START + 100 * DAY, 62), Milestone(START + 300 * DAY, 80)]


@pytest.mark.parametrize(
    ("days", "share"),
    [
        (0, 0),
        (50, Fraction(1, 40)),
        (100, Fraction(1, 20)),
        (200, Fraction(11, 40)),
        (300, Fraction(1, 2)),
        (301, Fraction(1, 2) + Fraction(1, 2 * 431)),
        (731, 1),
    ],
)
def test_expected_through_milestones(days, share):
    assert pace.expected(rising(milestones=STOPS), START + days * DAY) == share


@pytest.mark.parametrize(
    ("days", "share"),
    [
        (0, 0),
        (99, 0),
        (100, Fraction(1, 20)),
        (299, Fraction(1, 20)),
        (300, Fraction(1, 2)),
        (730, Fraction(1, 2)),
        (731, 1),
    ],
)
def test_expected_by_steps(days, share):
    assert pace.expected(rising(milestones=STOPS, shape="step"), START + days * DAY) == share


def test_expected_by_steps_without_milestones_is_nothing_until_the_due_day():
    assert pace.expected(rising(shape="step"), DUE - DAY) == 0
    assert pace.expected(rising(shape="step"), DUE) == 1


@pytest.mark.parametrize(
    ("target", "x", "periods", "needed"),
    [
        (rising(), 70, 4, Fraction(15, 2)),
        (rising(), 70, 1, 30),
        (falling(), 30, 3, Fraction(-20, 3)),
        (ranged("higher"), 13, 2, Fraction(3, 2)),
        (rising(baseline=None, baseline_on=None), 70, 3, 10),
        (rising(), 70, 0, None),
        (ranged("within"), 13, 2, None),
        (Target("done", DUE), 1, 2, None),
    ],
)
def test_pace_needed(target, x, periods, needed):
    assert pace.pace_needed(target, x, periods) == needed


@pytest.mark.parametrize(
    ("target", "x", "day", "value"),
    [
        (rising(), 70, MIDDLE, 60 + 10 / SHARE),
        (rising(), 50, MIDDLE, 60 - 10 / SHARE),
        (falling(), 30, MIDDLE, 40 - 10 / SHARE),
        (rising(), 70, DUE, 70),
        (rising(), 70, DUE + DAY, 70),
        (rising(), 70, START, None),
        (rising(), 70, START - DAY, None),
        (rising(baseline_on=None), 70, MIDDLE, None),
    ],
)
def test_landing(target, x, day, value):
    assert pace.landing(target, x, day) == value


def test_landing_goes_by_the_straight_line_whatever_the_milestones():
    for shape in ("linear", "step"):
        assert pace.landing(rising(milestones=STOPS, shape=shape), 70, MIDDLE) == 60 + 10 / SHARE


@pytest.mark.parametrize(
    ("months", "day", "due_on", "left"),
    [
        (3, date(2026, 9, 30), date(2030, 12, 31), 17),
        # The period that ends on the judged day is behind; the one that ends on the due day is ahead.
        (3, date(2026, 9, 29), date(2030, 12, 31), 18),
        (3, date(2026, 9, 30), date(2026, 12, 30), 0),
        (1, date(2024, 1, 31), date(2024, 2, 29), 1),
        (6, date(2026, 1, 1), date(2026, 12, 31), 2),
        (12, date(2026, 11, 21), date(2030, 12, 31), 5),
        (3, date(2026, 9, 30), date(2026, 3, 31), 0),
    ],
)
def test_periods_left_end_after_the_day_and_by_the_due_day(
    months: int, day: date, due_on: date, left: int
) -> None:
    assert pace.periods_left(months, day, due_on) == left
