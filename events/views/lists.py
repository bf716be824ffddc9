"""The month of events, and their list."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.permissions import units_coordinated_by
from events.lists import month_page, narrowed, with_counts, years_of
from events.month import month_asked
from provinces.dates import today

_A_PAGE = 50


@require_safe
def month(request: HttpRequest) -> HttpResponse:
    """`/events/?month=2026-11&unit=&kind=`: a month as a table of weeks."""
    who: Any = request.user
    events = narrowed(who, request.GET, names=("unit", "kind", "document", "under"))
    first = month_asked(request.GET.get("month", ""))
    context = {
        "events": events,
        "month": month_page(events.rows, first),
        "this_month": f"{today():%Y-%m}",
        "may_make": units_coordinated_by(who).exists(),
    }
    return render(request, "events/month.html", context)


@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """`/events/list/?unit=&kind=&year=`: the events one under the other, the latest first."""
    who: Any = request.user
    events = narrowed(who, request.GET)
    page = Paginator(with_counts(events.rows), _A_PAGE).get_page(request.GET.get("page"))
    context = {
        "events": events,
        "page": page,
        "years": years_of(who),
        "may_make": units_coordinated_by(who).exists(),
    }
    return render(request, "events/list.html", context)
