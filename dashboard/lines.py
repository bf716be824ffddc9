"""Several series over the same periods: geometry of a line chart drawn as SVG, and its table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from dashboard.charts import percent
from indicators.engine.display import rounded

MOST = 6
ON_A_PHONE = 3
WIDTH, HEIGHT = 1000, 1000


@dataclass(frozen=True)
class Point:
    """A value in a period; `text` is how the table and the title say it."""

    place: int
    value: Fraction
    text: str


@dataclass(frozen=True)
class Line:
    """A series by its number (its colour, dash and sign), with gaps where nothing is known."""

    name: str
    points: list[Point]
    is_dashed: bool = False


@dataclass(frozen=True)
class DrawnPoint:
    x: str
    y: str
    title: str


@dataclass(frozen=True)
class DrawnLine:
    number: int
    name: str
    strokes: list[str]
    points: list[DrawnPoint]


@dataclass(frozen=True)
class ChartTick:
    """`is_minor` ones give way where there is little room."""

    at: str
    text: str
    value: Fraction | None = None
    is_minor: bool = False


@dataclass(frozen=True)
class LineChart:
    lines: list[DrawnLine]
    x_ticks: list[ChartTick]
    y_ticks: list[ChartTick]
    y_places: int
    break_x: str


def line_chart(
    lines: Sequence[Line], periods: Sequence[str], break_after: int | None = None, *, is_rank: bool = False
) -> LineChart:
    """Periods stand at even distances; a line is broken where a period has no value.

    `break_after` is the place of the last period before a merger: a mark stands behind it. Of ranks the
    first stands at the top.
    """
    values = [point.value for line in lines for point in line.points]
    low, high, ticks, places = _ticks(values)
    if is_rank:
        ticks = [rank for rank in ticks if rank >= 1]
    count = max(len(periods) - 1, 1)
    gap = -(-len(periods) // ON_A_PHONE)

    def x_of(place: int) -> Fraction:
        return Fraction(place, count) if len(periods) > 1 else Fraction(1, 2)

    def y_of(value: Fraction) -> Fraction:
        share = (value - low) / (high - low)
        return share if is_rank else 1 - share

    drawn = []
    for number, line in enumerate(lines, start=1):
        points = [
            DrawnPoint(
                percent(x_of(each.place)),
                percent(y_of(each.value)),
                f"{line.name} · {periods[each.place]} · {each.text}",
            )
            for each in line.points
        ]
        strokes = [
            " ".join(
                f"{rounded(x_of(each.place) * WIDTH, 1):f},{rounded(y_of(each.value) * HEIGHT, 1):f}"
                for each in run
            )
            for run in _runs(line.points)
            if len(run) > 1
        ]
        drawn.append(DrawnLine(number, line.name, strokes, points))
    broken = percent(x_of(break_after) + Fraction(1, 2 * count)) if break_after is not None else ""
    return LineChart(
        drawn,
        [
            ChartTick(percent(x_of(place)), text, is_minor=bool((count - place) % gap))
            for place, text in enumerate(periods)
        ],
        [ChartTick(percent(y_of(value)), "", value) for value in ticks],
        places,
        broken,
    )


def _runs(points: Iterable[Point]) -> list[list[Point]]:
    """Points of periods that follow each other."""
    runs: list[list[Point]] = []
    for point in sorted(points, key=lambda each: each.place):
        if runs and runs[-1][-1].place == point.place - 1:
            runs[-1].append(point)
        else:
            runs.append([point])
    return runs


def _ticks(values: Sequence[Fraction]) -> tuple[Fraction, Fraction, list[Fraction], int]:
    """Round numbers that enclose all values: the lowest, the highest, every tick and their decimals."""
    low, high = min(values, default=Fraction(0)), max(values, default=Fraction(1))
    if low == high:
        low, high = low - 1, high + 1
    step, places = Fraction(1), 0
    while step * 10 < high - low:
        step *= 10
    while step >= high - low:
        step, places = step / 10, places + 1
    for factor in (Fraction(1), Fraction(2), Fraction(5), Fraction(10)):
        gap = step * factor
        bottom, top = low // gap, -(-high // gap)
        if top - bottom <= 5:
            break
    return gap * bottom, gap * top, [gap * n for n in range(bottom, top + 1)], places
