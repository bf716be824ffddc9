"""Composites: what their parts make of them (rules, section 3)."""

from datetime import date, timedelta

import pytest

from indicators.engine.rules import Observation, Status, Target, judge

DUE = date(2025, 12, 31)
OPEN = date(2025, 6, 30)
DAY = timedelta(days=1)
YES, NO = True, False

# One part each, due with the composite, by what is observed of "at least 10".
SEEN = {
    "more": Observation(11),
    "met": Observation(10),
    "unmet": Observation(9),
    "missing": Observation(missing="not_collected"),
    "not yet due": Observation(missing="late_source", report_due_on=DUE + 30 * DAY),
    "unanswered": Observation(),
    "outside": Observation(missing="not_applicable"),
}


def outcome(rule, parts, as_of, **changes):
    target = Target(rule, DUE, parts=[Target("at_least", DUE, target=10) for _ in parts], **changes)
    return judge(target, Observation(parts=[SEEN[part] for part in parts]), as_of=as_of)


@pytest.mark.parametrize(
    ("parts", "while_open", "when_due"),
    [
        (["met", "met"], Status.MET, Status.MET),
        (["more", "more"], Status.MET, Status.MET),
        (["met", "unmet"], Status.IN_PROGRESS, Status.MISSED),
        (["unmet", "unmet"], Status.IN_PROGRESS, Status.MISSED),
        (["met", "missing"], Status.NO_DATA, Status.NO_DATA),
        (["met", "not yet due"], Status.NO_DATA, Status.NO_DATA),
        (["met", "unanswered"], Status.NO_DATA, Status.NO_DATA),
        (["unmet", "missing"], Status.NO_DATA, Status.MISSED),
        (["missing", "missing"], Status.NO_DATA, Status.NO_DATA),
        (["met", "outside"], Status.MET, Status.MET),
        (["unmet", "outside"], Status.IN_PROGRESS, Status.MISSED),
        (["missing", "outside"], Status.NO_DATA, Status.NO_DATA),
        (["outside", "outside"], Status.NOT_APPLICABLE, Status.NOT_APPLICABLE),
    ],
    ids=str,
)
def test_all_of(parts, while_open, when_due):
    assert outcome("all_of", parts, OPEN).status == while_open
    assert outcome("all_of", parts, DUE).status == when_due


@pytest.mark.parametrize(
    ("parts", "while_open", "when_due"),
    [
        (["met", "met"], Status.MET, Status.MET),
        (["more", "unmet"], Status.MET, Status.MET),
        (["unmet", "unmet"], Status.IN_PROGRESS, Status.MISSED),
        (["met", "missing"], Status.MET, Status.MET),
        (["unmet", "missing"], Status.NO_DATA, Status.NO_DATA),
        (["unmet", "not yet due"], Status.NO_DATA, Status.NO_DATA),
        (["missing", "missing"], Status.NO_DATA, Status.NO_DATA),
        (["met", "outside"], Status.MET, Status.MET),
        (["unmet", "outside"], Status.IN_PROGRESS, Status.MISSED),
        (["outside", "outside"], Status.NOT_APPLICABLE, Status.NOT_APPLICABLE),
    ],
    ids=str,
)
def test_any_of(parts, while_open, when_due):
    assert outcome("any_of", parts, OPEN).status == while_open
    assert outcome("any_of", parts, DUE).status == when_due


@pytest.mark.parametrize("rule", ["all_of", "any_of"])
def test_composite_is_never_exceeded_and_has_no_progress(rule):
    result = outcome(rule, ["more", "more"], OPEN)

    assert (result.status, result.progress, result.expected, result.pace) == (Status.MET, None, None, None)


def test_composite_verdict_follows_its_status():
    assert outcome("all_of", ["met", "met"], OPEN).met is True
    assert outcome("all_of", ["met", "unmet"], OPEN).met is False
    assert outcome("all_of", ["met", "unmet"], DUE).met is False
    assert outcome("all_of", ["met", "missing"], OPEN).met is None


def early_and_late(rule, early, late, as_of):
    """A composite due on DUE with one part due half a year before it and one due with it."""
    target = Target(
        rule, DUE, parts=[Target("at_least", OPEN, target=10), Target("at_least", DUE, target=10)]
    )
    return judge(target, Observation(parts=[SEEN[early], SEEN[late]]), as_of=as_of).status


def test_all_of_is_missed_when_a_part_misses_its_own_day():
    assert early_and_late("all_of", "unmet", "met", OPEN - DAY) == Status.IN_PROGRESS
    assert early_and_late("all_of", "unmet", "met", OPEN) == Status.MISSED


def test_all_of_is_missed_by_a_missed_part_even_beside_a_missing_one():
    assert early_and_late("all_of", "unmet", "missing", OPEN) == Status.MISSED


def test_any_of_outlives_a_missed_part():
    assert early_and_late("any_of", "unmet", "unmet", OPEN) == Status.IN_PROGRESS
    assert early_and_late("any_of", "unmet", "unmet", DUE) == Status.MISSED


def test_any_of_is_missed_when_every_part_missed_its_own_day():
    parts = [Target("at_least", OPEN, target=10)] * 2
    seen = Observation(parts=[SEEN["unmet"]] * 2)

    assert judge(Target("any_of", DUE, parts=parts), seen, as_of=OPEN).status == Status.MISSED


def test_part_due_later_fails_with_its_composite():
    target = Target("all_of", OPEN, parts=[Target("at_least", DUE, target=10)])

    assert judge(target, Observation(parts=[SEEN["unmet"]]), as_of=OPEN).status == Status.MISSED


def test_composites_nest():
    inner = Target("any_of", DUE, parts=[Target("at_least", DUE, target=10), Target("judged", DUE)])
    outer = Target("all_of", DUE, parts=[inner, Target("done", DUE)])

    def status(value, judged_met, done_on, as_of):
        either = Observation(parts=[Observation(value), Observation(judged_met=judged_met)])
        done = Observation(done=done_on is not None, done_on=done_on)
        return judge(outer, Observation(parts=[either, done]), as_of=as_of).status

    assert status(9, YES, OPEN, OPEN) == Status.MET
    assert status(9, NO, OPEN, OPEN) == Status.IN_PROGRESS
    assert status(10, NO, OPEN + DAY, OPEN) == Status.IN_PROGRESS
    assert status(9, NO, OPEN, DUE) == Status.MISSED


def test_composite_missing_as_a_whole():
    target = Target("all_of", DUE, parts=[Target("judged", DUE)])
    seen = Observation(missing="late_source", report_due_on=OPEN, parts=[Observation(judged_met=True)])

    assert judge(target, seen, as_of=OPEN).status == Status.NOT_DUE


def test_composite_wants_an_observation_for_each_part():
    with pytest.raises(ValueError, match="shorter"):
        judge(Target("all_of", DUE, parts=[Target("judged", DUE)]), Observation(), as_of=OPEN)
