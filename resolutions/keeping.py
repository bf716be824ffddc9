"""Who keeps the documents of a unit: its coordinators, and those of a department for their whole province."""

from __future__ import annotations

from accounts.models import Role
from accounts.permissions import Principal, reach_as
from provinces.models import Unit, UnitClosure, reach_of
from provinces.models.units import UnitQuerySet
from resolutions.models import Document
from resolutions.models.documents import DocumentQuerySet


def units_kept_by(who: Principal) -> UnitQuerySet:
    """The units whose documents and targets somebody enters and changes, with those that merged into them.

    Being a superuser gives no role.
    """
    seen = reach_as(who, Role.COORDINATOR)
    if seen.everything:
        return Unit.objects.all()
    served = [seat.province_id for seat in seen.agencies if seat.province_id is not None]
    roots = sorted({*seen.unit_ids, *served})
    return reach_of(*(Unit(pk=pk) for pk in roots)) if roots else Unit.objects.none()


def may_keep(who: Principal, unit: Unit) -> bool:
    return units_kept_by(who).filter(pk=unit.pk).exists()


def keeps_anything(who: Principal) -> bool:
    return units_kept_by(who).exists()


def documents_kept_by(who: Principal) -> DocumentQuerySet:
    return Document.objects.filter(unit__in=units_kept_by(who).values("pk"))


def documents_for(who: Principal) -> DocumentQuerySet:
    """Documents that one entered by somebody may implement or replace: of the units they keep and of those
    above them."""
    kept = units_kept_by(who).values("pk")
    above = UnitClosure.objects.filter(descendant__in=kept).values("ancestor")
    return Document.objects.filter(unit__in=above)
