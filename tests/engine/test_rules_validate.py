"""A target that contradicts itself is refused before it judges anything."""

from datetime import date
from decimal import Decimal

import pytest

from indicators.engine.errors import MESSAGES
from indicators.engine.rules import CaseError, Milestone, Target, find_problems, validate

START = date(2022, 12, 31)
MIDDLE = date(2023, 6, 30)
DUE = date(2023, 12, 31)
ON_THE_WAY = {"target": 90, "baseline": 80, "baseline_on": START}

GOOD = [
    ("at_least", ON_THE_WAY | {"milestones": [Milestone(MIDDLE, 84), Milestone(date(2023, 7, 1), 85)]}),
    ("more_than", {"target": 90}),
    ("at_most", ON_THE_WAY | {"shape": "step"}),
    ("less_than", {"target": 0}),
    ("equal", {"target": 100, "baseline": 3, "baseline_on": START}),
    ("between", {"low": 16, "high": 18, "direction": "higher"}),
    ("between", {"low": 16, "high": 16, "direction": "within", "milestones": [Milestone(MIDDLE, 3)]}),
    ("rank_at_most", {"target": 50, "baseline": 60, "baseline_on": START}),
    ("done", {}),
    ("judged", {}),
    ("growth_at_least", {"target": 16, "baseline": 100, "years": 50}),
    ("growth_at_least", {"target": 16, "baseline": 100, "baseline_on": START, "years": 1}),
    ("all_of", {"parts": [Target("judged", DUE), Target("rank_at_most", DUE, target=3)]}),
    ("at_least", {"target": 90, "baseline": 80, "baseline_on": DUE}),
    ("at_least", {"target": 90, "on_track_from": 1, "at_risk_from": 1}),
]


@pytest.mark.parametrize(("rule", "terms"), GOOD)
def test_target_that_is_consistent(rule, terms):
    assert list(find_problems(Target(rule, DUE, **terms))) == []


BAD = [
    ("at_least", {}, "target", "required"),
    ("rank_at_most", {}, "target", "required"),
    ("equal", {}, "target", "required"),
    ("between", {"high": 18, "direction": "higher"}, "low", "required"),
    ("between", {"low": 16, "direction": "higher"}, "high", "required"),
    ("between", {"low": 16, "high": 18}, "direction", "required"),
    ("growth_at_least", {"baseline": 100, "years": 3}, "target", "required"),
    ("growth_at_least", {"target": 16, "years": 3}, "baseline", "required"),
    ("growth_at_least", {"target": 16, "baseline": 100}, "years", "required"),
    ("all_of", {}, "parts", "required"),
    ("any_of", {"parts": []}, "parts", "required"),
    ("at_least", {"target": 1, "low": 0}, "low", "not_for_rule"),
    ("at_least", {"target": 1, "direction": "higher"}, "direction", "not_for_rule"),
    ("at_least", {"target": 1, "years": 3}, "years", "not_for_rule"),
    ("at_least", {"target": 1, "parts": [Target("judged", DUE)]}, "parts", "not_for_rule"),
    ("between", {"low": 0, "high": 1, "direction": "within", "target": 1}, "target", "not_for_rule"),
    ("done", {"target": 1}, "target", "not_for_rule"),
    ("judged", {"baseline": 1}, "baseline", "not_for_rule"),
    ("growth_at_least", {"target": 1, "baseline": 1, "years": 1, "milestones": [Milestone(MIDDLE, 1)]},
     "milestones", "not_for_rule"),
    ("between", {"low": 18, "high": 16, "direction": "higher"}, "low", "low_above_high"),
    ("between", {"low": 1, "high": 2, "direction": "up"}, "direction", "unknown_choice"),
    ("at_least", {"target": 1, "shape": "curved"}, "shape", "unknown_choice"),
    ("growth_at_least", {"target": 1, "baseline": 1, "years": 0}, "years", "years_out_of_range"),
    ("growth_at_least", {"target": 1, "baseline": 1, "years": 51}, "years", "years_out_of_range"),
    ("at_least", {"target": 1, "at_risk_from": Decimal("0.96")}, "at_risk_from", "at_risk_above_on_track"),
    ("at_least", {"target": 1, "at_risk_from": Decimal("-0.1")}, "at_risk_from", "number_negative"),
    ("at_least", ON_THE_WAY | {"baseline_on": date(2024, 1, 1)}, "due_on", "due_before_baseline"),
    ("at_least", ON_THE_WAY | {"milestones": [Milestone(START, 84)]},
     "milestones[0].on", "milestone_not_after_baseline"),
    ("at_least", ON_THE_WAY | {"milestones": [Milestone(MIDDLE, 84), Milestone(DUE, 85)]},
     "milestones[1].on", "milestone_not_before_due"),
    ("at_least", ON_THE_WAY | {"milestones": [Milestone(MIDDLE, 84), Milestone(MIDDLE, 85)]},
     "milestones[1].on", "milestones_not_ascending"),
    ("all_of", {"parts": [Target("judged", DUE), Target("between", DUE, low=2, high=1, direction="within")]},
     "parts[1].target.low", "low_above_high"),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "terms", "field", "code"), BAD)
def test_target_that_contradicts_itself(rule, terms, field, code):
    target = Target(rule, DUE, **terms)

    with pytest.raises(CaseError) as caught:
        validate(target)
    assert (caught.value.field, caught.value.code) == (field, code)
    assert [(problem.field, problem.code) for problem in find_problems(target)] == [(field, code)]


def test_every_contradiction_is_found():
    target = Target("between", DUE, low=2, high=1, target=3, baseline_on=date(2025, 1, 1), shape="curved")

    assert {problem.field for problem in find_problems(target)} == {
        "low", "target", "direction", "due_on", "shape",
    }  # fmt: skip


def test_message_names_the_figures():
    (problem,) = find_problems(Target("between", DUE, low=Decimal("18.50"), high=16, direction="higher"))

    assert problem.message == "The low end 18.5 is above the high end 16."
    assert str(problem) == "low: The low end 18.5 is above the high end 16."


@pytest.mark.parametrize(("rule", "terms", "field", "code"), BAD)
def test_every_problem_has_a_complete_message(rule, terms, field, code):
    for problem in find_problems(Target(rule, DUE, **terms)):
        assert problem.code in MESSAGES
        assert "{" not in problem.message


def test_unknown_rule_is_refused():
    with pytest.raises(ValueError, match="nearly"):
        Target("nearly", DUE)
