"""The rows of an entry grid: what is owed, what stands there, and what stood there before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from indicators.entry.places import Owed, Place, owed
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
    """The rows in order of code and level, in a fixed number of queries."""
    wanted = owed(place)
    last, last_year = neighbours(place.period)
    periods = [each for each in (place.period, last, last_year) if each is not None]
    cells = cells_of(place, wanted, periods)
    proofs: dict[int, list[Evidence]] = defaultdict(list)
    for each in Evidence.objects.kept().filter(
        measurement__in=[cell.pk for cell in cells.values() if cell.period_id == place.period.pk]
    ):
        proofs[each.measurement_id].append(each)
    rows = []
    for one in wanted:
        cell = cells.get((one.key, place.period.pk))
        rows.append(
            EntryRow(
                owed=one,
                cell=cell,
                last=cells.get((one.key, last.pk)) if last else None,
                last_year=cells.get((one.key, last_year.pk)) if last_year else None,
                last_period=last,
                last_year_period=last_year,
                evidence=proofs[cell.pk] if cell else [],
            )
        )
    return rows


def cells_of(
    place: Place, wanted: Iterable[Owed], periods: Iterable[Period]
) -> dict[tuple[str, int], Measurement]:
    """The cells of this body by key and period, with their newest and their approved versions."""
    own = {(one.key, one.agency_id) for one in wanted}
    found: dict[tuple[str, int], Measurement] = {}
    cells = Measurement.objects.filter(
        unit=place.unit, period__in=list(periods), indicator__in={one.indicator.pk for one in wanted}
    ).select_related("indicator", "approved_version", "working_version__entered_by")
    for cell in cells:
        key = f"{cell.indicator.code}:{cell.level}"
        if (key, cell.agency_id) in own:
            found[key, cell.period_id] = cell
    return found


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
