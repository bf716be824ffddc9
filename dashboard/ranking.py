"""Units ranked by one indicator: exact values, ties share a rank, what cannot be ranked stands apart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from django.utils.translation import gettext

from accounts.permissions import Principal
from dashboard.asked import Measure
from dashboard.charts import percent
from dashboard.measured import Choice
from dashboard.unit_rows import UnitRow, common_places, unit_row, unit_rows
from indicators import figures
from indicators.models import Period
from indicators.unit_figures import PARTIAL, Key, UnitFigure, figures_of
from provinces.models import Unit


@dataclass(frozen=True)
class Movement:
    """The change on the year before: a difference (points for rates) and the relative change (rules §7)."""

    difference: Fraction
    text: str
    relative: str
    before: str
    tone: str
    icon: str


@dataclass(frozen=True)
class RankedRow:
    """`rank` is shared by equal values, and the next one counts them: 1, 2=, 2=, 4."""

    row: UnitRow
    rank: int
    is_shared: bool
    to_best: Fraction
    to_best_text: str
    to_reference_text: str
    movement: Movement | None
    share: Fraction = Fraction(0)

    @property
    def rank_text(self) -> str:
        return f"{self.rank}=" if self.is_shared else str(self.rank)

    @property
    def width(self) -> str:
        """How long its bar is, as an SVG length."""
        return percent(self.share)


@dataclass(frozen=True)
class Ranking:
    """`reference` is the pooled figure of the unit above, never a mean of the figures listed."""

    ranked: list[RankedRow]
    partial: list[UnitRow]
    missing: list[UnitRow]
    reference: UnitRow | None
    year_before: Period | None
    illustrative: int

    @property
    def total(self) -> int:
        return len(self.ranked) + len(self.partial) + len(self.missing)


def ranks_of(values: Sequence[Fraction], *, lower_is_better: bool) -> list[int]:
    """The rank of each value, the best first: equal ones share it, and what follows counts them all."""
    first: dict[Fraction, int] = {}
    for place, value in enumerate(sorted(values, reverse=not lower_is_better), start=1):
        first.setdefault(value, place)
    return [first[value] for value in values]


def ranking_of(user: Principal, choice: Choice) -> Ranking:
    """The units of a choice ranked in its period. Three queries."""
    if choice.indicator is None or choice.period is None:
        return Ranking([], [], [], None, None, 0)
    before = Period.objects.filter(
        kind=choice.period.kind, year=choice.period.year - 1, ordinal=choice.period.ordinal
    )
    year_before = before.first() if choice.period.kind != "campaign" else None
    units = choice.units
    periods = [choice.period.pk, *([year_before.pk] if year_before else [])]
    found = figures_of(
        choice.indicator,
        choice.level,
        [choice.parent.pk, *(unit.pk for unit in units)],
        periods,
        who=user,
    )
    measure = choice.measure
    rows = unit_rows(units, found, choice.period.pk, measure, apart=True)
    above = found.get((choice.parent.pk, choice.period.pk))
    reference = unit_row(choice.parent, above, measure) if above else None
    valued = [row for row in rows if row.is_value and row.value is not None]
    others = [row for row in rows if not row.is_value]
    return Ranking(
        _ranked(valued, found, reference, choice, year_before),
        [row for row in others if row.state == PARTIAL],
        [row for row in others if row.state != PARTIAL],
        reference,
        year_before,
        sum(row.is_illustrative for row in rows),
    )


def _ranked(
    rows: list[UnitRow],
    found: Mapping[Key, UnitFigure],
    reference: UnitRow | None,
    choice: Choice,
    year_before: Period | None,
) -> list[RankedRow]:
    measure, lower = choice.measure, choice.lower_is_better
    values = [row.value or Fraction(0) for row in rows]
    if not values:
        return []
    ranks = ranks_of(values, lower_is_better=lower)
    holders = Counter(ranks)
    places = common_places(values, measure.decimals)
    best = min(values) if lower else max(values)
    widest = max(abs(value) for value in values)
    against = reference.value if reference is not None and reference.is_value else None
    listed = []
    for row, value, rank in zip(rows, values, ranks, strict=True):
        earlier = found.get((row.unit.pk, year_before.pk)) if year_before else None
        listed.append(
            RankedRow(
                row,
                rank,
                holders[rank] > 1,
                value - best,
                "" if value == best else measure.difference(value - best, places),
                "" if against is None or measure.is_rank else measure.difference(value - against, places),
                movement(value, earlier, measure, lower_is_better=lower),
                value / widest if widest and value > 0 else Fraction(0),
            )
        )
    return sorted(listed, key=lambda each: (each.rank, each.row.unit.sort_key, each.row.unit.pk))


def movement(
    value: Fraction, before: UnitFigure | None, measure: Measure, *, lower_is_better: bool
) -> Movement | None:
    """None where the year before has no whole figure to compare with."""
    if before is None or not before.is_value or before.number is None:
        return None
    moved = value - before.number
    earlier = measure.text(before.number)
    if not moved:
        return Movement(moved, gettext("unchanged"), "", earlier, "same", "same")
    is_good = (moved < 0) == lower_is_better
    # A better place is a lower number: its arrow points up all the same.
    rises = moved < 0 if measure.is_rank else moved > 0
    return Movement(
        moved,
        measure.difference(moved),
        "" if measure.is_rank else figures.relative_change(value, before.number),
        earlier,
        "good" if is_good else "bad",
        "up" if rises else "down",
    )


def chosen(units: Iterable[Unit], refs: Iterable[str], most: int) -> list[Unit]:
    """Those of the units whose references were asked for, in the order asked, at most so many."""
    by_ref = {unit.ref: unit for unit in units}
    found = [by_ref[ref] for ref in dict.fromkeys(refs) if ref in by_ref]
    return found[:most]
