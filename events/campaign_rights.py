"""Who reports for a unit in campaigns and roll-outs, and who leads them."""

from __future__ import annotations

from accounts.models import Role
from accounts.permissions import Principal, reach_as, units_around
from indicators.permissions import ENTERS
from provinces.models import Unit
from provinces.models.units import UnitQuerySet


def units_reported_by(who: Principal) -> UnitQuerySet:
    """The units whose campaign figures and roll-out states somebody gives: reporters and coordinators of the
    unit or of one above it, and the coordinators of a province's agencies for the whole province."""
    return _within(who, *ENTERS)


def units_coordinated_by(who: Principal) -> UnitQuerySet:
    """The units whose roll-outs somebody extends: coordinators alone. Being a superuser gives no role."""
    return _within(who, Role.COORDINATOR)


def _within(who: Principal, *roles: Role) -> UnitQuerySet:
    seen = reach_as(who, *roles)
    if seen.everything:
        return Unit.objects.all()
    seats = reach_as(who, Role.COORDINATOR).agencies
    near = {*seen.unit_ids, *(seat.province_id for seat in seats if seat.province_id)}
    return Unit.objects.filter(pk__in=units_around(near)) if near else Unit.objects.none()
