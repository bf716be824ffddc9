"""Who keeps events: coordinators, for the units that they look after in that role."""

from __future__ import annotations

from accounts.models import Membership, Role, User
from accounts.permissions import (
    Principal,
    first_or_404,
    reach_as,
    units_coordinated_by,
    units_read_by,
)
from events.models import Event
from indicators.permissions import ENTERS
from provinces.dates import today
from provinces.models import Agency, Tier, Unit
from provinces.models.agencies import AgencyQuerySet
from provinces.models.units import UnitQuerySet
from resolutions import permissions

PLAN = ("theme_vi", "theme_en", "place", "agenda_vi", "agenda_en")
"""What is left open in the return of a yearly event."""


def may_keep(who: Principal, event: Event) -> bool:
    return units_coordinated_by(who).filter(pk=event.unit_id).exists()


def is_plan_open(event: Event) -> bool:
    """Theme and plan are filled in while the event is to come or goes on."""
    return event.ends_on >= today() and not event.cancelled


def may_plan(who: Principal, event: Event) -> bool:
    """Whether somebody fills in the theme and plan of the year: whoever keeps the event and, while the nation
    has no coordinator of its own here, a coordinator of a province for the nation's yearly day."""
    if may_keep(who, event):
        return True
    if event.returns_of_id is None or event.unit.tier != Tier.NATION:
        return False
    if not units_coordinated_by(who).filter(tier=Tier.PROVINCE).exists():
        return False
    seated = Membership.objects.valid_on(today()).filter(role=Role.COORDINATOR, unit__tier=Tier.NATION)
    return not seated.exists()


def may_feed(who: Principal, event: Event) -> bool:
    """Whether somebody enters figures in a report of the event's unit, or of an agency of it."""
    seen = reach_as(who, *ENTERS)
    if seen.everything:
        return True
    seats = Agency.objects.filter(pk__in=[seat.agency_id for seat in seen.agencies], unit=event.unit_id)
    return Unit.objects.filter(seen.cells("pk"), pk=event.unit_id).exists() or seats.exists()


def kept_event_or_404(who: Principal, pk: int) -> Event:
    """The event, for somebody who may change it; for everybody else there is nothing here."""
    rows = Event.objects.filter(pk=pk, unit__in=units_coordinated_by(who).values("pk"))
    found: Event = first_or_404(rows.select_related("unit__province", "host"))
    return found


def leading_agencies(event: Event) -> list[Agency]:
    """The agencies that may lead a task of the event: those its unit had on its day."""
    agencies = permissions.leading_agencies(event.unit, event.starts_on)
    return list(agencies.order_by("kind__label_pattern", "pk"))


def named_units(who: Principal, event: Event) -> UnitQuerySet:
    """The units somebody may name as where a site of the event is: those whose results they read, in being
    on its first day."""
    return units_read_by(who).valid_on(event.starts_on)


def named_agencies(who: Principal, event: Event) -> AgencyQuerySet:
    """The agencies somebody may name as taking part: those of the units whose results they read."""
    return Agency.objects.filter(unit__in=units_read_by(who).values("pk")).valid_on(event.starts_on)


def named_people(who: Principal, event: Event) -> list[User]:
    """Whom a coordinator may name for a task of the event, as for any task of its unit."""
    return list(permissions.named_people(who, event.unit))
