"""The overview and the target page ask as much of the database for two targets as for two hundred."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from indicators.models import Attainment
from tests.factories.results import make_period, make_target
from tests.factories.scoreboards import fill
from tests.factories.units import make_unit

AT_MOST = 15


def queries_of(client, address, **asked):
    client.get(address, asked)
    with CaptureQueriesContext(connection) as asked_of_database:
        assert client.get(address, asked).status_code == 200
    return len(asked_of_database)


@pytest.fixture
def counted(reads, places):
    """Queries of a page about a commune with so many targets, among so many communes with targets."""

    def counted(number, address="/"):
        commune = make_unit("commune", parent=places.khanh_hoa)
        fill(commune, number)
        for _each in range(number):
            make_target(make_unit("commune", parent=places.khanh_hoa))
        return queries_of(reads, address, unit=commune.ref, period="2023-Q4")

    return counted


def test_overview_asks_the_same_for_2_20_and_200_targets_and_units(counted):
    counts = {counted(number) for number in (2, 20, 200)}
    # With two targets none is a composite, whose parts are one query.
    assert max(counts) <= AT_MOST
    assert max(counts) - min(counts) <= 1


def test_scoreboard_asks_the_same_for_2_20_and_200_targets_and_units(counted):
    counts = {counted(number, "/scoreboard/") for number in (2, 20, 200)}
    assert max(counts) <= AT_MOST - 3
    assert len(counts) == 1


def test_scoreboard_of_300_targets_lists_them_all(reads, places):
    fill(places.ninh_thuan, 300)
    html = reads.get("/scoreboard/", {"unit": "P58", "period": "2023-Q4"}).content.decode()
    assert html[html.index('id="rows"') :].count("?period=2023-Q4") == 300


def test_home_asks_little(reads, places):
    fill(places.khanh_hoa, 20)
    assert queries_of(reads, "/") <= AT_MOST


def test_target_page_asks_the_same_for_few_and_many_results(reads, places):
    few, many = fill(places.khanh_hoa, 2)[0], fill(places.ninh_thuan, 2)[0]
    revision = many.revisions.get()
    for year in range(2010, 2020):
        period = make_period(f"{year}-Q4")
        days = {"assessed_on": period.assessed_on, "judged_on": period.assessed_on}
        Attainment.objects.create(
            target=many, period=period, revision=revision, status="no_data", counts=True, is_due=True,
            is_overdue=False, rules_version="1", **days,
        )  # fmt: skip
    first = queries_of(reads, f"/targets/{few.pk}/")
    assert first == queries_of(reads, f"/targets/{many.pk}/")
    assert first <= AT_MOST + 5
