"""A roll-out as the coordinator makes and changes it."""

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

from accounts.permissions import (
    HIDDEN,
    OPEN_TIERS,
    first_or_404,
    get_visible_or_404,
    units_coordinated_by,
)
from events.actions.rollouts import (
    PARTICULARS,
    RollOutRefused,
    communes_to_reach,
    edit_roll_out,
    make_roll_out,
)
from events.models import Event, RollOut
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
    """Offers the units somebody coordinates, what these have of events and documents, and their communes.

    Of a ``roll_out`` that is there the unit stays, and what it has already is offered besides.
    """

    revision = forms.IntegerField(required=False, widget=forms.HiddenInput())
    """Which state of it its writer saw; nothing where there was none."""
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

    def __init__(self, who: Any, data: Any = None, roll_out: RollOut | None = None) -> None:
        super().__init__(data, initial=_initial(roll_out))
        kept = units_coordinated_by(who)
        living = kept.valid_on(today()).with_places()
        pks = kept.order_by().values("pk")
        near = Q(unit__in=pks) | Q(unit__tier=Tier.NATION)
        events, documents = Q(near, cancelled=False), near
        communes = living.of_tier(Tier.COMMUNE)
        if roll_out is None:
            del self.fields["revision"]
            self._choose("unit", living.filter(tier__in=OPEN_TIERS).order_by("tier", "sort_key", "pk"))
        else:
            del self.fields["unit"]
            events |= Q(pk=roll_out.event_id)
            documents |= Q(pk=roll_out.document_id)
            there = communes_to_reach(roll_out).order_by().values("pk")
            pilots = roll_out.units.filter(is_pilot=True).values("unit")
            communes = Unit.objects.with_places().filter(Q(pk__in=there) | Q(pk__in=pilots))
        self._choose("event", Event.objects.filter(events).order_by("-starts_on", "pk"))
        self._choose("document", Document.objects.filter(documents).order_by("-issued_on", "pk"))
        self._choose("pilots", communes.order_by("sort_key", "pk"))

    def _choose(self, name: str, rows: Any) -> None:
        self.fields[name].queryset = rows  # type: ignore[attr-defined]


def _initial(roll_out: RollOut | None) -> dict[str, Any]:
    if roll_out is None:
        return {}
    pilots = Unit.objects.filter(roll_out_states__roll_out=roll_out, roll_out_states__is_pilot=True)
    said = {name: getattr(roll_out, name) for name in PARTICULARS}
    return said | {"revision": roll_out.revision, "pilots": [each.ref for each in pilots]}


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


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """`/rollouts/2/edit/`: what is said of it and its pilot units; for coordinators of its unit."""
    by: Any = request.user
    rows = RollOut.objects.select_related("unit__province", "unit__parent", "event", "document")
    found: RollOut = get_visible_or_404(rows, by, pk=pk)
    first_or_404(units_coordinated_by(by).filter(pk=found.unit_id))
    form = RollOutForm(by, request.POST if request.method == "POST" else None, found)
    if form.is_valid():
        said = dict(form.cleaned_data)
        try:
            edit_roll_out(roll_out=found, by=by, seen=said.pop("revision"), **said)
        except RollOutRefused as refused:
            form.add_error(refused.field or None, str(refused))
        else:
            messages.success(request, _("The roll-out is changed."))
            return redirect("dashboard:roll-out", pk=pk)
    context = {"form": form, "roll_out": found}
    return render(request, "campaigns/new_roll_out.html", context, status=422 if form.errors else 200)
