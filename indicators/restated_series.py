"""A unit's series through mergers: as reported then, and restated to the unit of today (rules §8).

Nothing is summed here. The engine stores what restates (`engine/roll_ups.py`, `stage_restated`): the sums of
whole predecessors for periods before a unit existed. This module puts those rows beside what each unit
reported then, and says of every period that does not compare why it does not.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext

from accounts.permissions import Principal, Reach, units_read_by
from indicators.models import (
    Answer,
    Indicator,
    IndicatorDefinition,
    Measurement,
    Period,
    Pooling,
    RollUp,
    RollUpBasis,
)
from indicators.models.periods import PeriodQuerySet
from indicators.models.results import RollUpAnswer
from indicators.unit_figures import MISSING, PARTIAL, VALUE, Key, UnitFigure, figures_of
from provinces.models import Share, Unit, UnitSuccession

FARTHEST = 5
"""How many mergers behind each other are followed."""
_POOLS = (Pooling.RATIO_OF_SUMS, Pooling.SUM, Pooling.ALL_TRUE)


class Why(StrEnum):
    """Why a period does not compare; pages say it in words."""

    NOTHING = ""
    SPLIT = "split"
    TOOK_IN = "took_in"
    DOES_NOT_POOL = "does_not_pool"
    NO_PARTS = "no_parts"
    NO_FIGURE = "no_figure"


@dataclass(frozen=True)
class Lineage:
    """A unit and those it came from, the nearest first; `successions` are all that lead to it."""

    unit: Unit
    predecessors: list[Unit]
    successions: list[UnitSuccession]

    @property
    def units(self) -> list[Unit]:
        return [self.unit, *self.predecessors]

    @property
    def direct(self) -> list[UnitSuccession]:
        return [each for each in self.successions if each.successor_id == self.unit.pk]


def lineage_of(unit: Unit) -> Lineage:
    """Follows the successions backwards, one query for each merger behind another."""
    found: dict[int, Unit] = {}
    successions: list[UnitSuccession] = []
    ahead = [unit.pk]
    for _each in range(FARTHEST):
        rows = list(
            UnitSuccession.objects.filter(successor__in=ahead)
            .select_related("predecessor__parent", "predecessor__province")
            .order_by("predecessor__sort_key", "predecessor__pk")
        )
        successions += rows
        ahead = [row.predecessor_id for row in rows if row.predecessor_id not in found]
        found |= {row.predecessor_id: row.predecessor for row in rows}
        if not ahead:
            break
    found.pop(unit.pk, None)
    return Lineage(unit, list(found.values()), successions)


def readable(who: Principal | Reach, lineage: Lineage) -> Lineage:
    """Without predecessors whose results are closed to whoever asks."""
    ids = [unit.pk for unit in lineage.predecessors]
    if not ids:
        return lineage
    open_to_them = set(units_read_by(who).filter(pk__in=ids).values_list("pk", flat=True))
    kept = [unit for unit in lineage.predecessors if unit.pk in open_to_them]
    return Lineage(lineage.unit, kept, lineage.successions)


def periods_of(lineage: Lineage, indicator: Indicator, level: str) -> PeriodQuerySet:
    """The periods in which one of the units has a figure, the latest first."""
    wanted: dict[str, Any] = {"indicator": indicator, "level": level}
    wanted |= {"unit__in": [unit.pk for unit in lineage.units], "period": OuterRef("pk")}
    reported = (Answer.VALUE, Answer.NOTHING_AROSE)
    cells = Measurement.objects.filter(**wanted, agency__isnull=True, answer__in=reported)
    pooled = RollUp.objects.filter(**wanted, basis=RollUpBasis.AS_REPORTED, answer=RollUpAnswer.VALUE)
    return Period.objects.filter(Exists(cells) | Exists(pooled)).latest_first()


@dataclass(frozen=True)
class SeriesPeriod:
    """One period: `as_reported` by unit, `restated` to the unit of today or the reason why it is not.

    `because_of` is the predecessor the reason speaks of, where it is one.
    """

    period: Period
    as_reported: Mapping[int, UnitFigure] = field(default_factory=dict)
    restated: UnitFigure | None = None
    why: str = Why.NOTHING
    because_of: Unit | None = None


def series_of(
    lineage: Lineage,
    indicator: Indicator,
    level: str,
    periods: Iterable[Period],
    definition: IndicatorDefinition | None,
    *,
    who: Principal | Reach,
) -> list[SeriesPeriod]:
    """The periods in the order given, each as reported then and restated. Two queries.

    The units are those the asker may read the results of; a person's reach follows predecessors.
    """
    listed = list(periods)
    ids = [unit.pk for unit in lineage.units]
    found = figures_of(indicator, level, ids, [each.pk for each in listed], who=who)
    return [_of_period(lineage, period, found, definition) for period in listed]


def _of_period(
    lineage: Lineage, period: Period, found: Mapping[Key, UnitFigure], definition: IndicatorDefinition | None
) -> SeriesPeriod:
    then = {
        unit.pk: figure
        for unit in lineage.units
        if (figure := found.get((unit.pk, period.pk))) is not None and not figure.is_restated
    }
    unit = lineage.unit
    own = found.get((unit.pk, period.pk))
    later = [each for each in lineage.direct if each.effective_on > period.assessed_on]
    lived = unit.valid_from is None or unit.valid_from <= period.assessed_on
    if lived and not later:
        return SeriesPeriod(period, then, own)
    if lived:
        return SeriesPeriod(period, then, None, Why.TOOK_IN, later[0].predecessor)
    silent = [each.predecessor for each in later if not _has_figure(then.get(each.predecessor_id))]
    if own is not None and own.state in (VALUE, PARTIAL) and not silent:
        return SeriesPeriod(period, then, own)
    why, because_of = _why_not(later, then, definition)
    return SeriesPeriod(period, then, None, why, because_of)


def _has_figure(figure: UnitFigure | None) -> bool:
    """What does not apply to a predecessor leaves the sum whole; what it did not report does not."""
    return figure is not None and figure.state != MISSING


def _why_not(
    successions: Iterable[UnitSuccession],
    then: Mapping[int, UnitFigure],
    definition: IndicatorDefinition | None,
) -> tuple[str, Unit | None]:
    if definition is not None and definition.pooling not in _POOLS:
        return Why.DOES_NOT_POOL, None
    listed = list(successions)
    for each in listed:
        if each.share == Share.PART:
            return Why.SPLIT, each.predecessor
    for each in listed:
        if not _has_figure(then.get(each.predecessor_id)):
            return Why.NO_FIGURE, each.predecessor
    needs_parts = definition is not None and definition.pooling == Pooling.RATIO_OF_SUMS
    for each in listed:
        if needs_parts and then[each.predecessor_id].numerator is None:
            return Why.NO_PARTS, each.predecessor
    return Why.NO_FIGURE, None


def why_words(each: SeriesPeriod) -> str:
    """Why the period does not compare, in the reader's language; nothing where it does."""
    if not each.why:
        return ""
    name = each.because_of.name if each.because_of else ""
    numbers = {"unit": name}
    sentences = {
        Why.SPLIT: gettext("%(unit)s went over only in part; its figure cannot be divided") % numbers,
        Why.TOOK_IN: gettext("the unit took in %(unit)s afterwards") % numbers,
        Why.DOES_NOT_POOL: gettext("ranks, indices and single values of this indicator do not add up"),
        Why.NO_PARTS: gettext("%(unit)s reported no numerator and denominator") % numbers,
        Why.NO_FIGURE: gettext("%(unit)s has no figure for this period") % numbers
        if name
        else gettext("a predecessor has no figure for this period"),
    }
    return sentences[Why(each.why)]
