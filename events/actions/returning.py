"""Events that return every year are made by themselves, with theme and plan left to be filled in."""

from __future__ import annotations

import datetime

from django.db import transaction

from accounts.actions.traces import audit
from accounts.models.audit import Operation
from events.actions.telling import note_event
from events.models import Event
from provinces.dates import today


@transaction.atomic
def make_returns(day: datetime.date | None = None) -> int:
    """The returns of this year and the next that are not there yet; answers how many were made.

    A return that was cancelled or edited stays as it is. Two workers at once make one: the row of the event
    that returns is locked.
    """
    year = (day or today()).year
    made = 0
    roots = Event.objects.select_for_update(of=("self",)).filter(repeats_yearly=True, cancelled=False)
    for root in roots.select_related("unit").order_by("pk"):
        known = set(root.returns.values_list("returns_in", flat=True))
        for each in (year, year + 1):
            if (
                each > root.starts_on.year
                and each not in known
                and root.unit.is_valid_on(_in(root.starts_on, each))
            ):
                made += _return(root, each)
    return made


def _return(root: Event, year: int) -> int:
    starts_on = _in(root.starts_on, year)
    title_vi, title_en = (_titled(root, title, year) for title in (root.title_vi, root.title_en))
    taken = Event.objects.filter(kind=root.kind, unit=root.unit, starts_on=starts_on, title_vi=title_vi)
    if entered := taken.filter(returns_of__isnull=True, repeats_yearly=False).first():
        # Somebody entered this year's before it was made: it is the return.
        entered.returns_of, entered.returns_in = root, year
        entered.save(update_fields=["returns_of", "returns_in"])
        note_event(entered)
        return 0
    event = Event.objects.create(
        kind=root.kind,
        unit=root.unit,
        host=root.host,
        starts_on=starts_on,
        ends_on=starts_on + (root.ends_on - root.starts_on),
        title_vi=title_vi,
        title_en=title_en,
        is_illustrative=root.is_illustrative,
        is_day_illustrative=root.is_day_illustrative,
        returns_of=root,
        returns_in=year,
    )
    event.documents.set(root.documents.all())
    note_event(event, Operation.CREATED)
    audit(None, "event.returned", event, event.unit, after={"returns_of": root.pk, "year": year})
    return 1


def _titled(root: Event, title: str, year: int) -> str:
    """The title with the year of the return; one that names no year is the same every year."""
    return title.replace(str(root.starts_on.year), str(year))


def _in(day: datetime.date, year: int) -> datetime.date:
    """The same day of another year; 29 February returns on the 28th."""
    leap = (day.month, day.day) == (2, 29)
    return day.replace(year=year, day=28 if leap else day.day)
