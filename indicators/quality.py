"""Findings on the quality of figures: what a unit reported against what its own bodies add up to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db.models import F, QuerySet

from accounts.prepared import PreparedQuerySet
from indicators.engine.display import rounded
from indicators.models import Answer, IndicatorDefinition, Measurement, Period, RollUp, RollUpBasis
from provinces.models import Unit

_POOLED = ("numerator", "denominator", "value", "owing", "reporting")
_RULES = ("coverage_floor_percent", "ratio_factor", "decimals", "unit_of_measure", "value_type", "direction")


@dataclass(frozen=True, slots=True)
class Difference:
    """A figure that counts as reported although pooling gives another one (attainment rules §2).

    ``reported`` and ``pooled`` are exact values in the indicator's unit; None for a rate of 0/0.
    """

    measurement: Measurement
    roll_up: RollUp
    reported: Fraction | None
    pooled: Fraction | None

    @property
    def unit(self) -> Unit:
        return self.measurement.unit

    @property
    def level(self) -> str:
        return self.measurement.level

    @property
    def period(self) -> Period:
        return self.measurement.period


def differences(unit: Unit, period: Period) -> Iterator[Difference]:
    """Cells of a unit and period that differ from the roll-up of the same indicator and level; one query.

    A roll-up below its coverage floor is no figure to compare with. A percentage reported without its two
    numbers is compared at the decimals its indicator is shown with, anything else exactly.
    """
    for cell in _CELLS.rows(unit=unit.pk, period=period.pk):
        roll_up = _roll_up_of(cell)
        floor = roll_up.definition.coverage_floor_percent
        if roll_up.reporting * 100 >= floor * roll_up.owing and not _agree(cell, roll_up):
            factor = roll_up.definition.ratio_factor
            yield Difference(cell, roll_up, _exact(cell, factor), _exact(roll_up, factor))


def _compared(*, unit: int, period: int) -> QuerySet[Any]:
    return (
        Measurement.objects.filter(
            unit=unit,
            period=period,
            agency__isnull=True,
            answer__in=[Answer.VALUE, Answer.NOTHING_AROSE],
        )
        .filter(
            unit__roll_ups__indicator=F("indicator"),
            unit__roll_ups__period=F("period"),
            unit__roll_ups__level=F("level"),
            unit__roll_ups__basis=RollUpBasis.AS_REPORTED,
            unit__roll_ups__answer=Answer.VALUE,
        )
        .annotate(
            roll_up_id=F("unit__roll_ups"),
            **{f"pooled_{name}": F(f"unit__roll_ups__{name}") for name in _POOLED},
            **{f"rule_{name}": F(f"unit__roll_ups__definition__{name}") for name in _RULES},
        )
        .select_related("unit", "period", "indicator")
        .order_by("indicator", "level", "pk")
    )


_CELLS = PreparedQuerySet[Any](_compared, unit=int, period=int)


def _roll_up_of(cell: Any) -> RollUp:
    """The roll-up that was read beside the cell, as far as it is compared."""
    return RollUp(
        pk=cell.roll_up_id,
        unit=cell.unit,
        indicator=cell.indicator,
        level=cell.level,
        period=cell.period,
        definition=IndicatorDefinition(**{name: getattr(cell, f"rule_{name}") for name in _RULES}),
        **{name: getattr(cell, f"pooled_{name}") for name in _POOLED},
    )


def _agree(cell: Measurement, roll_up: RollUp) -> bool:
    if cell.answer == Answer.NOTHING_AROSE:
        return not roll_up.numerator and not roll_up.denominator and not roll_up.value
    if roll_up.value is not None:
        return cell.value == roll_up.value
    if cell.value is None:
        return (cell.numerator, cell.denominator) == (roll_up.numerator, roll_up.denominator)
    pooled = _exact(roll_up, roll_up.definition.ratio_factor)
    places = roll_up.definition.decimals
    return pooled is not None and rounded(cell.value, places) == rounded(pooled, places)


def _exact(figure: Measurement | RollUp, factor: int) -> Fraction | None:
    """The exact value; nothing arose is 0, and a rate of 0/0 has none."""
    if figure.value is not None:
        return Fraction(figure.value)
    numerator: Decimal | None = figure.numerator
    if numerator is None:
        return Fraction(0)
    return Fraction(numerator) * factor / Fraction(figure.denominator) if figure.denominator else None
