"""Which figure a target is judged by: coverage, accumulation over time, years judged by quarters.

Pure functions over plain values (attainment rules §2). The sums across bodies and levels are made in
SQL (roll_ups.py); here the figures of single periods become the figure of the period judged.
Numbers are whole numbers of 10⁻⁴, as stored.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

SCALE = 10_000
# Where an indicator is owed at several frequencies, the finest one says how it stands.
FREQUENCIES = ("month", "quarter", "half", "nine_months", "year", "campaign", "once")
MONTHS = {"month": 1, "quarter": 3, "half": 6, "nine_months": 9, "year": 12}


@lru_cache(maxsize=4096)
def first_day(kind: str, year: int, ordinal: int) -> datetime.date | None:
    """First day of the calendar stretch of a regular period; None for a campaign."""
    months = MONTHS.get(kind)
    return None if months is None else datetime.date(year, (ordinal - 1) * months + 1, 1)


class Span(NamedTuple):
    """A period, as the engine needs it."""

    id: int
    code: str
    kind: str
    year: int
    ordinal: int
    starts_on: datetime.date
    assessed_on: datetime.date

    @property
    def calendar_start(self) -> datetime.date:
        """First day of the calendar stretch; reporting periods begin earlier (Decree 09/2019/NĐ-CP)."""
        return first_day(self.kind, self.year, self.ordinal) or self.starts_on


class Figure(NamedTuple):
    """What counts for one unit, indicator, level and period: a reported cell or a roll-up."""

    source: str  # "measurement" or "roll_up"
    id: int
    version: int
    answer: str  # value, missing, nothing_arose, not_applicable, not_comparable
    missing_reason: str
    numerator: int | None
    denominator: int | None
    value: int | None
    owing: int
    reporting: int
    out_of: int | None
    is_illustrative: bool
    qualifier: str
    is_restated: bool


@dataclass(frozen=True, slots=True)
class Counting:
    """How an indicator is counted: what of its definition the engine needs."""

    pooling: str
    measure_mode: str
    entered_as: str
    coverage_floor_percent: int
    ratio_factor: int

    @property
    def accumulates(self) -> bool:
        return self.measure_mode == "flow" and self.entered_as == "in_period"


@dataclass(slots=True)
class Settled:
    """The figure a period is judged by. ``state`` is value, missing, not_applicable or partial.

    Written to only here, while it is being settled.
    """

    state: str
    missing_reason: str = ""
    numerator: int | None = None
    denominator: int | None = None
    value: int | None = None
    owing: int | None = None
    reporting: int | None = None
    out_of: int | None = None
    is_illustrative: bool = False
    qualifier: str = "official"
    is_restated: bool = False
    through: Span | None = None
    awaited: Span | None = None
    before_own_report: bool = False
    inputs: tuple[tuple[Span, Figure], ...] = ()

    def number(self, ratio_factor: int) -> Fraction | None:
        """The exact value, or None where there is none."""
        if self.value is not None:
            return Fraction(self.value, SCALE)
        if self.numerator is None or not self.denominator:
            return None
        return Fraction(self.numerator * ratio_factor, self.denominator)


ORDER_OF_QUALIFIERS = ("official", "preliminary", "estimate")


def nothing(awaited: Span | None = None, *, before_own_report: bool = False) -> Settled:
    return Settled("missing", "unanswered", awaited=awaited, before_own_report=before_own_report)


def is_below_floor(figure: Figure, counting: Counting) -> bool:
    """Too few of the bodies that owe the figure have reported it (rules §2, coverage)."""
    return is_below(counting.coverage_floor_percent, figure.reporting, figure.owing)


def is_below(floor_percent: int, reporting: int, owing: int) -> bool:
    return reporting * 100 < floor_percent * owing


def settle_one(figure: Figure | None, counting: Counting, span: Span) -> Settled:
    """The figure of one period alone."""
    if figure is None:
        return nothing()
    if figure.answer == "missing" and figure.missing_reason == "not_applicable":
        state, reason = "not_applicable", "not_applicable"
    elif figure.answer == "missing":
        state, reason = "missing", figure.missing_reason or "unanswered"
    elif figure.answer == "not_comparable":
        state, reason = "missing", "not_comparable"
    elif figure.answer == "not_applicable":
        state, reason = "not_applicable", "not_applicable"
    elif is_below_floor(figure, counting):
        state, reason = "partial", ""
    else:
        state, reason = "value", ""
    numerator, denominator, value = figure.numerator, figure.denominator, figure.value
    if figure.answer == "nothing_arose":
        if counting.pooling == "ratio_of_sums":
            numerator = denominator = 0
        else:
            value = 0
    return Settled(
        state,
        reason,
        numerator,
        denominator,
        value,
        figure.owing,
        figure.reporting,
        figure.out_of,
        figure.is_illustrative,
        figure.qualifier,
        figure.is_restated,
        inputs=((span, figure),),
    )


def without_empty_ratio(settled: Settled) -> Settled:
    """A denominator of 0 says that the rate does not apply (rules §2)."""
    if settled.state == "value" and settled.denominator == 0:
        settled.state = settled.missing_reason = "not_applicable"
    return settled


def accumulate(parts: Sequence[tuple[Span, Figure | None, bool]], counting: Counting) -> Settled:
    """Add up the periods from the start of the window to the last one; each part says if it is owed.

    Counts add, rates pool. A gap before the last period makes the sum partial; where the last period
    itself is missing, so is the sum. A predecessor that was split makes it missing (rules §8).
    """
    settled = [(settle_one(figure, counting, span), is_owed) for span, figure, is_owed in parts]
    last = settled[-1][0]
    if last.state in ("missing", "not_applicable"):
        return last
    counted = [one for one, _ in settled if one.state in ("value", "partial")]
    if not counted:
        return last
    if any(one.missing_reason == "not_comparable" for one, _ in settled):
        return replace(last, state="missing", missing_reason="not_comparable")
    has_gap = any(one.state == "partial" or (one.state == "missing" and is_owed) for one, is_owed in settled)
    if any(one.numerator is not None for one in counted):
        if any(one.numerator is None for one in counted):
            # A percentage without its two numbers cannot be pooled with others.
            return replace(last, state="missing", missing_reason="not_comparable")
        numerator: int | None = sum(one.numerator or 0 for one in counted)
        denominator: int | None = sum(one.denominator or 0 for one in counted)
        value = None
    elif len(counted) > 1 and counting.pooling in ("ratio_of_sums", "none"):
        return replace(last, state="missing", missing_reason="not_comparable")
    else:
        numerator = denominator = None
        value = (
            min(one.value or 0 for one in counted)
            if counting.pooling == "all_true"
            else sum(one.value or 0 for one in counted)
        )
    return replace(
        last,
        state="partial" if has_gap else "value",
        missing_reason="",
        numerator=numerator,
        denominator=denominator,
        value=value,
        is_illustrative=any(one.is_illustrative for one in counted),
        qualifier=max((one.qualifier for one in counted), key=ORDER_OF_QUALIFIERS.index),
        is_restated=any(one.is_restated for one in counted),
        inputs=tuple(pair for one, _ in settled for pair in one.inputs),
    )


@dataclass(frozen=True, slots=True)
class Series:
    """The figures of one unit, indicator and level over time, and when they are owed."""

    figures: Mapping[int, Figure]
    counting: Counting
    # Frequency → days between which the unit itself owes the figure; roll-ups exist only where owed.
    owed: Mapping[str, Sequence[tuple[datetime.date | None, datetime.date | None]]]
    frequencies: frozenset[str]

    def is_owed(self, span: Span) -> bool:
        if span.id in self.figures:
            return True
        return any(
            (start is None or start <= span.assessed_on) and (end is None or span.assessed_on <= end)
            for start, end in self.owed.get(span.kind, ())
        )


def settle(
    series: Series,
    period: Span,
    calendar: Mapping[str, Sequence[Span]],
    *,
    today: datetime.date,
    window_from: datetime.date | None = None,
) -> Settled:
    """The figure a period is judged by (rules §2, "Over time" and "A year").

    ``calendar`` lists the periods of each kind in order of time.
    """
    window = window_from if series.counting.accumulates else None
    own = has_answer(series.figures.get(period.id))
    frequency = frequency_for(series, period)
    if frequency == period.kind and not own:
        # A year that is owed itself and not reported yet is judged by its quarters as well.
        finer = [one for one in series.frequencies if is_finer(one, period.kind)]
        if finer:
            finest = min(finer, key=FREQUENCIES.index)
            by_parts = settle_by_parts(series, period, calendar.get(finest, ()), today, window)
            if by_parts.state != "missing":
                return by_parts
    if frequency == period.kind or (frequency != "once" and own):
        spans = [period] if frequency != period.kind else within(calendar[period.kind], period, window)
        settled = settle_spans(series, spans or [period])
        settled.awaited = period
        return settled
    if frequency == "once":
        return settle_once(series, period, calendar)
    if is_finer(frequency, period.kind):
        return settle_by_parts(series, period, calendar.get(frequency, ()), today, window)
    return settle_by_longer(series, period, calendar.get(frequency, ()), window)


def is_finer(frequency: str, kind: str) -> bool:
    return MONTHS.get(frequency, 99) < MONTHS.get(kind, 0)


def frequency_for(series: Series, period: Span) -> str:
    if period.kind in series.frequencies:
        return period.kind
    return min(series.frequencies, key=FREQUENCIES.index, default=period.kind)


def has_answer(figure: Figure | None) -> bool:
    return figure is not None and (figure.answer != "missing" or figure.missing_reason == "not_applicable")


def is_complete(figure: Figure | None, counting: Counting) -> bool:
    return figure is not None and has_answer(figure) and not is_below_floor(figure, counting)


def within(spans: Sequence[Span], period: Span, window_from: datetime.date | None) -> list[Span]:
    """The periods of one kind from the start of the year (or of the window) to the period judged."""
    start = window_from or datetime.date(period.year, 1, 1)
    found = []
    for span in reversed(spans):
        if span.assessed_on <= period.assessed_on:
            if span.calendar_start < start:
                break
            found.append(span)
    found.reverse()
    return found


def settle_spans(series: Series, spans: Sequence[Span]) -> Settled:
    counting = series.counting
    last = spans[-1]
    if not counting.accumulates or len(spans) == 1:
        return without_empty_ratio(settle_one(series.figures.get(last.id), counting, last))
    parts = [(span, series.figures.get(span.id), series.is_owed(span)) for span in spans]
    return without_empty_ratio(accumulate(parts, counting))


def settle_by_parts(
    series: Series,
    period: Span,
    spans: Sequence[Span],
    today: datetime.date,
    window_from: datetime.date | None,
) -> Settled:
    """A year judged by its quarters: closed by the last of them, open by the latest approved one.

    A flow gathers from the start of the year (or of the window) even where a second half-year is judged.
    """
    parts = within(spans, period, window_from)
    first = next((s for s in parts if s.calendar_start >= period.calendar_start), None)
    if first is None:
        return nothing(period)
    is_closed = period.assessed_on < today
    if is_closed:
        settled = settle_spans(series, parts)
        settled.awaited = parts[-1]
        return settled
    # A quarter whose first bodies have just been approved does not stand for the year yet.
    while parts and not is_complete(series.figures.get(parts[-1].id), series.counting):
        parts.pop()
    if not parts or parts[-1].calendar_start < first.calendar_start:
        return nothing(first)
    settled = settle_spans(series, parts)
    settled.awaited = settled.through = parts[-1]
    return settled


def settle_by_longer(
    series: Series, period: Span, spans: Sequence[Span], window_from: datetime.date | None
) -> Settled:
    """A quarter of an indicator that is reported by the year: nothing before its own report is due."""
    of_year = [s for s in spans if s.year == period.year]
    ended = [s for s in of_year if s.assessed_on <= period.assessed_on]
    if ended:
        gathered = within(spans, ended[-1], window_from) or ended[-1:]
        settled = settle_spans(series, gathered)
        settled.awaited = ended[-1]
        return settled
    return nothing(of_year[0], before_own_report=True) if of_year else nothing()


def settle_once(series: Series, period: Span, calendar: Mapping[str, Sequence[Span]]) -> Settled:
    """A figure owed once counts from the period it was reported in; nothing is due before its own report."""
    reported = [
        span
        for spans in calendar.values()
        for span in spans
        if span.id in series.figures and span.assessed_on <= period.assessed_on
    ]
    if not reported:
        return nothing(before_own_report=True)
    last = max(reported, key=lambda span: (span.assessed_on, span.id))
    return without_empty_ratio(settle_one(series.figures[last.id], series.counting, last))
