"""Who reports for a unit in campaigns and roll-outs; coordinators lead them."""

from __future__ import annotations

from dataclasses import replace

from accounts.permissions import Principal, reach_as, reach_as_coordinator
from indicators.permissions import ENTERS
from provinces.models import Unit
from provinces.models.units import UnitQuerySet


def units_reported_by(who: Principal) -> UnitQuerySet:
    """The units whose campaign figures and roll-out states somebody gives: reporters and coordinators of the
    unit or of one above it, and the coordinators of a unit's agencies for all of it."""
    seen = reach_as(who, *ENTERS)
    both = replace(seen, unit_ids=(*seen.unit_ids, *reach_as_coordinator(who).unit_ids))
    return Unit.objects.filter(both.cells("pk"))
