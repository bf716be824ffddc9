"""Judging stored figures: which observation each target has in each period, and what comes out.

All judging is done by rules.py. Here a target meets its figure, and the result becomes a row.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, NamedTuple

from indicators.engine import pace
from indicators.engine.figures import Calendar, Definitions, FigureStore, SeriesKey
from indicators.engine.pooling import MONTHS, ORDER_OF_QUALIFIERS, Settled, Span, frequency_for, settle
from indicators.engine.rules import (
    COMPOSITES,
    RULES_VERSION,
    Observation,
    Result,
    Rule,
    Status,
    Target,
    judge,
)
from indicators.engine.targets import Asked, JudgedTarget, Revision

PLACES_6 = 1_000_000
BIGINT_MAX = 2**63 - 1
# Months are reported but not judged unless something is owed by the month; campaigns likewise.
ALWAYS_JUDGED = ("quarter", "half", "nine_months", "year")
# Kinds of which a year holds a whole number, so that the calendar alone counts them.
WHOLE_YEAR_PARTS = ("month", "quarter", "half", "year")


def at_scale(number: Fraction | None, scale: int) -> int | None:
    """The number as a whole number of 1/scale, half away from zero; None where it does not fit."""
    if number is None:
        return None
    doubled = 2 * abs(number.numerator) * scale
    whole = (doubled + number.denominator) // (2 * number.denominator)
    if whole > BIGINT_MAX:
        return None
    return -whole if number < 0 else whole


def end_of_year(day: datetime.date) -> datetime.date:
    return datetime.date(day.year, 12, 31)


def landing(asked: Target, number: Fraction | None, judged_on: datetime.date) -> Fraction | None:
    return None if number is None else pace.landing(asked, number, judged_on)


class Row(NamedTuple):
    """One row of ``indicators_attainment``, in its columns' order, without id, version and time."""

    target_id: int
    period_id: int
    revision_id: int
    status: str
    met: bool | None
    counts: bool
    is_due: bool
    is_overdue: bool
    numerator: int | None
    denominator: int | None
    value: int | None
    out_of: int | None
    missing_reason: str
    progress: int | None
    expected: int | None
    pace: int | None
    landing: int | None
    pace_needed: int | None
    days_early: int | None
    is_late: bool | None
    owing: int | None
    reporting: int | None
    is_partial: bool
    is_restated: bool
    is_before_own_report: bool
    qualifier: str
    provenance: str
    through_id: int | None
    previous_numerator: int | None
    previous_denominator: int | None
    previous_value: int | None
    report_due_on: datetime.date | None
    assessed_on: datetime.date
    judged_on: datetime.date
    inputs: str
    rules_version: str


@dataclass(frozen=True, slots=True)
class Seen:
    """What one asked figure shows in a period."""

    observation: Observation
    settled: Settled | None = None
    number: Fraction | None = None
    report_due_on: datetime.date | None = None
    is_illustrative: bool = False


class Judge:
    """Judges targets against one store of figures; settled figures are kept, since periods share them."""

    def __init__(
        self,
        store: FigureStore,
        definitions: Definitions,
        calendar: Calendar,
        today: datetime.date,
    ) -> None:
        self.store = store
        self.definitions = definitions
        self.calendar = calendar
        self.today = today
        self.computed = definitions.computed()
        self._met_in_time: dict[tuple[int, int], bool] = {}
        self._settled: dict[tuple[SeriesKey, int, datetime.date | None], tuple[Settled | None, int]] = {}

    def rows(self, targets: Sequence[JudgedTarget], periods: Sequence[Span]) -> Iterator[Row]:
        for target in targets:
            for period in periods:
                row = self.row(target, period)
                if row is not None:
                    yield row

    def row(self, target: JudgedTarget, period: Span) -> Row | None:
        """The result of one target in one period; None where it is not listed there."""
        day = period.assessed_on
        if period.starts_on > self.today or day < target.counts_from:
            return None
        # Targets of a unit that ended stop on its last day (rules §8).
        if (target.unit_from and day < target.unit_from) or (target.unit_to and day > target.unit_to):
            return None
        revision = target.revision_on(day)
        if revision is None or not self.is_judged_in(target, revision, period):
            return None
        if day > end_of_year(revision.target.due_on) and self.was_met_in_time(target, revision, period):
            return None
        judged_on, seen, result = self.judge(target, revision, period)
        return self.build(target, revision, period, judged_on, seen, result)

    def was_met_in_time(self, target: JudgedTarget, revision: Revision, period: Span) -> bool:
        """Met when its count ended, with its due year: only unmet ones stay listed afterwards (rules §6)."""
        last = self.calendar.by_place.get(("year", revision.target.due_on.year, 1))
        if last is None or last.assessed_on >= period.assessed_on:
            return False
        place = (target.id, revision.id)
        known = self._met_in_time.get(place)
        if known is None:
            known = self._met_in_time[place] = bool(self.judge(target, revision, last)[2].met)
        return known

    def judge(
        self, target: JudgedTarget, revision: Revision, period: Span
    ) -> tuple[datetime.date, list[Seen], Result]:
        """The judged day, what was seen, and the engine's verdict."""
        judged_on = min(self.today, period.assessed_on)
        seen = [self.look(target, revision, ask, period, judged_on) for ask in revision.asks]
        if not seen:
            # Declared on the target itself, without an indicator.
            seen = [look_at_declaration(target, revision.target.rule, 0, judged_on)]
        if revision.target.rule in COMPOSITES:
            observation = Observation(parts=tuple(one.observation for one in seen))
        else:
            observation = seen[0].observation
        # A figure reported less often is not due in the periods before its own report (rules §5.2).
        today = judged_on if is_before_own_report(seen) else self.today
        result = judge(revision.target, observation, as_of=judged_on, today=today)
        return judged_on, seen, result

    def is_judged_in(self, target: JudgedTarget, revision: Revision, period: Span) -> bool:
        if period.kind in ALWAYS_JUDGED:
            return True
        for ask in revision.asks:
            definition = self.definitions.on(ask.indicator_id, period.assessed_on)
            if definition is not None:
                key = (target.unit_id, ask.indicator_id, ask.level)
                series = self.store.series(key, definition, self.definitions.counting(definition))
                if period.kind in series.frequencies and (
                    period.kind != "campaign" or series.is_owed(period)
                ):
                    return True
        return False

    def look(
        self, target: JudgedTarget, revision: Revision, ask: Asked, period: Span, judged_on: datetime.date
    ) -> Seen:
        if ask.rule in (Rule.DONE, Rule.JUDGED):
            return look_at_declaration(target, ask.rule, ask.position, judged_on)
        level = "total" if ask.indicator_id in self.computed else ask.level
        key = (target.unit_id, ask.indicator_id, level)
        settled, factor = self.settle(key, period, revision.window_from)
        if settled is None:
            return Seen(Observation(missing="not_collected"))
        due_on = self.store.report_due_on(key, settled.awaited, target.unit_tier)
        number = settled.number(factor)
        if settled.state == "value" and number is not None:
            observation = Observation(value=number)
        elif settled.state == "not_applicable":
            observation = Observation(missing="not_applicable")
        else:
            observation = Observation(missing="not_collected", report_due_on=due_on)
        return Seen(observation, settled, number, due_on, settled.is_illustrative)

    def settle(
        self, key: SeriesKey, period: Span, window_from: datetime.date | None
    ) -> tuple[Settled | None, int]:
        """The figure of a series in a period with the factor of its ratio; None without a definition."""
        place = (key, period.id, window_from)
        known = self._settled.get(place)
        if known is None:
            definition = self.definitions.on(key[1], period.assessed_on)
            if definition is None:
                known = (None, 1)
            else:
                counting = self.definitions.counting(definition)
                series = self.store.series(key, definition, counting)
                settled = settle(
                    series, period, self.calendar.by_kind, today=self.today, window_from=window_from
                )
                known = (settled, counting.ratio_factor)
            self._settled[place] = known
        return known

    def build(
        self,
        target: JudgedTarget,
        revision: Revision,
        period: Span,
        judged_on: datetime.date,
        seen: Sequence[Seen],
        result: Result,
    ) -> Row:
        asked = revision.target
        in_window = period.assessed_on <= end_of_year(asked.due_on)
        counts = (
            in_window
            and target.counts_itself
            and result.status is not Status.NOT_APPLICABLE
            and not any(ask.indicator_id in self.computed for ask in revision.asks)
        )
        # Only a target with one figure of its own shows numbers; a composite shows its parts' inputs.
        single = seen[0] if len(seen) == 1 and asked.rule not in COMPOSITES else None
        settled = single.settled if single else None
        number = single.number if single else None
        shown = settled if settled is not None and settled.state in ("value", "partial") else None
        before = self.before(target, revision, period) if shown else None
        judged_number = number if shown is not None and shown.state == "value" else None
        return Row(
            target.id,
            period.id,
            revision.id,
            result.status.value,
            result.met,
            counts,
            asked.due_on.year <= period.year,
            not in_window and not result.met,
            shown.numerator if shown else None,
            shown.denominator if shown else None,
            shown.value if shown else None,
            shown.out_of if shown else None,
            settled.missing_reason if settled and settled.state != "value" else "",
            at_scale(result.progress, PLACES_6),
            at_scale(result.expected, PLACES_6),
            at_scale(result.pace, PLACES_6),
            at_scale(landing(asked, judged_number, judged_on), PLACES_6),
            self.pace_needed(target, revision, period, judged_on, judged_number),
            result.days_early,
            result.late,
            settled.owing if settled else None,
            settled.reporting if settled else None,
            any(one.settled is not None and one.settled.state == "partial" for one in seen),
            any(one.settled is not None and one.settled.is_restated for one in seen),
            is_before_own_report(seen),
            max(
                (one.settled.qualifier for one in seen if one.settled is not None),
                key=ORDER_OF_QUALIFIERS.index,
                default="official",
            ),
            "illustrative" if any(one.is_illustrative for one in seen) else "reported",
            settled.through.id if settled and settled.through else None,
            before.numerator if before else None,
            before.denominator if before else None,
            before.value if before else None,
            max((one.report_due_on for one in seen if one.report_due_on), default=None),
            period.assessed_on,
            judged_on,
            inputs_of(revision, seen),
            RULES_VERSION,
        )

    def periods_left(self, kind: str, day: datetime.date, due_on: datetime.date) -> int:
        """Whole reporting periods from the judged day to the due day."""
        if kind in WHOLE_YEAR_PARTS:
            return pace.periods_left(MONTHS[kind], day, due_on)
        spans = self.calendar.by_kind.get(kind, ())
        return sum(1 for span in spans if day < span.assessed_on <= due_on)

    def before(self, target: JudgedTarget, revision: Revision, period: Span) -> Settled | None:
        """The same figure one year earlier, for "so với cùng kỳ" (rules §7)."""
        earlier = self.calendar.year_before(period)
        if earlier is None:
            return None
        ask = revision.asks[0]
        level = "total" if ask.indicator_id in self.computed else ask.level
        settled, _ = self.settle((target.unit_id, ask.indicator_id, level), earlier, None)
        return settled if settled is not None and settled.state == "value" else None

    def pace_needed(
        self,
        target: JudgedTarget,
        revision: Revision,
        period: Span,
        judged_on: datetime.date,
        number: Fraction | None,
    ) -> int | None:
        if number is None or not revision.asks:
            return None
        ask = revision.asks[0]
        definition = self.definitions.on(ask.indicator_id, period.assessed_on)
        if definition is None:
            return None
        series = self.store.series(
            (target.unit_id, ask.indicator_id, ask.level), definition, self.definitions.counting(definition)
        )
        frequency = frequency_for(series, period)
        finest = min(series.frequencies, key=lambda kind: MONTHS.get(kind, 99), default=frequency)
        left = self.periods_left(finest, judged_on, revision.target.due_on)
        return at_scale(pace.pace_needed(revision.target, number, left), PLACES_6)


def is_before_own_report(seen: Iterable[Seen]) -> bool:
    """Whether a figure belongs to the report of a longer period, which is still to come."""
    return any(one.settled is not None and one.settled.before_own_report for one in seen)


def look_at_declaration(target: JudgedTarget, rule: Rule, position: int, judged_on: datetime.date) -> Seen:
    """What has been declared of a target or its part; a judgement made later does not count yet."""
    declaration = target.declarations.get(position)
    if declaration is None:
        return Seen(Observation(done=False) if rule is Rule.DONE else Observation(judged_met=False))
    if rule is Rule.DONE:
        observation = Observation(done=declaration.is_met, done_on=declaration.declared_on)
    else:
        observation = Observation(judged_met=declaration.is_met and declaration.declared_on <= judged_on)
    return Seen(observation, is_illustrative=declaration.is_illustrative)


def inputs_of(revision: Revision, seen: Sequence[Seen]) -> str:
    """What the result was judged from, as JSON: per input its place, source, id, version and numbers.

    Numbers are whole numbers of 10⁻⁴, exactly as stored. Together with the revision and the rules
    version they give the same result again.
    """
    inputs: list[list[Any]] = []
    for ask, one in zip(revision.asks, seen, strict=False):
        for span, figure in one.settled.inputs if one.settled is not None else ():
            inputs.append(
                [
                    ask.position,
                    span.code,
                    figure.source,
                    figure.id,
                    figure.version,
                    figure.answer,
                    figure.numerator,
                    figure.denominator,
                    figure.value,
                ]
            )
    return json.dumps(inputs, separators=(",", ":"))
