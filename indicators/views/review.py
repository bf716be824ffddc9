"""Approving, returning and opening a report again, and every decision on it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from accounts.permissions import HIDDEN
from accounts.reasons import reason_given
from indicators.actions import reviewing
from indicators.actions.reporting import ReportingError
from indicators.entry.decisions import lines, review_rows
from indicators.entry.grid import said
from indicators.entry.places import Place, may_approve, place_or_404
from indicators.entry.rows import rows_of
from indicators.permissions import APPROVES
from indicators.views.entry import address

_PER_PAGE = 100
_LONGEST = 4000


@require_http_methods(["GET", "HEAD", "POST"])
def review(request: HttpRequest, unit: str, period: str) -> HttpResponse:
    """What waits for approval, cell by cell; approving and returning name the exact versions."""
    roles = APPROVES if request.method == "POST" else ()
    place = place_or_404(request.user, unit, period, request.GET.get("agency", ""), *roles)
    if request.method != "POST":
        return _page(request, place)
    chosen = {int(each) for each in request.POST.getlist("version") if each.isdecimal() and len(each) < 19}
    reason = reason_given(request)[:_LONGEST]
    by: Any = request.user
    try:
        if request.POST.get("action") == "return":
            count = reviewing.return_cells(place=place, version_ids=chosen, by=by, reason=reason)
            words = ngettext("%(n)s figure was returned.", "%(n)s figures were returned.", count)
        else:
            count = reviewing.approve_cells(place=place, version_ids=chosen, by=by)
            words = ngettext(
                "%(n)s figure was approved; the dashboard is being recomputed.",
                "%(n)s figures were approved; the dashboard is being recomputed.",
                count,
            )
    except ReportingError as refused:
        messages.error(request, str(refused))
        return _page(request, place, chosen, reason, status=422)
    messages.success(request, words % {"n": count})
    return redirect(address(place, "review"))


def _page(
    request: HttpRequest, place: Place, chosen: set[int] | None = None, reason: str = "", status: int = 200
) -> HttpResponse:
    rows = review_rows(rows_of(place), request.user)
    may = may_approve(request.user, place)
    context = {
        "place": place,
        "rows": rows,
        "is_illustrative": any(row.grid.row.is_illustrative for row in rows),
        "chosen": chosen or set(),
        "reason": reason,
        "may_approve": may,
        "can_decide": may and any(row.is_waiting and not row.is_own for row in rows),
    }
    return render(request, "reports/review.html", context, status=status)


@require_safe
def history(request: HttpRequest, unit: str, period: str) -> HttpResponse:
    """Every decision on a report and its cells, newest first."""
    place = place_or_404(request.user, unit, period, request.GET.get("agency", ""))
    pages = Paginator(reviewing.history_of(place), _PER_PAGE)
    page = pages.get_page(request.GET.get("page"))
    context = {
        "place": place,
        "page": page,
        "lines": lines(page.object_list),
        "may_approve": may_approve(request.user, place),
    }
    return render(request, "reports/history.html", context)


class WithdrawForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=_LONGEST, widget=forms.Textarea(attrs={"rows": 3})
    )


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, unit: str, period: str, code: str, level: str) -> HttpResponse:
    """Take back the approved figure of one cell by a recorded decision; for approvers alone."""
    place = place_or_404(request.user, unit, period, request.GET.get("agency", ""), *APPROVES)
    row = next((each for each in rows_of(place) if each.key == f"{code}:{level}"), None)
    if row is None or row.approved is None:
        raise Http404(HIDDEN)
    form = WithdrawForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        by: Any = request.user
        try:
            reviewing.withdraw_cell(place=place, version=row.approved, by=by, **form.cleaned_data)
        except ReportingError as refused:
            form.add_error("reason", str(refused))
        else:
            messages.success(request, _("The figure was withdrawn; the dashboard is being recomputed."))
            return redirect(address(place, "review"))
    context = {"place": place, "row": row, "figure": said(row.approved, row), "form": form}
    return render(request, "reports/withdraw.html", context, status=422 if form.errors else 200)


class ReopenForm(forms.Form):
    until = forms.DateField(label=gettext_lazy("Open until"), help_text=gettext_lazy("Day/month/year"))
    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=_LONGEST, widget=forms.Textarea(attrs={"rows": 3})
    )


@require_http_methods(["GET", "HEAD", "POST"])
def reopen(request: HttpRequest, unit: str, period: str) -> HttpResponse:
    """Open a locked report again by a recorded decision; for approvers alone."""
    place = place_or_404(request.user, unit, period, request.GET.get("agency", ""), *APPROVES)
    if not place.is_locked:
        raise Http404(HIDDEN)
    form = ReopenForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        by: Any = request.user
        try:
            reviewing.reopen_report(place=place, by=by, **form.cleaned_data)
        except ReportingError as refused:
            form.add_error("until", str(refused))
        else:
            messages.success(request, _("The report is open again."))
            return redirect(address(place))
    return render(
        request, "reports/reopen.html", {"place": place, "form": form}, status=422 if form.errors else 200
    )
