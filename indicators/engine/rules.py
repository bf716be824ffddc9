"""Judges one target for one period. Nothing else in the portal decides whether a target is met.

Sections 3 to 5 of the attainment rules, version 1, in exact arithmetic. Pure: no clock, no database.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from fractions import Fraction
from functools import lru_cache
from typing import TypeVar

from . import pace
from .cases import (
    COMPOSITES,
    DECLARED,
    DEFAULT_AT_RISK_FROM,
    DEFAULT_ON_TRACK_FROM,
    DIRECTIONS,
    HIGHER,
    LOWER,
    MISSING_REASONS,
    NOT_APPLICABLE,
    ONE_GOAL,
    SHAPES,
    Milestone,
    Observation,
    Result,
    Rule,
    Status,
    Target,
)
from .display import plain
from .errors import CaseError, CaseErrors

__all__ = [
    "COMPOSITES", "DECLARED", "DEFAULT_AT_RISK_FROM", "DEFAULT_ON_TRACK_FROM", "DIRECTIONS", "MAX_YEARS",
    "MISSING_REASONS", "RULES_VERSION", "SHAPES", "CaseError", "CaseErrors", "Milestone", "Observation",
    "Result", "Rule", "Status", "Target", "find_problems", "judge", "validate",
]  # fmt: skip

RULES_VERSION = "1"
MAX_YEARS = 50

T = TypeVar("T")

# Judging.


def judge(target: Target, observation: Observation, *, as_of: date, today: date | None = None) -> Result:
    """The state of a target at the end of the judged day `as_of`; the first of section 5 that applies.

    `today` (default: `as_of`) decides only whether a missing report is due already.

    Declared rules: without a declaration a target is unmet, not missing. Done after `as_of`, or done without
    a day, is not yet done.

    Composites have neither progress nor "exceeded". Each part is judged by its own rule and due day. A part
    has failed when it is missed, or unmet on or after the due day of the composite; a part is missing when it
    has no value, whether its report is due yet or not. Parts that are not applicable leave the count; where
    no part is left the composite is not applicable. Then, the first that applies:

    - `all_of`: met when all parts are met; missed when one has failed; no data when one is missing;
      else in progress.
    - `any_of`: met when one part is met; missed when all have failed; no data when one is missing (it may
      turn out to be the one that is met: missing is not unmet); else in progress.
    """
    if observation.missing is not None:
        if observation.missing == NOT_APPLICABLE:
            return _NOT_APPLICABLE
        return _missing(observation, as_of if today is None else today)
    rule = target.rule
    if rule is Rule.DONE:
        return _judge_done(target, observation, as_of)
    if rule is Rule.JUDGED:
        return _unpaced(target, as_of, met=bool(observation.judged_met))
    if rule in COMPOSITES:
        return _judge_composite(target, observation, as_of, today)
    if observation.value is None:
        return _missing(observation, as_of if today is None else today)
    met, exceeded = _COMPARE[rule](target, observation.value)
    if rule is Rule.GROWTH_AT_LEAST:
        return _unpaced(target, as_of, met=met, exceeded=exceeded)
    return _judge_paced(target, observation.value, as_of, met=met, exceeded=exceeded)


def _missing(observation: Observation, today: date) -> Result:
    due = observation.report_due_on
    return _NOT_DUE if due is not None and today <= due else _NO_DATA


def _judge_done(target: Target, observation: Observation, as_of: date) -> Result:
    done_on = observation.done_on
    if not observation.done or done_on is None or done_on > as_of:
        return _unpaced(target, as_of, met=False)
    days_early = (target.due_on - done_on).days
    return Result(Status.MET, met=True, late=days_early < 0, days_early=days_early)


def _unpaced(target: Target, as_of: date, *, met: bool, exceeded: bool = False) -> Result:
    if exceeded:
        return _EXCEEDED
    if met:
        return _MET
    return _MISSED if as_of >= target.due_on else _IN_PROGRESS


def _judge_paced(target: Target, x: Fraction, as_of: date, *, met: bool, exceeded: bool) -> Result:
    progress = pace.progress(target, x)
    expected = None if progress is None else pace.expected(target, as_of)
    ratio = None
    if progress is not None and expected is not None and expected > 0:
        ratio = progress if expected == 1 else progress / expected

    if exceeded:
        status = Status.EXCEEDED
    elif met:
        status = Status.MET
    elif as_of >= target.due_on:
        status = Status.MISSED
    elif progress is None or expected is None:
        status = Status.IN_PROGRESS
    elif progress < 0:
        status = Status.WORSENING
    elif ratio is None or ratio >= target.on_track_from:
        status = Status.ON_TRACK
    elif ratio >= target.at_risk_from:
        status = Status.AT_RISK
    else:
        status = Status.OFF_TRACK
    return Result(status, met, progress, expected, ratio)


def _judge_composite(target: Target, observation: Observation, as_of: date, today: date | None) -> Result:
    past_due = as_of >= target.due_on
    met: list[bool] = []
    failed: list[bool] = []
    missing = False
    for part, seen in zip(target.parts, observation.parts, strict=True):
        result = judge(part, seen, as_of=as_of, today=today)
        if result.status is Status.NOT_APPLICABLE:
            continue
        met.append(result.met is True)
        failed.append(result.status is Status.MISSED or (past_due and result.met is False))
        missing = missing or result.met is None
    if not met:
        return _NOT_APPLICABLE
    needed = all if target.rule is Rule.ALL_OF else any
    ruined = any if target.rule is Rule.ALL_OF else all
    if needed(met):
        return _MET
    if ruined(failed):
        return _MISSED
    return _NO_DATA if missing else _IN_PROGRESS


_EXCEEDED = Result(Status.EXCEEDED, met=True)
_MET = Result(Status.MET, met=True)
_MISSED = Result(Status.MISSED, met=False)
_IN_PROGRESS = Result(Status.IN_PROGRESS, met=False)
_NO_DATA = Result(Status.NO_DATA)
_NOT_DUE = Result(Status.NOT_DUE)
_NOT_APPLICABLE = Result(Status.NOT_APPLICABLE)

# The table of section 3: whether the value meets the rule, and whether it exceeds it.


def _at_least(target: Target, x: Fraction) -> tuple[bool, bool]:
    threshold = _needed(target.target, "target")
    return x >= threshold, x > threshold


def _more_than(target: Target, x: Fraction) -> tuple[bool, bool]:
    return x > _needed(target.target, "target"), False


def _at_most(target: Target, x: Fraction) -> tuple[bool, bool]:
    threshold = _needed(target.target, "target")
    return x <= threshold, x < threshold


def _less_than(target: Target, x: Fraction) -> tuple[bool, bool]:
    return x < _needed(target.target, "target"), False


def _equal(target: Target, x: Fraction) -> tuple[bool, bool]:
    return x == _needed(target.target, "target"), False


def _between(target: Target, x: Fraction) -> tuple[bool, bool]:
    low, high = _needed(target.low, "low"), _needed(target.high, "high")
    if target.direction == HIGHER:
        return x >= low, x > high
    if target.direction == LOWER:
        return x <= high, x < low
    return low <= x <= high, False


def _growth(target: Target, x: Fraction) -> tuple[bool, bool]:
    threshold = _grown(
        _needed(target.baseline, "baseline"), _needed(target.target, "target"), _needed(target.years, "years")
    )
    return x >= threshold, x > threshold


@lru_cache(maxsize=4096)
def _grown(baseline: Fraction, rate: Fraction, years: int) -> Fraction:
    return baseline * (1 + rate / 100) ** years


def _needed(number: T | None, field: str) -> T:
    if number is None:
        raise CaseError(field, "required")
    return number


_COMPARE: dict[Rule, Callable[[Target, Fraction], tuple[bool, bool]]] = {
    Rule.AT_LEAST: _at_least,
    Rule.MORE_THAN: _more_than,
    Rule.AT_MOST: _at_most,
    Rule.LESS_THAN: _less_than,
    Rule.EQUAL: _equal,
    Rule.BETWEEN: _between,
    Rule.RANK_AT_MOST: _at_most,
    Rule.GROWTH_AT_LEAST: _growth,
}

# Consistency of a target.

_BASELINE = frozenset({"baseline", "baseline_on", "milestones"})
# What each rule needs and what it may have besides; anything else given is a mistake.
_NEEDS: dict[Rule, tuple[str, ...]] = {
    **dict.fromkeys((*ONE_GOAL, Rule.EQUAL, Rule.RANK_AT_MOST), ("target",)),
    Rule.BETWEEN: ("low", "high", "direction"),
    Rule.GROWTH_AT_LEAST: ("target", "baseline", "years"),
    **dict.fromkeys(DECLARED, ()),
    **dict.fromkeys(COMPOSITES, ("parts",)),
}
_MAY_HAVE: dict[Rule, frozenset[str]] = {
    **dict.fromkeys((*ONE_GOAL, Rule.EQUAL, Rule.RANK_AT_MOST, Rule.BETWEEN), _BASELINE),
    Rule.GROWTH_AT_LEAST: frozenset({"baseline_on"}),
}
_RULE_FIELDS = (
    "target", "low", "high", "direction", "baseline", "baseline_on", "milestones", "years", "parts",
)  # fmt: skip


def validate(target: Target) -> None:
    """Raises the first CaseError of an inconsistent target; the field is named as in Target."""
    for problem in find_problems(target):
        raise problem


def find_problems(target: Target) -> Iterator[CaseError]:
    """Every way in which the target contradicts itself, parts included (`parts[0].target.low`)."""
    yield from _misfits(target)
    if target.direction is not None and target.direction not in DIRECTIONS:
        yield _unknown("direction", target.direction, DIRECTIONS)
    if target.shape not in SHAPES:
        yield _unknown("shape", target.shape, SHAPES)
    if target.years is not None and not 1 <= target.years <= MAX_YEARS:
        yield CaseError("years", "years_out_of_range", {"low": "1", "high": str(MAX_YEARS)})
    if target.low is not None and target.high is not None and target.low > target.high:
        yield CaseError("low", "low_above_high", {"low": plain(target.low), "high": plain(target.high)})
    if target.at_risk_from < 0:
        yield CaseError("at_risk_from", "number_negative")
    if target.at_risk_from > target.on_track_from:
        thresholds = {
            "at_risk_from": plain(target.at_risk_from),
            "on_track_from": plain(target.on_track_from),
        }
        yield CaseError("at_risk_from", "at_risk_above_on_track", thresholds)
    yield from _day_problems(target)
    for index, part in enumerate(target.parts):
        for problem in find_problems(part):
            yield problem.inside(f"parts[{index}].target")


def _misfits(target: Target) -> Iterator[CaseError]:
    needs, may_have = _NEEDS[target.rule], _MAY_HAVE.get(target.rule, frozenset())
    for field in _RULE_FIELDS:
        given = getattr(target, field) not in (None, ())
        if field in needs and not given:
            yield CaseError(field, "required")
        elif given and field not in needs and field not in may_have:
            yield CaseError(field, "not_for_rule", {"rule": target.rule.value})


def _day_problems(target: Target) -> Iterator[CaseError]:
    start, due = target.baseline_on, target.due_on
    if start is not None and due < start:
        yield CaseError("due_on", "due_before_baseline", {"due_on": str(due), "baseline_on": str(start)})
        # No milestone can lie between them: naming each as well would hide the one mistake to mend.
        return
    previous: date | None = None
    for index, milestone in enumerate(target.milestones):
        on, field = milestone.on, f"milestones[{index}].on"
        if start is not None and on <= start:
            yield CaseError(field, "milestone_not_after_baseline", {"on": str(on), "baseline_on": str(start)})
        if on >= due:
            yield CaseError(field, "milestone_not_before_due", {"on": str(on), "due_on": str(due)})
        if previous is not None and on <= previous:
            yield CaseError(field, "milestones_not_ascending", {"on": str(on), "previous": str(previous)})
        previous = on


def _unknown(field: str, value: str, known: tuple[str, ...]) -> CaseError:
    return CaseError(field, "unknown_choice", {"value": value, "known": ", ".join(known)})
