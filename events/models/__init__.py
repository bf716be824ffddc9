from events.models.events import PARTICULARS, Event, EventKind, returning_in
from events.models.feeds import CalendarFeed
from events.models.files import EventFile
from events.models.outcomes import Outcome
from events.models.participants import EventRole, InvitationAnswer, Participant
from events.models.points import EventPoint, PointKind
from events.models.sites import EventSite

__all__ = [
    "PARTICULARS",
    "CalendarFeed",
    "Event",
    "EventFile",
    "EventKind",
    "EventPoint",
    "EventRole",
    "EventSite",
    "InvitationAnswer",
    "Outcome",
    "Participant",
    "PointKind",
    "returning_in",
]
