"""The worked cases of the attainment rules, answered through the public calculator."""

import json
from pathlib import Path

import pytest

import indicators
from indicators.engine import calculator, rules

LINES = (
    (Path(indicators.__file__).parent / "data" / "golden_attainment.jsonl").read_text("utf-8").splitlines()
)
CASES = [json.loads(line) for line in LINES]


def test_golden_cases_are_all_there():
    assert len(CASES) == 104


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["case"])
def test_golden(case):
    body = {key: case[key] for key in ("target", "observation", "as_of")}

    assert calculator.evaluate(body) == {**case["answer"], "rules_version": rules.RULES_VERSION}


def test_golden_line_may_be_sent_with_its_label():
    body = {key: value for key, value in CASES[0].items() if key != "answer"}

    assert calculator.evaluate(body) == {**CASES[0]["answer"], "rules_version": "1"}
