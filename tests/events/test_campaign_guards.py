"""What may not happen to a campaign once it has goals and figures."""

from datetime import date

import pytest

from events.actions.campaigns import FiguresRefused
from events.actions.keeping import EventError, cancel_event, edit_event
from events.models import CampaignFigure

DAY = date(2026, 7, 1)


@pytest.mark.parametrize("field", ["kind", "unit"])
def test_a_campaign_with_goals_keeps_its_kind_and_its_unit(field, goal, places, coordinator):
    fields = {"kind": "conference", "unit": places.dak_lak}
    with pytest.raises(EventError):
        edit_event(event=goal.event, by=coordinator, fields={field: fields[field]})


def test_a_campaign_without_goals_may_become_something_else(campaign, coordinator):
    assert edit_event(event=campaign, by=coordinator, fields={"kind": "conference"}).kind == "conference"


def test_days_that_leave_out_figures_are_refused_with_their_number(goal, say, coordinator):
    say("5", DAY)
    say("6", date(2026, 7, 2))
    say("7", date(2026, 8, 1))
    with pytest.raises(EventError, match="2"):
        edit_event(event=goal.event, by=coordinator, fields={"starts_on": date(2026, 7, 15)})
    with pytest.raises(EventError, match="1"):
        edit_event(event=goal.event, by=coordinator, fields={"ends_on": date(2026, 7, 31)})


def test_days_that_hold_all_figures_may_change_and_figures_taken_back_hold_nothing(goal, say, coordinator):
    say("5", DAY)
    say("7", date(2026, 8, 1))
    say("", date(2026, 8, 1))
    edited = edit_event(event=goal.event, by=coordinator, fields={"starts_on": DAY, "ends_on": DAY})
    assert (edited.starts_on, edited.ends_on) == (DAY, DAY)


def test_figures_of_a_cancelled_campaign_are_refused_in_words(goal, say, coordinator):
    say("5", DAY)
    cancel_event(event=goal.event, by=coordinator, reason="Bão")
    with pytest.raises(FiguresRefused) as refused:
        say("6", DAY)
    assert len(refused.value.problems) == 1
    assert [figure.value for figure in CampaignFigure.objects.live()] == [5]


def test_a_figure_of_a_cancelled_campaign_may_be_taken_back(goal, say, coordinator):
    say("5", DAY)
    cancel_event(event=goal.event, by=coordinator, reason="Bão")
    say("", DAY)
    assert not CampaignFigure.objects.live().exists()
