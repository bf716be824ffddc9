"""Filters of the list of events."""

from __future__ import annotations

import datetime
from typing import Any

import django_filters
from django.db.models import Q

from events.models import Event, EventKind, returning_in
from provinces.filters import DayFilter, ListFilterSet, OneOfFilter, UnderFilter, YesNoFilter, unit_filter
from resolutions.filters import document_filter


class EventFilterSet(ListFilterSet):
    unit = unit_filter("unit")
    under = UnderFilter("unit", own=True)
    host = unit_filter("host", help_text="`ref` of the unit in which it took place.")
    kind = OneOfFilter("kind", choices=EventKind.choices)
    document = document_filter("documents")
    year = django_filters.CharFilter(
        method="in_year",
        max_length=4,
        help_text=(
            "Four digits: events of that year, and those that return every year since; of these the return "
            "itself once it is made."
        ),
    )
    on = DayFilter(method="around", help_text="Events that last over this day; returns are not counted.")
    illustrative = YesNoFilter("is_day_illustrative", help_text="Whether its day is made up.")
    cancelled = YesNoFilter("cancelled", help_text="Whether it was cancelled.")

    class Meta:
        model = Event
        fields: list[str] = []

    def in_year(self, qs: Any, name: str, value: str) -> Any:
        year = int(value) if value.isascii() and value.isdecimal() else 0
        if not year:
            return qs.none()
        first, last = datetime.date(year, 1, 1), datetime.date(year, 12, 31)
        return qs.filter(Q(starts_on__lte=last, ends_on__gte=first) | returning_in(year, last))

    def around(self, qs: Any, name: str, value: Any) -> Any:
        return qs.filter(starts_on__lte=value, ends_on__gte=value)
