"""Pages of the dashboard: choose what may be seen, fetch it, show it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from dashboard import choosing
from dashboard.overview import overview as overview_of
from indicators.models import Level


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """`/?unit=P58&period=2023`: how a unit stands; without parameters, the person's own and the latest."""
    asked = request.GET
    unit = (
        choosing.unit_of(request.user, asked["unit"]) if asked.get("unit") else choosing.home_of(request.user)
    )
    if unit is None:
        return render(request, "dashboard/no_place.html")
    known = choosing.periods_of(unit)
    period = choosing.period_of(asked.get("period", ""), known)
    document = int(asked["document"]) if asked.get("document", "").isdecimal() else None
    level = asked.get("level", "") if asked.get("level", "") in Level.values else ""
    page = overview_of(unit, period, known, document=document, level=level) if period else None
    context = {
        "unit": unit,
        "period": period,
        "latest": known[0] if known else None,
        "unit_groups": choosing.unit_groups(request.user, unit),
        "period_options": choosing.period_options(known, period),
        "document": document,
        "level": level,
        "page": page,
    }
    return render(request, "dashboard/overview.html", context)


@require_safe
def target(request: HttpRequest, pk: int) -> HttpResponse:
    return HttpResponse(str(pk))
