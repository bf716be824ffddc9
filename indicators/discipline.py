"""Reporting discipline: which bodies of a unit have sent the report of a period, in time or late."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.db.models import (
    Case,
    CharField,
    Expression,
    F,
    FilteredRelation,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    When,
)
from django.db.models.expressions import RawSQL
from django.utils import timezone
from django.utils.translation import ngettext

from accounts.permissions import OPEN_TIERS, Principal, reach, reach_as_coordinator, units_around
from accounts.prepared import PreparedQuerySet
from indicators.entry.places import obligations_in
from indicators.models import Body, Obligation, Period, PeriodDueDay, ReportState
from provinces.dates import VIETNAM, today
from provinces.models import Agency, Tier, Unit

_SENT = (ReportState.SUBMITTED, ReportState.APPROVED, ReportState.LOCKED)


class Discipline(StrEnum):
    """How a body stands with its report, the worst first; together they are all that owe one."""

    MISSING = "missing"
    LATE = "late"
    WAITED_FOR = "waited_for"
    IN_TIME = "in_time"


STANDINGS = [(each.value, each.value) for each in Discipline]
"""As choices of a filter or of an answer."""


@dataclass(frozen=True)
class BodyReport:
    """One body that owes a report. ``days`` are those past its due day, 0 where it is not late."""

    name: str
    unit_ref: str
    agency_ref: str
    discipline: Discipline
    state: str
    due_on: datetime.date
    days: int = 0

    @property
    def days_text(self) -> str:
        return ngettext("%(days)s day", "%(days)s days", self.days) % {"days": self.days}


@dataclass
class ReportingDiscipline:
    """All bodies that owe a report of the period, the latest first; the counts add up to them."""

    bodies: list[BodyReport] = field(default_factory=list)

    @property
    def total(self) -> int:
        return len(self.bodies)

    @property
    def counts(self) -> dict[str, int]:
        found = Counter(each.discipline for each in self.bodies)
        return {each.value: found[each] for each in Discipline}

    @property
    def late(self) -> list[BodyReport]:
        return [each for each in self.bodies if each.discipline in (Discipline.MISSING, Discipline.LATE)]


def discipline_of(
    who: Principal, unit: Unit, period: Period, due_days: Mapping[str, datetime.date]
) -> ReportingDiscipline:
    """Of the bodies of a unit and below it that the person looks after; two queries, however many they are.

    ``due_days`` are the days of the period by kind of body. Of the nation only its provinces are listed:
    each of them looks after its own communes.
    """
    if not reach(who).is_official:
        return ReportingDiscipline()
    units: dict[int, tuple[str, str, str]] = {}
    reports: dict[_Key, tuple[str, Any]] = {}
    seen = _FILED.rows(unit.tier, _looked_after(who), unit=unit.pk, period=period.pk)
    for pk, name, ref, tier, agency, state, sent_at in seen:
        units[pk] = (name, ref, tier)
        if state is not None:
            reports[pk, agency] = (state, sent_at)
    bodies = []
    for (unit_id, agency_id), agency in _owing(tuple(units), period).items():
        name, ref, tier = units[unit_id]
        due_on = due_days.get(Body.AGENCY if agency else tier)
        if due_on is not None:
            state, sent_at = reports.get((unit_id, agency_id), (ReportState.NOT_STARTED, None))
            bodies.append(_body(agency, name, ref, due_on, state, sent_at))
    order = list(Discipline)
    bodies.sort(key=lambda each: (order.index(each.discipline), -each.days, each.name))
    return ReportingDiscipline(bodies)


def due_day() -> dict[str, Expression]:
    """Annotations of reports: the `body` that files it and the day it is `due_on`, null where there is none.

    Without parameters, so that they may stand in a query that is compiled once.
    """
    agency = RawSQL("'agency'", (), output_field=CharField())
    days = PeriodDueDay.objects.filter(period=OuterRef("period"), body=OuterRef("body")).order_by()
    due_on: Any = Subquery(days.values("due_on"))
    return {"body": Case(When(agency__isnull=True, then=F("unit__tier")), default=agency), "due_on": due_on}


def standing_is(standings: Collection[str]) -> Q:
    """`standing` in SQL, for rows of reports that have their `due_on`; both say the same of every report."""
    sent = Q(first_submitted_at__isnull=False)
    in_time = Q(first_submitted_at__date__lte=F("due_on"))
    counted = Q(state__in=_SENT)
    waited_for = Q(due_on__gte=today())
    says = {
        Discipline.IN_TIME: sent & in_time | ~sent & counted,
        Discipline.LATE: sent & ~in_time,
        Discipline.WAITED_FOR: ~sent & ~counted & waited_for,
        Discipline.MISSING: ~sent & ~counted & ~waited_for,
    }
    found = Q(pk__in=[])
    for each in standings:
        found |= says[Discipline(each)]
    return Q(due_on__isnull=False) & found


def _looked_after(who: Principal) -> tuple[int, ...] | None:
    """The units whose bodies one looks after, None for all; a coordinator in a department chases those of
    its whole province."""
    seen = reach(who)
    return None if seen.everything else tuple(sorted({*seen.unit_ids, *reach_as_coordinator(who).unit_ids}))


_Key = tuple[int, int | None]
_SEEN = (*("pk", "name", "ref", "tier"), *("filed__agency_id", "filed__state", "filed__first_submitted_at"))


def _with_reports(
    tier: str, around: tuple[int, ...] | None, *, unit: int, period: int
) -> QuerySet[Unit, tuple[Any, ...]]:
    """The units of the list beside the reports they have filed, one row for each report."""
    within = _below(tier, unit) | (Q(tier__in=OPEN_TIERS) if tier == Tier.NATION else Q())
    looked_after = Q() if around is None else Q(pk__in=units_around(around)) if around else Q(pk__in=[])
    filed = FilteredRelation("reports", condition=Q(reports__period=period))
    return Unit.objects.filter(within, looked_after).annotate(filed=filed).values_list(*_SEEN)


_FILED = PreparedQuerySet(_with_reports, unit=int, period=int)


def _owing(units: Collection[int], period: Period) -> dict[_Key, Agency | None]:
    """Unit and agency of each body that owes something; none for the unit itself.

    The units are given as a list: a join to them reads every obligation of the country on PostgreSQL. Reports
    are read with the units and agencies by themselves, so that neither is joined to each of a body's dozens
    of figures.
    """
    owed = Obligation.objects.filter(obligations_in(period), unit__in=units).order_by()
    bodies = [
        (unit, agency or filed_by)
        for unit, agency, filed_by in owed.values_list("unit_id", "agency_id", "filed_by_id").distinct()
    ]
    ids = {agency for _unit, agency in bodies if agency is not None}
    agencies = Agency.objects.select_related("kind", "unit").in_bulk(ids) if ids else {}
    return {(unit, agency): agencies[agency] if agency is not None else None for unit, agency in bodies}


def _below(tier: str, unit: int) -> Q:
    """The unit itself and, of a province or a district, all that lies in it; no predecessors."""
    itself = Q(pk=unit)
    return itself if tier == Tier.COMMUNE else itself | Q(province=unit) | Q(parent=unit)


def _body(
    agency: Agency | None, name: str, ref: str, due_on: datetime.date, state: str, sent_at: Any
) -> BodyReport:
    if agency is not None:
        name = agency.label
    discipline, days = standing(due_on, state, sent_at)
    return BodyReport(name, ref, agency.ref if agency else "", discipline, state, due_on, days)


def standing(due_on: datetime.date, state: str, sent_at: datetime.datetime | None) -> tuple[Discipline, int]:
    """How a report stands today, with the days past its due day.

    Judged by the day it was first sent: a report that was returned afterwards had been in time.
    """
    if sent_at is not None:
        late = (timezone.localdate(sent_at, VIETNAM) - due_on).days
        return (Discipline.LATE, late) if late > 0 else (Discipline.IN_TIME, 0)
    if state in _SENT:
        # Loaded figures have no moment of sending; nobody is called late without one.
        return Discipline.IN_TIME, 0
    late = (today() - due_on).days
    return (Discipline.MISSING, late) if late > 0 else (Discipline.WAITED_FOR, 0)
