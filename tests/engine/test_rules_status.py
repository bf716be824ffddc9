"""The order of section 5: the first that applies decides."""

from datetime import date, timedelta
from fractions import Fraction

import pytest

from indicators.engine.rules import Milestone, Observation, Status, Target, judge

DUE = date(2023, 12, 31)
HALF_TIME = date(2022, 12, 31)
DAY = timedelta(days=1)


def target(**changes):
    """From 0 on 31/12/2021 to at least 200 on 31/12/2023: exactly half is expected on 31/12/2022."""
    terms = {"target": 200, "baseline": 0, "baseline_on": date(2021, 12, 31)} | changes
    return Target("at_least", DUE, **terms)


def status(value, as_of=HALF_TIME, **changes):
    return judge(target(**changes), Observation(Fraction(value)), as_of=as_of).status


# 1 and 2: missing.


@pytest.mark.parametrize("rule", ["at_least", "equal", "rank_at_most", "done", "judged", "all_of", "any_of"])
@pytest.mark.parametrize("as_of", [HALF_TIME, DUE + DAY], ids=["open", "past due"])
def test_not_applicable_comes_before_everything(rule, as_of):
    missing = Observation(missing="not_applicable", report_due_on=DUE + 30 * DAY)
    result = judge(Target(rule, DUE, target=5), missing, as_of=as_of)

    assert (result.status, result.met) == (Status.NOT_APPLICABLE, None)


@pytest.mark.parametrize("reason", ["not_collected", "late_source", "system_fault", None])
@pytest.mark.parametrize(
    ("days", "wanted"), [(-1, Status.NO_DATA), (0, Status.NOT_DUE), (1, Status.NOT_DUE)], ids=str
)
def test_missing_value_is_not_due_to_the_end_of_its_day(reason, days, wanted):
    missing = Observation(missing=reason, report_due_on=HALF_TIME + days * DAY)

    assert judge(target(), missing, as_of=HALF_TIME).status == wanted


def test_missing_value_without_a_report_is_no_data():
    assert judge(target(), Observation(missing="not_collected"), as_of=HALF_TIME).status == Status.NO_DATA


def test_missing_value_past_due_is_no_data_and_not_missed():
    assert judge(target(), Observation(missing="late_source"), as_of=DUE + DAY).status == Status.NO_DATA


def test_missing_value_goes_by_today_and_not_by_the_judged_day():
    missing = Observation(missing="late_source", report_due_on=date(2023, 1, 16))

    assert judge(target(), missing, as_of=HALF_TIME, today=date(2023, 1, 16)).status == Status.NOT_DUE
    assert judge(target(), missing, as_of=HALF_TIME, today=date(2023, 1, 17)).status == Status.NO_DATA


def test_missing_declaration_is_no_data():
    missing = Observation(missing="not_collected")

    assert judge(Target("done", DUE), missing, as_of=HALF_TIME).status == Status.NO_DATA


def test_zero_is_a_value():
    assert status(0) == Status.OFF_TRACK


# 3 and 4: met and missed.


def test_met_before_the_due_day():
    assert status(200) == Status.MET
    assert status(201) == Status.EXCEEDED


def test_met_after_the_due_day():
    assert status(200, DUE + 400 * DAY) == Status.MET


def test_met_is_judged_before_rounding():
    assert status("199.9999999", DUE) == Status.MISSED


@pytest.mark.parametrize(
    ("as_of", "wanted"), [(DUE - DAY, Status.ON_TRACK), (DUE, Status.MISSED), (DUE + DAY, Status.MISSED)]
)
def test_missed_from_the_due_day_on(as_of, wanted):
    assert status(199, as_of) == wanted


def test_missed_comes_before_worsening():
    assert status(-1, DUE) == Status.MISSED


# 5: in progress.


def test_in_progress_without_a_baseline():
    assert status(100, baseline=None, baseline_on=None) == Status.IN_PROGRESS


def test_in_progress_without_the_baselines_day():
    result = judge(target(baseline_on=None), Observation(100), as_of=HALF_TIME)

    assert (result.status, result.progress, result.expected) == (Status.IN_PROGRESS, Fraction(1, 2), None)


def test_in_progress_comes_before_worsening():
    assert status(-5, baseline_on=None) == Status.IN_PROGRESS


def test_in_progress_where_baseline_is_the_goal():
    assert status(199, baseline=200) == Status.IN_PROGRESS


# 6: pace.


def test_worsening_comes_before_nothing_expected():
    assert status("-0.0001", as_of=date(2021, 12, 31)) == Status.WORSENING


def test_standing_still_is_not_worsening():
    assert status(0, as_of=date(2021, 12, 31)) == Status.ON_TRACK


def test_on_track_where_less_than_nothing_is_expected():
    dip = [Milestone(HALF_TIME, -20)]

    assert judge(target(milestones=dip), Observation(0), as_of=HALF_TIME).status == Status.ON_TRACK


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        ("95", Status.ON_TRACK),
        ("94.9999", Status.AT_RISK),
        ("60", Status.AT_RISK),
        ("59.9999", Status.OFF_TRACK),
        ("0", Status.OFF_TRACK),
        ("-0.0001", Status.WORSENING),
    ],
)
def test_pace_thresholds(value, wanted):
    assert status(value) == wanted


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        ("90", Status.ON_TRACK),
        ("89.9999", Status.AT_RISK),
        ("50", Status.AT_RISK),
        ("49.9999", Status.OFF_TRACK),
    ],
)
def test_pace_thresholds_are_the_documents(value, wanted):
    changes = {"on_track_from": Fraction(9, 10), "at_risk_from": Fraction(1, 2)}

    assert status(value, **changes) == wanted


def test_pace_is_the_ratio_of_progress_and_expectation():
    result = judge(target(), Observation(60), as_of=HALF_TIME)

    assert (result.progress, result.expected, result.pace) == (
        Fraction(3, 10),
        Fraction(1, 2),
        Fraction(3, 5),
    )


def test_pace_is_undefined_where_nothing_is_expected():
    assert judge(target(), Observation(60), as_of=date(2021, 12, 31)).pace is None


def test_lower_is_better_counts_the_way_down():
    falling = Target("at_most", DUE, target=10, baseline=40, baseline_on=date(2021, 12, 31))
    statuses = [judge(falling, Observation(x), as_of=HALF_TIME).status for x in (41, 40, 31, 25, 10, 5)]

    assert statuses == ["worsening", "off_track", "at_risk", "on_track", "met", "exceeded"]
