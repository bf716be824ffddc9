"""The figure of a unit in a period: what it reported itself, else what was pooled for it (rules §2, §8).

Read set-wise from approved cells and stored roll-ups; nothing is summed here. A figure below its coverage
floor is `partial`, never a value; missing is not zero. Reading a whole map costs two queries.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from accounts.permissions import Principal, Reach
from indicators.engine.pooling import Counting, Figure, Span, settle_one, without_empty_ratio
from indicators.fields import to_scaled
from indicators.models import (
    Answer,
    Indicator,
    IndicatorDefinition,
    Measurement,
    Period,
    Provenance,
    Qualifier,
    RollUp,
    RollUpBasis,
)

VALUE, PARTIAL, MISSING, NOT_APPLICABLE = "value", "partial", "missing", "not_applicable"
NOT_COMPARABLE = "not_comparable"
"""A reason of missing: a predecessor was split, or a figure does not pool."""

Key = tuple[int, int]


@dataclass(frozen=True)
class UnitFigure:
    """What an indicator stood at; `state` is value, partial, missing or not_applicable.

    `number` is exact, in the indicator's unit of measure; a partial figure has one too, to be shown as such.
    `is_open` says whether its numerator and denominator may be shown: a cell's only to those who look after
    the unit, pooled ones to all who read its results.
    """

    unit_id: int
    period_id: int
    level: str
    definition: IndicatorDefinition
    state: str
    reason: str = ""
    number: Fraction | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    owing: int = 0
    reporting: int = 0
    out_of: int | None = None
    is_pooled: bool = False
    is_restated: bool = False
    is_illustrative: bool = False
    is_open: bool = True
    qualifier: str = Qualifier.OFFICIAL

    @property
    def is_value(self) -> bool:
        return self.state == VALUE


def figures_of(
    indicator: Indicator,
    level: str,
    units: Iterable[int] | QuerySet[Any, Any],
    periods: Iterable[int] | None = None,
    *,
    who: Principal | Reach,
) -> dict[Key, UnitFigure]:
    """By unit and period; absent where nobody owes or has reported one. Two queries.

    `units` are ids, or a subquery of them, that the asker may read the results of; without `periods`, all.
    """
    wanted: dict[str, Any] = {"indicator": indicator, "level": level, "unit__in": units}
    if periods is not None:
        wanted["period__in"] = list(periods)
    found = {}
    for roll_up in RollUp.objects.filter(**wanted).select_related("definition", "period").order_by("pk"):
        found[roll_up.unit_id, roll_up.period_id] = _of_roll_up(roll_up)
    open_to_them = Measurement.objects.visible_to(who).filter(pk=OuterRef("pk"))
    cells = (
        Measurement.objects.filter(**wanted, agency__isnull=True)
        .exclude(answer=Answer.UNANSWERED)
        .annotate(is_open=Exists(open_to_them))
        .select_related("definition", "period")
        .order_by("pk")
    )
    for cell in cells:
        key = (cell.unit_id, cell.period_id)
        pooled = found.get(key)
        # What the unit reported counts; a cell that says nothing does not stand before what was pooled.
        if cell.answer == Answer.MISSING and pooled is not None and pooled.reporting:
            continue
        found[key] = _of_cell(cell)
    return found


def _of_roll_up(row: RollUp) -> UnitFigure:
    figure = Figure(
        "roll_up",
        row.pk,
        row.version,
        row.answer,
        "",
        _scaled(row.numerator),
        _scaled(row.denominator),
        _scaled(row.value),
        row.owing,
        row.reporting,
        None,
        row.is_illustrative,
        Qualifier.PRELIMINARY if row.is_preliminary else Qualifier.OFFICIAL,
        row.basis == RollUpBasis.RESTATED,
    )
    return _settled(row, figure, is_pooled=True)


def _of_cell(row: Any) -> UnitFigure:
    figure = Figure(
        "measurement",
        row.pk,
        0,
        row.answer,
        row.missing_reason,
        _scaled(row.numerator),
        _scaled(row.denominator),
        _scaled(row.value),
        1,
        1,
        row.out_of,
        row.provenance == Provenance.ILLUSTRATIVE,
        row.qualifier,
        is_restated=False,
    )
    return replace(_settled(row, figure, is_pooled=False), is_open=row.is_open)


def _settled(row: Any, figure: Figure, *, is_pooled: bool) -> UnitFigure:
    definition = row.definition
    settled = without_empty_ratio(settle_one(figure, counting_of(definition), span_of(row.period)))
    is_shown = settled.state in (VALUE, PARTIAL)
    return UnitFigure(
        row.unit_id,
        row.period_id,
        row.level,
        definition,
        settled.state,
        settled.missing_reason,
        settled.number(definition.ratio_factor) if is_shown else None,
        _decimal(settled.numerator) if is_shown else None,
        _decimal(settled.denominator) if is_shown else None,
        figure.owing,
        figure.reporting,
        figure.out_of,
        is_pooled,
        figure.is_restated,
        figure.is_illustrative,
        qualifier=figure.qualifier,
    )


def counting_of(definition: IndicatorDefinition) -> Counting:
    return Counting(
        definition.pooling,
        definition.measure_mode,
        definition.entered_as,
        definition.coverage_floor_percent,
        definition.ratio_factor,
    )


def span_of(period: Period) -> Span:
    return Span(
        period.pk,
        period.code,
        period.kind,
        period.year,
        period.ordinal,
        period.starts_on,
        period.assessed_on,
    )


def _scaled(value: Decimal | None) -> int | None:
    return None if value is None else to_scaled(value, 4)


def _decimal(whole: int | None) -> Decimal | None:
    return None if whole is None else Decimal(whole).scaleb(-4)
