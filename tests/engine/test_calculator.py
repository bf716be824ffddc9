"""The calculator's answers beyond the golden cases: composites, optional keys, which keys an answer has."""

import subprocess
import sys

import pytest

from indicators.engine.calculator import evaluate

DUE = "2025-12-31"
OPEN = "2025-06-30"


def ranks(first, second, rule="all_of", **changes):
    parts = [
        {"target": {"rule": "rank_at_most", "target": "3", "due_on": DUE}, "observation": first},
        {"target": {"rule": "rank_at_most", "target": "50"}, "observation": second},
    ]
    return {"target": {"rule": rule, "due_on": DUE, "parts": parts}, "as_of": OPEN} | changes


def test_composite_answers_met_and_status():
    assert evaluate(ranks({"value": "2"}, {"value": "50"})) == {
        "status": "met", "met": True, "rules_version": "1",
    }  # fmt: skip


def test_composite_part_is_due_with_the_whole():
    unmet = {"value": "3"}, {"value": "51"}

    assert evaluate(ranks(*unmet))["status"] == "in_progress"
    assert evaluate(ranks(*unmet, as_of=DUE))["status"] == "missed"


def test_composite_without_data_has_no_verdict():
    assert evaluate(ranks({"value": "3"}, {"missing": "not_collected"})) == {
        "status": "no_data", "rules_version": "1",
    }  # fmt: skip


def test_composite_may_carry_an_empty_observation():
    assert evaluate(ranks({"value": "2"}, {"value": "60"}, rule="any_of", observation={}))["status"] == "met"


def test_today_decides_whether_a_report_is_due():
    body = {
        "target": {"rule": "at_least", "target": "5", "due_on": DUE},
        "observation": {"missing": "late_source", "report_due_on": "2025-07-02"},
        "as_of": OPEN,
    }

    assert evaluate(body | {"today": "2025-07-02"})["status"] == "not_due"
    assert evaluate(body | {"today": "2025-07-03"})["status"] == "no_data"


def test_null_counts_as_not_given():
    body = {
        "target": {"rule": "at_least", "target": "5", "due_on": DUE, "baseline": None, "milestones": None},
        "observation": {"value": "5", "missing": None},
        "as_of": OPEN,
        "today": None,
    }

    assert evaluate(body)["status"] == "met"


def test_whole_numbers_may_be_json_integers():
    target = {"rule": "growth_at_least", "target": 16, "baseline": 100, "years": "3", "due_on": DUE}

    assert evaluate({"target": target, "observation": {"value": 157}, "as_of": OPEN})["status"] == "exceeded"


def test_thirty_digits_are_compared_to_the_last():
    target = {"rule": "at_least", "target": "0." + "9" * 29, "due_on": DUE}

    def status(value):
        return evaluate({"target": target, "observation": {"value": value}, "as_of": OPEN})["status"]

    assert status("0." + "9" * 28 + "8") == "in_progress"
    assert status("0." + "9" * 29) == "met"


@pytest.mark.parametrize(
    ("target", "observation", "keys"),
    [
        ({"rule": "at_least", "target": "5"}, {"value": "4"}, {"progress", "expected"}),
        ({"rule": "rank_at_most", "target": "5"}, {"value": "6"}, {"progress", "expected"}),
        ({"rule": "equal", "target": "5"}, {"value": "5"}, {"progress", "expected"}),
        ({"rule": "growth_at_least", "target": "5", "baseline": "1", "years": 1}, {"value": "1"}, set()),
        ({"rule": "judged"}, {"judged_met": False}, set()),
        ({"rule": "done"}, {"done": False}, set()),
        ({"rule": "done"}, {"done": True, "done_on": OPEN}, {"late", "days_early"}),
        ({"rule": "done"}, {"done": True, "done_on": DUE}, set()),
    ],
)
def test_answer_has_exactly_the_keys_that_exist(target, observation, keys):
    found = evaluate({"target": target | {"due_on": DUE}, "observation": observation, "as_of": OPEN})

    assert set(found) == {"status", "met", "rules_version"} | keys


def test_engine_needs_no_framework():
    program = (
        "import sys; from indicators.engine import calculator, display, pace, rules;"
        "sys.exit(any(name.split('.')[0] in ('django', 'rest_framework') for name in sys.modules))"
    )

    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
