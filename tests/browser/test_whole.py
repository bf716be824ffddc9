"""Pages stay whole: without data, with one target, with 300, with names of 400 letters."""

from typing import Any

import pytest

from tests.cast import Places
from tests.factories.results import (
    make_attainment,
    make_indicator,
    make_measurement,
    make_period,
    make_target,
)
from tests.factories.scoreboards import fill
from tests.factories.units import make_unit

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LONG = "Tỷlệhồsơthủtụchànhchínhđượcgiảiquyếtđúnghạn" * 10
QUARTER = "2023-Q4"


@pytest.fixture
def addresses(places: Places) -> list[str]:
    """Overview, scoreboard, heat map, target and map of a unit without, with one and with 300 targets."""
    many = fill(places.ninh_thuan, 300, LONG[:400])
    alone = make_target(places.phan_rang, make_indicator("T-ONE"), name_vi=LONG[:400], owner_note=LONG[:300])
    make_attainment(alone, make_period(QUARTER), status="missed", value=40)
    mapped = make_indicator("T-MAP", pillar="L")
    mapped.name_vi = mapped.name_en = LONG[:400]
    mapped.save()
    for number in range(6):
        unit = make_unit("province", name=f"Tỉnh {LONG[: 60 + number]}")
        make_measurement(unit, mapped, make_period(QUARTER), numerator=number, denominator=9)
    units = ("P66-2025", places.phan_rang.ref, "P58")
    return [
        *(f"/?unit={unit}&period={QUARTER}" for unit in units),
        *(f"/scoreboard/?unit={unit}&period={QUARTER}" for unit in units),
        *(f"/heat/?unit={unit}&period={QUARTER}&by=periods" for unit in units),
        *(f"/targets/{each.pk}/?period={QUARTER}" for each in (alone, many[4])),
        f"/map/?indicator=T-MAP&period={QUARTER}",
        "/map/?indicator=T-ONE",
        f"/compare/?indicator=T-MAP&period={QUARTER}",
    ]


def test_no_page_scrolls_sideways_whatever_it_holds(
    visit: Any, addresses: list[str], administrator: Any, page: Any
) -> None:
    wide = {}
    for address in addresses:
        visit(administrator, address)
        assert page.locator("main h1").count() == 1, address
        for width, height in ((1366, 768), (390, 844)):
            page.set_viewport_size({"width": width, "height": height})
            if (found := page.evaluate("document.documentElement.scrollWidth")) != width:
                wide[address, width] = found
    assert wide == {}
