"""Rows of this app that somebody may see; the circles are those of `accounts.permissions`."""

from __future__ import annotations

from typing import Any, Self

from django.db import models
from django.db.models import Q, QuerySet

from accounts.permissions import AgencySeat, Principal, Reach, reach, units_around
from indicators.models.catalogue import DefinitionOwner
from provinces.dates import today
from provinces.models import Agency, Share


class ResultQuerySet(models.QuerySet[Any]):
    """Results: open to officials for the nation, every province, and all of one's own province."""

    path_to_unit = "unit"

    def visible_to(self, who: Principal | Reach) -> Self:
        return self.filter(reach(who).results(self.path_to_unit))


class CellQuerySet(models.QuerySet[Any]):
    """Cells: within one's own subtree, and for an agency the figures it owns or reports in its province."""

    def visible_to(self, who: Principal | Reach) -> Self:
        seen = reach(who)
        allowed = seen.cells()
        if not seen.everything:
            for seat in seen.agencies:
                allowed |= _of_agency(seat)
        return self.filter(allowed)


class ReportQuerySet(models.QuerySet[Any]):
    """Reports: within one's own subtree, and those of one's own agency and of what merged into it."""

    def visible_to(self, who: Principal | Reach) -> Self:
        seen = reach(who)
        allowed = seen.cells()
        if not seen.everything:
            for seat in seen.agencies:
                allowed |= Q(agency__in=_agencies_it_follows(seat)) & (
                    Q() if seat.province_id is None else Q(unit__in=units_around([seat.province_id]))
                )
        return self.filter(allowed)


def _of_agency(seat: AgencySeat) -> Q:
    own = Q(indicator__in=_owned_indicators(seat)) | Q(agency__in=_agencies_it_follows(seat))
    return own if seat.province_id is None else own & Q(unit__in=units_around([seat.province_id]))


def _owned_indicators(seat: AgencySeat) -> QuerySet[Any]:
    owners = DefinitionOwner.objects.valid_on(today()).filter(agency_kind=seat.kind_id)
    return owners.values("definition__indicator")


def _agencies_it_follows(seat: AgencySeat) -> QuerySet[Any]:
    """The agency's kind and those wholly merged into it; the caller keeps to the province's reach."""
    same = Q(kind=seat.kind_id)
    merged = Q(successions_to__successor__kind=seat.kind_id, successions_to__share=Share.WHOLE)
    return Agency.objects.filter(same | merged).values("pk")
