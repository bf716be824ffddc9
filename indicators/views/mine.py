"""My work, and the monitor of bodies without people."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.actions import DEPUTISED
from accounts.client_lists import may_keep_clients
from accounts.models import Role
from accounts.permissions import HIDDEN, own_seats, reach_as
from accounts.setting_up import area_of
from indicators.entry.work import SHOWN, Unstaffed, unstaffed, work_of
from indicators.explanations import to_answer
from indicators.exports import Table, download, wanted
from indicators.permissions import ENTERS
from resolutions.permissions import own_tasks


def may_monitor(request: HttpRequest) -> bool:
    return reach_as(request.user, Role.COORDINATOR, Role.ADMINISTRATOR).is_official


@require_safe
def my_work(request: HttpRequest) -> HttpResponse:
    """`/reports/`: owed, returned, and waiting for approval, with due days."""
    context = {
        "work": work_of(request.user),
        "asked": list(to_answer(request.user).for_list()[:SHOWN]),
        "tasks": list(own_tasks(request.user).unfinished().for_list()[:SHOWN]),
        "may_monitor": may_monitor(request),
        "may_enter": reach_as(request.user, *ENTERS).is_official,
        "has_deputies": bool(own_seats(request.user, *DEPUTISED)),
        "may_set_up": area_of(request.user) is not None,
        "may_keep_clients": may_keep_clients(request.user),
    }
    return render(request, "reports/mine.html", context)


@require_safe
def monitor(request: HttpRequest) -> HttpResponse:
    """`/reports/monitor/`: bodies without an active reporter or approver; for coordinators."""
    if not may_monitor(request):
        raise Http404(HIDDEN)
    bodies = unstaffed(request.user)
    if kind := wanted(request):
        return download(_unstaffed_table(bodies), kind)
    context = {"bodies": bodies, "may_set_up": area_of(request.user) is not None}
    return render(request, "reports/monitor.html", context)


def _unstaffed_table(bodies: list[Unstaffed]) -> Table:
    words = {True: _("yes"), False: _("none")}
    columns = [_("Office"), _("Reporter"), _("Approver")]
    rows = [[each.name, words[each.has_reporter], words[each.has_approver]] for each in bodies]
    return Table(_("Offices without people"), columns, rows)
