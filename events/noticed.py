"""Events in the change feed, as the loader writes them."""

from collections.abc import Sequence
from typing import Any

from accounts.noticing import Objects, follow
from events.models import Event


def connect() -> None:
    follow(Event, "event")
    follow(Event.documents.through, "event", _linked)


def _linked(links: Sequence[Any]) -> Objects:
    """The events of these links, each told to whoever reaches its unit."""
    return Event.objects.filter(pk__in={link.event_id for link in links}).values_list("pk", "unit_id")
