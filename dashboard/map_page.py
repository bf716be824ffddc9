"""The tile map of one indicator: tiles with their colours, the legend and the table of the same figures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from urllib.parse import urlencode

from django.utils.translation import gettext

from accounts.permissions import Principal
from dashboard.measured import Choice
from dashboard.tile_map import TODAY_SINCE, Scale, Tile, geographic, in_rows, scale_of
from dashboard.unit_rows import UnitRow, unit_rows
from indicators import figures
from indicators.unit_figures import NOT_APPLICABLE, PARTIAL, figures_of

LONGEST_NAME = 16
ORDERS = ("name", "value", "code")


@dataclass(frozen=True)
class MapRow:
    """A row of the table and of exports; `strength` is the class of its value, 5 the best, 0 without one."""

    row: UnitRow
    strength: int

    @property
    def css(self) -> str:
        if self.strength:
            return f"class-{self.strength}"
        if self.row.state == PARTIAL:
            return "class-partial"
        return "class-not-applicable" if self.row.state == NOT_APPLICABLE else "class-missing"


@dataclass(frozen=True)
class DrawnTile:
    tile: Tile
    row: UnitRow
    css: str
    name: str
    figure: str
    label: str
    query: str
    is_marked: bool


@dataclass(frozen=True)
class LegendLine:
    css: str
    text: str
    count: int


@dataclass(frozen=True)
class MapPage:
    rows: list[MapRow]
    tiles: list[DrawnTile]
    legend: list[LegendLine]
    width: int
    height: int
    is_geographic: bool
    is_former: bool
    order: str
    descending: bool
    values: int
    illustrative: int

    @property
    def total(self) -> int:
        return len(self.rows)

    @property
    def has_parts(self) -> bool:
        return any(each.row.numerator_text for each in self.rows)

    @property
    def words(self) -> str:
        """How the drawing is arranged, in a sentence."""
        if self.is_geographic:
            return gettext("Tiles lie roughly where the provinces do; they say nothing of area or borders.")
        if self.is_former:
            return gettext(
                "Before 01/07/2025 there were 63 provinces: they stand in order of their names, not of place."
            )
        return gettext("Tiles stand in order of their names, not of place.")


def map_rows(user: Principal, choice: Choice) -> tuple[list[MapRow], Scale | None]:
    """The figures of the units in order of their names, with the scale of their colours. Two queries."""
    if choice.indicator is None or choice.period is None:
        return [], None
    units = choice.units
    found = figures_of(
        choice.indicator, choice.level, [unit.pk for unit in units], [choice.period.pk], who=user
    )
    rows = unit_rows(units, found, choice.period.pk, choice.measure)
    is_share = choice.definition is not None and choice.definition.numerator_within_denominator
    top = Fraction(100) if choice.measure.is_rate or is_share else None
    values = [row.value for row in rows if row.is_value and row.value is not None]
    scale = scale_of(values, lower_is_better=choice.lower_is_better, top=top)
    return [MapRow(row, _strength(row, scale)) for row in rows], scale


def _strength(row: UnitRow, scale: Scale | None) -> int:
    return scale.strength_of(row.value) if scale and row.is_value and row.value is not None else 0


def map_page(user: Principal, choice: Choice, *, order: str = "", descending: bool = False) -> MapPage:
    rows, scale = map_rows(user, choice)
    day = choice.period.assessed_on if choice.period else None
    is_former = choice.is_national and day is not None and day < TODAY_SINCE
    units = [each.row.unit for each in rows]
    is_geographic = choice.is_national and not is_former
    layout = (
        geographic((unit.pk, unit.ref) for unit in units)
        if is_geographic
        else in_rows(unit.pk for unit in units)
    )
    by_unit = {each.row.unit.pk: each for each in rows}
    order = order if order in ORDERS else "name"
    return MapPage(
        sorted_rows(rows, order, descending=descending),
        [_drawn(tile, by_unit[tile.unit_id], choice) for tile in layout.tiles],
        _legend(rows, scale, choice),
        layout.width,
        layout.height,
        is_geographic,
        is_former,
        order,
        descending,
        sum(each.row.is_value for each in rows),
        sum(each.row.is_illustrative for each in rows),
    )


def sorted_rows(rows: Iterable[MapRow], order: str, *, descending: bool) -> list[MapRow]:
    """By name, code or value; what has no value stays at the end whichever way the values run."""
    listed = list(rows)
    if order == "code":
        return sorted(listed, key=lambda each: (each.row.unit.code, each.row.unit.pk), reverse=descending)
    if order == "name":
        return sorted(listed, key=lambda each: (each.row.unit.sort_key, each.row.unit.pk), reverse=descending)
    valued = [each for each in listed if each.row.is_value]
    rest = [each for each in listed if not each.row.is_value]
    valued.sort(key=lambda each: each.row.value or Fraction(0), reverse=descending)
    return [*valued, *sorted(rest, key=lambda each: each.row.state != PARTIAL)]


def _drawn(tile: Tile, each: MapRow, choice: Choice) -> DrawnTile:
    row = each.row
    name = tile.island or row.short
    if tile.island:
        figure = f"({row.short})"
    elif row.state == PARTIAL:
        figure = f"{figures.number(row.reporting)}/{figures.number(row.owing)}"
    else:
        figure = row.text if row.is_value else _no_value(row)
    whole = f"{tile.island} ({row.unit.running_name})" if tile.island else row.unit.name
    indicator = choice.indicator.code if choice.indicator else ""
    query = urlencode({"unit": row.unit.ref, "indicator": indicator, "level": choice.level})
    return DrawnTile(
        tile,
        row,
        each.css,
        _shortened(name, LONGEST_NAME),
        _shortened(figure, LONGEST_NAME),
        f"{whole}: {row.said}",
        query,
        choice.marked is not None and choice.marked.pk == row.unit.pk,
    )


def _no_value(row: UnitRow) -> str:
    """The reason itself stands in the title and the table; a tile has room for a word."""
    return gettext("Not applicable") if row.state == NOT_APPLICABLE else gettext("No data")


def _shortened(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def _legend(rows: list[MapRow], scale: Scale | None, choice: Choice) -> list[LegendLine]:
    """Classes from the best to the worst with their exact limits, then what has no colour; with counts."""
    counted = Counter(each.css for each in rows)
    lines = []
    for each in scale.best_first if scale else []:
        css = f"class-{each.strength}"
        limits = {
            "low": figures.number(each.low, scale.places if scale else 0),
            "high": choice.measure.text(each.high, scale.places if scale else 0),
        }
        pattern = gettext("%(low)s to %(high)s") if each.is_last else gettext("%(low)s to below %(high)s")
        lines.append(LegendLine(css, pattern % limits, counted[css]))
    for css, text in (
        ("class-partial", gettext("Incomplete: bodies reporting/owing")),
        ("class-missing", gettext("No data")),
        ("class-not-applicable", gettext("Not applicable")),
    ):
        if counted[css] or css == "class-missing":
            lines.append(LegendLine(css, text, counted[css]))
    return lines
