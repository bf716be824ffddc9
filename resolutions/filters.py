"""Filters of the list of documents."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.utils.dateparse import parse_date
from django.utils.translation import gettext_lazy as _

from provinces.dates import today
from provinces.filters import (
    LONGEST,
    DayFilter,
    ListFilterSet,
    OneOfFilter,
    ReferenceFilter,
    SomeOfFilter,
    UnderFilter,
    YesNoFilter,
    agency_filter,
    unit_filter,
)
from resolutions.models import Document, DocumentKind, Task, TaskStanding, normalise_number
from resolutions.permissions import own_tasks

MOST = 10**15
"""The greatest id that is asked of the database."""

NO_SUCH_DOCUMENT = _(
    "There is no document “%(value)s”. Documents are named by their id or by issuer|number|date."
)


def document_rows(text: str) -> QuerySet[Document]:
    """The document with this id, or with this key of issuer, number and date."""
    rows = Document.objects.order_by()
    if text.isascii() and text.isdecimal():
        return rows.filter(pk=int(text)) if len(text) <= 18 else rows.none()
    issuer, _bar, rest = text.partition("|")
    number, _bar, day = rest.partition("|")
    issued_on = _day(day)
    if issued_on is None:
        return rows.none()
    return rows.filter(issuer=issuer, number_normalised=normalise_number(number), issued_on=issued_on)


def _day(text: str) -> Any:
    try:
        return parse_date(text)
    except ValueError:
        return None


def document_filter(field_name: str) -> ReferenceFilter:
    return ReferenceFilter(
        field_name,
        document_rows,
        words=NO_SUCH_DOCUMENT,
        help_text="A document's `id`, or its key `issuer|number|date`.",
    )


class DocumentFilterSet(ListFilterSet):
    unit = unit_filter("unit", help_text="`ref` of the unit that issued it.")
    kind = OneOfFilter("kind", choices=DocumentKind.choices)
    on = DayFilter(method="in_force", help_text="Documents in force on this day.")
    number = django_filters.CharFilter(
        method="numbered", max_length=LONGEST, help_text="The number in any spelling: `32/KH-UBND`."
    )
    illustrative = YesNoFilter("is_illustrative", help_text="Whether it is made up for demonstration.")

    class Meta:
        model = Document
        fields: list[str] = []

    def in_force(self, qs: Any, name: str, value: Any) -> Any:
        return qs.in_force_on(value)

    def numbered(self, qs: Any, name: str, value: str) -> Any:
        return qs.filter(number_normalised=normalise_number(value))


class _AgencyFilter(ReferenceFilter):
    """Tasks that an agency leads or helps with."""

    def __init__(self, help_text: str) -> None:
        known = agency_filter("lead", help_text)
        super().__init__("lead", known.rows, words=known.words, help_text=help_text)

    def filter(self, qs: Any, value: str) -> Any:
        if not value:
            return qs
        helped = Task.cooperating.through.objects.filter(agency__in=self.rows(value)).values("task")
        return qs.filter(Q(lead__in=self.rows(value)) | Q(pk__in=helped))


class TaskFilterSet(ListFilterSet):
    unit = unit_filter("unit")
    under = UnderFilter("unit", own=True)
    document = document_filter("document")
    lead = agency_filter("lead", "`ref` of the agency that leads it.")
    agency = _AgencyFilter("`ref` of an agency that leads it or helps with it.")
    person = django_filters.NumberFilter(
        "person", min_value=1, max_value=MOST, decimal_places=0, help_text="`person` of the task."
    )
    mine = YesNoFilter("pk", method="own", help_text="Those you work on yourself (`true`), or the others.")
    standing = SomeOfFilter(
        "pk", choices=TaskStanding.choices, method="standing_today", help_text="How it stands today."
    )
    due_from = DayFilter("due_on", lookup_expr="gte", help_text="Tasks due on this day or later.")
    due_to = DayFilter("due_on", lookup_expr="lte", help_text="Tasks due on this day or before.")
    illustrative = YesNoFilter("is_illustrative", help_text="Whether it is made up for demonstration.")

    class Meta:
        model = Task
        fields: list[str] = []

    def own(self, qs: Any, name: str, value: str) -> Any:
        mine = own_tasks(self.request.user).values("pk")
        return qs.filter(pk__in=mine) if value == "true" else qs.exclude(pk__in=mine)

    def standing_today(self, qs: Any, name: str, value: list[str]) -> Any:
        return qs.standing_in(value, today())
