"""Figures over time: stock and flow, accumulation, years judged by quarters (rules §2), not due (§5)."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from indicators.models import Period
from provinces.models import Unit
from tests.factories.cells import aim, calendar, judged, owe, recompute_all, report, verdict
from tests.factories.results import make_indicator
from tests.factories.units import make_unit

pytestmark = pytest.mark.django_db
COUNT: dict[str, Any] = {"value_type": "count", "pooling": "sum", "unit_of_measure": "hồ sơ"}
FLOW = {**COUNT, "measure_mode": "flow"}
RATE = {"measure_mode": "flow"}
CUMULATIVE = {**FLOW, "entered_as": "cumulative"}
FOUR = {"2025-Q1": "10", "2025-Q2": "20", "2025-Q3": "30", "2025-Q4": "40"}
OPEN = date(2025, 11, 21)


@pytest.fixture
def unit(db: None) -> Unit:
    calendar(2024, 2025)
    return make_unit("province")


def stands(
    unit: Unit,
    definition: dict[str, Any],
    figures: dict[str, str],
    code: str,
    frequency: str = "quarter",
    **revision: Any,
) -> str:
    """How a target of at least 90 stands for the period, with these figures reported."""
    indicator = make_indicator(**definition)
    for each in frequency.split("+"):
        owe(unit, indicator, frequency=each, due_on=date(2025, 10, 25) if each == "once" else None)
    for reported, figure in figures.items():
        report(unit, indicator, reported, "total", figure)
    target = aim(unit, indicator, **revision)
    recompute_all()
    return verdict(target, code)


@pytest.mark.parametrize(
    ("definition", "figures", "code", "expected"),
    [
        # A stock takes the period's value, a flow what has gathered since the start of the year.
        (COUNT, FOUR, "2025-Q3", "in_progress 30"),
        (FLOW, FOUR, "2025-Q3", "in_progress 60"),
        (FLOW, FOUR, "2025-Q4", "exceeded 100"),
        ({}, {"2025-Q1": "9/10", "2025-Q2": "1/10"}, "2025-Q2", "in_progress 1/10"),
        (RATE, {"2025-Q1": "9/10", "2025-Q2": "100/1000"}, "2025-Q2", "in_progress 109/1010"),
        # The year begins anew.
        (FLOW, {"2024-Q4": "500", "2025-Q1": "10"}, "2025-Q1", "in_progress 10"),
        # Of cumulative values the latest is the accumulation.
        (CUMULATIVE, {"2025-Q1": "10", "2025-Q2": "30", "2025-Q3": "60"}, "2025-Q3", "in_progress 60"),
        # Nothing arose adds 0 to a count, and 0/0 to a rate.
        (FLOW, {**FOUR, "2025-Q2": "nothing_arose"}, "2025-Q3", "in_progress 40"),
        (FLOW, {**FOUR, "2025-Q3": "nothing_arose"}, "2025-Q3", "in_progress 30"),
        (RATE, {"2025-Q1": "9/10", "2025-Q2": "nothing_arose"}, "2025-Q2", "met 9/10"),
        (RATE, {"2025-Q1": "nothing_arose", "2025-Q2": "nothing_arose"}, "2025-Q2", "not_applicable"),
        # A gap makes the accumulation partial; the period itself missing leaves no figure.
        (FLOW, {"2025-Q1": "10", "2025-Q3": "30"}, "2025-Q3", "no_data 40 partial"),
        (FLOW, {**FOUR, "2025-Q2": "system_fault"}, "2025-Q3", "no_data 40 partial"),
        (FLOW, {"2025-Q1": "10", "2025-Q2": "20"}, "2025-Q3", "no_data"),
        (FLOW, {**FOUR, "2025-Q2": "not_applicable"}, "2025-Q3", "in_progress 40"),
        # Percentages without their two numbers, ranks and indices do not add up over time.
        (RATE, {"2025-Q1": "90.5", "2025-Q2": "95.5"}, "2025-Q2", "no_data"),
        (RATE, {"2025-Q1": "90.5"}, "2025-Q1", "exceeded 90.5"),
        # A denominator of 0 says that the rate does not apply.
        ({}, {"2025-Q1": "0/0"}, "2025-Q1", "not_applicable 0/0"),
    ],
)
def test_quarter_is_judged(
    unit: Unit, definition: dict[str, Any], figures: dict[str, str], code: str, expected: str
) -> None:
    said = stands(unit, definition, figures, code)

    assert said.removesuffix(" 0/0") == expected.removesuffix(" 0/0")


@pytest.mark.parametrize(
    ("definition", "figures", "code", "expected"),
    [
        # Closed: by the fourth quarter (stock) or the accumulation (flow).
        (COUNT, FOUR, "2025", "missed 40"),
        (FLOW, FOUR, "2025", "exceeded 100"),
        (CUMULATIVE, {"2025-Q1": "10", "2025-Q4": "95"}, "2025", "exceeded 95"),
        (COUNT, {"2025-Q3": "95"}, "2025", "no_data"),
        (FLOW, {"2025-Q1": "50", "2025-Q4": "50"}, "2025", "no_data 100 partial"),
        # A value reported for the year itself counts before its quarters.
        (COUNT, {**FOUR, "2025": "99"}, "2025", "exceeded 99"),
        (FLOW, {**FOUR, "2025": "99"}, "2025", "exceeded 99"),
        (FLOW, {**FOUR, "2025": "not_applicable"}, "2025", "not_applicable"),
        # Half-years and nine months likewise; a flow gathers from the start of the year.
        (COUNT, FOUR, "2025-H1", "in_progress 20"),
        (COUNT, FOUR, "2025-H2", "missed 40"),
        (FLOW, FOUR, "2025-H1", "in_progress 30"),
        (FLOW, FOUR, "2025-H2", "exceeded 100"),
        (COUNT, FOUR, "2025-9M", "in_progress 30"),
        (FLOW, FOUR, "2025-9M", "in_progress 60"),
        (FLOW, {**FOUR, "2025-9M": "61"}, "2025-9M", "in_progress 61"),
    ],
)
def test_closed_period_is_judged_by_its_quarters(
    unit: Unit, definition: dict[str, Any], figures: dict[str, str], code: str, expected: str
) -> None:
    assert stands(unit, definition, figures, code) == expected


@pytest.mark.parametrize(
    ("definition", "figures", "code", "expected"),
    [
        (COUNT, {"2025-Q1": "95", "2025-Q2": "96"}, "2025", "exceeded 96 through 2025-Q2"),
        (FLOW, {"2025-Q1": "50", "2025-Q2": "50"}, "2025", "exceeded 100 through 2025-Q2"),
        (FLOW, {"2025-Q1": "50", "2025-Q3": "50"}, "2025", "no_data 100 partial through 2025-Q3"),
        (COUNT, {"2025-Q1": "95", "2025-Q2": "late_source"}, "2025", "exceeded 95 through 2025-Q1"),
        (FLOW, {"2025-Q1": "50", "2025-Q2": "nothing_arose"}, "2025", "in_progress 50 through 2025-Q2"),
        # Nothing reported yet, and the first quarter's report is long due.
        (COUNT, {}, "2025", "no_data"),
        (COUNT, {"2024-Q4": "95"}, "2025", "no_data"),
        # An open half-year waits for its own quarters, whatever the first half brought.
        (COUNT, {"2025-Q2": "95"}, "2025-H2", "no_data"),
        (
            FLOW,
            {"2025-Q1": "50", "2025-Q2": "30", "2025-Q3": "20"},
            "2025-H2",
            "exceeded 100 through 2025-Q3",
        ),
    ],
)
def test_open_period_is_judged_by_its_latest_quarter(
    unit: Unit,
    pin_today: Callable[[date], None],
    definition: dict[str, Any],
    figures: dict[str, str],
    code: str,
    expected: str,
) -> None:
    pin_today(OPEN)

    assert stands(unit, definition, figures, code) == expected


def test_window_of_a_target_reaches_over_years(unit: Unit) -> None:
    figures = {"2024-Q3": "40", "2024-Q4": "30", **FOUR}

    assert stands(unit, FLOW, figures, "2025-Q1", window_from=date(2024, 7, 1)) == "in_progress 80"


def test_window_of_a_target_may_begin_within_the_year(unit: Unit) -> None:
    window = date(2025, 4, 1)

    assert stands(unit, FLOW, FOUR, "2025-Q3", window_from=window) == "in_progress 50"
    assert stands(unit, FLOW, FOUR, "2025", window_from=window) == "met 90"


def test_yearly_figures_gather_over_the_window(unit: Unit) -> None:
    figures = {"2024": "40", "2025": "60"}
    window = date(2024, 1, 1)

    assert stands(unit, FLOW, figures, "2025", "year", window_from=window) == "exceeded 100"
    assert stands(unit, FLOW, figures, "2025-Q4", "year", window_from=window) == "exceeded 100"


def test_half_yearly_flow_gathers_in_the_fourth_quarter(unit: Unit) -> None:
    figures = {"2025-H1": "40", "2025-H2": "60"}

    assert stands(unit, FLOW, figures, "2025-Q3", "half") == "in_progress 40"
    assert stands(unit, FLOW, figures, "2025-Q4", "half") == "exceeded 100"
    assert stands(unit, FLOW, figures, "2025", "half") == "exceeded 100"


@pytest.mark.parametrize("code", ["2025-Q1", "2025-Q2", "2025-Q3", "2025-H1", "2025-9M"])
def test_yearly_figure_is_not_due_in_earlier_quarters_even_long_after(
    unit: Unit, pin_today: Callable[[date], None], code: str
) -> None:
    assert stands(unit, COUNT, {}, code, "year") == "not_due"
    pin_today(date(2027, 12, 1))
    assert stands(unit, COUNT, {}, code, "year") == "not_due"


def test_yearly_figure_is_missing_in_its_own_quarter_once_due(
    unit: Unit, pin_today: Callable[[date], None]
) -> None:
    due = Period.objects.get(code="2025").due_days.get(body="province").due_on
    for day, expected in ((due, "not_due"), (date(due.year, due.month, due.day + 1), "no_data")):
        pin_today(day)
        assert stands(unit, COUNT, {}, "2025", "year") == expected
        assert stands(unit, COUNT, {}, "2025-Q4", "year") == expected


def test_yearly_figure_speaks_for_the_fourth_quarter(unit: Unit) -> None:
    assert stands(unit, COUNT, {"2025": "95"}, "2025-Q4", "year") == "exceeded 95"


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        # Owed once, by 25/10/2025: nothing is due in the quarters that ended before.
        ("2025-Q1", "not_due"),
        ("2025-Q3", "not_due"),
        ("2025-Q4", "no_data"),
        ("2025", "no_data"),
    ],
)
def test_figure_owed_once_is_not_due_before_its_report(unit: Unit, code: str, expected: str) -> None:
    assert stands(unit, COUNT, {}, code, "once") == expected


def test_figure_owed_once_counts_from_its_period_on(unit: Unit) -> None:
    assert stands(unit, COUNT, {"2025-Q3": "95"}, "2025-Q2", "once") == "not_due"
    assert stands(unit, COUNT, {"2025-Q3": "95"}, "2025-Q3", "once") == "exceeded 95"
    assert stands(unit, COUNT, {"2025-Q3": "95"}, "2025", "once") == "exceeded 95"


def test_figure_owed_yearly_and_quarterly_has_its_own_for_each(unit: Unit) -> None:
    figures = {**FOUR, "2025": "99"}

    assert stands(unit, COUNT, figures, "2025-Q4", "quarter+year") == "missed 40"
    assert stands(unit, COUNT, figures, "2025", "quarter+year") == "exceeded 99"


def test_year_owed_itself_falls_back_to_its_quarters(unit: Unit) -> None:
    """A value reported for the year counts if there is one; else its quarters speak (rules §2)."""
    assert stands(unit, COUNT, FOUR, "2025", "quarter+year") == "missed 40"


def test_previous_year_stands_beside_the_figure(unit: Unit) -> None:
    """97.22 after 87.74 (rules §7)."""
    indicator = make_indicator()
    owe(unit, indicator)
    report(unit, indicator, "2024-Q3", "total", "8774/10000")
    report(unit, indicator, "2025-Q3", "total", "9722/10000")
    target = aim(unit, indicator)

    recompute_all()

    found = judged(target, "2025-Q3")
    assert found is not None
    assert (found.numerator, found.previous_numerator) == (9722, 8774)
    before = judged(target, "2024-Q3")
    assert before is not None
    assert before.previous_numerator is None


def test_definition_of_the_day_counts(unit: Unit) -> None:
    """A stock until June, counted as a flow from July on: each period follows its own day's definition."""
    indicator = make_indicator(**COUNT, valid_to=date(2025, 6, 30))
    owe(unit, indicator)
    for code, figure in FOUR.items():
        report(unit, indicator, code, "total", figure)
    later = indicator.definitions.get()
    later.pk, later.valid_from, later.valid_to, later.measure_mode = None, date(2025, 7, 1), None, "flow"
    later.save()
    target = aim(unit, indicator)

    recompute_all()

    assert verdict(target, "2025-Q2") == "in_progress 20"
    assert verdict(target, "2025-Q3") == "in_progress 60"
