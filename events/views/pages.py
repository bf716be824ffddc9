"""The page of an event, its table that turns points into tasks, and its particulars."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from accounts.permissions import HIDDEN, get_visible_or_404, units_coordinated_by
from accounts.reasons import reason_given
from events.actions.keeping import EventError, cancel_event, edit_event, make_event
from events.actions.points import Assignment, turn_into_tasks
from events.event_page import event_of, may_make_own, page_of
from events.forms import EventForm, PointRow, initial_of
from events.models import Event
from events.permissions import is_plan_open, kept_event_or_404, may_keep, may_plan
from provinces.dates import today
from provinces.models import Agency


@require_safe
def event(request: HttpRequest, pk: int) -> HttpResponse:
    """`/events/12/`: for whoever reads results of its unit."""
    return _page(request, event_of(request.user, pk))


@require_POST
def assign(request: HttpRequest, pk: int) -> HttpResponse:
    """`/events/12/assign/`: the table of points; all that have a day become tasks, or none does."""
    kept_event_or_404(request.user, pk)
    found = event_of(request.user, pk)
    by: Any = request.user
    page = page_of(by, found, request.POST)
    rows = [line.form for group in page.groups for line in group.lines if line.form]
    if any([not row.is_valid() for row in rows]):  # noqa: C419 (every row says what is wrong with it)
        page.error = _("Nothing was assigned; mend the rows that are marked.")
        return _shown(request, page, 422)
    try:
        tasks = turn_into_tasks(event=found, assignments=_assignments(rows), by=by)
    except EventError as refused:
        page.error = str(refused)
        return _shown(request, page, 422)
    words = ngettext("%(count)d task was assigned.", "%(count)d tasks were assigned.", len(tasks))
    messages.success(request, words % {"count": len(tasks)})
    return redirect("events:event", pk)


def _assignments(rows: list[PointRow]) -> list[Assignment]:
    taken = [(row.point, row.cleaned_data) for row in rows if row.cleaned_data.get("due_on")]
    agencies = Agency.objects.with_names().in_bulk({said["lead"] for _point, said in taken if said["lead"]})
    people = User.objects.in_bulk({said["person"] for _point, said in taken if said["person"]})
    return [
        Assignment(point, said["due_on"], agencies.get(said["lead"]), people.get(said["person"]))
        for point, said in taken
    ]


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """`/events/new/`, `?like=12`: a new event, on the days and with the documents of another one."""
    by: Any = request.user
    if not units_coordinated_by(by).exists():
        raise Http404(HIDDEN)
    like = _like(request)
    form = EventForm(
        by, event=like, data=request.POST if request.method == "POST" else None, initial=_initial(by, like)
    )
    if form.is_valid():
        try:
            made = make_event(by=by, fields=form.said, documents=form.cleaned_data["documents"])
        except EventError as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("The event is entered."))
            return redirect("events:event", made.pk)
    return render(request, "events/form.html", {"form": form}, status=422 if form.errors else 200)


def _like(request: HttpRequest) -> Event | None:
    pk = request.GET.get("like", "")
    if not (pk.isascii() and pk.isdecimal() and len(pk) < 18):
        return None
    found: Event = get_visible_or_404(Event.objects.select_related("unit", "host"), request.user, pk=int(pk))
    return found


def _initial(who: User, like: Event | None) -> dict[str, Any]:
    units = list(units_coordinated_by(who).valid_on(today()).order_by("tier", "pk")[:400])
    first = min(
        units,
        key=lambda unit: (
            ("nation", "province").index(unit.tier) if unit.tier in ("nation", "province") else 2
        ),
        default=None,
    )
    unit = {"unit": first.ref} if first else {}
    if like is None:
        return unit
    names = ("kind", "starts_on", "ends_on", "title_vi", "title_en", "theme_vi", "theme_en")
    return {name: getattr(like, name) for name in names} | {"documents": list(like.documents.all())} | unit


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """`/events/12/edit/`: its particulars; of a yearly return of the nation its theme and plan."""
    by: Any = request.user
    found: Event = get_visible_or_404(Event.objects.select_related("unit__province", "host"), by, pk=pk)
    keeps = may_keep(by, found)
    if not (keeps or (is_plan_open(found) and may_plan(by, found))):
        raise Http404(HIDDEN)
    initial = initial_of(found) | {"documents": list(found.documents.all())}
    data = request.POST if request.method == "POST" else None
    form = EventForm(by, event=found, plan_only=not keeps, data=data, initial=initial)
    if form.is_valid():
        documents = form.cleaned_data["documents"] if form.has_documents else None
        try:
            seen = form.cleaned_data["revision"]
            edit_event(event=found, by=by, fields=form.said, documents=documents, seen=seen)
        except EventError as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("The event is changed."))
            return redirect("events:event", pk)
    context = {"form": form, "event": found, "may_cancel": keeps and not found.cancelled}
    return render(request, "events/form.html", context, status=422 if form.errors else 200)


@require_POST
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """`/events/12/cancel/` with a reason."""
    found = kept_event_or_404(request.user, pk)
    by: Any = request.user
    try:
        cancel_event(event=found, by=by, reason=reason_given(request))
        messages.success(request, _("The event is cancelled; it stays to be seen with the reason."))
    except EventError as refused:
        messages.error(request, str(refused))
    return redirect("events:event", pk)


def _page(request: HttpRequest, found: Event) -> HttpResponse:
    who: Any = request.user
    return _shown(request, page_of(who, found), 200)


def _shown(request: HttpRequest, page: Any, status: int) -> HttpResponse:
    context = {"page": page, "event": page.event, "may_make_own": may_make_own(page.who, page.event)}
    return render(request, "events/event.html", context, status=status)
