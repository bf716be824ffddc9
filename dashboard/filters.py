"""Filters of the list of editions."""

from __future__ import annotations

from dashboard.models import Edition
from indicators.filters import period_filter
from provinces.filters import ListFilterSet, unit_filter


class EditionFilterSet(ListFilterSet):
    unit = unit_filter("unit")
    period = period_filter("period")

    class Meta:
        model = Edition
        fields: list[str] = []
