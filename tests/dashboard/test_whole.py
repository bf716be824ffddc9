"""Pages stay whole: without data, with one target, with 300 targets, with a name of 400 letters."""

from html import escape

import pytest

from dashboard.actions.editions import close_edition
from tests.dashboard.reading import words
from tests.factories.results import make_attainment, make_period, make_target
from tests.factories.scoreboards import fill

pytestmark = pytest.mark.django_db

QUARTER = "2023-Q4"
LONG = ("Tỷlệhồsơthủtụchànhchính&dịchvụcông" * 12)[:400]


@pytest.fixture
def alone(places):
    target = make_target(places.phan_rang, name_vi=LONG)
    make_attainment(target, make_period(QUARTER), status="missed", value=40)
    return target


@pytest.mark.parametrize("page", ["/", "/scoreboard/", "/heat/", "/map/", "/series/", "/compare/"])
def test_unit_without_data_says_so(reads, places, page):
    make_period(QUARTER)
    found = words(reads.get(page, {"unit": "P56-2025", "period": QUARTER}), "<main", "</main>")
    assert "Chưa có" in found or "Không có" in found, found


@pytest.mark.parametrize("page", ["/", "/scoreboard/", "/heat/"])
def test_one_target_with_a_long_name_stands_in_full(reads, alone, page):
    answer = reads.get(page, {"unit": alone.unit.ref, "period": QUARTER})
    assert escape(LONG) in answer.content.decode()


def test_target_page_bears_a_long_name(reads, alone):
    html = reads.get(f"/targets/{alone.pk}/", {"period": QUARTER}).content.decode()
    assert f'<h1><span class="quiet">{alone.code}</span> {escape(LONG)}</h1>' in html


def test_heat_map_holds_300_targets(reads, places):
    fill(places.ninh_thuan, 300, LONG)
    html = reads.get("/heat/", {"unit": "P58", "period": QUARTER, "by": "periods"}).content.decode()
    assert html.count(escape(LONG)) >= 300


def test_edition_holds_300_targets_with_long_names(reads, places, coordinator):
    fill(places.ninh_thuan, 300, LONG)
    closed = close_edition(
        unit=places.ninh_thuan, period=make_period(QUARTER), by=coordinator, confirmed=True
    )
    html = reads.get(f"/editions/{closed.pk}/").content.decode()
    assert html.count(escape(LONG)) == 300


def test_edition_of_one_target_counts_one(reads, places, coordinator):
    make_attainment(make_target(places.khanh_hoa), make_period(QUARTER), status="missed", value=40)
    closed = close_edition(unit=places.khanh_hoa, period=make_period(QUARTER), by=coordinator, confirmed=True)
    assert "0 /1" in words(reads.get(f"/editions/{closed.pk}/"), "<main", "</main>")
