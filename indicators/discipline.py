"""Reporting discipline: which bodies of a unit have sent the report of a period, in time or late."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.db.models import FilteredRelation, Q, QuerySet
from django.utils import timezone

from accounts.models import Role
from accounts.permissions import OPEN_TIERS, Principal, reach, reach_as, units_around
from indicators.entry.places import obligations_in
from indicators.models import Body, Obligation, Period, ReportState
from provinces.dates import VIETNAM, today
from provinces.models import Agency, AgencyKind, Tier, Unit

_SENT = (ReportState.SUBMITTED, ReportState.APPROVED, ReportState.LOCKED)


class Discipline(StrEnum):
    """How a body stands with its report, the worst first; together they are all that owe one."""

    MISSING = "missing"
    LATE = "late"
    WAITED_FOR = "waited_for"
    IN_TIME = "in_time"


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
    within = Q(tier__in=OPEN_TIERS) if unit.tier == Tier.NATION else _below(unit)
    seen = Unit.objects.filter(within, _looked_after(who))
    units = {row[0]: row[1:] for row in seen.values_list("pk", "name", "ref", "tier")}
    found: dict[tuple[int, int | None], dict[str, Any]] = {}
    reports: dict[tuple[int, int | None], tuple[str, Any]] = {}
    for row in _owed(list(units), period):
        found[row["unit_id"], row["agency_id"] or row["filed_by_id"]] = row
        if row["filed__state"] is not None:
            filed = (row["filed__state"], row["filed__first_submitted_at"])
            reports[row["unit_id"], row["filed__agency_id"]] = filed
    bodies = []
    for key, row in found.items():
        name, ref, tier = units[key[0]]
        due_on = due_days.get(Body.AGENCY if key[1] else tier)
        if due_on is not None:
            state, sent_at = reports.get(key, (ReportState.NOT_STARTED, None))
            bodies.append(_body(row, name, ref, due_on, state, sent_at))
    order = list(Discipline)
    bodies.sort(key=lambda each: (order.index(each.discipline), -each.days, each.name))
    return ReportingDiscipline(bodies)


def _looked_after(who: Principal) -> Q:
    """The bodies one looks after; a coordinator in a department chases those of its whole province."""
    chased = {seat.province_id for seat in reach_as(who, Role.COORDINATOR).agencies if seat.province_id}
    seen = reach(who)
    if seen.everything:
        return Q()
    units = {*seen.unit_ids, *chased}
    return Q(pk__in=units_around(units)) if units else Q(pk__in=[])


_AGENCY = ("ref", "kind__label_pattern", "unit__name", "unit__kind")
_COLUMNS = (
    *("unit_id", "agency_id", "filed_by_id"),
    *("filed__agency_id", "filed__state", "filed__first_submitted_at"),
    *(f"{side}__{name}" for side in ("agency", "filed_by") for name in _AGENCY),
)


def _owed(units: Collection[int], period: Period) -> QuerySet[Obligation, dict[str, Any]]:
    """Each body that owes something, beside each report of its unit in the period.

    The units are given as a list: a join to them reads every obligation of the country on PostgreSQL.
    """
    filed = FilteredRelation("unit__reports", condition=Q(unit__reports__period=period))
    rows = Obligation.objects.filter(obligations_in(period), unit__in=units).annotate(filed=filed)
    return rows.values(*_COLUMNS).order_by().distinct()


def _below(unit: Unit) -> Q:
    """The unit itself and, of a province or a district, all that lies in it; no predecessors."""
    itself = Q(pk=unit.pk)
    return itself if unit.tier == Tier.COMMUNE else itself | Q(province=unit.pk) | Q(parent=unit.pk)


def _body(
    row: dict[str, Any], name: str, ref: str, due_on: datetime.date, state: str, sent_at: Any
) -> BodyReport:
    agency_ref = ""
    for side in ("agency", "filed_by"):
        if row[f"{side}_id"]:
            agency = Agency(
                unit=Unit(name=row[f"{side}__unit__name"], kind=row[f"{side}__unit__kind"]),
                kind=AgencyKind(label_pattern=row[f"{side}__kind__label_pattern"]),
            )
            name, agency_ref = agency.label, row[f"{side}__ref"]
            break
    discipline, days = _standing(due_on, state, sent_at)
    return BodyReport(name, ref, agency_ref, discipline, state, due_on, days)


def _standing(due_on: datetime.date, state: str, sent_at: datetime.datetime | None) -> tuple[Discipline, int]:
    """Judged by the day it was first sent: a report that was returned afterwards had been in time."""
    if sent_at is not None:
        late = (timezone.localdate(sent_at, VIETNAM) - due_on).days
        return (Discipline.LATE, late) if late > 0 else (Discipline.IN_TIME, 0)
    if state in _SENT:
        # Loaded figures have no moment of sending; nobody is called late without one.
        return Discipline.IN_TIME, 0
    late = (today() - due_on).days
    return (Discipline.MISSING, late) if late > 0 else (Discipline.WAITED_FOR, 0)
