"""Every list takes the same number of queries for 2, 20 and 200 rows, and few of them."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from config.api_urls import router
from dashboard.models import Edition
from indicators.models import Period
from resolutions.models import DocumentLink
from tests.api.conftest import signed_in
from tests.factories.editions import make_edition
from tests.factories.results import (
    make_attainment,
    make_document,
    make_indicator,
    make_measurement,
    make_period,
    make_target,
)
from tests.factories.units import make_kind, make_unit

# Who signs in costs two more than a token: the session and the person.
MOST = {"token": 6, "person": 8}


def units(number, places):
    for _each in range(number):
        make_unit("commune", parent=places.khanh_hoa)


def documents(number, places):
    for _each in range(number):
        document = make_document(places.khanh_hoa)
        DocumentLink.objects.create(
            document=document, other=make_document(places.nation), relation="implements"
        )


def indicators(number, places):
    for _each in range(number):
        indicator = make_indicator(owner_kind=make_kind(), pillar="I")
        indicator.definitions.get().levels.create(level="total")


def periods(number, places):
    first = 2000 + Period.objects.count()
    for year in range(first, first + number):
        make_period(str(year)).due_days.create(body="commune", due_on="2023-12-18")


def targets(number, places):
    owner = places.department
    for _each in range(number):
        revision = make_target(places.khanh_hoa, owner=owner).revisions.get()
        revision.milestones.create(on=date(2023, 6, 30), value=Decimal(50))
        revision.parts.create(
            position=1, indicator=make_indicator(), level="total", rule="at_least", threshold=Decimal(1)
        )


def attainments(number, places):
    for _each in range(number):
        make_attainment(make_target(places.khanh_hoa))


def measurements(number, places):
    agency = places.department
    for _each in range(number):
        make_measurement(places.khanh_hoa, agency=agency)


def editions(number, places):
    period = make_period()
    first = 1 + Edition.objects.count()
    for each in range(first, first + number):
        make_edition(places.khanh_hoa, period, each)


MAKERS = {
    maker.__name__: maker
    for maker in (units, documents, indicators, periods, targets, attainments, measurements, editions)
}


def test_every_list_is_counted():
    assert set(MAKERS) == {prefix for prefix, _view, _name in router.registry}


@pytest.mark.parametrize("who", ["token", "person"])
@pytest.mark.parametrize("name", MAKERS)
def test_list_takes_as_many_queries_for_2_20_and_200_rows(name, who, places, reader, leader):
    caller = reader if who == "token" else signed_in(leader)
    day = "&on=2026-01-01" if name == "units" else ""
    caller.get(f"/api/v1/{name}/")  # notes the use of the token
    counts, rows = [], []
    for more in (2, 18, 180):
        MAKERS[name](more, places)
        with CaptureQueriesContext(connection) as queries:
            body = caller.get(f"/api/v1/{name}/?limit=1000{day}").json()
        counts.append(len(queries))
        rows.append(len(body["results"]))
    assert rows[2] - rows[1] >= 180
    assert len(set(counts)) == 1, counts
    assert counts[0] <= MOST[who], counts


@pytest.mark.parametrize("targets_made", [2, 20, 200])
def test_scoreboard_takes_as_many_queries_for_any_number_of_targets(targets_made, places, reader):
    attainments(targets_made, places)
    reader.get("/api/v1/scoreboards/?unit=P56-2025&period=2023")
    with CaptureQueriesContext(connection) as queries:
        reader.get("/api/v1/scoreboards/?unit=P56-2025&period=2023")
    assert len(queries) == 5
