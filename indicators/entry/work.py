"""What a person owes, what came back to them, and what waits for their approval."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache

from django.db.models import Q
from django.utils.translation import gettext, ngettext

from accounts.models import Membership, Role
from accounts.permissions import Principal, reach_as
from indicators.entry.places import Place, obligations_in, places_of
from indicators.models import (
    Measurement,
    Obligation,
    Period,
    PeriodKind,
    Pooling,
    ReportState,
    VersionState,
)
from provinces.dates import today, working_days_between
from provinces.models import Unit, UnitClosure

# Reports whose day is further away are nobody's work yet; those long past are history.
_AHEAD = datetime.timedelta(days=60)
_BEHIND = datetime.timedelta(days=120)
SHOWN = 50


@dataclass
class WorkLine:
    """One report on somebody's list."""

    place: Place
    answered: int
    owed: int
    days: int
    """Working days left; below zero, days that have passed."""

    @property
    def is_overdue(self) -> bool:
        return self.days < 0

    @property
    def left(self) -> str:
        return time_left(self.place.due_on, self.days) if self.place.due_on else ""


@dataclass
class Work:
    """Each list with the soonest first; ``more`` says how many of ``below`` are not shown."""

    owed: list[WorkLine]
    below: list[WorkLine]
    """Reports of bodies under one's own, which those file themselves."""
    returned: list[WorkLine]
    waiting: list[WorkLine]
    more: int = 0


def current_periods() -> list[Period]:
    """Periods that have begun and whose reports fall due soon or fell due lately."""
    day = today()
    owed = set(Obligation.objects.order_by().values_list("frequency", flat=True).distinct())
    kinds = owed | ({PeriodKind.QUARTER} if PeriodKind.ONCE in owed else set())
    return list(
        Period.objects.begun_on(day)
        .filter(kind__in=kinds)
        .filter(due_days__due_on__gte=day - _BEHIND, due_days__due_on__lte=day + _AHEAD)
        .exclude(kind=PeriodKind.CAMPAIGN)
        .distinct()
        .prefetch_related("due_days")
        .order_by("assessed_on", "pk")
    )


def work_of(who: Principal) -> Work:
    """Somebody's own work; the number of queries grows with the periods alone, never with the bodies."""
    periods = current_periods()
    reporting = places_of(who, Role.REPORTER, periods=periods)
    approving = places_of(who, Role.APPROVER, periods=periods)
    counts = _Counts(periods)
    lines = [each for each in counts.lines(reporting) if each.owed]
    owed = [each for each in lines if each.place.state in (ReportState.NOT_STARTED, ReportState.DRAFT)]
    returned = [each for each in lines if each.place.state == ReportState.RETURNED]
    waiting = [each for each in counts.lines(approving) if each.place.state == ReportState.SUBMITTED]
    own = _is_own(who)
    below = [each for each in owed if not own(each.place)]
    return Work(
        [each for each in owed if own(each.place)],
        below[:SHOWN],
        returned[:SHOWN],
        waiting[:SHOWN],
        max(0, len(below) - SHOWN),
    )


def _is_own(who: Principal) -> Callable[[Place], bool]:
    """Whether a report is that of the very body somebody reports for."""
    seen = reach_as(who, Role.REPORTER)
    seats = {seat.agency_id for seat in seen.agencies}
    return lambda place: place.agency.pk in seats if place.agency else place.unit.pk in seen.unit_ids


class _Counts:
    """How many cells each report owes and has answered, read for all bodies at once."""

    def __init__(self, periods: Iterable[Period]) -> None:
        self.owed: Counter[tuple[int, int | None, int]] = Counter()
        self.answered: Counter[tuple[int, int | None, int]] = Counter()
        listed = list(periods)
        for period in listed:
            self._count_owed(period)
        self._count_answered(listed)

    def _count_owed(self, period: Period) -> None:
        computed = Q(indicator__definitions__pooling=Pooling.COMPUTED)
        rows = Obligation.objects.filter(obligations_in(period)).exclude(computed)
        for unit, agency, filed_by in rows.values_list("unit_id", "agency_id", "filed_by_id"):
            self.owed[unit, agency or filed_by, period.pk] += 1

    def _count_answered(self, periods: list[Period]) -> None:
        """A whole unit's figure that an agency files is counted where it is owed."""
        filing = {
            (row[0], row[1], row[2]): row[3]
            for row in Obligation.objects.filter(filed_by__isnull=False).values_list(
                "unit_id", "indicator_id", "level", "filed_by_id"
            )
        }
        cells = Measurement.objects.filter(period__in=periods, working_version__isnull=False).exclude(
            working_version__state=VersionState.WITHDRAWN
        )
        for unit, agency, period, indicator, level in cells.values_list(
            "unit_id", "agency_id", "period_id", "indicator_id", "level"
        ):
            self.answered[unit, agency or filing.get((unit, indicator, level)), period] += 1

    def lines(self, places: Iterable[Place]) -> list[WorkLine]:
        found, days = [], cache(working_days_to)
        for place in places:
            key = (place.unit.pk, place.agency.pk if place.agency else None, place.period.pk)
            if place.due_on is None:
                continue
            answered = min(self.answered[key], self.owed[key])
            found.append(WorkLine(place, answered, self.owed[key], days(place.due_on)))
        return sorted(found, key=lambda line: (line.place.due_on or datetime.date.max, line.place.name))


def working_days_to(day: datetime.date) -> int:
    """Working days from tomorrow to that day; for a day that has passed, calendar days, below zero."""
    now = today()
    if day < now:
        return (day - now).days
    return working_days_between(now, day)


def time_left(day: datetime.date, days: int) -> str:
    """How far a due day is away, in words; ``days`` are those of ``working_days_to``."""
    if days < 0:
        return ngettext("%(n)s day late", "%(n)s days late", -days) % {"n": -days}
    if day == today():
        return gettext("due today")
    return ngettext("%(n)s working day left", "%(n)s working days left", days) % {"n": days}


@dataclass
class Unstaffed:
    """A body that owes reports and has nobody to enter or to approve them."""

    name: str
    unit: Unit
    has_reporter: bool
    has_approver: bool


def unstaffed(who: Principal) -> list[Unstaffed]:
    """Bodies of somebody's area that owe reports now, without an active reporter or approver."""
    seen = reach_as(who, Role.COORDINATOR, Role.ADMINISTRATOR)
    provinces = Unit.objects.all() if seen.everything else Unit.objects.filter(pk__in=seen.province_ids)
    within = UnitClosure.objects.filter(ancestor__in=provinces).values("descendant")
    periods = [each for each in current_periods() if each.kind == PeriodKind.QUARTER]
    owing: dict[tuple[int, int | None], tuple[Unit, str]] = {}
    for period in periods:
        rows = Obligation.objects.filter(obligations_in(period), unit__in=within).select_related(
            "unit__parent", "agency__unit", "agency__kind", "filed_by__unit", "filed_by__kind"
        )
        for row in rows:
            agency = row.agency or row.filed_by
            name = agency.label if agency else row.unit.name
            owing[row.unit_id, agency.pk if agency else None] = (row.unit, name)
    held = _seats()
    found = [
        Unstaffed(
            name, unit, (Role.REPORTER, unit.pk, agency) in held, (Role.APPROVER, unit.pk, agency) in held
        )
        for (_unit, agency), (unit, name) in owing.items()
    ]
    return sorted(
        (each for each in found if not (each.has_reporter and each.has_approver)), key=lambda each: each.name
    )


def _seats() -> set[tuple[str, int, int | None]]:
    """The roles that somebody active holds today: role, unit and agency."""
    held = Membership.objects.filter(user__is_active=True).valid_on(today())
    return set(held.values_list("role", "unit_id", "agency_id"))
