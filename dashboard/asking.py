"""Asking the owner of an unmet target for an explanation."""

from __future__ import annotations

import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from accounts.permissions import HIDDEN
from dashboard.asked import Measure
from dashboard.rows import measures_on, row_of
from dashboard.target_page import judged_periods, target_of
from indicators.actions import explaining
from indicators.actions.reporting import ReportingError
from indicators.explanations import answerers, may_ask
from provinces.dates import add_working_days, today

USUAL_DAYS = 5


class AskForm(forms.Form):
    question = forms.CharField(
        label=gettext_lazy("What is to be explained"),
        max_length=explaining.LONGEST,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    due_on = forms.DateField(
        label=gettext_lazy("Answer due on"),
        help_text=gettext_lazy("Day/month/year"),
        initial=lambda: add_working_days(today(), USUAL_DAYS),
    )

    def clean_due_on(self) -> datetime.date:
        day: datetime.date = self.cleaned_data["due_on"]
        if day < today():
            raise forms.ValidationError(_("The answer is due today or later."))
        return day


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, pk: int, period: str) -> HttpResponse:
    """`/targets/17/ask/2023/`: for leaders and coordinators who look after the target's unit."""
    target = target_of(request.user, pk)
    judged = next((each for each in judged_periods(target) if each.period.code == period), None)
    if judged is None or not may_ask(request.user, target):
        raise Http404(HIDDEN)
    measures = measures_on(judged.period.assessed_on, {target.indicator_id})
    row = row_of(judged, measures.get(target.indicator_id) or Measure())
    back = f"{target.get_absolute_url()}?period={period}"
    form = AskForm(request.POST if request.method == "POST" else None)
    by: Any = request.user
    if form.is_valid():
        try:
            explaining.ask(judged=judged, by=by, figure=row.value_text, **form.cleaned_data)
        except ReportingError as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("The request was sent to whoever answers for the target."))
            return redirect(f"{back}#explanations")
    context = {
        "target": target,
        "row": row,
        "period": judged.period,
        "form": form,
        "back": back,
        "answerers": answerers(target),
    }
    return render(request, "dashboard/ask.html", context, status=422 if form.errors else 200)
