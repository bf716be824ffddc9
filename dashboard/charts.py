"""Geometry of the charts that the templates in `templates/charts/` draw as SVG.

Pure functions from exact numbers to positions. Places are percentages of the drawing, as text for SVG
attributes ("43.21%"), so a chart stretches with its card while its lettering keeps its size; colours come
from status classes in the style sheet.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from indicators.engine.display import rounded
from indicators.figures import STATUSES, Number, plain


def percent(share: Fraction) -> str:
    """A share between 0 and 1 as an SVG length; what lies outside is drawn at the edge."""
    part, whole = min(max(share.numerator, 0), share.denominator), share.denominator
    # Hundredths of a per cent, half up, in whole numbers: a page draws some hundred of them.
    hundredths = (20_000 * part + whole) // (2 * whole)
    return f"{hundredths // 100}.{hundredths % 100:02d}%"


# --- Stacked bar of states ----------------------------------------------------------------------------------
@dataclass(frozen=True)
class Segment:
    status: str
    css: str
    count: int
    x: str
    width: str


def state_bar(counts: Mapping[str, int]) -> list[Segment]:
    """One segment per state that occurs, in the order of the scoreboard; together they fill the bar."""
    total = sum(counts.get(status, 0) for status in STATUSES)
    segments, before = [], 0
    for status in STATUSES:
        count = counts.get(status, 0)
        if count:
            x = rounded(Fraction(before * 100, total), 2)
            end = rounded(Fraction((before + count) * 100, total), 2)
            segments.append(Segment(status, plain(status), count, f"{x:f}%", f"{end - x:f}%"))
            before += count
    return segments


# --- Value beside its target --------------------------------------------------------------------------------
@dataclass(frozen=True)
class TargetBar:
    css: str
    width: str
    target_x: str | None
    baseline_x: str | None


def target_bar(
    value: Number | None,
    goal: Number | None,
    *,
    status: str,
    baseline: Number | None = None,
    top: Number | None = None,
) -> TargetBar:
    """A bar from 0 to `value` with a mark at the goal and a tick at the baseline.

    `top` is the right end (100 for rates); without it, the next round number above all three.
    """
    known = [Fraction(number) for number in (value, goal, baseline) if number is not None]
    largest = max(known, default=Fraction(0))
    end = Fraction(top) if top is not None and largest <= top else _round_above(largest)

    def at(number: Number | None) -> str | None:
        return None if number is None else percent(Fraction(number) / end)

    return TargetBar(plain(status), at(value) or "0%", at(goal), at(baseline))


def _round_above(number: Fraction) -> Fraction:
    """The first of 1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10 × a power of ten that reaches `number`."""
    if number <= 0:
        return Fraction(1)
    # The power of ten below: as many digits as the whole part has, or as many noughts as follow the point.
    power = Fraction(10) ** (len(str(number.__ceil__() - 1)) - 1 if number > 1 else 0)
    while power >= number:
        power /= 10
    return next(power * step for step in _STEPS if power * step >= number)


_STEPS = (Fraction(3, 2), Fraction(2), Fraction(5, 2), *map(Fraction, (3, 4, 5, 6, 8, 10)))


# --- Trajectory ---------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Mark:
    """A value on a day; `label` says what it is ("Quý III/2025"), `status` colours it."""

    on: date
    value: Number
    label: str = ""
    status: str = ""


@dataclass(frozen=True)
class Placed:
    mark: Mark
    x: str
    y: str
    css: str


@dataclass(frozen=True)
class Tick:
    at: str
    text: str
    value: Decimal | None = None


@dataclass(frozen=True)
class Trajectory:
    """Lines (`expected`, `band`, `line`, `landing_line`) are SVG points in a square of 1000 × 1000."""

    x_ticks: list[Tick]
    y_ticks: list[Tick]
    y_decimals: int
    goal: Placed
    baseline: Placed | None
    milestones: list[Placed]
    values: list[Placed]
    last: Placed | None
    landing: Placed | None
    expected: str
    band: str
    line: str
    landing_line: str
    today_x: str | None


def trajectory(
    *,
    goal: Mark,
    values: Sequence[Mark],
    baseline: Mark | None = None,
    milestones: Sequence[Mark] = (),
    landing: Mark | None = None,
    on_track_from: Decimal = Decimal("0.95"),
    step: bool = False,
    today: date | None = None,
    is_rank: bool = False,
) -> Trajectory:
    """A target over time; of ranks the first stands at the top.

    Without a baseline there is no expected line and no band, as there is no pace.
    """
    path = _expected(baseline, milestones, goal, step) if baseline else []
    start = Fraction(baseline.value) if baseline else Fraction(0)
    floor = [(on, start + (value - start) * Fraction(on_track_from)) for on, value in path]

    marks = [goal, *values, *milestones, *filter(None, (baseline, landing))]
    days = [mark.on for mark in marks] + ([today] if today else [])
    first, last = min(days), max(days)
    if first == last:
        first -= timedelta(days=30)
    numbers = [Fraction(mark.value) for mark in marks] + [value for _, value in floor]
    ticks, decimals = _value_ticks(min(numbers), max(numbers))
    low, high = Fraction(ticks[0]), Fraction(ticks[-1])
    if is_rank:
        ticks = [rank for rank in ticks if rank >= 1]

    def across(on: date) -> Fraction:
        return Fraction((on - first).days, (last - first).days)

    def down(value: Number) -> Fraction:
        share = (Fraction(value) - low) / (high - low)
        return share if is_rank else 1 - share

    def place(mark: Mark) -> Placed:
        return Placed(mark, percent(across(mark.on)), percent(down(mark.value)), plain(mark.status))

    def points(pairs: Iterable[tuple[date, Number]]) -> str:
        return " ".join(
            f"{rounded(across(on) * 1000, 1):f},{rounded(down(value) * 1000, 1):f}" for on, value in pairs
        )

    shown = sorted(values, key=lambda mark: mark.on)
    series = ([baseline] if baseline else []) + shown
    return Trajectory(
        x_ticks=[Tick(percent(across(on)), f"{on:%m/%Y}") for on in _month_ends(first, last)],
        y_ticks=[Tick(percent(down(value)), "", value) for value in ticks],
        y_decimals=decimals,
        goal=place(goal),
        baseline=place(baseline) if baseline else None,
        milestones=[place(mark) for mark in milestones],
        values=[place(mark) for mark in shown],
        last=place(shown[-1]) if shown else None,
        landing=place(landing) if landing else None,
        expected=points(path),
        band=points([*path, *reversed(floor)]),
        line=points((mark.on, mark.value) for mark in series) if len(series) > 1 else "",
        landing_line=points((m.on, m.value) for m in (series[-1], landing)) if landing and series else "",
        today_x=percent(across(today)) if today else None,
    )


def _expected(
    baseline: Mark, milestones: Sequence[Mark], goal: Mark, step: bool
) -> list[tuple[date, Fraction]]:
    """The corners of the expected line: straight between milestones, or a stair that rises on their days."""
    corners = [(mark.on, Fraction(mark.value)) for mark in (baseline, *milestones, goal)]
    if not step:
        return corners
    stair = [corners[0]]
    for on, value in corners[1:]:
        stair += [(on, stair[-1][1]), (on, value)]
    return stair


def _value_ticks(low: Fraction, high: Fraction) -> tuple[list[Decimal], int]:
    """Three to six round numbers that enclose both ends, and the decimals they are printed with."""
    if low == high:
        low, high = low - 1, high + 1
    unit, decimals = Fraction(1), 0
    while unit * 10 < high - low:
        unit *= 10
    while unit >= high - low:
        unit, decimals = unit / 10, decimals + 1
    for factor in (Fraction(1, 2), Fraction(1), Fraction(2), Fraction(5), Fraction(10)):
        gap = unit * factor
        bottom, top = low // gap, -(-high // gap)
        if top - bottom <= 5:
            break
    places = decimals + 1 if factor == Fraction(1, 2) and unit <= 1 else decimals
    return [rounded(gap * count, places) for count in range(bottom, top + 1)], places


def _month_ends(first: date, last: date) -> list[date]:
    """Ends of months between two days, at most six of them: every month, quarter, half-year or some years."""
    months = (last.year - first.year) * 12 + last.month - first.month + 1
    gap = next((step for step in (1, 3, 6, 12, 24, 60) if months // step <= 5), 120)
    ends = []
    for count in range(first.year * 12 + first.month, last.year * 12 + last.month + 1):
        end = date(count // 12, count % 12 + 1, 1) - timedelta(days=1)
        if count % gap == 0 and first <= end <= last:
            ends.append(end)
    return ends
