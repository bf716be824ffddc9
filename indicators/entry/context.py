"""What the rule table must know of each cell beside what was typed; read for whole reports at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from django.db import connection
from django.db.models import Count, Q, QuerySet

from indicators.actions.reporting import CellValue
from indicators.entry.places import Owed, Place, owed_in
from indicators.entry.rules import HISTORY_SCALE, CellCase, Part
from indicators.fields import from_scaled
from indicators.models import (
    Answer,
    Evidence,
    IndicatorDefinition,
    Level,
    Measurement,
    MeasurementVersion,
    Period,
)

_HISTORY = 12
_YEARS_BACK = 4
_PLACES = 4
_SCALE = 10**_PLACES


class Past:
    """The earlier approved figures of a cell × `HISTORY_SCALE`, newest first; the last denominator × 10⁴."""

    __slots__ = ("denominator", "factor", "figures")

    def __init__(self, factor: int) -> None:
        self.factor = factor
        self.figures: list[int] = []
        self.denominator: int | None = None

    def add(self, numerator: int | None, denominator: int | None, value: int | None) -> None:
        if value is not None:
            self.figures.append(value * HISTORY_SCALE // _SCALE)
        elif numerator is not None and denominator:
            self.figures.append(numerator * self.factor * HISTORY_SCALE // denominator)
            if self.denominator is None:
                self.denominator = denominator


@dataclass
class Context:
    """The cells a report owes, their stored versions, and their own history, newest first."""

    place: Place
    owed: dict[str, Owed]
    cells: dict[str, Measurement] = field(default_factory=dict)
    earlier: dict[str, Past] = field(default_factory=dict)
    evidence: Mapping[int, int] = field(default_factory=Counter)

    def working(self, key: str) -> MeasurementVersion | None:
        cell = self.cells.get(key)
        return cell.working_version if cell else None

    def case(self, key: str, cell: CellValue, beside: Mapping[str, CellValue]) -> CellCase:
        """The case of the rule table; ``beside`` are the other figures typed together with this one."""
        one, stored = self.owed.get(key), self.cells.get(key)
        proposed: dict[str, Any] = {
            "answer": cell.answer,
            "missing_reason": cell.missing_reason,
            "numerator": cell.numerator,
            "denominator": cell.denominator,
            "value": cell.value,
            "period_is_open": self.place.has_begun,
            "is_locked": self.place.is_locked,
        }
        if one is None:
            return CellCase(**proposed, is_owed=False)
        past = self.earlier.get(key)
        last = past.denominator if past else None
        return CellCase(
            **proposed,
            **_as_defined(one.definition),
            evidence_count=self.evidence.get(stored.pk, 0) if stored else 0,
            level_is_valid=one.level_is_valid,
            last_denominator=None if last is None else from_scaled(last, _PLACES),
            history=tuple(past.figures) if past else (),
            parts=tuple(self._parts(one, beside)),
        )

    def _parts(self, one: Owed, beside: Mapping[str, CellValue]) -> list[Part]:
        """The figures of the other levels of the same indicator, where this one is the total."""
        if one.level != Level.TOTAL:
            return []
        found: dict[str, CellValue | MeasurementVersion] = {}
        for level in (Level.PROVINCE, Level.DISTRICT, Level.COMMUNE):
            key = f"{one.indicator.code}:{level}"
            part = beside.get(key) or self.working(key)
            if part is not None and part.answer == Answer.VALUE:
                found[str(level.label)] = part
        return [(label, part.numerator, part.denominator, part.value) for label, part in found.items()]


def _as_defined(definition: IndicatorDefinition) -> dict[str, Any]:
    return {
        "value_type": definition.value_type,
        "pooling": definition.pooling,
        "measure_mode": definition.measure_mode,
        "ratio_factor": definition.ratio_factor,
        "is_capped": definition.numerator_within_denominator,
        "unit_of_measure": definition.unit_of_measure,
        "least": definition.least,
        "most": definition.most,
        "denominator_change_percent": definition.denominator_change_percent,
        "evidence_required": definition.evidence_required,
    }


def figure(cell: Measurement | MeasurementVersion | CellValue, factor: int) -> Fraction:
    """A figure as one exact number: the value, or the ratio times its factor."""
    if cell.numerator is not None and cell.denominator:
        return Fraction(cell.numerator) / Fraction(cell.denominator) * factor
    return Fraction(cell.value or 0)


def context_of(place: Place, *, with_history: bool = True) -> Context:
    """One report; read in at most five queries, whatever the number of cells."""
    return contexts_of([place], with_history=with_history)[0]


def contexts_of(places: Sequence[Place], *, with_history: bool = True) -> list[Context]:
    """Many reports; at most five queries a period, whatever the number of reports and cells.

    Without their history the cells cannot be judged, only compared with what is stored.
    """
    rows = owed_in(places)
    contexts = {place.key: Context(place, {one.key: one for one in rows[place.key]}) for place in places}
    bodies: dict[int, _Bodies] = {}
    for context in contexts.values():
        bodies.setdefault(context.place.period.pk, _Bodies(context.place.period)).add(context)
    for each in bodies.values():
        each.read_cells()
        if with_history:
            each.read_history()
    return [contexts[place.key] for place in places]


CellKey = tuple[int, int | None, int, str]
"""The ids of a unit, an agency or None, an indicator; and a level."""


class _Bodies:
    """The reports of one period, and the way from a stored cell to the one of them that owes it."""

    def __init__(self, period: Period) -> None:
        self.period = period
        self.contexts: list[Context] = []
        self.owing: dict[CellKey, tuple[Context, Owed]] = {}

    def add(self, context: Context) -> None:
        self.contexts.append(context)
        for one in context.owed.values():
            self.owing[context.place.unit.pk, one.agency_id, one.indicator.pk, one.level] = (context, one)

    def _stored(self) -> Q:
        return Q(
            unit__in={each.place.unit.pk for each in self.contexts},
            indicator__in={one.indicator.pk for _context, one in self.owing.values()},
        )

    def read_history(self) -> None:
        if not self.owing:
            # A report of words alone; and there is no statement for the history of nothing.
            return
        self._read_earlier()
        self._read_evidence()

    def read_cells(self) -> None:
        cells = Measurement.objects.filter(self._stored(), period=self.period)
        for cell in cells.select_related("working_version__entered_by").order_by("pk"):
            found = self.owing.get((cell.unit_id, cell.agency_id, cell.indicator_id, cell.level))
            if found is not None:
                found[0].cells.setdefault(found[1].key, cell)

    def _read_earlier(self) -> None:
        """As plain integers: a nation's reports bring hundreds of thousands of them."""
        before = Period.objects.filter(
            kind=self.period.kind,
            year__gte=self.period.year - _YEARS_BACK,
            assessed_on__lte=self.period.assessed_on,
        ).exclude(pk=self.period.pk)
        rows = (
            Measurement.objects.filter(
                self._stored(), answer=Answer.VALUE, period__in=before.latest_first()[:_HISTORY]
            )
            .order_by("-period__assessed_on", "pk")
            .values_list(
                *("unit_id", "agency_id", "indicator_id", "level"), *("numerator", "denominator", "value")
            )
        )
        pasts: dict[CellKey, Past] = {}
        for key, (context, one) in self.owing.items():
            pasts[key] = context.earlier[one.key] = Past(one.definition.ratio_factor)
        for unit, agency, indicator, level, *figures in _as_stored(rows):
            past = pasts.get((unit, agency, indicator, level))
            if past is not None:
                past.add(*figures)

    def _read_evidence(self) -> None:
        if not any(one.definition.evidence_required for _context, one in self.owing.values()):
            return
        cells = [cell.pk for context in self.contexts for cell in context.cells.values()]
        counted = Evidence.objects.kept().filter(measurement__in=cells)
        counts = dict(counted.values_list("measurement").annotate(Count("pk")).order_by())
        for context in self.contexts:
            context.evidence = counts


def _as_stored(rows: QuerySet[Any, Any]) -> list[tuple[Any, ...]]:
    """The rows as the database keeps them: measured numbers as whole numbers of 10⁻⁴."""
    statement, parameters = rows.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.fetchall()
