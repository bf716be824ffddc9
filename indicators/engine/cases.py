"""The shapes of a case: what a target asks, what was observed, and what came out.

Numbers are exact: integers, decimals or fractions go in and are kept as fractions; binary floats are refused.
Nothing costly is checked here; `rules.find_problems` does that.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

Number = Fraction | Decimal | int


class Rule(StrEnum):
    AT_LEAST = "at_least"
    MORE_THAN = "more_than"
    AT_MOST = "at_most"
    LESS_THAN = "less_than"
    EQUAL = "equal"
    BETWEEN = "between"
    RANK_AT_MOST = "rank_at_most"
    DONE = "done"
    JUDGED = "judged"
    GROWTH_AT_LEAST = "growth_at_least"
    ALL_OF = "all_of"
    ANY_OF = "any_of"


class Status(StrEnum):
    EXCEEDED = "exceeded"
    MET = "met"
    MISSED = "missed"
    ON_TRACK = "on_track"
    AT_RISK = "at_risk"
    OFF_TRACK = "off_track"
    WORSENING = "worsening"
    IN_PROGRESS = "in_progress"
    NO_DATA = "no_data"
    NOT_DUE = "not_due"
    NOT_APPLICABLE = "not_applicable"


HIGHER, LOWER, WITHIN = DIRECTIONS = ("higher", "lower", "within")
LINEAR, STEP = SHAPES = ("linear", "step")

NOT_APPLICABLE = "not_applicable"
MISSING_REASONS = ("not_collected", NOT_APPLICABLE, "late_source", "system_fault")

COMPOSITES = frozenset({Rule.ALL_OF, Rule.ANY_OF})
DECLARED = frozenset({Rule.DONE, Rule.JUDGED})
# Rules with one threshold towards which the way from a baseline can be measured.
ONE_GOAL = frozenset({Rule.AT_LEAST, Rule.MORE_THAN, Rule.AT_MOST, Rule.LESS_THAN})

DEFAULT_ON_TRACK_FROM = Fraction(95, 100)
DEFAULT_AT_RISK_FROM = Fraction(60, 100)


def exact(number: Number) -> Fraction:
    """The number as a fraction. Raises TypeError for a float or a bool: neither is an exact figure."""
    if type(number) is Fraction:
        return number
    if isinstance(number, bool) or not isinstance(number, (int, Decimal, Fraction)):
        raise TypeError(f"An exact number is needed, not {type(number).__name__}.")
    return Fraction(number)


def _exact_or_none(number: Number | None) -> Fraction | None:
    return None if number is None else exact(number)


# How a frozen dataclass sets its own fields. The constructors below take any exact number, keep fractions.
_set = object.__setattr__


@dataclass(frozen=True, slots=True, init=False)
class Milestone:
    on: date
    value: Fraction

    def __init__(self, on: date, value: Number) -> None:
        _set(self, "on", on)
        _set(self, "value", exact(value))


@dataclass(frozen=True, slots=True, init=False)
class Target:
    """What one unit owes by a day. `target` is the threshold, or for growth the rate in per cent a year.

    `parts` of a composite are targets themselves; their observations stand in `Observation.parts`.
    Raises ValueError for an unknown rule and TypeError for a number that is not exact.
    """

    rule: Rule
    due_on: date
    target: Fraction | None
    low: Fraction | None
    high: Fraction | None
    direction: str | None
    baseline: Fraction | None
    baseline_on: date | None
    milestones: tuple[Milestone, ...]
    shape: str
    on_track_from: Fraction
    at_risk_from: Fraction
    years: int | None
    parts: tuple[Target, ...]

    def __init__(
        self,
        rule: Rule | str,
        due_on: date,
        target: Number | None = None,
        low: Number | None = None,
        high: Number | None = None,
        direction: str | None = None,
        baseline: Number | None = None,
        baseline_on: date | None = None,
        milestones: Iterable[Milestone] = (),
        shape: str = LINEAR,
        on_track_from: Number = DEFAULT_ON_TRACK_FROM,
        at_risk_from: Number = DEFAULT_AT_RISK_FROM,
        years: int | None = None,
        parts: Iterable[Target] = (),
    ) -> None:
        _set(self, "rule", Rule(rule))
        _set(self, "due_on", due_on)
        _set(self, "target", _exact_or_none(target))
        _set(self, "low", _exact_or_none(low))
        _set(self, "high", _exact_or_none(high))
        _set(self, "direction", direction)
        _set(self, "baseline", _exact_or_none(baseline))
        _set(self, "baseline_on", baseline_on)
        _set(self, "milestones", tuple(milestones))
        _set(self, "shape", shape)
        _set(self, "on_track_from", exact(on_track_from))
        _set(self, "at_risk_from", exact(at_risk_from))
        _set(self, "years", years)
        _set(self, "parts", tuple(parts))

    @property
    def goal(self) -> Fraction | None:
        """The value the way leads to, None for rules without a way (rules, section 4)."""
        if self.rule in ONE_GOAL:
            return self.target
        if self.rule is Rule.BETWEEN:
            if self.direction == HIGHER:
                return self.low
            if self.direction == LOWER:
                return self.high
        return None


@dataclass(frozen=True, slots=True, init=False)
class Observation:
    """What is known on the judged day. Without a value and a reason the cell is not yet answered.

    `missing` is a reason of MISSING_REASONS; `report_due_on` the due day of the report that owes the value.
    A declared rule reads `done` with `done_on`, or `judged_met`; no declaration means not (yet) met.
    """

    value: Fraction | None
    missing: str | None
    report_due_on: date | None
    done: bool | None
    done_on: date | None
    judged_met: bool | None
    parts: tuple[Observation, ...]

    def __init__(
        self,
        value: Number | None = None,
        missing: str | None = None,
        report_due_on: date | None = None,
        done: bool | None = None,
        done_on: date | None = None,
        judged_met: bool | None = None,
        parts: Iterable[Observation] = (),
    ) -> None:
        _set(self, "value", _exact_or_none(value))
        _set(self, "missing", missing)
        _set(self, "report_due_on", report_due_on)
        _set(self, "done", done)
        _set(self, "done_on", done_on)
        _set(self, "judged_met", judged_met)
        _set(self, "parts", tuple(parts))


@dataclass(frozen=True, slots=True)
class Result:
    """The verdict. `met` is None where nothing could be judged; `pace` is None unless something is expected.

    `late` and `days_early` (negative when late) exist only for a target declared done.
    """

    status: Status
    met: bool | None = None
    progress: Fraction | None = None
    expected: Fraction | None = None
    pace: Fraction | None = None
    late: bool | None = None
    days_early: int | None = None
