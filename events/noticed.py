"""Events in the change feed, as the loader writes them."""

from collections.abc import Sequence
from typing import Any

from accounts.noticing import Objects, follow
from events.models import Event, EventKind, EventPoint, EventSite, Outcome


def connect() -> None:
    follow(Event, "event")
    for model in (Event.documents.through, EventSite, Outcome, EventPoint):
        follow(model, "event", _of_events)
    follow(Event, "campaign", _campaigns)


def _campaigns(rows: Sequence[Any]) -> Objects:
    return [(row.pk, row.unit_id) for row in rows if row.kind == EventKind.CAMPAIGN]


def _of_events(rows: Sequence[Any]) -> Objects:
    """The events of these rows, each told to whoever reaches its unit."""
    return Event.objects.filter(pk__in={row.event_id for row in rows}).values_list("pk", "unit_id")
