"""Filters of the lists of campaigns and of their figures."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from events.models import CampaignFigure, Event, EventKind
from indicators.filters import indicator_filter
from provinces.filters import DayFilter, ListFilterSet, ReferenceFilter, UnderFilter, unit_filter

NO_SUCH_CAMPAIGN = _("There is no campaign “%(value)s”. Campaigns are named by the id of their event.")


def campaign_rows(text: str) -> QuerySet[Event]:
    rows = Event.objects.filter(kind=EventKind.CAMPAIGN).order_by()
    known = text.isascii() and text.isdecimal() and len(text) <= 18
    return rows.filter(pk=int(text)) if known else rows.none()


class CampaignFilterSet(ListFilterSet):
    unit = unit_filter("unit")
    under = UnderFilter("unit", own=True)
    on = DayFilter(method="around", help_text="Campaigns that last over this day.")

    class Meta:
        model = Event
        fields: list[str] = []

    def around(self, qs: Any, name: str, value: Any) -> Any:
        return qs.filter(starts_on__lte=value, ends_on__gte=value)


class CampaignFigureFilterSet(ListFilterSet):
    campaign = ReferenceFilter(
        "goal__event", campaign_rows, words=NO_SUCH_CAMPAIGN, help_text="`id` of the campaign."
    )
    unit = unit_filter("unit")
    under = UnderFilter("unit", own=True)
    indicator = indicator_filter("goal__indicator")

    class Meta:
        model = CampaignFigure
        fields: list[str] = []
