"""Reading from the database what judging needs: periods, figures, obligations, targets.

Plain rows in a few set-based queries whatever the number of targets; numbers stay whole numbers of 10⁻⁴.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from indicators.engine.dialect import member
from indicators.engine.pooling import Counting, Figure, Series, Span
from indicators.models import IndicatorDefinition, Period, PeriodDueDay

SeriesKey = tuple[int, int, str]  # unit, indicator, level
DatedRange = tuple[datetime.date | None, datetime.date | None]


def as_day(value: Any) -> datetime.date | None:
    """A day as a raw cursor gives it: a date on PostgreSQL, text on SQLite."""
    return datetime.date.fromisoformat(value) if isinstance(value, str) else value


@dataclass(frozen=True, slots=True)
class Calendar:
    spans: dict[int, Span]
    by_kind: dict[str, list[Span]]
    by_place: dict[tuple[str, int, int], Span]
    due_days: dict[tuple[int, str], datetime.date]

    @classmethod
    def load(cls) -> Calendar:
        columns = ("id", "code", "kind", "year", "ordinal", "starts_on", "assessed_on")
        spans = [
            Span(*row)
            for row in Period.objects.order_by("assessed_on", "starts_on", "pk").values_list(*columns)
        ]
        by_kind: dict[str, list[Span]] = defaultdict(list)
        for span in spans:
            by_kind[span.kind].append(span)
        due = PeriodDueDay.objects.values_list("period_id", "body", "due_on")
        return cls(
            {span.id: span for span in spans},
            dict(by_kind),
            {(span.kind, span.year, span.ordinal): span for span in spans if span.kind != "campaign"},
            {(period_id, body): due_on for period_id, body, due_on in due},
        )

    def year_before(self, span: Span) -> Span | None:
        return self.by_place.get((span.kind, span.year - 1, span.ordinal))

    def due_on(self, span: Span, bodies: Iterable[str]) -> datetime.date | None:
        """The last due day of those who file a report of the period."""
        days = [day for body in bodies if (day := self.due_days.get((span.id, body)))]
        return max(days, default=None)


@dataclass(slots=True)
class Definitions:
    by_indicator: dict[int, list[IndicatorDefinition]]
    _counting: dict[int, Counting] = field(default_factory=dict)

    @classmethod
    def load(cls) -> Definitions:
        by_indicator: dict[int, list[IndicatorDefinition]] = defaultdict(list)
        for definition in IndicatorDefinition.objects.order_by("indicator_id", "pk"):
            by_indicator[definition.indicator_id].append(definition)
        return cls(by_indicator)

    def on(self, indicator_id: int, day: datetime.date) -> IndicatorDefinition | None:
        for definition in self.by_indicator.get(indicator_id, ()):
            if definition.is_valid_on(day):
                return definition
        return None

    def counting(self, definition: IndicatorDefinition) -> Counting:
        known = self._counting.get(definition.pk)
        if known is None:
            known = self._counting[definition.pk] = Counting(
                definition.pooling,
                definition.measure_mode,
                definition.entered_as,
                definition.coverage_floor_percent,
                definition.ratio_factor,
            )
        return known

    def computed(self) -> frozenset[int]:
        """Indicators that the portal computes itself: never pooled, judged last."""
        return frozenset(
            indicator_id
            for indicator_id, definitions in self.by_indicator.items()
            if any(definition.pooling == "computed" for definition in definitions)
        )


@dataclass(frozen=True, slots=True)
class OwedRange:
    frequency: str
    valid_from: datetime.date | None
    valid_to: datetime.date | None
    due_on: datetime.date | None
    is_filed_by_agency: bool


class FigureStore:
    """The counted figures of some units and indicators, and what these units owe themselves."""

    def __init__(self, units: frozenset[int] | None, indicators: Iterable[int], calendar: Calendar) -> None:
        self.calendar = calendar
        self._units = units
        self._indicators = frozenset(indicators)
        self._figures: dict[SeriesKey, dict[int, Figure]] = defaultdict(dict)
        self._kinds: dict[SeriesKey, set[str]] = defaultdict(set)
        self.owed: dict[SeriesKey, list[OwedRange]] = defaultdict(list)
        self._series: dict[tuple[SeriesKey, int], Series] = {}
        self._load_roll_ups()
        self._load_cells()
        self._load_owed()

    def _rows(self, sql: str) -> Sequence[Sequence[Any]]:
        in_units, unit_params = member("row.unit_id", self._units)
        in_indicators, indicator_params = member("row.indicator_id", self._indicators)
        with connection.cursor() as cursor:
            cursor.execute(sql + in_units + in_indicators, [*unit_params, *indicator_params])
            rows: Sequence[Sequence[Any]] = cursor.fetchall()
        return rows

    def _load_roll_ups(self) -> None:
        for unit, indicator, level, period, *figure in self._rows(
            """
            SELECT row.unit_id, row.indicator_id, row.level, row.period_id, row.id, row.version,
                   row.answer, row.numerator, row.denominator, row.value, row.owing, row.reporting,
                   row.is_illustrative, row.is_preliminary, row.basis
            FROM indicators_rollup AS row WHERE 1 = 1
            """
        ):
            pk, version, answer, numerator, denominator, value, owing, reporting, *marks = figure
            is_illustrative, is_preliminary, basis = marks
            key = (unit, indicator, level)
            self._figures[key][period] = Figure(
                "roll_up",
                pk,
                version,
                answer,
                "",
                numerator,
                denominator,
                value,
                owing,
                reporting,
                None,
                bool(is_illustrative),
                "preliminary" if is_preliminary else "official",
                basis == "restated",
            )
            self._kinds[key].add(self.calendar.spans[period].kind)

    def _load_cells(self) -> None:
        """A cell the unit reported itself counts before a roll-up; one that says nothing does not."""
        for unit, indicator, level, period, *cell in self._rows(
            """
            SELECT row.unit_id, row.indicator_id, row.level, row.period_id, row.id, version.number,
                   row.answer, row.missing_reason, row.numerator, row.denominator, row.value, row.out_of,
                   row.provenance, row.qualifier
            FROM indicators_measurement AS row
            JOIN indicators_measurementversion AS version ON version.id = row.approved_version_id
            WHERE row.agency_id IS NULL
            """
        ):
            pk, number, answer, reason, numerator, denominator, value, out_of, provenance, qualifier = cell
            figures = self._figures[(unit, indicator, level)]
            pooled = figures.get(period)
            if answer == "missing" and pooled is not None and pooled.reporting:
                continue
            figures[period] = Figure(
                "measurement",
                pk,
                number,
                answer,
                reason,
                numerator,
                denominator,
                value,
                1,
                1,
                out_of,
                provenance == "illustrative",
                qualifier,
                is_restated=False,
            )

    def _load_owed(self) -> None:
        for unit, indicator, level, frequency, start, end, due_on, filed_by, born, ended in self._rows(
            """
            SELECT row.unit_id, row.indicator_id, row.level, row.frequency, row.valid_from, row.valid_to,
                   row.due_on, row.filed_by_id, unit.valid_from, unit.valid_to
            FROM indicators_obligation AS row JOIN provinces_unit AS unit ON unit.id = row.unit_id
            WHERE row.agency_id IS NULL
            """
        ):
            # A unit owes nothing outside its life, however long its obligation runs.
            first = max((day for day in (as_day(start), as_day(born)) if day), default=None)
            last = min((day for day in (as_day(end), as_day(ended)) if day), default=None)
            self.owed[(unit, indicator, level)].append(
                OwedRange(frequency, first, last, as_day(due_on), filed_by is not None)
            )

    def series(self, key: SeriesKey, definition: IndicatorDefinition, counting: Counting) -> Series:
        """The figures of a unit, indicator and level over time, counted as ``definition`` says."""
        known = self._series.get((key, definition.pk))
        if known is None:
            owed: dict[str, list[DatedRange]] = defaultdict(list)
            for one in self.owed.get(key, ()):
                owed[one.frequency].append((one.valid_from, one.valid_to))
            kinds = frozenset(owed) | self._kinds.get(key, set())
            known = self._series[(key, definition.pk)] = Series(
                self._figures.get(key, {}), counting, owed, kinds or frozenset([definition.frequency])
            )
        return known

    def report_due_on(self, key: SeriesKey, awaited: Span | None, tier: str) -> datetime.date | None:
        """The due day of the report that owes the figure (rules §5.2); None where nobody owes it."""
        owed = self.owed.get(key)
        if not owed:
            # Pooled: the figure is complete when the last of those who file their own part has.
            filing = ["agency", "commune", "district", *(["province"] if tier == "nation" else [])]
            return awaited and self.calendar.due_on(awaited, filing)
        once = [one.due_on for one in owed if one.frequency == "once" and one.due_on]
        if once:
            return max(once)
        bodies = {"agency" if one.is_filed_by_agency else tier for one in owed}
        return awaited and self.calendar.due_on(awaited, bodies)
