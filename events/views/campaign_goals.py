"""Setting, correcting and ending a goal of a campaign: the coordinator's."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_http_methods

from accounts.permissions import first_or_404, units_coordinated_by
from events.actions.campaigns import CampaignRefused, add_goal
from events.actions.goals import correct_goal, end_goal
from events.campaigns import campaign_or_404
from events.models import CampaignGoal, Event
from indicators.entry.number_field import NumberField
from indicators.models import Indicator, IndicatorDefinition, Level, Pooling


class _IndicatorField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Indicator) -> str:
        return f"{obj.code} · {obj.name}"


class GoalForm(forms.Form):
    """Offers indicators whose figures add up; the number is read as offices write it."""

    indicator = _IndicatorField(
        label=pgettext_lazy("what is measured", "Indicator"),
        queryset=Indicator.objects.none(),
        help_text=gettext_lazy("Counts and amounts alone: figures of days must add up."),
    )
    level = forms.ChoiceField(label=gettext_lazy("Level"), choices=Level.choices, initial=Level.COMMUNE)
    value = NumberField(label=gettext_lazy("Goal"), whole=True, help_text=gettext_lazy("As 98,90 or 146.587"))

    def __init__(self, event: Event, data: Any = None) -> None:
        super().__init__(data)
        adding = IndicatorDefinition.objects.valid_on(event.starts_on).filter(pooling=Pooling.SUM)
        indicators = Indicator.objects.filter(pk__in=adding.values("indicator"))
        self.fields["indicator"].queryset = indicators.order_by("code")  # type: ignore[attr-defined]


@require_http_methods(["GET", "HEAD", "POST"])
def goals(request: HttpRequest, pk: int) -> HttpResponse:
    """`/events/5/campaign/goals/`: adds a goal; for coordinators whose work covers the campaign's unit."""
    event = campaign_or_404(request.user, pk)
    first_or_404(units_coordinated_by(request.user).filter(pk=event.unit_id))
    form = GoalForm(event, request.POST if request.method == "POST" else None)
    if form.is_valid() and _add(form, event, request):
        messages.success(request, _("The goal was added."))
        return redirect("dashboard:campaign", pk=event.pk)
    context = {"event": event, "unit": event.unit, "form": form}
    return render(request, "campaigns/goals.html", context, status=422 if form.is_bound else 200)


class CorrectionForm(forms.Form):
    value = NumberField(label=gettext_lazy("Goal"), whole=True)
    unit_of_measure = forms.CharField(label=gettext_lazy("Unit of measure"), max_length=60)


@require_http_methods(["GET", "HEAD", "POST"])
def goal(request: HttpRequest, pk: int, goal: int) -> HttpResponse:
    """`/events/5/campaign/goals/3/`: its number and words corrected, or taken off with `end=1`."""
    event = campaign_or_404(request.user, pk)
    first_or_404(units_coordinated_by(request.user).filter(pk=event.unit_id))
    found: CampaignGoal = first_or_404(event.goals.select_related("indicator").filter(pk=goal))
    ends = request.POST.get("end") == "1"
    initial = {"value": found.value, "unit_of_measure": found.unit_of_measure}
    form = CorrectionForm(request.POST if request.method == "POST" and not ends else None, initial=initial)
    me: Any = request.user
    refusal = ""
    try:
        if ends:
            end_goal(goal=found, by=me)
        elif form.is_valid():
            correct_goal(goal=found, by=me, **form.cleaned_data)
    except CampaignRefused as refused:
        refusal = str(refused)
    if (ends or form.is_valid()) and not refusal:
        messages.success(request, _("Saved."))
        return redirect("dashboard:campaign", pk=event.pk)
    context = {"event": event, "unit": event.unit, "form": form, "goal": found, "refusal": refusal}
    return render(request, "campaigns/goal.html", context, status=422 if refusal or form.errors else 200)


def _add(form: GoalForm, event: Event, request: HttpRequest) -> bool:
    me: Any = request.user
    given = form.cleaned_data
    try:
        add_goal(event=event, indicator=given["indicator"], value=given["value"], level=given["level"], by=me)
    except CampaignRefused as refused:
        form.add_error(None, str(refused))
        return False
    return True
