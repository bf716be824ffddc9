"""Ten thousand random cases: the engine agrees with a second implementation that shares no code with it."""

import json
from collections import Counter
from fractions import Fraction

import pytest

from indicators.engine import calculator
from indicators.engine.rules import Rule, Status, judge
from tests.engine import reference
from tests.engine.random_cases import CaseMaker

CASES = 10_000


@pytest.fixture(scope="module")
def cases():
    maker = CaseMaker(seed=20_251_231)
    return [maker.case() for _ in range(CASES)]


def test_engine_agrees_with_the_reference(cases):
    for body in cases:
        wanted = reference.evaluate(body)
        target, observation, as_of, today = calculator.read_case(body)
        result = judge(target, observation, as_of=as_of, today=today)
        found = {
            key: getattr(result, key)
            for key in ("status", "met", "progress", "expected", "late", "days_early")
            if getattr(result, key) is not None or (key in ("progress", "expected") and key in wanted)
        }
        assert found == wanted, json.dumps(body)


def test_calculator_agrees_with_the_reference(cases):
    for body in cases:
        wanted = reference.evaluate(body)
        for key in ("progress", "expected"):
            if key in wanted:
                wanted[key] = reference.six_decimals(wanted[key])
        assert calculator.evaluate(body) == {**wanted, "rules_version": "1"}, json.dumps(body)


def test_random_cases_reach_every_status(cases):
    seen = Counter(reference.evaluate(body)["status"] for body in cases)

    assert {status: seen[status] >= 100 for status in Status} == dict.fromkeys(Status, True)


def test_random_cases_reach_every_status_of_composites(cases):
    seen = {
        (body["target"]["rule"], reference.evaluate(body)["status"])
        for body in cases
        if body["target"]["rule"] in ("all_of", "any_of")
    }

    states = ("met", "missed", "no_data", "in_progress", "not_applicable")
    assert seen == {(rule, state) for rule in ("all_of", "any_of") for state in states}


def test_random_cases_reach_every_rule(cases):
    seen = Counter(body["target"]["rule"] for body in cases)

    assert {rule: seen[rule] >= 300 for rule in Rule} == dict.fromkeys(Rule, True)


def test_random_cases_reach_the_edges(cases):
    seen = Counter()
    for body in cases:
        target, observation, as_of, _ = calculator.read_case(body)
        result = judge(target, observation, as_of=as_of)
        seen["value at a threshold"] += observation.value is not None and observation.value == target.target
        seen["pace at on track"] += result.pace == target.on_track_from
        seen["pace at at risk"] += result.pace == target.at_risk_from
        seen["due on the judged day"] += as_of == target.due_on
        seen["due the day after"] += (target.due_on - as_of).days == 1
        seen["nothing expected yet"] += result.expected == 0
        seen["less than nothing expected"] += result.expected is not None and result.expected < 0
        seen["at a milestone"] += any(milestone.on == as_of for milestone in target.milestones)
        seen["done after the judged day"] += observation.done_on is not None and observation.done_on > as_of
    assert len(seen) == 9
    assert min(seen.values()) >= 20, seen


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (Fraction(1, 3), "0.333333"),
        (Fraction(-2, 3), "-0.666667"),
        (Fraction(1, 2_000_000), "0.000001"),
        (Fraction(-1, 2_000_000), "-0.000001"),
        (Fraction(-1, 3_000_000), "0.000000"),
        (Fraction(139, 100), "1.390000"),
    ],
)
def test_reference_rounds_half_away_from_zero(share, text):
    assert reference.six_decimals(share) == text
