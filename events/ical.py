"""Events and due days as iCalendar (RFC 5545): the feed of a person, and the file of an invitation.

A whole day ends on the day after it, exclusively. An object keeps its UID for ever, so that calendars bring
what they have up to date instead of showing it twice.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from urllib.parse import urlsplit

import icalendar
from django.conf import settings
from django.db.models import Case, DateField, DurationField, ExpressionWrapper, F, Q, Value, When
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import either, reach, units_around
from events.models import Event, Participant
from provinces.dates import VIETNAM, today
from provinces.models import Tier
from resolutions.models import Task

BEHIND = datetime.timedelta(days=400)
AHEAD = datetime.timedelta(days=800)
MOST = 1000
"""Events, and tasks, that a feed holds at most: those nearest to today."""
_DAY = datetime.timedelta(days=1)


def feed_of(user: User) -> bytes:
    """The days of one person: events and due days of tasks that they may see, of the nation and of the places
    they work for; two queries for both, whatever their number."""
    calendar = _calendar()
    calendar.add("x-wr-calname", _("Provincial Targets Portal"))
    calendar.add("x-wr-timezone", VIETNAM.key)
    calendar.add("refresh-interval", datetime.timedelta(hours=4), parameters={"VALUE": "DURATION"})
    near = _near(user)
    for event in _events(user, near):
        calendar.add_component(_of_event(event))
    for task in _tasks(user, near):
        calendar.add_component(_of_task(task))
    return _written(calendar)


def invitation(event: Event) -> bytes:
    """The event alone, to be put into a calendar; the feed updates the same UID later."""
    calendar = _calendar()
    calendar.add("method", "PUBLISH")
    calendar.add_component(_of_event(event))
    return _written(calendar)


def _near(user: User) -> Q:
    seen = reach(user)
    if seen.everything:
        return Q()
    units = {*seen.unit_ids, *seen.province_ids}
    nation = Q(unit__tier=Tier.NATION)
    return nation | Q(unit__in=units_around(units)) if units else nation


def _events(user: User, near: Q) -> Iterable[Event]:
    lasting = Q(ends_on__gte=today() - BEHIND, starts_on__lte=today() + AHEAD)
    invited = Participant.objects.filter(user=user).order_by().values("event")
    rows = Event.objects.visible_to(user).filter(lasting, either(near, Q(pk__in=invited)))
    return rows.for_list().order_by(_distance("starts_on", "ends_on"), "pk")[:MOST]


def _tasks(user: User, near: Q) -> Iterable[Task]:
    due = Q(due_on__gte=today() - BEHIND, due_on__lte=today() + AHEAD, done_on__isnull=True)
    rows = Task.objects.visible_to(user).filter(due, either(near, Q(person=user)))
    return rows.for_list().order_by(_distance("due_on", "due_on"), "pk")[:MOST]


def _distance(first: str, last: str) -> Case:
    """How far the days lie from today, before or behind; nothing while they last."""
    now = Value(today(), DateField())
    return Case(
        When(**{f"{first}__gt": now}, then=_span_of(F(first), now)),
        When(**{f"{last}__lt": now}, then=_span_of(now, F(last))),
        default=Value(datetime.timedelta(), DurationField()),
    )


def _span_of(later: F | Value, earlier: F | Value) -> ExpressionWrapper:
    return ExpressionWrapper(later - earlier, output_field=DurationField())


def _calendar() -> icalendar.Calendar:
    calendar = icalendar.Calendar()
    calendar.add("prodid", "-//Provincial Targets Portal//Events//VI")
    calendar.add("version", "2.0")
    return calendar


def _written(calendar: icalendar.Calendar) -> bytes:
    calendar.add_missing_timezones()
    content: bytes = calendar.to_ical()
    return content


def _of_event(event: Event) -> icalendar.Event:
    row = icalendar.Event()
    row.add("uid", _uid("event", event.pk))
    row.add("dtstamp", timezone.now().astimezone(datetime.UTC))
    row.add("sequence", event.revision)
    row.add("summary", event.title)
    for name, moment in _span(event):
        row.add(name, moment)
    place = event.place or (event.host or event.unit).name
    row.add("location", place)
    row.add("url", address_of(event))
    said = [str(event.get_kind_display()), event.unit.name, event.theme]
    if event.is_day_illustrative or event.is_illustrative:
        said.append(_("Illustrative data"))
    if event.cancelled:
        said.append(_("Cancelled: %(reason)s") % {"reason": event.cancel_reason})
    row.add("description", "\n".join(each for each in [*said, event.agenda] if each))
    row.add("status", "CANCELLED" if event.cancelled else "CONFIRMED")
    # A day that one only ought to know of does not make one busy.
    row.add("transp", "TRANSPARENT" if event.begins_at is None else "OPAQUE")
    return row


def _span(event: Event) -> list[tuple[str, datetime.date | datetime.datetime]]:
    """Whole days, or hours where they are known."""
    if event.begins_at is None or (event.ends_at is None and event.ends_on != event.starts_on):
        return [("dtstart", event.starts_on), ("dtend", event.ends_on + _DAY)]
    begins = datetime.datetime.combine(event.starts_on, event.begins_at, VIETNAM)
    if event.ends_at is None:
        return [("dtstart", begins)]
    return [("dtstart", begins), ("dtend", datetime.datetime.combine(event.ends_on, event.ends_at, VIETNAM))]


def _of_task(task: Task) -> icalendar.Event:
    row = icalendar.Event()
    row.add("uid", _uid("task", task.pk))
    row.add("dtstamp", timezone.now().astimezone(datetime.UTC))
    row.add("summary", _("Task due: %(title)s") % {"title": task.title})
    row.add("dtstart", task.due_on)
    row.add("dtend", task.due_on + _DAY)
    said = [task.unit.name, str(task.lead or ""), str(task.person or "")]
    if task.is_illustrative:
        said.append(_("Illustrative data"))
    row.add("description", "\n".join(each for each in said if each))
    row.add("url", _base() + task.get_absolute_url())
    row.add("transp", "TRANSPARENT")
    return row


def address_of(event: Event) -> str:
    """Where the event is read, from outside the portal as well."""
    return _base() + reverse("events:event", args=[event.pk])


def _base() -> str:
    return str(settings.PORTAL_URL).rstrip("/")


def _uid(kind: str, pk: int) -> str:
    return f"{kind}-{pk}@{urlsplit(_base()).hostname or 'portal'}"
