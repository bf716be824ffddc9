"""Reporting of a roll-out: extended by the coordinator, each unit's state by its own people."""

from __future__ import annotations

import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST

from accounts.permissions import HIDDEN, first_or_404, get_visible_or_404, units_coordinated_by
from events.actions.rollouts import RollOutRefused, extend_roll_out, report_state
from events.campaign_rights import reported_among
from events.models import RollOut, RollOutState, RollOutUnit
from indicators import figures


class StateForm(forms.Form):
    state = forms.ChoiceField(label=gettext_lazy("State"), choices=RollOutState.choices)
    reached_on = forms.DateField(
        label=gettext_lazy("Reached on"), required=False, help_text=gettext_lazy("Day/month/year")
    )
    product_name = forms.CharField(label=gettext_lazy("Registered product"), required=False, max_length=200)
    note = forms.CharField(label=gettext_lazy("Note"), required=False, max_length=300)

    def __init__(self, row: RollOutUnit, data: Any = None) -> None:
        names = ("state", "reached_on", "product_name", "note")
        super().__init__(data, initial={name: getattr(row, name) for name in names})
        if not row.roll_out.asks_product:
            del self.fields["product_name"]


@require_POST
def extend(request: HttpRequest, pk: int) -> HttpResponse:
    """`/rollouts/2/extend/`: to every commune, in one step."""
    roll_out: RollOut = get_visible_or_404(RollOut.objects.select_related("unit"), request.user, pk=pk)
    first_or_404(units_coordinated_by(request.user).filter(pk=roll_out.unit_id))
    me: Any = request.user
    new = extend_roll_out(roll_out=roll_out, by=me)
    words = ngettext("%(count)s unit was added.", "%(count)s units were added.", new)
    messages.success(request, words % {"count": figures.number(new)})
    return redirect("dashboard:roll-out", pk=roll_out.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def state(request: HttpRequest, pk: int, unit: str) -> HttpResponse:
    """`/rollouts/2/units/C24169-2025/`: how far the unit is, said by its reporters and coordinators."""
    roll_out: RollOut = get_visible_or_404(RollOut.objects.select_related("unit"), request.user, pk=pk)
    rows = RollOutUnit.objects.filter(roll_out=roll_out, unit__ref=unit.replace("\0", "\ufffd"))
    row: RollOutUnit = first_or_404(rows.select_related("unit__province", "roll_out"))
    if not reported_among(request.user, [row.unit_id]):
        raise Http404(HIDDEN)
    form = StateForm(row, request.POST if request.method == "POST" else None)
    if form.is_valid() and _report(form, row, request):
        messages.success(request, _("Saved."))
        return redirect("dashboard:roll-out", pk=roll_out.pk)
    context = {"roll_out": roll_out, "row": row, "unit": row.unit, "form": form}
    return render(request, "campaigns/state.html", context, status=422 if form.is_bound else 200)


def _report(form: StateForm, row: RollOutUnit, request: HttpRequest) -> bool:
    me: Any = request.user
    given = form.cleaned_data
    reached_on: datetime.date | None = given["reached_on"]
    try:
        report_state(
            row=row,
            state=given["state"],
            by=me,
            reached_on=reached_on,
            product_name=given.get("product_name", ""),
            note=given["note"],
        )
    except RollOutRefused as refused:
        form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        return False
    return True
