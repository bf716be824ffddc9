"""The reference data the demonstration stands on, read once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property

from django.utils import timezone

from config.demo.paths import OPEN_QUARTER, codes_from
from indicators.actions.reporting import DefinitionLookup
from indicators.models import DefinitionOwner, Indicator, Period, PeriodDueDay
from provinces.dates import VIETNAM
from provinces.models import Agency, Tier, Unit

OLD_PROVINCES = ("P56", "P58")
PROVINCE = "P56-2025"
NATION = "VN"

# Agencies with a part of their own in figures of the provincial level.
REPORTING_KINDS = (
    *("so-tttt", "so-khcn", "so-tai-chinh", "so-noi-vu", "so-y-te", "so-cong-thuong", "cong-an"),
    *("van-phong-ubnd", "trung-tam-hcc"),
)
_ONLY_IN_TWO_TIERS = ("cong-an", "trung-tam-hcc")

Span = tuple[date | None, date | None]


class NothingToStandOn(Exception):  # noqa: N818
    """Reference data is missing; the message says which and how to load it."""


@dataclass(frozen=True, slots=True)
class Body:
    """Who reports: a unit, or one agency of it."""

    unit: Unit
    agency: Agency | None = None

    @property
    def ref(self) -> str:
        return self.agency.ref if self.agency else self.unit.ref

    @property
    def key(self) -> tuple[int, int | None]:
        return self.unit.pk, self.agency.pk if self.agency else None

    @property
    def life(self) -> Span:
        one = self.agency or self.unit
        return one.valid_from, one.valid_to

    def is_valid_on(self, day: date) -> bool:
        return self.unit.is_valid_on(day) and (self.agency is None or self.agency.is_valid_on(day))


@dataclass
class World:
    units: Mapping[str, Unit] = field(default_factory=dict)
    periods: Mapping[str, Period] = field(default_factory=dict)
    indicators: Mapping[str, Indicator] = field(default_factory=dict)
    agencies: Mapping[str, Agency] = field(default_factory=dict)

    @classmethod
    def read(cls) -> World:
        """Raises NothingToStandOn where the reference data has not been loaded."""
        refs = (*OLD_PROVINCES, PROVINCE)
        units = {unit.ref: unit for unit in Unit.objects.filter(province__ref__in=refs).in_code_order()}
        units |= {unit.ref: unit for unit in Unit.objects.filter(ref=NATION)}
        periods = {period.code: period for period in Period.objects.all()}
        indicators = {indicator.code: indicator for indicator in Indicator.objects.all()}
        agencies = {
            agency.ref: agency
            for agency in Agency.objects.filter(unit__ref__in=refs).with_names().order_by("ref")
        }
        for name, found, some in (
            ("units", units, (*refs, NATION)),
            ("periods", periods, ("2024", "2024-Q1", OPEN_QUARTER)),
            ("indicators", indicators, ("CQ-01", "TC-02")),
            ("agencies", agencies, (f"{PROVINCE}.so-khcn",)),
        ):
            if not all(each in found for each in some):
                raise NothingToStandOn(f"There are no {name} yet: run manage.py load_reference first.")
        return cls(units, periods, indicators, agencies)

    @cached_property
    def definitions(self) -> DefinitionLookup:
        return DefinitionLookup()

    @cached_property
    def _owners(self) -> dict[int, list[DefinitionOwner]]:
        found: dict[int, list[DefinitionOwner]] = {}
        for owner in DefinitionOwner.objects.select_related("definition", "agency_kind"):
            found.setdefault(owner.definition.indicator_id, []).append(owner)
        return found

    @cached_property
    def _due_days(self) -> dict[tuple[int, str], date]:
        return {(row.period_id, row.body): row.due_on for row in PeriodDueDay.objects.all()}

    def periods_from(self, first: str, unit: str) -> list[Period]:
        return [self.periods[code] for code in codes_from(first, unit)]

    def bodies(self, unit: str, level: str) -> list[Body]:
        """Those who report their own part at a level of a province, of any day."""
        province = self.units[unit]
        if level == Tier.PROVINCE:
            kinds = [kind for kind in REPORTING_KINDS if unit == PROVINCE or kind not in _ONLY_IN_TWO_TIERS]
            refs = [f"{unit}.{kind}" for kind in kinds]
            return [Body(province, self.agencies[ref]) for ref in refs if ref in self.agencies]
        return [
            Body(each)
            for each in self.units.values()
            if each.tier == level and each.province_id == province.pk
        ]

    def owners(self, indicator: Indicator, unit: Unit) -> list[tuple[Agency, Span]]:
        """The agencies of a province that own an indicator, each with the days it does."""
        found = []
        for owner in self._owners.get(indicator.pk, []):
            agency = self.agencies.get(f"{unit.ref}.{owner.agency_kind.code}")
            if agency is not None:
                span = common((owner.valid_from, owner.valid_to), (agency.valid_from, agency.valid_to))
                if span is not None:
                    found.append((agency, span))
        return found

    def owner_on(self, indicator: Indicator, unit: Unit, day: date) -> Agency | None:
        for agency, (start, end) in self.owners(indicator, unit):
            if (start is None or start <= day) and (end is None or day <= end):
                return agency
        return None

    def due_on(self, period: Period, body: Body) -> date:
        who = "agency" if body.agency else body.unit.tier
        return self._due_days.get((period.pk, who), period.assessed_on)


def common(one: Span, other: Span) -> Span | None:
    """The days two spans share, None where there are none."""
    starts = [day for day in (one[0], other[0]) if day]
    ends = [day for day in (one[1], other[1]) if day]
    start, end = max(starts, default=None), min(ends, default=None)
    return None if start and end and start > end else (start, end)


def calendar_start(code: str) -> date:
    """The first day of a year or a quarter in the calendar: 2024-Q3 begins on 01/07/2024."""
    year, _, quarter = code.partition("-Q")
    return date(int(year), 3 * int(quarter or 1) - 2, 1)


def moment(day: date, hour: int, minute: int = 0) -> datetime:
    return timezone.make_aware(datetime(day.year, day.month, day.day, hour, minute), VIETNAM)  # noqa: DTZ001
