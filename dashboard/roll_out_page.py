"""A roll-out: how many units are how far, as tiles and as a table."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count
from django.utils.translation import gettext

from accounts.permissions import Principal, units_coordinated_by, units_read_by
from dashboard.charts import Segment, state_bar
from dashboard.map_page import LONGEST_NAME
from dashboard.tile_map import Layout, Tile, in_rows
from events.actions.rollouts import communes_to_reach
from events.campaign_rights import reported_among
from events.models import RollOut, RollOutState, RollOutUnit
from indicators import figures

COLUMNS = 10
# The states borrow icons and colours of a target's: the icon in a tile tells them apart without colour.
CSS = {
    RollOutState.REACHED: "met",
    RollOutState.UNDER_WAY: "on-track",
    RollOutState.NOT_STARTED: "off-track",
    RollOutState.NOT_REPORTED: "no-data",
}


@dataclass(frozen=True)
class StateCount:
    state: str
    word: str
    css: str
    count: int


@dataclass(frozen=True)
class Line:
    """A unit with its state in words."""

    row: RollOutUnit
    may_report: bool

    @property
    def css(self) -> str:
        return CSS[RollOutState(self.row.state)]

    @property
    def word(self) -> str:
        return str(RollOutState(self.row.state).label)

    @property
    def short(self) -> str:
        """For the tile itself: the day where it was reached, else the word."""
        return figures.day(self.row.reached_on) if self.row.reached_on else self.word

    @property
    def label(self) -> str:
        """All there is to say, for a tile's title."""
        said = [self.word]
        if self.row.reached_on:
            said.append(figures.day(self.row.reached_on))
        if self.row.is_pilot:
            said.append(gettext("Pilot"))
        if self.row.product_name:
            said.append(self.row.product_name)
        return f"{self.row.unit.name}: {', '.join(said)}"


@dataclass(frozen=True)
class DrawnTile:
    tile: Tile
    line: Line
    name: str

    @property
    def anchor(self) -> str:
        return f"unit-{self.line.row.unit.ref}"


@dataclass
class RollOutPage:
    roll_out: RollOut
    states: list[StateCount]
    lines: list[Line]
    tiles: list[DrawnTile]
    layout: Layout
    chosen: str
    hidden: int
    """Units whose own state the reader does not see; they are in the counts."""
    to_extend: int
    """Communes that are not in it yet; 0 for whoever does not extend it."""
    may_extend: bool
    pilot_names: str

    @property
    def total(self) -> int:
        return sum(each.count for each in self.states)

    @property
    def reached(self) -> int:
        return next(each.count for each in self.states if each.state == RollOutState.REACHED)

    @property
    def bar(self) -> list[Segment]:
        """The bar of states; they lend their colours from those of targets."""
        return state_bar({each.css.replace("-", "_"): each.count for each in self.states})


def state_counts(counted: dict[str, int]) -> list[StateCount]:
    """All states in their order, those that do not occur too; they add up to all units."""
    return [
        StateCount(state, str(RollOutState(state).label), CSS[RollOutState(state)], counted.get(state, 0))
        for state in RollOutState.values
    ]


def roll_out_page(who: Principal, roll_out: RollOut, *, state: str = "") -> RollOutPage:
    """One page in a fixed number of queries. Whoever reads the roll-out sees the counts; a unit's own row is
    seen by whoever reads the unit's results."""
    own = RollOutUnit.objects.filter(roll_out=roll_out)
    counted = dict(own.order_by().values_list("state").annotate(Count("pk")))
    every = list(own.select_related("unit").order_by("unit__sort_key", "unit__pk"))
    ids = [row.unit_id for row in every]
    mine = reported_among(who, ids)
    seen = {*mine, *units_read_by(who).filter(pk__in=ids).order_by().values_list("pk", flat=True)}
    lines = [Line(row, row.unit_id in mine) for row in every if row.unit_id in seen]
    layout = in_rows([line.row.pk for line in lines], COLUMNS)
    by_pk = {line.row.pk: line for line in lines}
    chosen = state if state in RollOutState.values else ""
    may = units_coordinated_by(who).filter(pk=roll_out.unit_id).exists()
    left = communes_to_reach(roll_out).exclude(pk__in=own.order_by().values("unit")).count() if may else 0
    return RollOutPage(
        roll_out,
        state_counts(counted),
        [line for line in lines if not chosen or line.row.state == chosen],
        [_drawn(tile, by_pk[tile.unit_id]) for tile in layout.tiles],
        layout,
        chosen,
        sum(counted.values()) - len(lines),
        left,
        may,
        ", ".join(line.row.unit.name for line in lines if line.row.is_pilot),
    )


def _drawn(tile: Tile, line: Line) -> DrawnTile:
    name = line.row.unit.place_name
    return DrawnTile(tile, line, name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…")
