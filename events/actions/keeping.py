"""Making, changing and cancelling events; each change leaves its trace."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Mapping
from copy import copy
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.actions.traces import audit
from accounts.models import User
from accounts.models.audit import Operation
from events.actions.telling import note_event
from events.models import PARTICULARS, CampaignFigure, Event
from indicators.entry.reading import plain_text
from provinces.models import Unit
from resolutions.models import Document


class EventError(Exception):
    """The action is not allowed; the message says why in the reader's language."""


@transaction.atomic
def make_event(*, by: User, fields: Mapping[str, Any], documents: Collection[Document] = ()) -> Event:
    """A new event. The caller has asked whether ``by`` keeps the events of its unit. Raises EventError."""
    event = Event(**{name: fields[name] for name in PARTICULARS if name in fields})
    _check(event)
    event.save(force_insert=True)
    event.documents.set(documents)
    note_event(event, Operation.CREATED)
    audit(by, "event.created", event, event.unit, after=told_of(event))
    return event


@transaction.atomic
def edit_event(
    *,
    event: Event,
    by: User,
    fields: Mapping[str, Any],
    documents: Collection[Document] | None = None,
    seen: int | None = None,
) -> Event:
    """Other particulars; only the fields that are given change. Without ``documents`` they stay.

    ``seen`` is the revision that its writer read, where they read one. Raises EventError.
    """
    event = lock_event(event)
    if seen is not None and seen != event.revision:
        raise EventError(
            _("Somebody else changed the event meanwhile. Open it anew, and write there what you changed.")
        )
    before, former = told_of(event), copy(event)
    for name in PARTICULARS:
        if name in fields:
            setattr(event, name, fields[name])
    _check(event)
    _check_campaign(event, before, former.unit_id)
    event.revision += 1
    event.save()
    if documents is not None:
        event.documents.set(documents)
    note_event(event, former=former)
    audit(by, "event.edited", event, event.unit, before=before, after=told_of(event))
    return event


@transaction.atomic
def cancel_event(*, event: Event, by: User, reason: str) -> Event:
    """It does not take place; it stays to be seen, with the reason. Raises EventError."""
    event = lock_event(event)
    if event.cancelled:
        raise EventError(_("The event is cancelled already."))
    reason = plain_text(reason)[:300]
    if not reason:
        raise EventError(_("Say why the event is cancelled."))
    event.cancelled, event.cancel_reason = True, reason
    event.revision += 1
    event.save(update_fields=["cancelled", "cancel_reason", "revision"])
    note_event(event)
    audit(by, "event.cancelled", event, event.unit, reason=event.cancel_reason)
    return event


def lock_event(event: Event) -> Event:
    """The event as it is now; whoever else changes it or what hangs on it waits."""
    found: Event = Event.objects.select_for_update(of=("self",)).select_related("unit").get(pk=event.pk)
    return found


def told_of(event: Event) -> dict[str, Any]:
    """Its particulars as the audit trail keeps them: what was said, as text."""
    told = {name: getattr(event, name) for name in PARTICULARS if name not in ("unit", "host")}
    said = {name: value.isoformat() if _is_time(value) else value for name, value in told.items() if value}
    return said | {"unit": event.unit.ref} | ({"host": event.host.ref} if event.host else {})


def _is_time(value: Any) -> bool:
    return isinstance(value, datetime.date | datetime.time)


def _check_campaign(event: Event, before: Mapping[str, Any], former: int) -> None:
    """Raises EventError where goals and figures of the event would no longer fit it. The goals are locked: a
    figure that somebody saves meanwhile is judged by the days that come of this."""
    goals = [each.pk for each in event.goals.select_for_update(of=("self",))]
    if not goals:
        return
    if event.kind != before["kind"] or event.unit_id != former:
        raise EventError(_("The campaign has goals: its kind and its unit stay."))
    figures = CampaignFigure.objects.live().filter(goal__in=goals)
    outside = figures.filter(Q(from_on__lt=event.starts_on) | Q(to_on__gt=event.ends_on)).count()
    if outside:
        words = ngettext(
            "%(count)d figure lies outside these days: have it corrected or taken back first.",
            "%(count)d figures lie outside these days: have them corrected or taken back first.",
            outside,
        )
        raise EventError(words % {"count": outside})


def _check(event: Event) -> None:
    """Raises EventError for days and hours that do not fit, and for an event that is there already."""
    if event.ends_on < event.starts_on:
        raise EventError(_("The last day is before the first."))
    if event.ends_at is not None:
        if event.begins_at is None:
            raise EventError(_("Say when it begins, or leave out when it ends."))
        if event.ends_on == event.starts_on and event.ends_at <= event.begins_at:
            raise EventError(_("It ends before it begins."))
    if not Unit.objects.valid_on(event.starts_on).filter(pk=event.unit_id).exists():
        raise EventError(_("This unit is not in being on that day."))
    same = Event.objects.filter(
        kind=event.kind, unit=event.unit_id, starts_on=event.starts_on, title_vi=event.title_vi
    )
    if same.exclude(pk=event.pk).exists():
        raise EventError(_("This event is entered already."))
