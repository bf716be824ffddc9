"""Pages that set units side by side: the tile map, the ranking, the series through mergers, the heat map."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.permissions import reach
from dashboard import choosing
from dashboard.compared import compared
from dashboard.exports.charts import compared_picture, map_picture, pictured, series_picture
from dashboard.exports.figures_of_units import compared_table, map_table, ranking_table, series_table
from dashboard.exports.heat import heat_table
from dashboard.heat_map import heat_map
from dashboard.map_page import map_page
from dashboard.measured import choice_of
from dashboard.ranking import ranking_of
from dashboard.saving import query_to_keep
from dashboard.series_page import series_page
from indicators.exports import asked_list, download, wanted

_CARRIED = ("unit", "tier", "indicator", "level", "period")


def _address(request: HttpRequest, shown: Mapping[str, str]) -> QueryDict:
    """What the page shows, with what else the address asked for, to be carried to the other pages."""
    address = QueryDict(mutable=True)
    for name in _CARRIED:
        value = shown.get(name) or request.GET.get(name, "")
        if value:
            address[name] = value
    return address


def _no_place(request: HttpRequest) -> HttpResponse:
    return render(request, "dashboard/no_place.html")


@require_safe
def tile_map(request: HttpRequest) -> HttpResponse:
    """`/map/?unit=VN&indicator=XH-03&level=total&period=2026-Q3`: one indicator over many units."""
    choice = choice_of(request.user, request.GET.dict())
    if choice is None:
        return _no_place(request)
    order, descending = request.GET.get("sort", ""), request.GET.get("desc") == "1"
    page = map_page(request.user, choice, order=order, descending=descending)
    if answer := pictured(request, "map", lambda: map_picture(choice, page)):
        return answer
    if kind := wanted(request):
        return download(map_table(choice, page), kind)
    return render(
        request,
        "dashboard/map.html",
        {
            "choice": choice,
            "page": page,
            "query": _address(request, choice.query),
            "saved_query": query_to_keep(request.GET, choice.query),
        },
    )


@require_safe
def compare(request: HttpRequest) -> HttpResponse:
    """`/compare/?unit=P56-2025&indicator=HT-01&pick=…&pick=…`: units ranked, and some of them over time."""
    choice = choice_of(request.user, request.GET.dict())
    if choice is None:
        return _no_place(request)
    picked = request.GET.getlist("pick")
    page = ranking_of(request.user, choice)
    comparison = compared(request.user, choice, picked)
    if answer := pictured(request, "lines", lambda: compared_picture(choice, comparison)):
        return answer
    if kind := wanted(request):
        over_time = comparison if asked_list(request) == "over-time" else None
        table = compared_table(choice, over_time) if over_time else ranking_table(choice, page)
        return download(table, kind)
    context: dict[str, Any] = {
        "choice": choice,
        "page": page,
        "comparison": comparison,
        "picked": picked,
        "saved_query": query_to_keep(request.GET, choice.query),
        "query": _address(request, choice.query),
    }
    return render(request, "dashboard/compare.html", context)


@require_safe
def series(request: HttpRequest) -> HttpResponse:
    """`/series/?unit=P56-2025&indicator=XH-03&level=total`: through mergers, as reported and restated."""
    asked = request.GET
    unit = (
        choosing.unit_of(request.user, asked["unit"]) if asked.get("unit") else choosing.home_of(request.user)
    )
    if unit is None:
        return _no_place(request)
    page = series_page(request.user, unit, asked.dict())
    if answer := pictured(request, "lines", lambda: series_picture(page)):
        return answer
    if kind := wanted(request):
        return download(series_table(page), kind)
    context = {
        "page": page,
        "choice": page.choice,
        "unit": unit,
        "saved_query": query_to_keep(request.GET, page.choice.query),
        "query": _address(request, page.choice.query),
    }
    return render(request, "dashboard/series.html", context)


@require_safe
def heat(request: HttpRequest) -> HttpResponse:
    """`/heat/?unit=P56-2025&period=2026-Q3&by=units`: targets by units, or by periods of one unit."""
    if not reach(request.user).is_official and not request.GET.get("unit"):
        return _no_place(request)
    page = heat_map(request.user, request.GET.dict())
    if kind := wanted(request):
        return download(heat_table(page), kind)
    return render(
        request,
        "dashboard/heat.html",
        {
            "page": page,
            "unit": page.unit,
            "query": _address(request, page.query),
            "saved_query": query_to_keep(request.GET, page.query),
        },
    )
