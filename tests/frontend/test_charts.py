"""Where the marks of a chart stand."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from dashboard import charts
from dashboard.charts import Mark


def test_state_bar_fills_the_whole():
    segments = charts.state_bar({"exceeded": 10, "met": 7, "missed": 6})
    assert [(s.status, s.x, s.width) for s in segments] == [
        ("exceeded", "0.00%", "43.48%"),
        ("met", "43.48%", "30.43%"),
        ("missed", "73.91%", "26.09%"),
    ]
    assert sum(Decimal(s.width.rstrip("%")) for s in segments) == 100


def test_state_bar_of_nothing_is_empty():
    assert charts.state_bar({"met": 0}) == []


def test_target_bar_of_a_rate():
    bar = charts.target_bar(
        Decimal("97.22"), Decimal(100), status="missed", baseline=Decimal("87.74"), top=Decimal(100)
    )
    assert (bar.width, bar.target_x, bar.baseline_x, bar.css) == ("97.22%", "100.00%", "87.74%", "missed")


def test_target_bar_without_top_ends_on_a_round_number():
    bar = charts.target_bar(1240, 1866, status="on_track")
    assert (bar.width, bar.target_x) == ("62.00%", "93.30%")


def test_target_bar_beyond_top_stretches():
    bar = charts.target_bar(Decimal(120), Decimal(100), status="exceeded", top=Decimal(100))
    assert (bar.width, bar.target_x) == ("80.00%", "66.67%")


def test_target_bar_missing_value_is_no_bar():
    bar = charts.target_bar(None, Decimal(80), status="no_data", top=Decimal(100))
    assert (bar.width, bar.target_x, bar.baseline_x) == ("0%", "80.00%", None)


@pytest.mark.parametrize(
    ("number", "end"),
    [
        (0, 1),
        (1, 1),
        (63, 80),
        (100, 100),
        (101, 150),
        (146587, 150000),
        (Fraction(3, 100), Fraction(3, 100)),
    ],
)
def test_round_above(number, end):
    assert charts._round_above(Fraction(number)) == end


BASELINE = Mark(date(2023, 12, 31), Decimal(70))
GOAL = Mark(date(2025, 12, 31), Decimal(95))


def test_trajectory_expects_a_straight_line_through_milestones():
    chart = charts.trajectory(
        goal=GOAL,
        baseline=BASELINE,
        milestones=[Mark(date(2024, 12, 31), Decimal(80))],
        values=[Mark(date(2024, 6, 30), Decimal(76), "Quý II/2024", "on_track")],
    )
    # 366 of 731 days; 70 … 95 fills the height.
    assert chart.expected == "0.0,1000.0 500.7,600.0 1000.0,0.0"
    assert chart.goal.y == "0.00%"
    assert chart.goal.x == "100.00%"
    assert chart.values[0].css == "on-track"


def test_trajectory_band_ends_below_the_goal():
    chart = charts.trajectory(goal=GOAL, baseline=BASELINE, values=[], on_track_from=Decimal("0.8"))
    # 0.8 of the way from 70 to 95 is 90.
    assert "1000.0,200.0" in chart.band


def test_trajectory_step_rises_on_the_day():
    chart = charts.trajectory(
        goal=GOAL, baseline=BASELINE, values=[], milestones=[Mark(date(2024, 12, 31), Decimal(80))], step=True
    )
    assert chart.expected == "0.0,1000.0 500.7,1000.0 500.7,600.0 1000.0,600.0 1000.0,0.0"


def test_trajectory_without_baseline_has_no_expectation():
    chart = charts.trajectory(goal=GOAL, values=[Mark(date(2024, 6, 30), Decimal(60))])
    assert (chart.expected, chart.band, chart.line, chart.baseline) == ("", "", "", None)


def test_trajectory_of_one_day_still_has_room():
    chart = charts.trajectory(goal=GOAL, values=[Mark(GOAL.on, GOAL.value)])
    assert chart.goal.x == "100.00%"
    assert len(chart.y_ticks) >= 3


@pytest.mark.parametrize(
    ("low", "high", "ticks"),
    [
        (Fraction(70), Fraction(95), ["70", "75", "80", "85", "90", "95"]),
        (Fraction(0), Fraction(146587), ["0", "50000", "100000", "150000"]),
        (Fraction("0.1"), Fraction("0.3"), ["0.10", "0.15", "0.20", "0.25", "0.30"]),
        (Fraction(-3), Fraction(4), ["-4", "-2", "0", "2", "4"]),
    ],
)
def test_value_ticks_are_round(low, high, ticks):
    assert [str(tick) for tick in charts._value_ticks(low, high)[0]] == ticks


def test_month_ends_follow_the_span():
    ends = charts._month_ends(date(2023, 12, 31), date(2025, 12, 31))
    assert ends == [
        date(2023, 12, 31),
        date(2024, 6, 30),
        date(2024, 12, 31),
        date(2025, 6, 30),
        date(2025, 12, 31),
    ]
