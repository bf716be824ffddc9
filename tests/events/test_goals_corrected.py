"""A goal is corrected with its figures in place, and taken off while it has none."""

from datetime import date

import pytest

from accounts.models import AuditEntry
from events.models import CampaignFigure, CampaignGoal


@pytest.fixture
def send(goal, client, coordinator):
    client.force_login(coordinator)
    return lambda **said: client.post(f"/events/{goal.event_id}/campaign/goals/{goal.pk}/", said)


def test_number_and_words_are_corrected_with_figures_in_place(goal, say, send):
    say("5", date(2026, 7, 1))
    assert send(value="2.500", unit_of_measure="lượt người").status_code == 302
    goal.refresh_from_db()
    assert (goal.value, goal.unit_of_measure) == (2500, "lượt người")
    assert CampaignFigure.objects.live().count() == 1
    told = AuditEntry.objects.get(action="campaign.goal_corrected")
    assert (told.before["value"], told.after["value"]) == ("1000", "2500")


def test_a_goal_of_nothing_is_refused(goal, send):
    assert send(value="0", unit_of_measure="người").status_code == 422
    goal.refresh_from_db()
    assert goal.value == 1000


def test_a_goal_without_figures_is_taken_off(goal, send):
    assert send(end="1").status_code == 302
    assert not CampaignGoal.objects.exists()
    assert AuditEntry.objects.get(action="campaign.goal_ended").before["value"] == "1000"


def test_a_goal_with_figures_stays(goal, say, send):
    say("5", date(2026, 7, 1))
    assert send(end="1").status_code == 422
    assert CampaignGoal.objects.exists()
