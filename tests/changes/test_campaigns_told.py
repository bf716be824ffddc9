# ruff: noqa: F811 (fixtures of another folder)
"""Campaigns, their figures and agencies in the feed: a copy kept by it alone equals what the lists say."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from accounts.models import Change, User
from accounts.models.audit import Operation
from events.actions.goals import correct_goal, end_goal
from events.actions.keeping import edit_event
from events.actions.telling import note_event
from events.models import CampaignFigure, CampaignGoal, Event
from provinces.bulk import bring_up_to_date
from provinces.models import AgencyKind, Unit
from tests.cast import Places
from tests.changes.replica import Replica
from tests.events.campaign_world import campaign, counted, goal, make_campaign, make_goal, say  # noqa: F401

pytestmark = pytest.mark.django_db

LISTS = {"campaign": "campaigns", "campaign_figure": "campaign-figures", "agency": "agencies"}
DAY = date(2026, 6, 10)


@pytest.fixture
def copied(replica: Replica, reader: Any) -> Callable[[str], None]:
    """Follows the feed and compares with the list, each object as its own address answers it."""

    def copied(resource: str) -> None:
        replica.follow()
        address = f"/api/v1/{LISTS[resource]}/"
        shown = {}
        for row in reader.get(address, {"limit": 1000}).json()["results"]:
            key = row["ref"] if resource == "agency" else row["id"]
            shown[resource, row["id"]] = reader.get(f"{address}{key}/").json()
        assert {key: each for key, each in replica.objects.items() if key[0] == resource} == shown
        assert shown

    return copied


@pytest.fixture
def told(campaign: Event, goal: CampaignGoal, replica: Replica) -> Event:
    """A campaign with a goal, of which the copy knows."""
    note_event(campaign, Operation.CREATED)
    replica.follow()
    return campaign


def test_campaign_is_told_with_its_goals(
    told: Event, goal: CampaignGoal, copied: Any, reporter: User
) -> None:
    make_goal(told, counted("C-02"))
    copied("campaign")
    correct_goal(goal=goal, value=Decimal(2000), unit_of_measure="lượt", by=reporter)
    copied("campaign")
    end_goal(goal=goal, by=reporter)
    copied("campaign")


def test_campaign_is_told_with_its_title(told: Event, copied: Any, coordinator: User) -> None:
    edit_event(event=told, by=coordinator, fields={"title_vi": "Phong trào khác"})
    copied("campaign")


def test_figures_and_what_they_come_to_are_told(told: Event, say: Any, copied: Any, replica: Replica) -> None:
    say("5", DAY)
    copied("campaign_figure")
    copied("campaign")
    say("7", DAY)
    copied("campaign_figure")
    copied("campaign")
    [figure] = [each for key, each in replica.objects.items() if key[0] == "campaign_figure"]
    assert figure["value"] == "7"


def test_figure_that_was_taken_back_leaves_the_copy(told: Event, say: Any, replica: Replica) -> None:
    say("5", DAY)
    say("", DAY)
    replica.follow()
    assert not [key for key in replica.objects if key[0] == "campaign_figure"]
    assert CampaignFigure.objects.count() == 1


def test_what_is_no_campaign_any_more_leaves_the_copy(
    places: Places, replica: Replica, coordinator: User
) -> None:
    event = make_campaign(places.khanh_hoa)
    note_event(event, Operation.CREATED)
    replica.follow()
    assert ("campaign", event.pk) in replica.objects
    edit_event(event=event, by=coordinator, fields={"kind": "workshop"})
    replica.follow()
    assert ("campaign", event.pk) not in replica.objects
    assert replica.objects["event", event.pk]["kind"] == "workshop"


def test_other_events_are_not_told_of_as_campaigns(places: Places, coordinator: User) -> None:
    event = Event.objects.create(unit=places.khanh_hoa, kind="workshop", starts_on=DAY, ends_on=DAY)
    edit_event(event=event, by=coordinator, fields={"title_vi": "Hội thảo"})
    assert set(Change.objects.values_list("resource", flat=True)) == {"event"}


def test_neighbour_is_told_nothing_of_a_commune(places: Places, neighbours: Replica) -> None:
    note_event(make_campaign(places.phan_rang), Operation.CREATED)
    assert neighbours.follow() == []


@pytest.mark.parametrize(
    "rename",
    [
        lambda agency: (AgencyKind, agency.kind_id, {"name_pattern": "Sở Khác {place}"}),
        lambda agency: (Unit, agency.unit_id, {"name": "Tỉnh Tên Khác"}),
    ],
)
def test_agency_is_told_with_its_name(rename: Any, places: Places, replica: Replica, copied: Any) -> None:
    model, pk, fields = rename(places.department)
    row = model.objects.get(pk=pk)
    values = {each.attname: getattr(row, each.attname) for each in row._meta.concrete_fields}
    bring_up_to_date({1: model(**values | fields)}, {1: row}, fields=list(fields))
    copied("agency")
