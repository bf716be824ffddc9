"""A campaign's days, its units and the quarters it falls into."""

from __future__ import annotations

import datetime

from django.db.models import Q
from django.http import Http404

from accounts.permissions import HIDDEN, Principal, first_or_404
from events.campaign_rights import reported_among
from events.models import Event, EventKind
from indicators.models import Period, PeriodKind
from provinces.models import Tier, Unit
from provinces.models.units import UnitQuerySet

LONGEST_DAYS = 7


def campaign_or_404(who: Principal, pk: int) -> Event:
    """The campaign, for whoever reads what is told of its unit; an event of another kind is none."""
    rows = Event.objects.visible_to(who).select_related("unit__province", "unit__parent")
    found: Event = first_or_404(rows.filter(pk=pk, kind=EventKind.CAMPAIGN))
    return found


def reporting_unit_or_404(who: Principal, event: Event, ref: str) -> Unit:
    """A unit that takes part, for whoever reports for it; nothing for everybody else."""
    found: Unit = first_or_404(participants(event).with_places().filter(ref=ref.replace("\0", "\ufffd")))
    if not reported_among(who, [found.pk]):
        raise Http404(HIDDEN)
    return found


def participants(event: Event) -> UnitQuerySet:
    """The communes that were in being on any day of the campaign, in the order of their names."""
    begun = Q(valid_from__isnull=True) | Q(valid_from__lte=event.ends_on)
    lasting = Q(valid_to__isnull=True) | Q(valid_to__gte=event.starts_on)
    communes = Unit.objects.under(event.unit).of_tier(Tier.COMMUNE)
    return communes.filter(begun, lasting).in_name_order()


def days_in(first: datetime.date, last: datetime.date) -> int:
    """Both days included; 0 where the last is before the first."""
    return max((last - first).days + 1, 0)


def quarters_of(event: Event) -> list[Period]:
    """The quarters whose reporting stretch (first day to data cut-off) holds days of the campaign."""
    found = Period.objects.filter(
        kind=PeriodKind.QUARTER, starts_on__lte=event.ends_on, cutoff_on__gte=event.starts_on
    )
    return list(found.prefetch_related("due_days").order_by("starts_on", "pk"))
