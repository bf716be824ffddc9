"""Events in the change feed, as the loader writes them."""

from accounts.noticing import follow, of
from events.models import Event


def connect() -> None:
    follow(Event, "event")
    follow(Event.documents.through, "event", of("event"))
