"""Reporting discipline: which bodies of a unit have sent the report of a period, in time or late."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.db.models import Q
from django.utils import timezone

from accounts.models import Role
from accounts.permissions import OPEN_TIERS, Principal, reach, reach_as, units_around
from indicators.entry.places import obligations_in
from indicators.models import Body, Obligation, Period, Report, ReportState
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
    within = Q(unit__tier__in=OPEN_TIERS) if unit.tier == Tier.NATION else _below(unit)
    seen = within & _looked_after(who)
    reports = {
        (row[0], row[1]): row[2:]
        for row in Report.objects.filter(seen, period=period).values_list(
            "unit_id", "agency_id", "state", "first_submitted_at"
        )
    }
    rows = Obligation.objects.filter(seen, obligations_in(period)).values(*_COLUMNS).order_by().distinct()
    found: dict[tuple[int, int | None], BodyReport] = {}
    for row in rows:
        key = (row["unit_id"], row["agency_id"] or row["filed_by_id"])
        due_on = due_days.get(Body.AGENCY if key[1] else row["unit__tier"])
        if key not in found and due_on is not None:
            found[key] = _body(row, due_on, *reports.get(key, (ReportState.NOT_STARTED, None)))
    order = list(Discipline)
    bodies = sorted(found.values(), key=lambda each: (order.index(each.discipline), -each.days, each.name))
    return ReportingDiscipline(bodies)


def _looked_after(who: Principal) -> Q:
    """The bodies one looks after; a coordinator in a department chases those of its whole province."""
    chased = {seat.province_id for seat in reach_as(who, Role.COORDINATOR).agencies if seat.province_id}
    own = reach(who).cells("unit")
    return own | Q(unit__in=units_around(chased)) if chased else own


_AGENCY = ("ref", "kind__label_pattern", "unit__name", "unit__kind")
_COLUMNS = (
    *("unit_id", "unit__name", "unit__ref", "unit__tier", "agency_id", "filed_by_id"),
    *(f"{side}__{name}" for side in ("agency", "filed_by") for name in _AGENCY),
)


def _below(unit: Unit) -> Q:
    """The unit itself and, of a province or a district, all that lies in it; no predecessors."""
    itself = Q(unit=unit.pk)
    if unit.tier == Tier.COMMUNE:
        return itself
    return itself | Q(unit__province=unit.pk) | Q(unit__parent=unit.pk)


def _body(row: dict[str, Any], due_on: datetime.date, state: str, sent_at: Any) -> BodyReport:
    name, agency_ref = row["unit__name"], ""
    for side in ("agency", "filed_by"):
        if row[f"{side}_id"]:
            agency = Agency(
                unit=Unit(name=row[f"{side}__unit__name"], kind=row[f"{side}__unit__kind"]),
                kind=AgencyKind(label_pattern=row[f"{side}__kind__label_pattern"]),
            )
            name, agency_ref = agency.label, row[f"{side}__ref"]
            break
    discipline, days = _standing(due_on, state, sent_at)
    return BodyReport(name, row["unit__ref"], agency_ref, discipline, state, due_on, days)


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
