"""The reports behind an edition: what they say in words, and which of them are not approved yet."""

from __future__ import annotations

from typing import Any

from django.db.models import F, Q

from accounts.permissions import Reach
from indicators.entry.places import Place, places_within
from indicators.models import Period, Report, ReportState
from provinces.models import Unit, UnitClosure

FINISHED = (ReportState.APPROVED, ReportState.LOCKED)
WORDS = ("results", "difficulties", "causes", "proposals")


def narratives(unit: Unit, period: Period) -> list[dict[str, Any]]:
    """The words of approved reports: of the unit, its agencies, and the units below it. One query."""
    below = UnitClosure.objects.filter(ancestor=unit).values("descendant")
    said = Q()
    for each in WORDS:
        said |= ~Q(**{each: ""})
    found = Report.objects.filter(said, unit__in=below, period=period, state__in=FINISHED).select_related(
        "unit__parent", "unit__province", "agency__unit", "agency__kind"
    )
    own_first = found.order_by(F("agency__ref").asc(nulls_first=True), "unit__sort_key", "unit_id", "pk")
    rows = [_narrative(report) for report in own_first if report.unit_id == unit.pk]
    return rows + [_narrative(report) for report in own_first if report.unit_id != unit.pk]


def _narrative(report: Report) -> dict[str, Any]:
    body = report.agency or report.unit
    return {"ref": body.ref, "body": body.label, **{each: getattr(report, each) for each in WORDS}}


def awaited(unit: Unit, period: Period) -> list[Place]:
    """Reports that bodies of the unit owe for the period and that nobody has approved, by name."""
    seen = Reach(is_official=True, unit_ids=(unit.pk,))
    places = [each for each in places_within(seen, periods=[period]) if each.state not in FINISHED]
    return sorted(places, key=lambda each: (each.agency is None, each.unit.sort_key, each.name))
