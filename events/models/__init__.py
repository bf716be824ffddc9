from events.models.campaigns import CampaignFigure, CampaignGoal, CampaignPosting
from events.models.events import PARTICULARS, Event, EventKind, EventQuerySet, returning_in
from events.models.feeds import CalendarFeed
from events.models.files import EventFile
from events.models.outcomes import Outcome
from events.models.participants import EventRole, InvitationAnswer, Participant
from events.models.points import EventPoint, PointKind
from events.models.rollouts import RollOut, RollOutState, RollOutUnit
from events.models.sites import EventSite

__all__ = [
    "PARTICULARS",
    "CalendarFeed",
    "CampaignFigure",
    "CampaignGoal",
    "CampaignPosting",
    "Event",
    "EventFile",
    "EventKind",
    "EventPoint",
    "EventQuerySet",
    "EventRole",
    "EventSite",
    "InvitationAnswer",
    "Outcome",
    "Participant",
    "PointKind",
    "RollOut",
    "RollOutState",
    "RollOutUnit",
    "returning_in",
]
