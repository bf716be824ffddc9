"""Bad input: every mistake is named with its field, and nothing is guessed."""

import copy
import json
import string

import pytest

from indicators.engine.calculator import MESSAGES, CaseErrors, evaluate
from indicators.engine.rules import Rule

GOOD = {
    "target": {
        "rule": "at_least",
        "target": "90",
        "baseline": "80",
        "baseline_on": "2022-12-31",
        "due_on": "2023-12-31",
        "milestones": [{"on": "2023-06-30", "value": "85"}],
    },
    "observation": {"value": "89"},
    "as_of": "2023-09-30",
}
RANGE = {"rule": "between", "low": "16", "high": "18", "direction": "higher", "due_on": "2023-12-31"}
GROWTH = {"rule": "growth_at_least", "target": "16", "baseline": "100", "years": 3, "due_on": "2023-12-31"}
DONE = {"rule": "done", "due_on": "2023-12-31"}
JUDGED = {"rule": "judged", "due_on": "2023-12-31"}


def changed(*path, to):
    body = copy.deepcopy(GOOD)
    inner = body
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = to
    return body


def without(*path):
    body = copy.deepcopy(GOOD)
    inner = body
    for key in path[:-1]:
        inner = inner[key]
    del inner[path[-1]]
    return body


def case(target, observation):
    return {"target": target, "observation": observation, "as_of": "2023-09-30"}


def mistakes(body):
    with pytest.raises(CaseErrors) as caught:
        evaluate(body)
    for error in caught.value.errors:
        assert error.message
        assert "{" not in error.message
    return [(error.field, error.code) for error in caught.value.errors]


def test_good_case_is_answered():
    assert evaluate(GOOD)["status"] == "on_track"


@pytest.mark.parametrize("body", [None, [], "case", 3])
def test_body_must_be_an_object(body):
    assert mistakes(body) == [("body", "not_an_object")]


def test_empty_body_names_all_it_needs():
    assert mistakes({}) == [("as_of", "required"), ("target", "required"), ("observation", "required")]


SINGLE = [
    (without("as_of"), "as_of", "required"),
    (without("observation"), "observation", "required"),
    (without("target", "rule"), "target.rule", "required"),
    (without("target", "due_on"), "target.due_on", "required"),
    (without("target", "target"), "target.target", "required"),
    (without("target", "milestones", 0, "value"), "target.milestones[0].value", "required"),
    (changed("target", to=[]), "target", "not_an_object"),
    (changed("observation", to="89"), "observation", "not_an_object"),
    (changed("extra", to=1), "extra", "unknown_key"),
    (changed("target", "treshold", to="1"), "target.treshold", "unknown_key"),
    (changed("target", "milestones", 0, "day", to="1"), "target.milestones[0].day", "unknown_key"),
    (changed("observation", "values", to="1"), "observation.values", "unknown_key"),
    (changed("case", to=1), "case", "not_text"),
    (changed("target", "rule", to="nearly"), "target.rule", "unknown_rule"),
    (changed("target", "rule", to=["at_least"]), "target.rule", "not_text"),
    (changed("target", "shape", to="curved"), "target.shape", "unknown_choice"),
    (changed("target", "shape", to=1), "target.shape", "not_text"),
    (case(RANGE | {"direction": "up"}, {"value": "1"}), "target.direction", "unknown_choice"),
    (case(RANGE | {"low": "18.1"}, {"value": "1"}), "target.low", "low_above_high"),
    (case(RANGE | {"low": "x"}, {"value": "1"}), "target.low", "number_format"),
    (changed("target", "due_on", to="2022-12-30"), "target.due_on", "due_before_baseline"),
    (changed("target", "due_on", to="31/12/2023"), "target.due_on", "date_format"),
    (changed("target", "due_on", to="20231231"), "target.due_on", "date_format"),
    (changed("target", "due_on", to="2023-W52-7"), "target.due_on", "date_format"),
    (changed("target", "due_on", to="2023-02-29"), "target.due_on", "date_format"),
    (changed("target", "due_on", to="0000-01-01"), "target.due_on", "date_format"),
    (changed("target", "due_on", to="２０２３-12-31"), "target.due_on", "date_format"),
    (changed("target", "due_on", to=20231231), "target.due_on", "not_text"),
    (changed("as_of", to="2023-09-31"), "as_of", "date_format"),
    (changed("today", to="tomorrow"), "today", "date_format"),
    (changed("target", "milestones", to={}), "target.milestones", "not_a_list"),
    (changed("target", "milestones", to=[3]), "target.milestones[0]", "not_an_object"),
    (changed("target", "milestones", to=[{}] * 101), "target.milestones", "too_many"),
    (changed("target", "milestones", 0, "on", to="2023-12-31"), "target.milestones[0].on",
     "milestone_not_before_due"),
    (changed("target", "at_risk_from", to="0.96"), "target.at_risk_from", "at_risk_above_on_track"),
    (changed("target", "years", to=3), "target.years", "not_for_rule"),
    (case(GROWTH | {"years": 0}, {"value": "1"}), "target.years", "years_out_of_range"),
    (case(GROWTH | {"years": 51}, {"value": "1"}), "target.years", "years_out_of_range"),
    (case(GROWTH | {"years": 10**29}, {"value": "1"}), "target.years", "years_out_of_range"),
    (case(GROWTH | {"years": "2.5"}, {"value": "1"}), "target.years", "number_not_whole"),
    (case(GROWTH | {"years": 3.0}, {"value": "1"}), "target.years", "number_as_string"),
    (case(GROWTH | {"years": True}, {"value": "1"}), "target.years", "number_format"),
    (changed("observation", to={}), "observation", "one_required"),
    (changed("observation", to={"value": None}), "observation", "one_required"),
    (changed("observation", to={"value": "1", "missing": "late_source"}), "observation", "one_only"),
    (changed("observation", to={"missing": "lost"}), "observation.missing", "unknown_choice"),
    (changed("observation", to={"missing": "nothing_arose"}), "observation.missing", "unknown_choice"),
    (changed("observation", to={"missing": "late_source", "report_due_on": "soon"}),
     "observation.report_due_on", "date_format"),
    (changed("observation", "done", to=True), "observation.done", "not_for_rule"),
    (changed("observation", "judged_met", to=True), "observation.judged_met", "not_for_rule"),
    (case(DONE, {"done": False, "value": "1"}), "observation.value", "not_for_rule"),
    (case(DONE, {"done": "yes"}), "observation.done", "not_true_or_false"),
    (case(DONE, {"done": 1}), "observation.done", "not_true_or_false"),
    (case(DONE, {"done": True}), "observation.done_on", "required"),
    (case(DONE, {"done": False, "done_on": "2023-01-01"}), "observation.done_on", "done_on_without_done"),
    (case(DONE, {}), "observation", "one_required"),
    (case(DONE, {"done": False, "missing": "late_source"}), "observation", "one_only"),
    (case(JUDGED, {"judged_met": "yes"}), "observation.judged_met", "not_true_or_false"),
    (case(JUDGED, {"judged_met": True, "done_on": "2023-01-01"}), "observation.done_on", "not_for_rule"),
    (case(JUDGED | {"target": "1"}, {"judged_met": True}), "target.target", "not_for_rule"),
]  # fmt: skip


@pytest.mark.parametrize(("body", "field", "code"), SINGLE)
def test_one_mistake_is_named_once(body, field, code):
    assert mistakes(body) == [(field, code)]


@pytest.mark.parametrize(
    "text",
    ["", " 90", "90 ", "9o", "98,90", "1.234,5", "1 000", "1_000", "+90", "--1", ".5", "5.", "1e5",
     "1e999999", "NaN", "Infinity", "-Infinity", "1/3", "0x10", "９０", "90\n", "−5"],
)  # fmt: skip
def test_number_that_does_not_parse(text):
    assert mistakes(changed("observation", "value", to=text)) == [("observation.value", "number_format")]
    assert mistakes(changed("target", "target", to=text)) == [("target.target", "number_format")]


@pytest.mark.parametrize("value", [True, False, [], {}, ["90"]])
def test_number_of_another_type(value):
    assert mistakes(changed("observation", "value", to=value)) == [("observation.value", "number_format")]


@pytest.mark.parametrize("value", [98.9, 0.0, 1e300, float("nan"), float("inf")])
def test_number_as_a_json_decimal_has_lost_its_exactness(value):
    assert mistakes(changed("observation", "value", to=value)) == [("observation.value", "number_as_string")]


@pytest.mark.parametrize("value", ["9" * 31, "0." + "9" * 30, "-" + "9" * 31, 10**30, -(10**30)])
def test_number_with_too_many_digits(value):
    assert mistakes(changed("observation", "value", to=value)) == [("observation.value", "number_too_long")]


def test_number_too_long_even_to_be_printed():
    assert mistakes(changed("observation", "value", to=10**5000)) == [
        ("observation.value", "number_too_long")
    ]


@pytest.mark.parametrize("value", ["9" * 30, "-0." + "9" * 29, 10**30 - 1])
def test_number_with_just_as_many_digits_as_possible(value):
    assert evaluate(changed("observation", "value", to=value))["status"]


def test_all_mistakes_are_named_at_once():
    body = case(
        RANGE | {"low": "20", "due_on": "soon", "shape": "curved", "colour": "red"},
        {"value": "abc", "done": True},
    )

    assert set(mistakes(body | {"as_of": "never"})) == {
        ("as_of", "date_format"),
        ("target.colour", "unknown_key"),
        ("target.due_on", "date_format"),
        ("target.shape", "unknown_choice"),
        ("target.low", "low_above_high"),
        ("observation.value", "number_format"),
        ("observation.done", "not_for_rule"),
    }


def test_unknown_rule_does_not_hide_other_mistakes():
    body = changed("target", "rule", to="nearly")
    body["target"]["target"] = "x"
    body["observation"]["value"] = "y"

    assert set(mistakes(body)) == {
        ("target.rule", "unknown_rule"),
        ("target.target", "number_format"),
        ("observation.value", "number_format"),
    }


# Composites.


def composite(*parts, **changes):
    return {
        "target": {"rule": "all_of", "due_on": "2023-12-31", "parts": list(parts)},
        "as_of": "2023-09-30",
    } | changes


GOOD_PART = {"target": JUDGED, "observation": {"judged_met": True}}


def nested(depth):
    part = GOOD_PART
    for _ in range(depth - 1):
        part = {"target": {"rule": "any_of", "due_on": "2023-12-31", "parts": [part]}}
    return composite(part)


PARTS = [
    (composite(), "target.parts", "required"),
    (composite(3), "target.parts[0]", "not_an_object"),
    (composite(GOOD_PART, {"observation": {"value": "1"}}), "target.parts[1].target", "required"),
    (composite({"target": JUDGED}), "target.parts[0].observation", "required"),
    (composite(GOOD_PART | {"as_of": "2023-01-01"}), "target.parts[0].as_of", "unknown_key"),
    (composite(GOOD_PART, {"target": RANGE | {"high": "1"}, "observation": {"value": "1"}}),
     "target.parts[1].target.low", "low_above_high"),
    (composite({"target": DONE, "observation": {"done": True}}),
     "target.parts[0].observation.done_on", "required"),
    (composite(*[GOOD_PART] * 51), "target.parts", "too_many"),
    (nested(4), "target.parts[0].target.parts[0].target.parts[0].target.parts", "parts_too_deep"),
    (composite(GOOD_PART, observation={"value": "1"}), "observation.value", "not_for_rule"),
    (composite(GOOD_PART, observation={"missing": "late_source"}), "observation.missing", "not_for_rule"),
    (case(JUDGED | {"parts": [GOOD_PART]}, {"judged_met": True}), "target.parts", "not_for_rule"),
]  # fmt: skip


@pytest.mark.parametrize(("body", "field", "code"), PARTS)
def test_mistake_in_a_composite(body, field, code):
    assert mistakes(body) == [(field, code)]


def test_empty_part_names_all_it_needs():
    assert mistakes(composite(GOOD_PART, {})) == [
        ("target.parts[1].target", "required"),
        ("target.parts[1].observation", "required"),
    ]


def test_composite_with_an_unreadable_due_day_names_it_once():
    body = composite({"target": {"rule": "judged"}, "observation": {"judged_met": True}})
    body["target"]["due_on"] = "soon"

    assert mistakes(body) == [("target.due_on", "date_format")]


def test_parts_are_counted_over_all_levels():
    ten = {"target": {"rule": "any_of", "due_on": "2023-12-31", "parts": [GOOD_PART] * 10}}

    assert evaluate(composite(*[ten] * 4))["status"] == "met"
    assert mistakes(composite(*[ten] * 5)) == [("target.parts[4].target.parts", "too_many")]


@pytest.mark.parametrize("depth", [1, 2, 3])
def test_composite_as_deep_as_possible(depth):
    assert evaluate(nested(depth))["status"] == "met"


def test_absurdly_deep_composite_is_refused_quickly():
    part = GOOD_PART
    for _ in range(200):
        part = {"target": {"rule": "any_of", "due_on": "2023-12-31", "parts": [part]}}

    assert [code for _, code in mistakes(composite(part))] == ["parts_too_deep"]


# Messages.


def test_long_input_is_cut_in_messages():
    with pytest.raises(CaseErrors) as caught:
        evaluate(changed("observation", "value", to="x" * 100_000))

    assert len(caught.value.errors[0].message) < 300


def test_braces_in_the_input_do_no_harm():
    with pytest.raises(CaseErrors) as caught:
        evaluate(changed("target", "rule", to="{0.__class__}"))

    assert "“{0.__class__}”" in caught.value.errors[0].message


def test_unknown_rule_message_names_the_known_ones():
    with pytest.raises(CaseErrors) as caught:
        evaluate(changed("target", "rule", to="nearly"))

    assert all(rule.value in caught.value.errors[0].message for rule in Rule)


def test_errors_read_as_lines_and_are_plain_values():
    with pytest.raises(CaseErrors) as caught:
        evaluate(case(RANGE | {"low": "20"}, {"value": "x"}))

    assert str(caught.value).splitlines()[0] == "target.low: The low end 20 is above the high end 18."
    assert all(json.dumps(error.params) for error in caught.value.errors)


def test_every_message_takes_named_parameters_only():
    for template in MESSAGES.values():
        names = [name for _, name, _, _ in string.Formatter().parse(template) if name is not None]
        assert all(name.isidentifier() for name in names)
