"""What the rule table must know of each cell beside what was typed; read for a whole report at once."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from django.db.models import Count

from indicators.actions.reporting import CellValue
from indicators.entry.places import Owed, Place, owed
from indicators.entry.rules import CellCase, Part
from indicators.models import Answer, Evidence, Level, Measurement, MeasurementVersion

_HISTORY = 12
_YEARS_BACK = 4


@dataclass
class Context:
    """The cells a report owes, their stored versions, and their own history."""

    place: Place
    owed: dict[str, Owed]
    cells: dict[str, Measurement] = field(default_factory=dict)
    earlier: dict[str, list[Measurement]] = field(default_factory=lambda: defaultdict(list))
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
        }
        place: dict[str, Any] = {"period_is_open": self.place.has_begun, "is_locked": self.place.is_locked}
        if one is None:
            return CellCase(**proposed, **place, is_owed=False)
        definition, earlier = one.definition, self.earlier[key]
        return CellCase(
            **proposed,
            **place,
            value_type=definition.value_type,
            pooling=definition.pooling,
            measure_mode=definition.measure_mode,
            ratio_factor=definition.ratio_factor,
            is_capped=definition.numerator_within_denominator,
            unit_of_measure=definition.unit_of_measure,
            least=definition.least,
            most=definition.most,
            denominator_change_percent=definition.denominator_change_percent,
            evidence_required=definition.evidence_required,
            evidence_count=self.evidence.get(stored.pk, 0) if stored else 0,
            level_is_valid=one.level_is_valid,
            last_denominator=next(
                (each.denominator for each in earlier if each.denominator is not None), None
            ),
            history=tuple(figure(each, definition.ratio_factor) for each in earlier[:_HISTORY]),
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


def _is_number(cell: Measurement) -> bool:
    return cell.answer == Answer.VALUE and (cell.value is not None or bool(cell.denominator))


def figure(cell: Measurement | MeasurementVersion | CellValue, factor: int) -> Fraction:
    """A figure as one exact number: the value, or the ratio times its factor."""
    if cell.numerator is not None and cell.denominator:
        return Fraction(cell.numerator) / Fraction(cell.denominator) * factor
    return Fraction(cell.value or 0)


def context_of(place: Place, wanted: Sequence[Owed] | None = None) -> Context:
    """Read in at most four queries, whatever the number of cells."""
    rows = {one.key: one for one in (owed(place) if wanted is None else wanted)}
    context = Context(place, rows)
    indicators = {one.indicator.pk for one in rows.values()}
    known = (
        Measurement.objects.filter(
            unit=place.unit,
            indicator__in=indicators,
            period__kind=place.period.kind,
            period__year__gte=place.period.year - _YEARS_BACK,
            period__assessed_on__lte=place.period.assessed_on,
        )
        .select_related("indicator", "period", "working_version__entered_by")
        .order_by("-period__assessed_on", "pk")
    )
    for cell in known:
        key = f"{cell.indicator.code}:{cell.level}"
        one = rows.get(key)
        if cell.period_id == place.period.pk and (one is None or one.agency_id == cell.agency_id):
            context.cells.setdefault(key, cell)
        elif one is not None and one.agency_id == cell.agency_id and _is_number(cell):
            context.earlier[key].append(cell)
    if any(one.definition.evidence_required for one in rows.values()):
        counted = Evidence.objects.kept().filter(measurement__in=[each.pk for each in context.cells.values()])
        context.evidence = dict(counted.values_list("measurement").annotate(Count("pk")).order_by())
    return context
