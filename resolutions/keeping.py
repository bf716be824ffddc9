"""Who keeps the documents of a unit: its coordinators, and those of a department for their whole province."""

from __future__ import annotations

from accounts.permissions import Principal, units_coordinated_by
from provinces.models import Unit, UnitClosure
from resolutions.models import Document
from resolutions.models.documents import DocumentQuerySet


def may_keep(who: Principal, unit: Unit) -> bool:
    return units_coordinated_by(who).filter(pk=unit.pk).exists()


def keeps_anything(who: Principal) -> bool:
    return units_coordinated_by(who).exists()


def documents_kept_by(who: Principal) -> DocumentQuerySet:
    return Document.objects.filter(unit__in=units_coordinated_by(who).values("pk"))


def documents_for(who: Principal) -> DocumentQuerySet:
    """Documents that one entered by somebody may implement or replace: of the units they keep and of those
    above them."""
    kept = units_coordinated_by(who).values("pk")
    above = UnitClosure.objects.filter(descendant__in=kept).values("ancestor")
    return Document.objects.filter(unit__in=above)
