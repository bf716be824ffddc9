"""Pages of the dashboard: choose what may be seen, fetch it, show it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.permissions import HIDDEN
from dashboard import choosing
from dashboard.exports.charts import pictured, states_picture, trajectory_picture
from dashboard.exports.paper import send_word
from dashboard.exports.scoreboard import scoreboard_paper, scoreboard_table
from dashboard.exports.targets import cells_table, late_table, target_table
from dashboard.overview import overview as overview_of
from dashboard.permissions import may_revise
from dashboard.proving import stored_answer
from dashboard.saving import query_to_keep
from dashboard.scoreboard_page import scoreboard_page
from dashboard.target_page import judged_periods, target_of, target_page
from indicators.actions.placing import may_be_placed
from indicators.engine.rules import RULES_VERSION
from indicators.exports import asked_list, download, wanted
from indicators.models import Period
from provinces.models import Unit


@dataclass(frozen=True)
class _Place:
    """The unit and period an address names, with what the pickers offer."""

    unit: Unit
    period: Period | None
    known: list[Period]
    asked: QueryDict

    def context(self, request: HttpRequest) -> dict[str, Any]:
        unit, period = self.unit, self.period
        # Said outright, so that no link loses what the page was opened with.
        here = query_to_keep(self.asked, {"unit": unit.ref, "period": period.code if period else ""})
        return {
            "unit": unit,
            "period": period,
            "latest": self.known[0] if self.known else None,
            "unit_groups": choosing.unit_groups(request.user, unit),
            "period_options": choosing.period_options(self.known, period),
            "saved_query": here,
            "here": QueryDict(here),
        }


def _place(request: HttpRequest) -> _Place | None:
    """What the address names, kept for the next time; without a unit what was kept, else the person's own.

    The period is the latest unless the address names one.
    """
    asked = request.GET.copy() if request.GET.get("unit") else choosing.last_choice(request.user).copy()
    for name in request.GET:
        asked.setlist(name, request.GET.getlist(name))
    ref = asked.get("unit")
    unit = choosing.unit_of(request.user, ref) if ref else choosing.home_of(request.user)
    if unit is None:
        return None
    known = choosing.periods_of(unit)
    place = _Place(unit, choosing.period_of(asked.get("period", ""), known), known, asked)
    choosing.remember(request.user, request.GET)
    return place


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """`/?unit=P58&period=2023`: how a unit stands."""
    place = _place(request)
    if place is None:
        return render(request, "dashboard/no_place.html")
    unit, period = place.unit, place.period
    page = overview_of(request.user, unit, period, place.known, place.asked) if period else None
    if page is not None and (answer := pictured(request, "states", lambda: states_picture(unit, page))):
        return answer
    kind = wanted(request)
    if kind and page is not None and asked_list(request) == "late":
        return download(late_table(unit, page), kind)
    return render(request, "dashboard/overview.html", place.context(request) | {"page": page})


@require_safe
def scoreboard(request: HttpRequest) -> HttpResponse:
    """`/scoreboard/?unit=P58&period=2023&status=missed&sort=due`: every judged target, narrowed, sorted."""
    place = _place(request)
    if place is None:
        return render(request, "dashboard/no_place.html")
    unit, period = place.unit, place.period
    page = scoreboard_page(unit, period, place.asked) if period else None
    if page is not None and request.GET.get("export") == "docx":
        return send_word(scoreboard_paper(unit, page))
    kind = wanted(request)
    if kind and page is not None:
        return download(scoreboard_table(unit, page), kind)
    return render(request, "dashboard/scoreboard.html", place.context(request) | {"page": page})


@require_safe
def target(request: HttpRequest, pk: int) -> HttpResponse:
    """`/targets/17/?period=2023`: one target, what it was judged from and why it has its state."""
    found = target_of(request.user, pk)
    history = judged_periods(found)
    known = choosing.in_order([each.period for each in history])
    period = choosing.period_of(request.GET.get("period", ""), known)
    judged = next((each for each in history if period is not None and each.period_id == period.pk), None)
    page = target_page(request.user, found, judged, history) if judged else None
    if page is not None and (answer := pictured(request, "trajectory", lambda: trajectory_picture(page))):
        return answer
    kind = wanted(request)
    if kind and page is not None:
        return download((cells_table if asked_list(request) == "cells" else target_table)(page), kind)
    context = {
        "target": found,
        "unit": found.unit,
        "period": period,
        "latest": known[0] if known else None,
        "period_options": choosing.period_options(known, period),
        "page": page,
        "may_revise": (revises := may_revise(request.user, found)),
        "may_place": revises and may_be_placed(found),
    }
    return render(request, "dashboard/target.html", context)


@require_safe
def case(request: HttpRequest, pk: int, period: str) -> HttpResponse:
    """`/targets/17/case/2023/`: the case a result was judged from, as JSON for the calculator."""
    found = target_of(request.user, pk)
    history = judged_periods(found)
    judged = next((each for each in history if each.period.code == period), None)
    proof = target_page(request.user, found, judged, history).proof if judged else None
    if judged is None or proof is None:
        raise Http404(HIDDEN)
    body = {
        "target_id": found.pk,
        "period": period,
        "case": proof.case,
        "stored": stored_answer(judged),
        "inputs": judged.inputs,
        "revision": judged.revision.number,
        "computed_at": judged.computed_at,
    }
    return JsonResponse(body, json_dumps_params={"ensure_ascii": False, "indent": 2})


@require_safe
def rules(request: HttpRequest) -> HttpResponse:
    """`/rules/`: how every result is computed."""
    return render(request, "dashboard/rules.html", {"version": RULES_VERSION})
