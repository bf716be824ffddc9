"""What hangs on an event: adding, taking off, answering, inviting, files."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Q
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.agency_field import agency_text
from accounts.files import FileRefused, sent
from accounts.forms import unit_text
from accounts.permissions import HIDDEN, first_or_404, units_coordinated_by
from accounts.reasons import reason_given
from events.actions.files import attach_file, remove_file
from events.actions.inviting import invite
from events.actions.keeping import EventError
from events.actions.parts import (
    add_outcome,
    add_participant,
    add_point,
    add_site,
    answer_invitation,
    remove_part,
)
from events.forms import FileForm, OutcomeForm, ParticipantForm, PointForm, SiteForm
from events.models import Event, EventFile, EventPoint, EventSite, Outcome, Participant
from events.permissions import kept_event_or_404, named_agencies, named_people, named_units
from provinces.models import UnitClosure

_OFFERED = 200


@dataclass(frozen=True)
class Sort:
    """One sort of part: its form, what adds one, and its words."""

    form: Callable[..., forms.Form]
    add: Callable[..., Any]
    title: Any
    model: Any


SORTS = {
    "site": Sort(SiteForm, add_site, gettext_lazy("Add a site"), EventSite),
    "point": Sort(PointForm, add_point, gettext_lazy("Add a point"), EventPoint),
    "outcome": Sort(OutcomeForm, add_outcome, gettext_lazy("Add an outcome"), Outcome),
    "participant": Sort(ParticipantForm, add_participant, gettext_lazy("Add a participant"), Participant),
    "file": Sort(FileForm, attach_file, gettext_lazy("Attach a file"), EventFile),
}


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest, pk: int, sort: str) -> HttpResponse:
    """`/events/12/add/point/`: one more site, point, outcome, participant or file."""
    event = kept_event_or_404(request.user, pk)
    chosen = SORTS.get(sort)
    if chosen is None:
        raise Http404(HIDDEN)
    form = _form(request, sort, event)
    by: Any = request.user
    if form.is_valid():
        try:
            chosen.add(event=event, by=by, **form.cleaned_data)
        except (EventError, FileRefused) as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("It is added."))
            return redirect("events:event", pk)
    context = {
        "form": form,
        "event": event,
        "title": chosen.title,
        "sort": sort,
        "lists": _lists(request, sort, event),
    }
    return render(request, "events/add.html", context, status=422 if form.errors else 200)


def _form(request: HttpRequest, sort: str, event: Event) -> forms.Form:
    data = request.POST if request.method == "POST" else None
    if sort == "participant":
        return ParticipantForm(named_people(request.user, event), named_agencies(request.user, event), data)
    if sort == "site":
        return SiteForm(named_units(request.user, event), event.starts_on, data)
    if sort == "file":
        return FileForm(data, request.FILES if data is not None else None)
    return SORTS[sort].form(data)


def _lists(request: HttpRequest, sort: str, event: Event) -> dict[str, list[str]]:
    """What the fields offer while one types, by the id of its list; they read all others as well."""
    if sort == "site":
        units = named_units(request.user, event).under(event.unit).with_places().in_code_order()
        return {"units": [unit_text(each) for each in units[:_OFFERED]]}
    if sort == "participant":
        above = UnitClosure.objects.filter(descendant=event.unit_id).values("ancestor")
        near = named_agencies(request.user, event).with_names().filter(unit__in=above)
        near = near.order_by("-unit__tier", "kind__label_pattern", "pk")
        return {"agencies": [agency_text(each) for each in near[:_OFFERED]]}
    return {}


@require_POST
def remove(request: HttpRequest, sort: str, pk: int) -> HttpResponse:
    """`/events/parts/point/7/remove/`: take it off; a file needs a reason."""
    chosen = SORTS.get(sort)
    if chosen is None:
        raise Http404(HIDDEN)
    kept = units_coordinated_by(request.user).values("pk")
    rows = chosen.model._base_manager.select_related("event__unit")
    part = first_or_404(rows.filter(pk=pk, event__unit__in=kept))
    by: Any = request.user
    try:
        if isinstance(part, EventFile):
            remove_file(file=part, by=by, reason=reason_given(request))
        else:
            remove_part(part=part, by=by)
        messages.success(request, _("It is taken off."))
    except (EventError, FileRefused) as refused:
        messages.error(request, str(refused))
    return redirect("events:event", part.event_id)


@require_safe
def download(request: HttpRequest, pk: int) -> FileResponse:
    """`/events/files/7/`: for whoever sees the event from inside; one that was taken off is gone."""
    by: Any = request.user
    events = Event.objects.seen_inside_by(by).values("pk")
    return sent(first_or_404(EventFile.objects.filter(pk=pk, removed_at__isnull=True, event__in=events)))


@require_POST
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """`/events/participants/7/answer/`: by the person themselves, or noted by whoever keeps the event."""
    by: Any = request.user
    kept = units_coordinated_by(by).values("pk")
    rows = Participant.objects.select_related("event__unit").filter(
        Q(user=by) | Q(event__unit__in=kept), pk=pk
    )
    participant = first_or_404(rows)
    try:
        answer_invitation(participant=participant, by=by, answer=request.POST.get("answer", ""))
        messages.success(request, _("The answer is noted."))
    except EventError as refused:
        messages.error(request, str(refused))
    return redirect("events:event", participant.event_id)


@require_POST
def invitations(request: HttpRequest, pk: int) -> HttpResponse:
    """`/events/12/invite/`: write to everybody who was not written to yet."""
    event = kept_event_or_404(request.user, pk)
    by: Any = request.user
    try:
        asked = invite(event=event, by=by)
    except EventError as refused:
        messages.error(request, str(refused))
    else:
        words = ngettext(
            "%(count)d invitation is on its way.", "%(count)d invitations are on their way.", asked
        )
        messages.success(request, words % {"count": asked})
    return redirect("events:event", pk)
