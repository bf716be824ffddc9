"""Pages of the dashboard: choose what may be seen, fetch it, show it."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.permissions import HIDDEN
from dashboard import choosing
from dashboard.exports.charts import pictured, states_picture, trajectory_picture
from dashboard.exports.targets import cells_table, late_table, scoreboard_table, target_table
from dashboard.overview import overview as overview_of
from dashboard.permissions import may_revise
from dashboard.proving import stored_answer
from dashboard.saving import query_to_keep
from dashboard.target_page import judged_periods, target_of, target_page
from indicators.actions.placing import may_be_placed
from indicators.engine.rules import RULES_VERSION
from indicators.exports import asked_list, download, wanted


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """`/?unit=P58&period=2023`: how a unit stands; without parameters, what the person last chose.

    Who has chosen nothing yet sees their own unit; the period is the latest unless the address names one.
    """
    asked = request.GET or choosing.last_choice(request.user)
    unit = (
        choosing.unit_of(request.user, str(asked["unit"]))
        if asked.get("unit")
        else choosing.home_of(request.user)
    )
    if unit is None:
        return render(request, "dashboard/no_place.html")
    known = choosing.periods_of(unit)
    period = choosing.period_of(asked.get("period", ""), known)
    wanted_document = str(asked.get("document", ""))
    document = int(wanted_document) if wanted_document.isdecimal() else None
    level = asked.get("level", "")
    page = overview_of(request.user, unit, period, known, document=document, level=level) if period else None
    choosing.remember(request.user, request.GET)
    if page is not None and (answer := pictured(request, "states", lambda: states_picture(unit, page))):
        return answer
    kind = wanted(request)
    if kind and page is not None:
        of = late_table if asked_list(request) == "late" else scoreboard_table
        return download(of(unit, page), kind)
    context = {
        "unit": unit,
        "period": period,
        "latest": known[0] if known else None,
        "unit_groups": choosing.unit_groups(request.user, unit),
        "period_options": choosing.period_options(known, period),
        "page": page,
        "saved_query": query_to_keep(request, {"unit": unit.ref, "period": period.code if period else ""}),
    }
    return render(request, "dashboard/overview.html", context)


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
