"""The page on which a unit gives its figures of a campaign, a week at a time; a plain form."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from events.actions.campaigns import FiguresRefused, save_figures
from events.campaign_week import fill, notes_in, typed_in, week_of
from events.campaigns import campaign_or_404, reporting_unit_or_404
from events.models import Event
from indicators import figures
from provinces.models import Unit


@require_http_methods(["GET", "HEAD", "POST"])
def entry(request: HttpRequest, pk: int, unit: str) -> HttpResponse:
    """`/events/5/campaign/units/C24169-2025/?week=2025-09-08`: saved whole, or nothing with status 422."""
    event = campaign_or_404(request.user, pk)
    own = reporting_unit_or_404(request.user, event, unit)
    if request.method != "POST":
        return _page(request, event, own)
    me: Any = request.user
    typed = typed_in(request.POST)
    notes = notes_in(request.POST, [each.goal for each in typed])
    try:
        changed = save_figures(event=event, unit=own, typed=typed, by=me, notes=notes)
    except FiguresRefused as refused:
        messages.error(request, str(refused))
        return _page(request, event, own, refused)
    if changed:
        words = ngettext("%(count)s figure changed.", "%(count)s figures changed.", changed)
        messages.success(request, words % {"count": figures.number(changed)})
    else:
        messages.info(request, _("Nothing was changed."))
    week = week_of(event, request.GET.get("week", ""))
    address = reverse("campaigns:entry", kwargs={"pk": event.pk, "unit": own.ref})
    return redirect(f"{address}?week={week.first}")


def _page(
    request: HttpRequest, event: Event, unit: Unit, refused: FiguresRefused | None = None
) -> HttpResponse:
    week = week_of(event, request.GET.get("week", ""))
    posted = {name: str(value) for name, value in request.POST.items()} if refused else None
    fill(week, unit, posted, refused)
    context = {"event": event, "unit": unit, "week": week}
    return render(request, "campaigns/entry.html", context, status=422 if refused else 200)
