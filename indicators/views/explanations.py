"""Requests for explanations: answering for the owner of a target, taking one's question back."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from accounts.permissions import first_or_404
from indicators.actions import explaining
from indicators.actions.reporting import ReportingError
from indicators.explanations import to_answer, visible_to
from indicators.models import Explanation


class AnswerForm(forms.Form):
    answer = forms.CharField(
        label=gettext_lazy("Explanation"),
        max_length=explaining.LONGEST,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy("Causes, what is being done, and by when it will be put right."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def explanation(request: HttpRequest, pk: int) -> HttpResponse:
    """`/explanations/17/`: the question with its answer; POST answers it for the owner."""
    rows = to_answer(request.user) if request.method == "POST" else visible_to(request.user)
    asked: Explanation = first_or_404(rows.for_list().filter(pk=pk))
    form = AnswerForm(request.POST if request.method == "POST" else None)
    by: Any = request.user
    if form.is_valid():
        try:
            explaining.answer(explanation=asked, by=by, words=form.cleaned_data["answer"])
        except ReportingError as refused:
            form.add_error("answer", str(refused))
        else:
            messages.success(request, _("The explanation was sent."))
            return redirect(asked)
    context = {
        "asked": asked,
        "form": form,
        "may_answer": asked.asked_by_id != by.pk and to_answer(by).filter(pk=pk).exists(),
        "may_withdraw": asked.is_open and asked.asked_by_id == by.pk,
        "back": f"{asked.target.get_absolute_url()}?period={asked.period.code}",
    }
    return render(request, "reports/explanation.html", context, status=422 if form.errors else 200)


@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """`/explanations/17/withdraw/`: take one's own question back."""
    by: Any = request.user
    asked = first_or_404(visible_to(by).filter(pk=pk, asked_by=by))
    try:
        explaining.withdraw(explanation=asked, by=by)
        messages.success(request, _("The request was taken back."))
    except ReportingError as refused:
        messages.error(request, str(refused))
    return redirect(asked)
