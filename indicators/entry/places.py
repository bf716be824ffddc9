"""A report as a place to work in: whose it is, of which period, and what the person asking may do there."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlencode

from django.db.models import Exists, OuterRef, Q
from django.http import Http404

from accounts.models import Role
from accounts.permissions import HIDDEN, Principal, Reach, either, reach, reach_as
from indicators.models import (
    Body,
    DefinitionLevel,
    Indicator,
    IndicatorDefinition,
    Obligation,
    Period,
    PeriodKind,
    Pooling,
    Report,
    ReportState,
)
from indicators.permissions import APPROVES, ENTERS
from provinces.dates import today
from provinces.models import Agency, Unit

# Reports are corrected without a decision until the body above has reported in its turn.
_ABOVE = {
    Body.AGENCY: Body.PROVINCE,
    Body.COMMUNE: Body.PROVINCE,
    Body.DISTRICT: Body.PROVINCE,
    Body.PROVINCE: Body.NATION,
    Body.NATION: Body.NATION,
}
_FINISHED = (ReportState.APPROVED, ReportState.LOCKED)


@dataclass(frozen=True)
class Owed:
    """One cell that the report must answer."""

    indicator: Indicator
    definition: IndicatorDefinition
    level: str
    level_is_valid: bool
    agency_id: int | None
    """The agency whose own part it is; none for a figure of the whole unit, whoever files it."""

    @property
    def key(self) -> str:
        return f"{self.indicator.code}:{self.level}"


BodyKey = tuple[int, int | None, int]
"""The ids of a unit, of one of its agencies or None, and of a period."""


@dataclass
class Place:
    """The report of a unit, or of one agency of it, for a period; its row is made by the first save."""

    unit: Unit
    agency: Agency | None
    period: Period
    report: Report | None = None

    @property
    def key(self) -> BodyKey:
        return self.unit.pk, self.agency.pk if self.agency else None, self.period.pk

    @property
    def name(self) -> str:
        return self.agency.label if self.agency else self.unit.name

    @property
    def kwargs(self) -> dict[str, str]:
        return {"unit": self.unit.ref, "period": self.period.code}

    @property
    def query(self) -> str:
        return "?" + urlencode({"agency": self.agency.ref}) if self.agency else ""

    @property
    def body(self) -> Body:
        return Body.AGENCY if self.agency else Body(self.unit.tier)

    @cached_property
    def _due_days(self) -> dict[str, datetime.date]:
        return {each.body: each.due_on for each in self.period.due_days.all()}

    @property
    def due_on(self) -> datetime.date | None:
        return self._due_days.get(self.body)

    @property
    def locks_after(self) -> datetime.date | None:
        """The last day on which an approved report may still be corrected."""
        return self._due_days.get(_ABOVE[self.body])

    @property
    def state(self) -> str:
        if self.report is None:
            return ReportState.NOT_STARTED
        return ReportState.LOCKED if self.is_locked else self.report.state

    @property
    def is_locked(self) -> bool:
        """Approved, and past its lock day; a reopened one is open until the end of its last day."""
        if self.report is None or self.report.state not in _FINISHED:
            return False
        reopened = self.report.reopened_until
        if reopened is not None and reopened >= today():
            return False
        is_past = self.locks_after is not None and self.locks_after < today()
        return is_past or self.report.state == ReportState.LOCKED

    @property
    def is_awaited(self) -> bool:
        """Whether its due day still matters; one that was opened again had been filed before."""
        if self.report is None:
            return True
        return self.report.state not in _FINISHED and self.report.reopened_until is None

    @property
    def is_late(self) -> bool:
        return self.is_awaited and self.due_on is not None and self.due_on < today()

    @property
    def has_begun(self) -> bool:
        return self.period.starts_on <= today()

    @property
    def is_open(self) -> bool:
        return self.has_begun and not self.is_locked


def place_or_404(
    who: Principal, unit_ref: str, period_code: str, agency_ref: str = "", *roles: Role
) -> Place:
    """The report named in an address, for somebody who may read it, or who holds one of the roles there.

    The object and the right to it come from this one call: for everybody else there is nothing here.
    """
    seen = reach_as(who, *roles) if roles else reach(who)
    unit, agency = _body(_text(unit_ref), _text(agency_ref), seen)
    period = Period.objects.prefetch_related("due_days").filter(code=_text(period_code)).first()
    if unit is None or period is None:
        raise Http404(HIDDEN)
    report = Report.objects.filter(unit=unit, agency=agency, period=period).first()
    return Place(unit, agency, period, report)


def _body(unit_ref: str, agency_ref: str, seen: Reach) -> tuple[Unit | None, Agency | None]:
    if not agency_ref:
        return Unit.objects.with_places().filter(seen.cells("pk"), ref=unit_ref).first(), None
    agency = (
        Agency.objects.with_names().filter(agencies_within(seen), ref=agency_ref, unit__ref=unit_ref).first()
    )
    return (agency.unit if agency else None), agency


def _text(given: str) -> str:
    """PostgreSQL refuses to compare with a NUL character; what a decoder writes instead matches nothing."""
    return given.replace("\0", "\ufffd")


def agencies_within(seen: Reach) -> Q:
    """Agencies of the units somebody looks after, and the ones they sit in."""
    own = Q(pk__in=[seat.agency_id for seat in seen.agencies])
    return either(seen.cells(), own)


def may_enter(who: Principal, place: Place) -> bool:
    return _holds(who, place, ENTERS)


def may_approve(who: Principal, place: Place) -> bool:
    return _holds(who, place, APPROVES)


def _holds(who: Principal, place: Place, roles: Iterable[Role]) -> bool:
    seen = reach_as(who, *roles)
    if seen.everything:
        return True
    if not seen.unit_ids and not seen.agencies:
        return False
    if place.agency is not None:
        return Agency.objects.filter(agencies_within(seen), pk=place.agency.pk).exists()
    return Unit.objects.filter(seen.cells("pk"), pk=place.unit.pk).exists()


def obligations_in(period: Period) -> Q:
    """Obligations whose figure belongs into a report of the period: rules §2, as valid on its last day."""
    day = period.assessed_on
    valid = (Q(valid_from__isnull=True) | Q(valid_from__lte=day)) & (
        Q(valid_to__isnull=True) | Q(valid_to__gte=day)
    )
    kind = Q(frequency=period.kind)
    if period.kind == PeriodKind.QUARTER:
        # What is owed once is filed in the quarter in which it falls due.
        first_month = 3 * period.ordinal - 2
        last = datetime.date(period.year + first_month // 10, (first_month + 3) % 12 or 12, 1)
        first = datetime.date(period.year, first_month, 1)
        kind |= Q(frequency=PeriodKind.ONCE, due_on__gte=first, due_on__lt=last)
    return valid & kind


def owed(place: Place) -> list[Owed]:
    """The cells of the report in order of code and level; what the portal computes is not among them."""
    return owed_in([place])[place.key]


def owed_in(places: Iterable[Place]) -> dict[BodyKey, list[Owed]]:
    """The cells of each of these reports, in two queries a period, whatever the number of reports."""
    found: dict[BodyKey, dict[str, Owed]] = {place.key: {} for place in places}
    periods = {place.period.pk: place.period for place in places}
    for period in periods.values():
        units = {unit for unit, _agency, of in found if of == period.pk}
        _read_owed(period, units, found)
    return {key: list(cells.values()) for key, cells in found.items()}


def _read_owed(period: Period, units: Collection[int], found: dict[BodyKey, dict[str, Owed]]) -> None:
    """Each goes to the body that files it: an agency has its own part and what it files for the unit."""
    day = period.assessed_on
    level_is_defined = DefinitionLevel.objects.valid_on(day).filter(
        level=OuterRef("level"), definition__indicator=OuterRef("indicator")
    )
    rows = list(
        Obligation.objects.filter(obligations_in(period), unit__in=units)
        .annotate(level_is_defined=Exists(level_is_defined))
        .order_by("indicator__code", "level", "pk")
        .values_list("unit_id", "agency_id", "filed_by_id", "indicator_id", "level", "level_is_defined")
    )
    definitions: dict[int, IndicatorDefinition] = {}
    in_force = IndicatorDefinition.objects.valid_on(day).filter(indicator__in={row[3] for row in rows})
    for definition in in_force.select_related("indicator"):
        definitions.setdefault(definition.indicator_id, definition)
    for unit, agency, filed_by, indicator, level, is_valid in rows:
        cells = found.get((unit, agency or filed_by, period.pk))
        in_force_now = definitions.get(indicator)
        if cells is None or in_force_now is None or in_force_now.pooling == Pooling.COMPUTED:
            continue
        one = Owed(in_force_now.indicator, in_force_now, level, is_valid, agency)
        cells.setdefault(one.key, one)


def places_of(who: Principal, *roles: Role, periods: Iterable[Period]) -> list[Place]:
    """All reports that bodies within the reach of these roles owe in the periods; constant in queries."""
    return places_within(reach_as(who, *roles), periods=periods)


def places_within(seen: Reach, *, periods: Iterable[Period]) -> list[Place]:
    """The same for a reach that the caller has asked for already."""
    if not (seen.everything or seen.unit_ids or seen.agencies):
        return []
    wanted = {period.pk: period for period in periods}
    keys = [key for period in wanted.values() for key in _bodies_owing(period, seen)]
    units = Unit.objects.in_bulk({unit for unit, _agency, _period in keys})
    agencies = Agency.objects.select_related("unit", "kind").in_bulk(
        {agency for _unit, agency, _p in keys if agency}
    )
    found = {
        (unit, agency, period): Place(units[unit], agencies[agency] if agency else None, wanted[period])
        for unit, agency, period in keys
    }
    seats = Q(agency__in=[seat.agency_id for seat in seen.agencies])
    reports = Report.objects.filter(either(seen.cells(), seats), period__in=list(wanted))
    for report in reports:
        there = found.get((report.unit_id, report.agency_id, report.period_id))
        if there is not None:
            there.report = report
    return list(found.values())


def _bodies_owing(period: Period, seen: Reach) -> list[BodyKey]:
    """The bodies within reach that file anything in the period; each once, however much it owes."""
    seats = [seat.agency_id for seat in seen.agencies]
    within = either(seen.cells(), Q(agency__in=seats), Q(filed_by__in=seats))
    rows = Obligation.objects.filter(obligations_in(period), within).order_by()
    bodies: dict[BodyKey, None] = {}
    for unit, own_part, filed_by in rows.values_list("unit_id", "agency_id", "filed_by_id").distinct():
        agency = own_part or filed_by
        if agency is None or seen.everything or seen.unit_ids or agency in seats:
            bodies[unit, agency, period.pk] = None
    return list(bodies)
