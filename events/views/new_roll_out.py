"""A new roll-out: the coordinator's."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from accounts.permissions import HIDDEN, OPEN_TIERS, units_coordinated_by
from events.actions.rollouts import RollOutRefused, make_roll_out
from events.models import Event
from provinces.dates import today
from provinces.models import Tier, Unit
from resolutions.models import Document


class _UnitsField(forms.ModelMultipleChoiceField):
    def label_from_instance(self, obj: Unit) -> str:
        return obj.label


class _UnitField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Unit) -> str:
        return obj.label


class RollOutForm(forms.Form):
    """Offers the units somebody coordinates, what these have of events and documents, and their communes."""

    unit = _UnitField(
        label=gettext_lazy("Unit"), queryset=Unit.objects.none(), to_field_name="ref", empty_label=None
    )
    event = forms.ModelChoiceField(label=gettext_lazy("Event"), queryset=Event.objects.none(), required=False)
    document = forms.ModelChoiceField(
        label=gettext_lazy("Document"),
        queryset=Document.objects.none(),
        required=False,
        help_text=gettext_lazy("Where it belongs to no event."),
    )
    title_vi = forms.CharField(label=gettext_lazy("Title (Vietnamese)"), max_length=300)
    title_en = forms.CharField(label=gettext_lazy("Title (English)"), max_length=300, required=False)
    reached_means_vi = forms.CharField(
        label=gettext_lazy("What counts as reached (Vietnamese)"), max_length=400
    )
    reached_means_en = forms.CharField(
        label=gettext_lazy("What counts as reached (English)"), max_length=400, required=False
    )
    asks_product = forms.BooleanField(label=gettext_lazy("Each unit registers a product"), required=False)
    pilots = _UnitsField(
        label=gettext_lazy("Pilot units"),
        queryset=Unit.objects.none(),
        to_field_name="ref",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, who: Any, data: Any = None) -> None:
        super().__init__(data)
        kept = units_coordinated_by(who)
        living = kept.valid_on(today()).with_places()
        pks = kept.order_by().values("pk")
        near = Q(unit__in=pks) | Q(unit__tier=Tier.NATION)
        self._choose("unit", living.filter(tier__in=OPEN_TIERS).order_by("tier", "sort_key", "pk"))
        self._choose("event", Event.objects.filter(near, cancelled=False).order_by("-starts_on", "pk"))
        self._choose("document", Document.objects.filter(near).order_by("-issued_on", "pk"))
        self._choose("pilots", living.of_tier(Tier.COMMUNE).order_by("sort_key", "pk"))

    def _choose(self, name: str, rows: Any) -> None:
        self.fields[name].queryset = rows  # type: ignore[attr-defined]


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """`/rollouts/new/`: for coordinators, of the units they coordinate."""
    by: Any = request.user
    if not units_coordinated_by(by).exists():
        raise Http404(HIDDEN)
    form = RollOutForm(by, request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            made = make_roll_out(by=by, **form.cleaned_data)
        except RollOutRefused as refused:
            form.add_error(refused.field, str(refused))
        else:
            messages.success(request, _("The roll-out is made."))
            return redirect("dashboard:roll-out", pk=made.pk)
    return render(request, "campaigns/new_roll_out.html", {"form": form}, status=422 if form.errors else 200)
