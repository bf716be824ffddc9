"""Who reports for a unit in campaigns and roll-outs, and who leads them."""

from __future__ import annotations

from accounts.models import Role
from accounts.permissions import Principal, reach_as, units_around
from indicators.permissions import ENTERS
from provinces.models import Agency, Tier, Unit
from provinces.models.units import UnitQuerySet


def units_reported_by(who: Principal) -> UnitQuerySet:
    """The units whose campaign figures and roll-out states somebody gives: reporters and coordinators of the
    unit or of one above it, and the coordinators of a unit's agencies for all of it."""
    return _within(who, *ENTERS)


def units_coordinated_by(who: Principal) -> UnitQuerySet:
    """The units whose roll-outs somebody extends: coordinators alone. Being a superuser gives no role."""
    return _within(who, Role.COORDINATOR)


def _within(who: Principal, *roles: Role) -> UnitQuerySet:
    seen = reach_as(who, *roles)
    if seen.everything:
        return Unit.objects.all()
    seats = [seat.agency_id for seat in reach_as(who, Role.COORDINATOR).agencies]
    # An agency stands for the unit it is of: a commune's office does not work for its province, and a
    # ministry gives no figures for communes.
    agencies = Agency.objects.filter(pk__in=seats).exclude(unit__tier=Tier.NATION)
    served = agencies.values_list("unit_id", flat=True) if seats else ()
    near = {*seen.unit_ids, *served}
    return Unit.objects.filter(pk__in=units_around(near)) if near else Unit.objects.none()
