"""Who reports for a unit in campaigns and roll-outs; coordinators lead them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from accounts.permissions import Principal, reach_as, reach_as_coordinator
from indicators.permissions import ENTERS
from provinces.models.units import UnitQuerySet


def units_reported_by(who: Principal) -> UnitQuerySet:
    """The units whose campaign figures and roll-out states somebody gives: reporters and coordinators of the
    unit or of one above it, and the coordinators of a unit's agencies for all of it."""
    seen = reach_as(who, *ENTERS)
    both = replace(seen, unit_ids=(*seen.unit_ids, *reach_as_coordinator(who).unit_ids))
    return both.units()


def reported_among(who: Principal, units: Collection[int]) -> set[int]:
    """Of these units (by id) those that somebody reports for."""
    return set(units_reported_by(who).filter(pk__in=list(units)).order_by().values_list("pk", flat=True))
