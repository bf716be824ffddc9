"""A page of the feed takes the same few queries for 10, 100 and 1,000 changes."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.actions.changes import give_positions, note_change
from events.models import CampaignGoal
from tests.changes.replica import CHANGES, Replica
from tests.events.campaign_world import make_campaign
from tests.factories.editions import make_edition
from tests.factories.results import (
    make_attainment,
    make_document,
    make_indicator,
    make_measurement,
    make_period,
    make_target,
)
from tests.factories.units import make_agency, make_kind, make_unit

pytestmark = pytest.mark.django_db


def units(number, places):
    return [make_unit("commune", parent=places.khanh_hoa) for _each in range(number)]


def documents(number, places):
    made = [make_document(places.khanh_hoa) for _each in range(number)]
    for document in made:
        document.links.create(other=make_document(places.nation), relation="implements")
    return made


def indicators(number, places):
    made = [make_indicator(owner_kind=make_kind(), pillar="I") for _each in range(number)]
    for indicator in made:
        indicator.definitions.get().levels.create(level="total")
    return made


def periods(number, places):
    made = [make_period(str(year)) for year in range(2000, 2000 + number)]
    for period in made:
        period.due_days.create(body="commune", due_on="2023-12-18")
    return made


def targets(number, places):
    indicator = make_indicator()
    made = [make_target(places.khanh_hoa, indicator, owner=places.department) for _each in range(number)]
    for target in made:
        target.revisions.get().milestones.create(on=date(2023, 6, 30), value=Decimal(50))
    return made


def attainments(number, places):
    return [make_attainment(target) for target in targets(number, places)]


def measurements(number, places):
    indicator = make_indicator()
    return [
        make_measurement(places.khanh_hoa, indicator, make_period(str(year)))
        for year in range(2000, 2000 + number)
    ]


def editions(number, places):
    return [make_edition(places.khanh_hoa, make_period(), each) for each in range(1, number + 1)]


def agencies(number, places):
    return [make_agency(make_unit("commune", parent=places.khanh_hoa)) for _each in range(number)]


def campaigns(number, places):
    made = [make_campaign(places.khanh_hoa, title_vi=f"Phong trào {each}") for each in range(number)]
    for campaign in made:
        CampaignGoal.objects.create(event=campaign, indicator=make_indicator(), value=9)
    return made


# Each with what it reads beside its rows: names, links, definitions, the edition before.
QUERIES = {
    units: 4,
    documents: 3,
    indicators: 4,
    periods: 2,
    # All revisions with their parts and milestones.
    targets: 7,
    attainments: 1,
    measurements: 1,
    editions: 2,
    # Both ends of the successions; the goals and what they come to.
    agencies: 3,
    campaigns: 3,
}
# Positions: those of the ends, which is the next to be numbered, and whether the answer is remembered.
SIGNING_IN, POSITIONS, ROWS = 1, 4, 1


def page_of(reader, changes: int) -> int:
    """How many queries one page of so many changes takes."""
    give_positions()
    with CaptureQueriesContext(connection) as queries:
        body = reader.get(CHANGES, {"limit": 1000}).json()
    assert len(body["changes"]) == changes
    return len(queries)


@pytest.mark.parametrize("maker", QUERIES, ids=lambda maker: maker.__name__)
def test_page_takes_as_many_queries_for_10_and_100_changes(maker, places, reader) -> None:
    reader.get(CHANGES, {"since": "now"})  # notes the use of the token
    made = maker(100, places)
    counts: list[int] = []
    resource = {"agencies": "agency"}.get(maker.__name__, maker.__name__.removesuffix("s"))
    for some in (made[:10], made[10:]):
        for each in some:
            note_change(resource, each.pk, "created", getattr(each, "unit_id", places.khanh_hoa.pk))
        counts.append(page_of(reader, 10 if not counts else 100))
    assert len(set(counts)) == 1, counts
    assert counts[0] <= SIGNING_IN + POSITIONS + ROWS + QUERIES[maker], counts


def test_page_of_1000_changes_of_all_kinds_takes_no_more_than_one_of_10(places, reader) -> None:
    reader.get(CHANGES, {"since": "now"})
    counts: list[int] = []
    made = {maker: maker(1, places)[0] for maker in QUERIES if maker is not editions}
    for rounds in (2, 198):
        for _each in range(rounds):
            for maker in (targets, attainments, measurements, documents, units):
                note_change(maker.__name__.removesuffix("s"), made[maker].pk, "updated", places.khanh_hoa.pk)
        counts.append(page_of(reader, 10 if not counts else 1000))
    assert len(set(counts)) == 1, counts


def test_looking_through_the_changes_of_others_costs_as_much(places, reader) -> None:
    reader.get(CHANGES, {"since": "now"})
    counts: list[int] = []
    for number in (10, 990):
        for _each in range(number):
            note_change("measurement", 1, "updated", places.ea_kao.pk)
        counts.append(page_of(reader, 0))
    assert len(set(counts)) == 1, counts
    assert Replica(reader).follow() == []
