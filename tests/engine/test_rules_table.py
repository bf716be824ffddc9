"""Each rule below, at and above its threshold, long before the due day and on it (rules, section 3)."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from indicators.engine.rules import CaseError, Observation, Rule, Status, Target, judge

DUE = date(2025, 12, 31)
EARLY = date(2025, 6, 30)

RANGE = {"low": 16, "high": 18}
EXCEEDED, MET, UNMET = "exceeded", "met", "unmet"

TABLE = [
    ("at_least", {"target": 90}, "89.9999", UNMET),
    ("at_least", {"target": 90}, "90", MET),
    ("at_least", {"target": 90}, "90.0001", EXCEEDED),
    ("more_than", {"target": 90}, "89.9999", UNMET),
    ("more_than", {"target": 90}, "90", UNMET),
    ("more_than", {"target": 90}, "90.0001", MET),
    ("at_most", {"target": 10}, "9.9999", EXCEEDED),
    ("at_most", {"target": 10}, "10", MET),
    ("at_most", {"target": 10}, "10.0001", UNMET),
    ("less_than", {"target": 10}, "9.9999", MET),
    ("less_than", {"target": 10}, "10", UNMET),
    ("less_than", {"target": 10}, "10.0001", UNMET),
    ("equal", {"target": 100}, "99.9999", UNMET),
    ("equal", {"target": 100}, "100.0000", MET),
    ("equal", {"target": 100}, "100.0001", UNMET),
    ("between", RANGE | {"direction": "higher"}, "15.9999", UNMET),
    ("between", RANGE | {"direction": "higher"}, "16", MET),
    ("between", RANGE | {"direction": "higher"}, "18", MET),
    ("between", RANGE | {"direction": "higher"}, "18.0001", EXCEEDED),
    ("between", RANGE | {"direction": "lower"}, "15.9999", EXCEEDED),
    ("between", RANGE | {"direction": "lower"}, "16", MET),
    ("between", RANGE | {"direction": "lower"}, "18", MET),
    ("between", RANGE | {"direction": "lower"}, "18.0001", UNMET),
    ("between", RANGE | {"direction": "within"}, "15.9999", UNMET),
    ("between", RANGE | {"direction": "within"}, "16", MET),
    ("between", RANGE | {"direction": "within"}, "18", MET),
    ("between", RANGE | {"direction": "within"}, "18.0001", UNMET),
    ("rank_at_most", {"target": 30}, "29", EXCEEDED),
    ("rank_at_most", {"target": 30}, "30", MET),
    ("rank_at_most", {"target": 30}, "31", UNMET),
    ("growth_at_least", {"target": 16, "baseline": 100, "years": 3}, "156.0895", UNMET),
    ("growth_at_least", {"target": 16, "baseline": 100, "years": 3}, "156.0896", MET),
    ("growth_at_least", {"target": 16, "baseline": 100, "years": 3}, "156.0897", EXCEEDED),
]


@pytest.mark.parametrize(("rule", "terms", "value", "verdict"), TABLE)
def test_rule_before_the_due_day(rule, terms, value, verdict):
    result = judge(Target(rule, DUE, **terms), Observation(Decimal(value)), as_of=EARLY)

    assert result.status == {EXCEEDED: Status.EXCEEDED, MET: Status.MET, UNMET: Status.IN_PROGRESS}[verdict]
    assert result.met is (verdict != UNMET)


@pytest.mark.parametrize(("rule", "terms", "value", "verdict"), TABLE)
def test_rule_on_the_due_day(rule, terms, value, verdict):
    result = judge(Target(rule, DUE, **terms), Observation(Decimal(value)), as_of=DUE)

    assert result.status == {EXCEEDED: Status.EXCEEDED, MET: Status.MET, UNMET: Status.MISSED}[verdict]
    assert result.met is (verdict != UNMET)


def test_growth_of_thirds_is_compared_exactly():
    target = Target(Rule.GROWTH_AT_LEAST, DUE, target=Fraction(100, 3), baseline=3, years=2)

    assert judge(target, Observation(Fraction(16, 3)), as_of=EARLY).status == Status.MET
    assert judge(target, Observation(Fraction(16, 3) - Fraction(1, 10**30)), as_of=EARLY).met is False


def test_growth_has_no_expectation_even_with_a_baseline_day():
    target = Target("growth_at_least", DUE, target=8, baseline=100, baseline_on=date(2024, 12, 31), years=1)
    result = judge(target, Observation(101), as_of=EARLY)

    assert (result.status, result.progress, result.expected) == (Status.IN_PROGRESS, None, None)


def test_done_early_says_how_many_days():
    result = judge(
        Target("done", date(2023, 5, 30)),
        Observation(done=True, done_on=date(2023, 4, 8)),
        as_of=date(2023, 6, 30),
    )

    assert (result.status, result.late, result.days_early) == (Status.MET, False, 52)


def test_done_on_the_due_day_is_not_late():
    result = judge(Target("done", DUE), Observation(done=True, done_on=DUE), as_of=DUE)

    assert (result.status, result.late, result.days_early) == (Status.MET, False, 0)


def test_done_after_the_due_day_is_met_and_late():
    done = Observation(done=True, done_on=date(2026, 1, 12))
    result = judge(Target("done", DUE), done, as_of=date(2026, 1, 31))

    assert (result.status, result.late, result.days_early) == (Status.MET, True, -12)


@pytest.mark.parametrize(
    ("as_of", "status"), [(EARLY, Status.IN_PROGRESS), (DUE, Status.MISSED)], ids=["open", "due"]
)
def test_done_after_the_judged_day_is_not_yet_done(as_of, status):
    result = judge(Target("done", DUE), Observation(done=True, done_on=date(2026, 1, 1)), as_of=as_of)

    assert (result.status, result.met, result.late, result.days_early) == (status, False, None, None)


def test_done_on_the_judged_day_is_done():
    assert judge(Target("done", DUE), Observation(done=True, done_on=EARLY), as_of=EARLY).met is True


def test_done_without_a_day_is_not_yet_done():
    assert judge(Target("done", DUE), Observation(done=True), as_of=EARLY).status == Status.IN_PROGRESS


@pytest.mark.parametrize("rule", ["done", "judged"])
def test_declaration_not_given_is_unmet(rule):
    assert judge(Target(rule, DUE), Observation(), as_of=EARLY).status == Status.IN_PROGRESS
    assert judge(Target(rule, DUE), Observation(), as_of=DUE).status == Status.MISSED


@pytest.mark.parametrize(
    ("verdict", "as_of", "status"),
    [
        (True, EARLY, Status.MET),
        (True, DUE, Status.MET),
        (False, EARLY, Status.IN_PROGRESS),
        (False, DUE, Status.MISSED),
    ],
)
def test_judged_follows_the_person(verdict, as_of, status):
    result = judge(Target("judged", DUE), Observation(judged_met=verdict), as_of=as_of)

    assert (result.status, result.late, result.days_early) == (status, None, None)


@pytest.mark.parametrize(
    ("terms", "field"),
    [
        ({"rule": "at_least"}, "target"),
        ({"rule": "between", "high": 3, "direction": "within"}, "low"),
        ({"rule": "growth_at_least", "target": 3, "baseline": 3}, "years"),
    ],
)
def test_target_without_its_threshold_names_it(terms, field):
    with pytest.raises(CaseError) as caught:
        judge(Target(due_on=DUE, **terms), Observation(1), as_of=EARLY)

    assert (caught.value.field, caught.value.code) == (field, "required")


@pytest.mark.parametrize("number", [0.1, float("nan"), True, "98.90"])
def test_value_that_is_not_exact_is_refused(number):
    with pytest.raises(TypeError):
        Observation(number)
    with pytest.raises(TypeError):
        Target("at_least", DUE, target=number)


def test_decimals_and_whole_numbers_become_fractions():
    target = Target("at_least", DUE, target=Decimal("98.90"), baseline=85, on_track_from=Decimal("0.9"))

    assert (target.target, target.on_track_from) == (Fraction(989, 10), Fraction(9, 10))
    assert {type(target.target), type(target.baseline), type(target.on_track_from)} == {Fraction}
