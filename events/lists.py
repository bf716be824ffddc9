"""The events of a page: narrowed as the API narrows them, within what the reader may see."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Q
from django.http import QueryDict
from django.utils.translation import gettext as _

from accounts.models import User
from events.filters import EventFilterSet
from events.models import Event, EventKind, returning_in
from events.month import Month, days_of, month_of

NARROWING = ("unit", "kind", "document", "under", "host", "year", "cancelled")
"""What the pages take from the address; the names are those of the API."""


@dataclass
class Narrowed:
    """The events asked for, and the choices of the page."""

    rows: Any
    chosen: dict[str, str]
    units: list[tuple[str, str]]
    kinds: list[tuple[str, str]]
    years: list[tuple[str, str]] = field(default_factory=list)

    @property
    def is_narrowed(self) -> bool:
        return bool(self.chosen)


def narrowed(who: User, asked: QueryDict, *, names: Iterable[str] = NARROWING) -> Narrowed:
    """What cannot be read narrows to nothing, as an unknown unit does: never to everything."""
    visible = Event.objects.visible_to(who)
    chosen = {name: text for name in names if (text := asked.get(name, "").replace("\0", "\ufffd"))}
    filters = EventFilterSet(chosen, queryset=visible.for_list())
    rows = filters.qs if filters.is_valid() else Event.objects.none()
    units = visible.order_by("unit__name").values_list("unit__ref", "unit__name").distinct()
    return Narrowed(
        rows=rows,
        chosen=chosen,
        units=[("", _("All units")), *units],
        kinds=[("", _("All kinds")), *((each.value, str(each.label)) for each in EventKind)],
    )


def month_page(rows: Any, first: datetime.date) -> Month:
    weeks = days_of(first)
    lasting = Q(starts_on__lte=weeks[-1][-1], ends_on__gte=weeks[0][0])
    months: dict[int, set[int]] = {}
    for day in (day for week in weeks for day in week):
        months.setdefault(day.year, set()).add(day.month)
    for year, shown in months.items():
        lasting |= returning_in(year, datetime.date(year, 12, 31)) & Q(starts_on__month__in=shown)
    return month_of(first, rows.filter(lasting))


def with_counts(rows: Any) -> Any:
    """The rows of the list with how many tasks their points became, and how many of these are done."""
    return rows.annotate(
        task_count=Count("points__task", distinct=True),
        done_count=Count("points__task", filter=Q(points__task__done_on__isnull=False), distinct=True),
    )


def years_of(who: User) -> list[tuple[str, str]]:
    days = Event.objects.visible_to(who).dates("starts_on", "year", order="DESC")
    return [("", _("All years")), *((str(day.year), str(day.year)) for day in days)]
