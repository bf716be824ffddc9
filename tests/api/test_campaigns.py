"""Campaigns and their figures in the API: what was reached, and what a correction does to the answers."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from events.models import CampaignFigure, CampaignGoal, Event
from tests.events.campaign_world import campaign, goal, say

__all__ = ["campaign", "goal", "say"]
pytestmark = pytest.mark.django_db
DAY = date(2026, 7, 1)
Say = Callable[..., int]


def test_campaign_tells_its_days_goals_and_totals(say: Say, campaign: Event, get: Any) -> None:
    say("1.250", DAY)
    row = get(f"campaigns/{campaign.pk}/")
    assert (row["days"], row["unit"]) == (122, "P56-2025")
    told = row["goals"][0]
    assert (told["goal"], told["total"], told["reporting"]) == ("1000", "1250", 1)


def test_goal_nobody_reported_for_has_no_total(goal: CampaignGoal, campaign: Event, get: Any) -> None:
    assert get(f"campaigns/{campaign.pk}/")["goals"][0]["total"] is None


def test_events_of_other_kinds_are_no_campaigns(campaign: Event, get: Any) -> None:
    Event.objects.update(kind="workshop")
    assert get("campaigns/")["results"] == []


@pytest.mark.parametrize(("on", "count"), [("2026-05-31", 0), ("2026-06-01", 1), ("2026-09-30", 1)])
def test_campaigns_are_found_by_a_day(on: str, count: int, campaign: Event, get: Any) -> None:
    assert len(get("campaigns/", on=on)["results"]) == count


def test_corrected_figure_leaves_the_list(say: Say, campaign: Event, get: Any) -> None:
    say("5", DAY)
    say("6", DAY)
    rows = get("campaign-figures/", campaign=campaign.pk)["results"]
    assert [(row["value"], row["from_on"]) for row in rows] == [("6", "2026-07-01")]


def test_correction_changes_the_tag_of_the_campaign(say: Say, campaign: Event, reader: Any) -> None:
    say("5", DAY)
    known = reader.get(f"/api/v1/campaigns/{campaign.pk}/")["ETag"]
    say("6", DAY)
    assert reader.get(f"/api/v1/campaigns/{campaign.pk}/")["ETag"] != known
    known = reader.get(f"/api/v1/campaigns/{campaign.pk}/")["ETag"]
    say("", DAY)
    assert not CampaignFigure.objects.live().exists()
    assert reader.get(f"/api/v1/campaigns/{campaign.pk}/")["ETag"] != known
