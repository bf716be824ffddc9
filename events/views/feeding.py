"""An outcome feeds an indicator: the reports that owe it, and the choice of one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from accounts.files import FileRefused
from accounts.permissions import HIDDEN, first_or_404, reach_as
from events.actions.feeding import feed
from events.actions.keeping import EventError
from events.models import Event, Outcome
from events.permissions import may_feed
from indicators import figures
from indicators.entry.places import Owed, Place, owed_in, places_within
from indicators.models import Level, Period, PeriodKind
from indicators.permissions import ENTERS
from provinces.dates import today

_YEARS_AFTER = 1


@dataclass(frozen=True)
class Door:
    """One cell that the outcome may go into."""

    place: Place
    owed: Owed

    @property
    def value(self) -> str:
        agency = self.place.agency.ref if self.place.agency else ""
        return f"{self.place.period.code}|{self.owed.level}|{agency}"

    @property
    def text(self) -> str:
        period = figures.period(self.place.period.code, self.place.period.name_vi)
        return f"{period} · {self.place.name} · {Level(self.owed.level).label}"


class FeedForm(forms.Form):
    cell = forms.ChoiceField(label=gettext_lazy("Report and period"))
    justification = forms.CharField(
        label=gettext_lazy("Justification"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Needed only where the figure raises a warning."),
    )

    def __init__(self, doors: list[Door], data: Any = None) -> None:
        super().__init__(data)
        self.doors = {door.value: door for door in doors}
        self.fields["cell"].choices = [(door.value, door.text) for door in doors]  # type: ignore[attr-defined]

    @property
    def door(self) -> Door:
        return self.doors[self.cleaned_data["cell"]]


@require_http_methods(["GET", "HEAD", "POST"])
def feed_indicator(request: HttpRequest, pk: int) -> HttpResponse:
    """`/events/outcomes/7/feed/`: for whoever enters figures in a report of the unit."""
    events = Event.objects.visible_to(request.user).values("pk")
    rows = Outcome.objects.select_related(
        "event__unit__province", "indicator", "version__measurement__period"
    )
    outcome: Outcome = first_or_404(rows.filter(pk=pk, event__in=events, indicator__isnull=False))
    if not may_feed(request.user, outcome.event):
        raise Http404(HIDDEN)
    doors = doors_of(request.user, outcome)
    by: Any = request.user
    form = FeedForm(doors, request.POST if request.method == "POST" else None)
    if form.is_valid():
        door = form.door
        try:
            feed(
                outcome=outcome,
                place=door.place,
                owed=door.owed,
                by=by,
                justification=form.cleaned_data["justification"],
            )
        except (EventError, FileRefused) as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(
                request, _("The figure stands in the report as a draft; a second person approves it.")
            )
            return redirect("events:event", outcome.event_id)
    context = {"form": form, "outcome": outcome, "event": outcome.event, "doors": doors}
    return render(request, "events/feed.html", context, status=422 if form.errors else 200)


def doors_of(who: Any, outcome: Outcome) -> list[Door]:
    """The cells of the outcome's indicator in reports of the event's unit that the person may enter, of the
    periods around the event that have begun; the nearest period first."""
    year, day = outcome.event.starts_on.year, outcome.event.starts_on
    begun = Period.objects.filter(year__gte=year, year__lte=year + _YEARS_AFTER, starts_on__lte=today())
    periods = list(begun.exclude(kind=PeriodKind.CAMPAIGN).prefetch_related("due_days"))
    places = [
        place
        for place in places_within(reach_as(who, *ENTERS), periods=periods)
        if place.unit.pk == outcome.event.unit_id and place.is_open
    ]
    owed = owed_in(places)
    doors = [
        Door(place, one)
        for place in places
        for one in owed[place.key]
        if one.indicator.pk == outcome.indicator_id
    ]
    return sorted(
        doors, key=lambda door: (not _around(door.place.period, day), door.place.period.starts_on, door.value)
    )


def _around(period: Period, day: Any) -> bool:
    return bool(period.starts_on <= day <= period.assessed_on)
