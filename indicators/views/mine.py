"""My work, and the monitor of bodies without people."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.actions import DEPUTISED
from accounts.models import Role
from accounts.permissions import HIDDEN, own_seats, reach_as
from accounts.setting_up import area_of
from indicators.entry.work import SHOWN, unstaffed, work_of
from indicators.explanations import to_answer
from indicators.permissions import ENTERS


def may_monitor(request: HttpRequest) -> bool:
    return reach_as(request.user, Role.COORDINATOR, Role.ADMINISTRATOR).is_official


@require_safe
def my_work(request: HttpRequest) -> HttpResponse:
    """`/reports/`: owed, returned, and waiting for approval, with due days."""
    context = {
        "work": work_of(request.user),
        "asked": list(to_answer(request.user).for_list()[:SHOWN]),
        "may_monitor": may_monitor(request),
        "may_enter": reach_as(request.user, *ENTERS).is_official,
        "has_deputies": bool(own_seats(request.user, *DEPUTISED)),
        "may_set_up": area_of(request.user) is not None,
    }
    return render(request, "reports/mine.html", context)


@require_safe
def monitor(request: HttpRequest) -> HttpResponse:
    """`/reports/monitor/`: bodies without an active reporter or approver; for coordinators."""
    if not may_monitor(request):
        raise Http404(HIDDEN)
    context = {"bodies": unstaffed(request.user), "may_set_up": area_of(request.user) is not None}
    return render(request, "reports/monitor.html", context)
