"""The rows of an entry grid: what is owed, what stands there, and what stood there before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from indicators.entry.places import BodyKey, Owed, Place, owed_in
from indicators.models import (
    Evidence,
    Indicator,
    IndicatorDefinition,
    Measurement,
    MeasurementVersion,
    Period,
    PeriodKind,
    Pooling,
    Provenance,
    VersionState,
)

_IN_A_YEAR = {PeriodKind.MONTH: 12, PeriodKind.QUARTER: 4, PeriodKind.HALF: 2}


@dataclass
class EntryRow:
    """One cell of a report. ``last`` and ``last_year`` are approved cells of earlier periods, or None."""

    owed: Owed
    cell: Measurement | None = None
    last: Measurement | None = None
    last_year: Measurement | None = None
    last_period: Period | None = None
    last_year_period: Period | None = None
    evidence: list[Evidence] = field(default_factory=list)

    @property
    def key(self) -> str:
        return self.owed.key

    @property
    def indicator(self) -> Indicator:
        return self.owed.indicator

    @property
    def definition(self) -> IndicatorDefinition:
        return self.owed.definition

    @property
    def level(self) -> str:
        return self.owed.level

    @property
    def working(self) -> MeasurementVersion | None:
        return self.cell.working_version if self.cell else None

    @property
    def approved(self) -> MeasurementVersion | None:
        return self.cell.approved_version if self.cell else None

    @property
    def is_ratio(self) -> bool:
        return self.definition.is_ratio and self.definition.pooling not in (Pooling.SUM, Pooling.ALL_TRUE)

    @property
    def is_answered(self) -> bool:
        return self.working is not None and self.working.state != VersionState.WITHDRAWN

    @property
    def is_illustrative(self) -> bool:
        return any(
            each is not None and each.provenance == Provenance.ILLUSTRATIVE
            for each in (self.working, self.last, self.last_year)
        )

    @property
    def is_changed_since_approval(self) -> bool:
        """An edit waits while the approved version goes on counting."""
        return self.approved is not None and self.working is not None and self.approved != self.working


def rows_of(place: Place) -> list[EntryRow]:
    """The rows of a report in order of code and level, in a fixed number of queries."""
    return rows_in([place], place.period)[place.key]


def rows_in(places: Sequence[Place], period: Period) -> dict[BodyKey, list[EntryRow]]:
    """The rows of many reports of one period, in the same number of queries as those of one."""
    wanted = owed_in(places)
    last, last_year = neighbours(period)
    cells = _cells_of(wanted, [each for each in (period, last, last_year) if each is not None])
    proofs: dict[int, list[Evidence]] = defaultdict(list)
    current = [cell.pk for cell in cells.values() if cell.period_id == period.pk]
    for each in Evidence.objects.kept().filter(measurement__in=current):
        proofs[each.measurement_id].append(each)

    def row(unit: int, one: Owed) -> EntryRow:
        def cell_of(when: Period | None) -> Measurement | None:
            return cells.get(_cell_key(unit, one, when.pk)) if when else None

        cell = cell_of(period)
        return EntryRow(
            owed=one,
            cell=cell,
            last=cell_of(last),
            last_year=cell_of(last_year),
            last_period=last,
            last_year_period=last_year,
            evidence=proofs[cell.pk] if cell else [],
        )

    return {key: [row(key[0], one) for one in listed] for key, listed in wanted.items()}


CellKey = tuple[int, int | None, int, str, int]
"""The ids of a unit, an agency or None and an indicator; a level; the id of a period."""


def _cell_key(unit: int, one: Owed, period: int) -> CellKey:
    return unit, one.agency_id, one.indicator.pk, one.level, period


def _cells_of(
    wanted: Mapping[BodyKey, Iterable[Owed]], periods: Iterable[Period]
) -> dict[CellKey, Measurement]:
    """The cells of these bodies, with their newest and their approved versions."""
    cells = Measurement.objects.filter(
        unit__in={unit for unit, _agency, _period in wanted},
        period__in=list(periods),
        indicator__in={one.indicator.pk for listed in wanted.values() for one in listed},
    ).select_related("indicator", "approved_version", "working_version__entered_by")
    return {
        (cell.unit_id, cell.agency_id, cell.indicator_id, cell.level, cell.period_id): cell for cell in cells
    }


def neighbours(period: Period) -> tuple[Period | None, Period | None]:
    """The period before and the same period of the year before; in one query."""
    in_a_year = _IN_A_YEAR.get(PeriodKind(period.kind), 1)
    before = (period.year, period.ordinal - 1) if period.ordinal > 1 else (period.year - 1, in_a_year)
    year_before = (period.year - 1, period.ordinal)
    if period.kind == PeriodKind.CAMPAIGN:
        return None, None
    found = {
        (each.year, each.ordinal): each
        for each in Period.objects.filter(kind=period.kind, year__in=(period.year - 1, period.year))
    }
    return found.get(before), found.get(year_before)
