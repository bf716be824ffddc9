"""Events in the change feed. A campaign is told of as the event it is, and with its goals as a campaign."""

from __future__ import annotations

from collections.abc import Iterable

from accounts.actions.changes import Noted, note_changes
from accounts.models.audit import Operation
from events.models import CampaignFigure, Event, EventKind


def note_event(event: Event, operation: str = Operation.UPDATED, *, former: Event | None = None) -> None:
    """``former`` is the event before it was edited. Whoever reached it in its former unit, or followed the
    campaign that it was, is told as well: for them it is gone."""
    stood = (former, event) if former is not None else (event,)
    units = dict.fromkeys(each.unit_id for each in stood)
    resources = ["event"]
    if any(each.kind == EventKind.CAMPAIGN for each in stood):
        resources.append("campaign")
    note_changes(Noted(resource, event.pk, operation, unit) for resource in resources for unit in units)


def note_figures(written: Iterable[CampaignFigure], ended: Iterable[CampaignFigure]) -> None:
    """Figures are only written or ended: a correction does both."""
    for figures, operation in ((ended, Operation.DELETED), (written, Operation.CREATED)):
        note_changes(Noted("campaign_figure", each.pk, operation, each.unit_id) for each in figures)
