"""Who closes a period of a province, and who revises its targets: its coordinator."""

from __future__ import annotations

from django.db.models import Q

from accounts.models import Role
from accounts.permissions import Principal, first_or_404, reach_as
from dashboard.choosing import storable
from indicators.models import Target
from indicators.models.targets import CountsAs
from provinces.models import Agency, Tier, Unit, reach_of
from provinces.models.units import UnitQuerySet
from resolutions.keeping import may_keep


def units_closed_by(who: Principal) -> UnitQuerySet:
    """The provinces whose periods somebody may close, with those that merged into them.

    A coordinator's seat is the province itself or one of its agencies; the department that consolidates
    stands for its province. A seat in a commune or in the nation closes nothing: an edition is the
    province's own word. Being a superuser gives no role.
    """
    seen = reach_as(who, Role.COORDINATOR)
    if seen.everything or not (seen.unit_ids or seen.agencies):
        return Unit.objects.none()
    seats = Agency.objects.filter(pk__in=[seat.agency_id for seat in seen.agencies])
    served = Q(pk__in=seen.unit_ids) | Q(pk__in=seats.order_by().values("unit"))
    roots = list(Unit.objects.filter(served, tier=Tier.PROVINCE).order_by("pk").values_list("pk", flat=True))
    if not roots:
        return Unit.objects.none()
    return Unit.objects.filter(
        tier=Tier.PROVINCE, pk__in=reach_of(*(Unit(pk=pk) for pk in roots)).values("pk")
    )


def may_close(who: Principal, unit: Unit) -> bool:
    return units_closed_by(who).filter(pk=unit.pk).exists()


def closing_unit_or_404(who: Principal, ref: str) -> Unit:
    """The province named in the address, for somebody who may close its periods; nothing for others."""
    found: Unit = first_or_404(
        units_closed_by(who).select_related("parent", "province").filter(ref=storable(ref))
    )
    return found


def may_revise(who: Principal, target: Target) -> bool:
    """Whoever keeps the documents of its unit. A heading that counts by its rows asks nothing itself."""
    return target.counts_as != CountsAs.LEAVES and may_keep(who, target.unit)
