"""Goals of a campaign corrected, and taken off again while nothing was reported for them."""

from __future__ import annotations

from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actions.traces import audit
from accounts.models import User
from events.actions.campaigns import CampaignRefused
from events.actions.telling import note_event
from events.models import CampaignGoal
from indicators.entry.reading import plain_text


@transaction.atomic
def correct_goal(*, goal: CampaignGoal, value: Decimal, unit_of_measure: str, by: User) -> CampaignGoal:
    """Another number to reach, or other words for what it counts; figures stay. Raises CampaignRefused."""
    goal, before = _locked(goal), _told(goal)
    if value <= 0:
        raise CampaignRefused(_("The goal must be above zero."))
    goal.value, goal.unit_of_measure = value, plain_text(unit_of_measure)
    goal.save(update_fields=["value", "unit_of_measure"])
    audit(by, "campaign.goal_corrected", goal, goal.event.unit, before=before, after=_told(goal))
    note_event(goal.event)
    return goal


@transaction.atomic
def end_goal(*, goal: CampaignGoal, by: User) -> None:
    """Take the goal off. Raises CampaignRefused where figures were given for it, even if taken back since."""
    goal = _locked(goal)
    if goal.figures.exists() or goal.postings.exists():
        raise CampaignRefused(
            _("Figures were given for this goal: it stays, and its number can be corrected.")
        )
    audit(by, "campaign.goal_ended", goal, goal.event.unit, before=_told(goal))
    event = goal.event
    goal.delete()
    note_event(event)


def _locked(goal: CampaignGoal) -> CampaignGoal:
    rows = CampaignGoal.objects.select_for_update(of=("self",)).select_related("event__unit", "indicator")
    found: CampaignGoal = rows.get(pk=goal.pk)
    return found


def _told(goal: CampaignGoal) -> dict[str, str]:
    said = {"indicator": goal.indicator.code, "value": f"{goal.value.normalize():f}"}
    return said | {"unit_of_measure": goal.unit_of_measure}
