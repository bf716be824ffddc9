"""What campaigns have come to: by goal and unit, and how many units take part. Sums are the database's."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Max, Sum

from events.models import CampaignFigure, CampaignGoal, Event
from provinces.models import Tier, UnitClosure


@dataclass(frozen=True)
class UnitSum:
    """What one unit has reported for a goal; of a state what it said last."""

    value: Decimal
    last_on: datetime.date
    figures: int


def sums_of(goals: Sequence[CampaignGoal]) -> dict[tuple[int, int], UnitSum]:
    """By goal and unit. States are read figure by figure: what counts is the last one."""
    live = CampaignFigure.objects.live().order_by()
    flows = [each.pk for each in goals if each.is_flow]
    grouped = live.filter(goal__in=flows).values_list("goal_id", "unit_id")
    found = {
        (goal, unit): UnitSum(value, last, int(count))
        for goal, unit, value, last, count in grouped.annotate(Sum("value"), Max("to_on"), Count("pk"))
    }
    states = [each.pk for each in goals if not each.is_flow]
    if states:
        rows = live.filter(goal__in=states).order_by("to_on", "from_on", "pk")
        for goal, unit, value, last in rows.values_list("goal_id", "unit_id", "value", "to_on"):
            before = found.get((goal, unit))
            found[goal, unit] = UnitSum(value, last, before.figures + 1 if before else 1)
    return found


def units_of(events: Sequence[Event]) -> dict[int, int]:
    """How many communes take part in each: those in being on any of its days."""
    rows = list(
        UnitClosure.objects.filter(
            ancestor__in={each.unit_id for each in events}, descendant__tier=Tier.COMMUNE
        )
        .order_by()
        .values_list("ancestor_id", "descendant__valid_from", "descendant__valid_to")
        .annotate(Count("pk"))
    )
    return {
        event.pk: sum(
            count
            for unit, begun, ended, count in rows
            if unit == event.unit_id
            and (begun is None or begun <= event.ends_on)
            and (ended is None or ended >= event.starts_on)
        )
        for event in events
    }
