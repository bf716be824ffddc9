"""Adding targets to a document and revising them: for the coordinators of the unit that must reach them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.forms import unit_text
from accounts.permissions import HIDDEN, first_or_404, units_coordinated_by
from dashboard import asked as asking
from dashboard.asked import Measure
from dashboard.document_entry import offered_units, refuse
from dashboard.document_views import document_or_404
from dashboard.rows import measures_on
from dashboard.target_forms import PlaceForm, RevisionForm, TargetForm
from indicators.actions.adding_targets import add_target
from indicators.actions.placing import may_be_placed, place_target
from indicators.actions.targets import revise_target
from indicators.models import Target, TargetRevision
from indicators.models.targets import CountsAs, TargetKind, TargetQuerySet
from provinces.dates import today
from provinces.models import Agency, Tier, Unit, UnitClosure
from provinces.models.units import UnitQuerySet
from resolutions.models import Document


def units_for(request: HttpRequest, document: Document) -> UnitQuerySet:
    """Units one keeps at or below the document's own: for whom its targets may be entered."""
    below = UnitClosure.objects.filter(ancestor=document.unit_id).values("descendant")
    return units_coordinated_by(request.user).filter(pk__in=below)


def revised_by(request: HttpRequest) -> TargetQuerySet:
    """The targets somebody may revise."""
    kept = units_coordinated_by(request.user).values("pk")
    rows: TargetQuerySet = Target.objects.leaves().filter(unit__in=kept)
    return rows


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, pk: int) -> HttpResponse:
    """`/documents/17/targets/new/`: one more row of its list; the form stays for the next one."""
    document = document_or_404(pk)
    units = units_for(request, document)
    if not units.exists():
        raise Http404(HIDDEN)
    by: Any = request.user
    data = request.POST if request.method == "POST" else None
    first = _first_said(document, units)
    form = TargetForm(units, _agencies(units), _headings(units, document), data, first)
    if form.is_valid():
        try:
            said = {name: form.cleaned_data[name] for name in _SAID}
            target = add_target(document=document, asked=form.first_asked(), by=by, **said)
        except ValidationError as refused:
            form.refuse(refused)
        else:
            messages.success(request, _entered(target))
            if "another" in request.POST:
                return redirect("dashboard:target-new", pk)
            return redirect("dashboard:document", pk)
    context = {"form": form, "document": document, "units": offered_units(request)}
    return render(request, "documents/target_form.html", context, status=422 if form.errors else 200)


_SAID = (
    *("unit", "code", "counts_as", "parent", "level", "counts_from", "indicator"),
    *("name_vi", "name_en", "owner", "owner_note"),
)


def _entered(target: Target) -> str:
    if target.counts_as == CountsAs.LEAVES:
        message = _("Heading %(code)s is entered; it counts by the rows that you enter under it.")
    else:
        message = _("Row %(code)s is entered; its result follows within a minute.")
    return message % {"code": target.code}


def _headings(units: UnitQuerySet, document: Document) -> TargetQuerySet:
    """The headings of the document that a row of these units may stand under."""
    rows: TargetQuerySet = Target.objects.filter(document=document, unit__in=units, kind=TargetKind.HEADING)
    return rows.select_related("indicator", "unit__parent", "unit__province").order_by("unit", "sort_key")


def _first_said(document: Document, units: UnitQuerySet) -> dict[str, Any]:
    """The document's own unit and first day; of a document from above, the widest unit one keeps."""
    own = units.with_places().valid_on(today()).in_code_order()
    unit: Unit | None = own.filter(pk=document.unit_id).first() or own.filter(tier=Tier.PROVINCE).first()
    unit = unit or own.first() or units.with_places().filter(pk=document.unit_id).first()
    return {"unit": unit_text(unit) if unit else "", "counts_from": document.valid_from}


def _agencies(units: UnitQuerySet) -> Any:
    """Agencies of these units and of those above them."""
    above = UnitClosure.objects.filter(descendant__in=units.values("pk")).values("ancestor")
    rows = Agency.objects.filter(Q(unit__in=above)).select_related("kind", "unit")
    return rows.order_by("unit__tier", "ref")


@require_http_methods(["GET", "HEAD", "POST"])
def revise(request: HttpRequest, pk: int) -> HttpResponse:
    """`/targets/17/revise/`: what it asks from a day on, by a document; the old reading stays."""
    rows = revised_by(request).select_related("document", "unit__parent", "unit__province", "indicator")
    target: Target = first_or_404(rows.filter(pk=pk))
    revisions = target.revisions.prefetch_related("milestones", "parts__indicator")
    last = revisions.order_by("-effective_on", "-number").first()
    by: Any = request.user
    above = UnitClosure.objects.filter(descendant=target.unit_id).values("ancestor")
    others = Document.objects.filter(unit__in=above)
    form = RevisionForm(others, last, request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            revise_target(
                target=target,
                document=form.cleaned_data["document"],
                effective_on=form.cleaned_data["effective_on"],
                asked=form.asked(last.window_from if last else None),
                by=by,
            )
        except ValidationError as refused:
            form.refuse(refused)
        else:
            messages.success(request, _("The revision is recorded; the old reading stays in the history."))
            return redirect(target)
    context = {
        "form": form,
        "target": target,
        "document": target.document,
        "last": last,
        "last_words": _words_of(target, last) if last is not None else "",
    }
    return render(request, "documents/revise.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def place(request: HttpRequest, pk: int) -> HttpResponse:
    """`/targets/17/place/`: its number in the document's list, and the heading it stands under."""
    rows = revised_by(request).select_related("document", "unit__parent", "unit__province", "indicator")
    target: Target = first_or_404(rows.filter(pk=pk))
    if not may_be_placed(target):
        raise Http404(HIDDEN)
    by: Any = request.user
    headings = _headings(Unit.objects.filter(pk=target.unit_id), target.document)
    form = PlaceForm(headings, target, request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            place_target(target=target, by=by, **form.cleaned_data)
        except ValidationError as refused:
            refuse(form, refused)
        else:
            messages.success(request, _("The row stands in its new place; what it asks stays."))
            return redirect(target)
    context = {"form": form, "target": target, "document": target.document}
    return render(request, "documents/place.html", context, status=422 if form.errors else 200)


def _words_of(target: Target, last: TargetRevision) -> str:
    """What is asked before the revision, a composite with each of its parts."""
    parts = list(last.parts.all())
    measures = measures_on(today(), [target.indicator_id, *(part.indicator_id for part in parts)])
    words = asking.asked_in_words(last, measures.get(target.indicator_id) or Measure())
    told = [
        f"{part.name_vi or part.indicator.name} "
        + asking.asked_short(part, measures.get(part.indicator_id) or Measure(), last.due_on)
        for part in parts
    ]
    return f"{words} ({'; '.join(told)})" if told else words
