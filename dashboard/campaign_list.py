"""The list of campaigns and of roll-outs, each with how far it is."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Prefetch, Q

from accounts.permissions import Principal
from dashboard.campaign_page import Days, Progress, progress_of
from dashboard.roll_out_page import StateCount, state_counts
from events.campaign_sums import sums_of, units_of
from events.models import CampaignGoal, Event, EventKind, RollOut, RollOutState
from provinces.dates import today


@dataclass(frozen=True)
class CampaignLine:
    event: Event
    days: Days
    goals: list[Progress]

    @property
    def is_illustrative(self) -> bool:
        return any(each.goal.is_illustrative for each in self.goals)


@dataclass(frozen=True)
class RollOutLine:
    roll_out: RollOut
    states: list[StateCount]

    @property
    def total(self) -> int:
        return sum(each.count for each in self.states)

    @property
    def reached(self) -> int:
        return self.states[0].count


def campaign_lines(who: Principal) -> list[CampaignLine]:
    """The latest first; four queries however many there are."""
    goals = Prefetch("goals", CampaignGoal.objects.select_related("indicator").order_by("position", "pk"))
    events = list(
        Event.objects.visible_to(who)
        .filter(kind=EventKind.CAMPAIGN)
        .select_related("unit")
        .prefetch_related(goals)
        .order_by("-starts_on", "-pk")
    )
    sums = sums_of([goal for event in events for goal in event.goals.all()])
    units = units_of(events)
    lines = []
    for event in events:
        days = Days(event.starts_on, event.ends_on, today())
        progress = [progress_of(goal, sums, units.get(event.pk, 0), days) for goal in event.goals.all()]
        lines.append(CampaignLine(event, days, progress))
    return lines


def roll_out_lines(who: Principal) -> list[RollOutLine]:
    counts = {
        state: Count("units", filter=Q(units__state=state), distinct=True) for state in RollOutState.values
    }
    rows = RollOut.objects.visible_to(who).select_related("unit").annotate(**counts)
    return [
        RollOutLine(each, state_counts({state: getattr(each, state) for state in RollOutState.values}))
        for each in rows.order_by("unit__sort_key", "title_vi", "pk")
    ]
